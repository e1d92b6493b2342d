"""The catalogue in force: what the district's folder brought, else what the product brings."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from district.kernel.base.recent import forgets
from district.kernel.organisation.public import root_code
from district.systems.enterprises.models import Catalogue
from district.systems.enterprises.rules.catalogue import Settings, settings_from
from district.systems.enterprises.rules.industries import (
    Industries,
    industries_from,
    read_industries,
)
from district.systems.enterprises.rules.partners import Weights, parse_weights
from district.systems.enterprises.rules.products import (
    CLASS_COLUMNS,
    SYNONYM_COLUMNS,
    Row,
    Vocabulary,
    read_table,
    vocabulary_from,
)
from district.systems.enterprises.rules.relations import (
    RELATION_COLUMNS,
    Relations,
    relations_from,
)

FOLDER = Path(__file__).parent.parent
#: Tables of products that a district may bring its own of, with their columns.
PRODUCT_TABLES = {
    "product_classes": CLASS_COLUMNS,
    "synonyms": SYNONYM_COLUMNS,
    "relations": RELATION_COLUMNS,
}
#: Seconds for which a process believes that the catalogue is what it was.
_FRESH = 5.0


@dataclass
class _Held:
    """What this process holds; the digests say of which content."""

    asked_at: float = -_FRESH
    digests: dict[str, str] = field(default_factory=dict)
    settings: Settings | None = None
    industries: Industries | None = None
    vocabulary: Vocabulary | None = None
    relations: Relations | None = None


_HELD = _Held()


def forget_catalogue() -> None:
    """Ask the database again at the next use; called after a change, and by tests."""
    _HELD.asked_at = -_FRESH


forgets(forget_catalogue)


def _refresh() -> None:
    """At most one statement every few seconds, a second one where something changed."""
    now = time.monotonic()
    if now - _HELD.asked_at < _FRESH:
        return
    digests = dict(Catalogue.objects.values_list("key", "digest"))
    if digests != _HELD.digests or _HELD.settings is None:
        content = dict(Catalogue.objects.values_list("key", "content"))
        _HELD.settings = settings_from(default_settings() | content.get("settings", {}))
        rows = content.get("industries")
        _HELD.industries = (
            industries_from((code, name, english) for code, name, english in rows)
            if rows
            else default_industries()
        )
        tables = {key: content.get(key) or default_rows(key) for key in PRODUCT_TABLES}
        _HELD.vocabulary, _HELD.relations = products_from(tables)
        _HELD.digests = digests
    _HELD.asked_at = now


@cache
def default_settings() -> dict[str, Any]:
    """What `defaults.toml` says."""
    return tomllib.loads((FOLDER / "defaults.toml").read_text(encoding="utf-8"))


@cache
def default_industries() -> Industries:
    """The table that the product brings."""
    return industries_from(read_industries((FOLDER / "industries.csv").read_text(encoding="utf-8")))


@cache
def default_rows(table: str) -> list[dict[str, str]]:
    """The rows of a table of products that the product brings."""
    return read_table((FOLDER / f"{table}.csv").read_text(encoding="utf-8"), PRODUCT_TABLES[table])


@cache
def partner_weights() -> Weights:
    """How partners are ranked."""
    return parse_weights(tomllib.loads((FOLDER / "partners.toml").read_text(encoding="utf-8")))


def products_from(tables: Mapping[str, Iterable[Row]]) -> tuple[Vocabulary, Relations]:
    """What tables of classes, synonyms and relations say. Raises ProductsError."""
    found = vocabulary_from(tables["product_classes"], tables["synonyms"])
    rows = relations_from(tables["relations"], found.by_code)
    return found, Relations(rows, found.by_code, partner_weights().second_step)


def catalogue() -> Settings:
    """Sources, qualifications, rungs and units in force."""
    _refresh()
    assert _HELD.settings is not None  # noqa: S101  # _refresh has set it
    return _HELD.settings


def industries() -> Industries:
    """The table of industries in force."""
    _refresh()
    assert _HELD.industries is not None  # noqa: S101  # _refresh has set it
    return _HELD.industries


def vocabulary() -> Vocabulary:
    """The product classes in force, with their words."""
    _refresh()
    assert _HELD.vocabulary is not None  # noqa: S101  # _refresh has set it
    return _HELD.vocabulary


def relations() -> Relations:
    """What goes into what, by the tables in force."""
    _refresh()
    assert _HELD.relations is not None  # noqa: S101  # _refresh has set it
    return _HELD.relations


def is_english() -> bool:
    """Whether the page is read in English."""
    return (get_language() or "").startswith("en")


def industry_label(code: str) -> str:
    """The name of an industry in the language of the page, of whatever depth."""
    return industries().label(code, english=is_english()) if code else ""


def industry_options() -> list[tuple[str, str]]:
    """Sections and divisions, as a filter offers them."""
    table, english = industries(), is_english()
    return [
        (code, f"{code} {table.label(code, english=english)}")
        for code in sorted(table.by_code)
        if len(code) in (1, 3)
    ]


def class_label(code: str) -> str:
    """The name of a product class in the language of the page; the code where there is none."""
    found = vocabulary().by_code.get(code)
    return found.label(english=is_english()) if found else code


def class_options() -> list[tuple[str, str]]:
    """The product classes, as a filter offers them."""
    english = is_english()
    return [
        (code, f"{code} {one.label(english=english)}")
        for code, one in sorted(vocabulary().by_code.items())
    ]


def qualification_label(key: str) -> str:
    """The name of a kind of qualification; the key itself where the catalogue has it no more."""
    found = catalogue().kind(key)
    return found.label(english=is_english()) if found else key


def qualification_options() -> list[tuple[str, str]]:
    """The kinds of qualifications, as a filter offers them."""
    return [(one.key, one.label(english=is_english())) for one in catalogue().qualifications]


def service_unit() -> str:
    """The unit that serves enterprises of no known street, and takes files in."""
    return catalogue().service_unit or root_code()


def departments() -> frozenset[str]:
    """The units that see and change every enterprise beside its street."""
    return frozenset((*catalogue().departments, service_unit()))
