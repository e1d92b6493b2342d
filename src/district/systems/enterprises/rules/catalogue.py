"""What a district may say of its enterprises as data: sources, qualifications, rungs, industry
groups, units."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

_KEY = re.compile(r"[a-z][a-z0-9_]*")


class CatalogueError(ValueError):
    """An entry that cannot be used; `field` names it."""

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{field}: {problem}")


@dataclass(frozen=True)
class Named:
    """A key with its name in Chinese and in English (the Chinese one where there is none)."""

    key: str
    name: str
    name_en: str

    def label(self, *, english: bool = False) -> str:
        """The name in the language of the page."""
        return (self.name_en if english else "") or self.name


E = TypeVar("E", bound=Named)


@dataclass(frozen=True)
class SourceEntry(Named):
    """A source of facts; 1 is the most trusted rank."""

    rank: int


@dataclass(frozen=True)
class QualificationKind(Named):
    """A kind of qualification; `years` is how long one is valid (0: it does not expire)."""

    years: int
    issuer: str


@dataclass(frozen=True)
class IndustryGroup(Named):
    """Industries that a district speaks of as one (电子信息), by their codes after GB/T 4754."""

    codes: tuple[str, ...]


@dataclass(frozen=True)
class RevenueBand(Named):
    """Enterprises of an industry group by their yearly revenue (10亿级建筑企业): from `least` on
    and less than `below`, in 万元; `below` None: however much."""

    group: str
    least: Decimal
    below: Decimal | None


@dataclass(frozen=True)
class Rung(Named):
    """A rung of the growth ladder: two conditions over the facts, in their text form.

    `standing` says who stands on it; `among` whom it is for ("" for everybody), `requirements` what
    must hold of one of those that may be raised to it, its top-level clauses one by one. `basis`
    names where they come from. `clause_names` are short words for those clauses in their order,
    "" or left out where the clause itself reads well.
    """

    standing: str
    requirements: str
    basis: str
    among: str = ""
    clause_names: tuple[str, ...] = ()
    clause_names_en: tuple[str, ...] = ()

    def clause_name(self, at: int, *, english: bool = False) -> str:
        """The short words of the clause of that index; "" where it has none."""
        for names in (self.clause_names_en if english else (), self.clause_names):
            if at < len(names) and names[at]:
                return names[at]
        return ""


@dataclass(frozen=True)
class Settings:
    """The catalogue but for industries.

    `service_unit` serves enterprises whose street is unknown and imports files ("" is the
    district itself); `departments` see and change every enterprise beside its street.
    """

    service_unit: str
    departments: tuple[str, ...]
    sources: tuple[SourceEntry, ...]
    qualifications: tuple[QualificationKind, ...]
    rungs: tuple[Rung, ...]
    industry_groups: tuple[IndustryGroup, ...] = ()
    revenue_bands: tuple[RevenueBand, ...] = ()

    def kind(self, key: str) -> QualificationKind | None:
        """The kind of qualification of that key."""
        return next((one for one in self.qualifications if one.key == key), None)

    def group(self, key: str) -> IndustryGroup | None:
        """The industry group of that key."""
        return next((one for one in self.industry_groups if one.key == key), None)


def settings_from(given: Mapping[str, Any]) -> Settings:
    """Read what a TOML file says, or what `content` kept of it. Raises CatalogueError."""
    found = Settings(
        service_unit=_text(given, "service_unit", "", needed=False),
        departments=tuple(str(code) for code in given.get("departments", ())),
        sources=_entries(given, "sources", _source),
        qualifications=_entries(given, "qualifications", _qualification),
        rungs=_entries(given, "rungs", _rung),
        industry_groups=_entries(given, "industry_groups", _group),
        revenue_bands=_entries(given, "revenue_bands", _band),
    )
    for at, band in enumerate(found.revenue_bands, 1):
        if found.group(band.group) is None:
            raise CatalogueError(f"revenue_bands.{at}.group", "must name an industry group")
    return found


def _entries(
    given: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any], str], E]
) -> tuple[E, ...]:
    found = tuple(read(row, f"{name}.{at}") for at, row in enumerate(_rows(given, name), 1))
    keys = [entry.key for entry in found]
    if len(set(keys)) != len(keys):
        raise CatalogueError(name, "two entries have the same key")
    return found


def _source(row: Mapping[str, Any], where: str) -> SourceEntry:
    return SourceEntry(*_named(row, where), rank=_number(row, "rank", where, 1, 99))


def _qualification(row: Mapping[str, Any], where: str) -> QualificationKind:
    return QualificationKind(
        *_named(row, where),
        years=_number(row, "years", where, 0, 50),
        issuer=_text(row, "issuer", where, needed=False),
    )


def _rung(row: Mapping[str, Any], where: str) -> Rung:
    return Rung(
        *_named(row, where),
        standing=_text(row, "standing", where),
        requirements=_text(row, "requirements", where),
        basis=_text(row, "basis", where, needed=False),
        among=_text(row, "among", where, needed=False),
        clause_names=_texts(row, "clause_names", where),
        clause_names_en=_texts(row, "clause_names_en", where),
    )


def _group(row: Mapping[str, Any], where: str) -> IndustryGroup:
    return IndustryGroup(*_named(row, where), codes=_texts(row, "codes", where))


def _band(row: Mapping[str, Any], where: str) -> RevenueBand:
    least, below = _amount(row, "least", where), _amount(row, "below", where, needed=False)
    if least is None or (below is not None and below <= least):
        raise CatalogueError(f"{where}.below", "must lie above least")
    return RevenueBand(
        *_named(row, where), group=_text(row, "group", where), least=least, below=below
    )


def _amount(row: Mapping[str, Any], key: str, where: str, *, needed: bool = True) -> Decimal | None:
    """A whole number of 万元; None where it is left out and not needed."""
    value = row.get(key)
    if value is None and not needed:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CatalogueError(f"{where}.{key}", "must be a whole number of 万元")
    return Decimal(value)


def _rows(given: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    rows = given.get(name, ())
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise CatalogueError(name, f"must be written as [[{name}]]")
    return rows


def _named(row: Mapping[str, Any], where: str) -> tuple[str, str, str]:
    key = _text(row, "key", where)
    if not _KEY.fullmatch(key):
        raise CatalogueError(f"{where}.key", "use lower-case letters, digits and _")
    return key, _text(row, "name", where), _text(row, "name_en", where, needed=False)


def _text(row: Mapping[str, Any], key: str, where: str, *, needed: bool = True) -> str:
    value = row.get(key, "")
    field = f"{where}.{key}" if where else key
    if not isinstance(value, str) or (needed and not value.strip()):
        raise CatalogueError(field, "must be a text")
    return value.strip()


def _texts(row: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = row.get(key, ())
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise CatalogueError(f"{where}.{key}", "must be a list of texts")
    return tuple(one.strip() for one in values)


def _number(row: Mapping[str, Any], key: str, where: str, least: int, most: int) -> int:
    value = row.get(key, least)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise CatalogueError(f"{where}.{key}", f"must be a whole number from {least} to {most}")
    return value
