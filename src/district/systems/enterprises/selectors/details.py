"""One enterprise as its page shows it: every fact with who says so and who says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from district.kernel.organisation.public import Unit
from district.kernel.registers.public import plain_number
from district.systems.enterprises.models import Enterprise, NameRecord
from district.systems.enterprises.rules.facts import FACTS, Fact, Plain, from_plain
from district.systems.enterprises.rules.resolving import Telling, resolve
from district.systems.enterprises.selectors.catalogue import industry_label
from district.systems.enterprises.selectors.sources import tellings_of


@dataclass(frozen=True)
class Said:
    """A value in words, who says it, as of when."""

    text: str
    source: str
    told_on: date


@dataclass(frozen=True)
class ShownFact:
    """A fact on the page: what is believed, and what other sources say instead."""

    fact: Fact
    believed: Said | None
    conflicts: tuple[Said, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it is drawn as digits."""
        return self.fact.type in ("integer", "decimal")


def facts_of(row: Enterprise) -> list[ShownFact]:
    """Every fact of an enterprise in the order of the catalogue; one statement, or two where
    another place than its own is named. Its street and community are loaded."""
    found = resolve(tellings_of(row))
    named = {
        str(value)
        for key, one in found.items()
        if key in ("street", "community")
        for value in (one.value, *(other for _telling, other in one.others))
    }
    own = {unit.pk: unit for unit in (row.street_unit, row.community_unit) if unit is not None}
    places = {code: unit.display_short for code, unit in own.items()} | _places(named - set(own))

    def said(fact: Fact, telling: Telling, value: Plain) -> Said:
        return Said(words(fact, value, places), telling.name, telling.told_on)

    shown = []
    for fact in FACTS:
        one = found.get(fact.key)
        if one is None:
            shown.append(ShownFact(fact, None))
            continue
        conflicts = tuple(said(fact, telling, value) for telling, value in one.conflicts)
        shown.append(ShownFact(fact, said(fact, one.by, one.value), conflicts))
    return shown


def _places(codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    return {unit.pk: unit.display_short for unit in Unit.objects.filter(pk__in=codes)}


def words(fact: Fact, value: Plain, places: Mapping[str, str]) -> str:
    """A value as people read it, without its unit."""
    if fact.key == "industry":
        return f"{value} {industry_label(str(value))}"
    if fact.key in ("street", "community"):
        return places.get(str(value), str(value))
    if fact.choices:
        return str(dict(fact.choices).get(str(value), value))
    if fact.type == "boolean":
        return _("是") if value else _("否")
    if fact.type in ("integer", "decimal"):
        return plain_number(from_plain(fact, value))
    return str(value)


def names_of(row: Enterprise) -> list[NameRecord]:
    """The names that an enterprise bore before, the last first."""
    return list(row.former_names.order_by("-until", "-pk"))
