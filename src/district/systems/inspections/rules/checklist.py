"""A checklist: sections and items, as declared data; read, linted, known by its content. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from district.kernel.cases.public import Words

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
SEVERITIES = ("general", "major")
ANSWERS = ("check", "number")
NO_WORDS = Words("")
_KNOWN = frozenset(
    {"key", "label", "label_en", "basis", "basis_en", "field", "kinds", "sections", "items"}
)
_ITEM = frozenset(
    {"key", "number", "section", "text", "text_en", "standard", "standard_en", "answer", "unit"}
    | {"unit_en", "min", "max", "major_below", "major_above", "severity", "photo", "na", "hazard"}
)


class ChecklistError(Exception):
    """A checklist that cannot be taken; the message lists every problem."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is looked at.

    `answer` check: pass or fail; number: a measured value in `unit` that passes from `least` to
    `most` (both counted, None: no limit). `severity` grades a failure; a number beyond
    `major_below` or `major_above` is major whatever `severity` says. `photo`: a failure must be
    shown. `na`: it may not apply. `hazard`: a failure becomes a case.
    """

    key: str
    number: str
    section: str
    text: Words
    standard: Words
    answer: str = "check"
    unit: Words = NO_WORDS
    least: Decimal | None = None
    most: Decimal | None = None
    major_below: Decimal | None = None
    major_above: Decimal | None = None
    severity: str = "general"
    photo: bool = True
    na: bool = True
    hazard: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a checklist whose result is counted for itself."""

    key: str
    label: Words


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist. `version` is the hash of its content: the same for the same content.

    `field` is what its hazards and enforcement cases are about, `kinds` the kinds of places that
    it is meant for.
    """

    key: str
    label: Words
    basis: Words
    field: str
    kinds: tuple[str, ...]
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    version: str

    def item(self, key: str) -> Item | None:
        """The item of that key."""
        return next((item for item in self.items if item.key == key), None)

    def items_of(self, section: str) -> tuple[Item, ...]:
        """The items of a section, in order."""
        return tuple(item for item in self.items if item.section == section)


def parse_checklist(
    data: Mapping[str, Any], *, fields: frozenset[str], kinds: frozenset[str]
) -> Checklist:
    """The checklist that `data` (a TOML file's content) declares; `fields` and `kinds` are those
    that there are. Raises ChecklistError with every problem."""
    problems: list[str] = [f"unknown entry {name!r}" for name in sorted(set(data) - _KNOWN)]
    sections = tuple(
        Section(key, _words(item, "label")) for key, item in data.get("sections", {}).items()
    )
    items = tuple(
        _item(item, at, problems) for at, item in enumerate(data.get("items", ()), start=1)
    )
    content = json.dumps(data, ensure_ascii=False, sort_keys=True)
    found = Checklist(
        key=str(data.get("key", "")),
        label=_words(data, "label"),
        basis=_words(data, "basis"),
        field=str(data.get("field", "")),
        kinds=tuple(map(str, data.get("kinds", ()))),
        sections=sections,
        items=items,
        version=hashlib.sha256(content.encode()).hexdigest()[:16],
    )
    problems += lint(found, fields=fields, kinds=kinds)
    if problems:
        raise ChecklistError(f"checklist {found.key!r}: " + "; ".join(problems))
    return found


def _words(item: Mapping[str, Any], field: str) -> Words:
    return Words(str(item.get(field, "")), str(item.get(f"{field}_en", "")))


def _item(item: Mapping[str, Any], at: int, problems: list[str]) -> Item:
    key = str(item.get("key", ""))
    where = f"item {key or at!r}"
    problems += [f"{where}: unknown entry {name!r}" for name in sorted(set(item) - _ITEM)]

    def number(name: str) -> Decimal | None:
        if name not in item:
            return None
        try:
            return Decimal(str(item[name]))
        except InvalidOperation:
            problems.append(f"{where}: {name} is no number")
            return None

    return Item(
        key=key,
        number=str(item.get("number", at)),
        section=str(item.get("section", "")),
        text=_words(item, "text"),
        standard=_words(item, "standard"),
        answer=str(item.get("answer", "check")),
        unit=_words(item, "unit"),
        least=number("min"),
        most=number("max"),
        major_below=number("major_below"),
        major_above=number("major_above"),
        severity=str(item.get("severity", "general")),
        photo=bool(item.get("photo", True)),
        na=bool(item.get("na", True)),
        hazard=bool(item.get("hazard", True)),
    )


def lint(found: Checklist, *, fields: frozenset[str], kinds: frozenset[str]) -> list[str]:
    """Every problem of a checklist: nameless, empty, unanswerable or unreachable parts."""
    return [*_whole(found, fields, kinds), *_parts(found)]


def _whole(found: Checklist, fields: frozenset[str], kinds: frozenset[str]) -> Iterator[str]:
    if not _KEY.fullmatch(found.key):
        yield "key must be snake_case letters and digits"
    if not found.label.zh or not found.label.en:
        yield "label and label_en are needed"
    if found.field not in fields:
        yield f"field must be one of {', '.join(sorted(fields))}"
    if not found.kinds:
        yield "kinds is missing: for which places is it?"
    for kind in found.kinds:
        if kind not in kinds:
            yield f"unknown kind of place {kind!r}"
    if not found.items:
        yield "it has no items"
    known = [section.key for section in found.sections]
    for key in known:
        if not found.items_of(key):
            yield f"section {key!r} has no items"
    for name in ("key", "number"):
        values = [getattr(item, name) for item in found.items]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"the {name} {value!r} comes twice"


def _parts(found: Checklist) -> Iterator[str]:
    known = {section.key for section in found.sections}
    for item in found.items:
        where = f"item {item.key!r}"
        if not _KEY.fullmatch(item.key):
            yield f"{where}: key must be snake_case letters and digits"
        if not (item.text.zh and item.text.en and item.standard.zh and item.standard.en):
            yield f"{where}: text, text_en, standard and standard_en are needed"
        if item.section not in known:
            yield f"{where}: unknown section {item.section!r}"
        if item.answer not in ANSWERS:
            yield f"{where}: answer must be one of {', '.join(ANSWERS)}"
        if item.severity not in SEVERITIES:
            yield f"{where}: severity must be one of {', '.join(SEVERITIES)}"
        yield from _limits(where, item)


def _limits(where: str, item: Item) -> Iterator[str]:
    limits = (item.least, item.most, item.major_below, item.major_above)
    if item.answer == "check":
        if any(limit is not None for limit in limits) or item.unit.zh:
            yield f"{where}: limits and units are for answer = 'number'"
        return
    if not item.unit.zh:
        yield f"{where}: a number needs its unit"
    if item.least is None and item.most is None:
        yield f"{where}: a number that passes whatever it is says nothing; give min or max"
    if item.least is not None and item.most is not None and item.least > item.most:
        yield f"{where}: min lies above max"
    if item.major_below is not None and (item.least is None or item.major_below > item.least):
        yield f"{where}: major_below must not lie above min"
    if item.major_above is not None and (item.most is None or item.major_above < item.most):
        yield f"{where}: major_above must not lie below max"


def severity_of(item: Item, value: Decimal | None) -> str:
    """How grave a failure of an item is."""
    if value is not None:
        if item.major_below is not None and value < item.major_below:
            return "major"
        if item.major_above is not None and value > item.major_above:
            return "major"
    return item.severity
