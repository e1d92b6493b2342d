"""What a commitment's numbers are bound to at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from district.kernel.reports.models import Slot
from district.kernel.reports.rules.composing import Told
from district.kernel.reports.rules.words import Face
from district.kernel.reports.rules.writing import Bound
from district.kernel.reports.selectors.facts import Achievement, Fact


@dataclass(frozen=True, slots=True)
class Binding:
    """A number and where it comes from; the fields are those of `models.Slot`."""

    source: str
    name: str
    value: Decimal
    unit_word: str
    places: int
    kind: str
    year: int
    growth: bool
    measure_id: str | None = None
    unit_id: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    status: str = ""
    definition_version: int = 0
    why: str = ""

    @property
    def face(self) -> Face:
        """How it is printed."""
        return Face(
            self.value,
            self.unit_word,
            self.places,
            self.growth,
            self.period_start,
            self.period_end,
        )

    @property
    def bound(self) -> Bound:
        """For writing."""
        face = self.face
        told = Told(self.name, face.rounded, self.unit_word, self.kind, self.year, self.growth)
        return Bound(face, told)


def binding_of_slot(slot: Slot) -> Binding:
    """What a slot was bound to when its number was taken."""
    return Binding(
        source=slot.source,
        name=slot.name,
        value=slot.value,
        unit_word=slot.unit_word,
        places=slot.places,
        kind=slot.kind,
        year=slot.year,
        growth=slot.growth,
        measure_id=slot.measure_id,
        unit_id=slot.unit_id,
        period_start=slot.period_start,
        period_end=slot.period_end,
        status=slot.status,
        definition_version=slot.definition_version,
        why=slot.why,
    )


def value_binding(fact: Fact, year: int) -> Binding | None:
    """The newest value of the year, None where nothing was measured."""
    row, bound = fact.row, fact.bound
    if fact.value is None or bound is None:
        return None
    return Binding(
        source="value",
        name=row.title,
        value=fact.value,
        unit_word=row.unit,
        places=fact.places,
        kind="actual",
        year=year,
        growth=fact.form == "growth",
        measure_id=row.measure_id,
        unit_id=bound.unit_id,
        period_start=fact.since,
        period_end=bound.period_end,
        status=bound.status,
        definition_version=bound.definition_version,
    )


def achieved_binding(one: Achievement, year: int) -> Binding:
    """The newest value of the year of what was achieved without a promise."""
    bound = one.bound
    return Binding(
        source="value",
        name=one.title,
        value=one.value,
        unit_word=one.statement.unit,
        places=one.places,
        kind="actual",
        year=year,
        growth=one.form == "growth",
        measure_id=bound.measure_id,
        unit_id=bound.unit_id,
        period_start=one.since,
        period_end=bound.period_end,
        status=bound.status,
        definition_version=bound.definition_version,
    )


def target_binding(fact: Fact, year: int) -> Binding | None:
    """The year's target in force."""
    if fact.row.value is None:
        return None
    return Binding(
        source="target",
        name=fact.row.title,
        value=fact.row.value,
        unit_word=fact.row.unit,
        places=6,
        kind="target",
        year=year,
        growth=fact.form == "growth",
    )


def proposal_binding(fact: Fact, year: int) -> Binding | None:
    """What is proposed for the year after."""
    if fact.proposal is None:
        return None
    return Binding(
        source="proposal",
        name=fact.row.title,
        value=fact.proposal.value,
        unit_word=fact.row.unit,
        places=fact.places if fact.proposal.why == "rest" else 6,
        kind="target",
        year=year + 1,
        growth=fact.form == "growth",
        why=fact.proposal.why,
    )


def binding_now(source: str, fact: Fact, year: int) -> Binding | None:
    """What a slot of this source would be bound to now; a filing's number is not the fact's."""
    if source == "value":
        return value_binding(fact, year)
    if source == "target":
        return target_binding(fact, year)
    return proposal_binding(fact, year) if source == "proposal" else None
