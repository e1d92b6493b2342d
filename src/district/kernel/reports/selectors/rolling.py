"""What an approved draft says of each commitment in the text of the next year's plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from district.kernel.plan.public import Commitment, CommitmentState, Said, Statement, StatementKind
from district.kernel.reports.models import Draft, Passage, Slot
from district.kernel.reports.rules.composing import lines_of, text_of
from district.kernel.reports.rules.words import MARK
from district.kernel.reports.selectors.bindings import value_binding
from district.kernel.reports.selectors.facts import Fact, facts
from district.kernel.reports.selectors.parts import parts_of, sections_of
from district.kernel.reports.selectors.staleness import passages_of

#: Sections that say what comes in the next year.
_AHEAD = ("targets", "next:")


@dataclass(frozen=True, slots=True)
class Written:
    """A draft's text, and where each of its passages stands in it."""

    text: str
    passages: tuple[Passage, ...]
    places: Mapping[UUID, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a compiled text says: of commitments, and which measure counts what was achieved."""

    said: dict[UUID, Said]
    counted: dict[UUID, str]


def written(draft: Draft) -> Written:
    """The text of a draft as it becomes a plan's; three queries."""
    passages = passages_of(draft)
    text, places = text_of(draft.title, lines_of(parts_of(sections_of(draft), passages)))
    return Written(text, tuple(passages), {UUID(key): place for key, place in places.items()})


def reading(draft: Draft, of: Written, statements: Iterable[Statement]) -> Reading:
    """Tie the statements that the compiler read to the draft's passages and their numbers."""
    rows = sorted(statements, key=lambda one: one.start)
    said: dict[UUID, Said] = {}
    counted: dict[UUID, str] = {}
    for passage in of.passages:
        start, end = of.places[passage.pk]
        mine = [one for one in rows if start <= one.start < end]
        slots = _in_order(passage)
        tied = list(zip(slots, mine, strict=True)) if len(slots) == len(mine) else []
        counted.update(
            (one.pk, slot.measure_id)
            for slot, one in tied
            if slot.measure_id and one.kind == StatementKind.ACTUAL
        )
        if passage.commitment_id and passage.section.key.startswith(_AHEAD):
            said.setdefault(passage.commitment_id, _said(passage, start, tied, draft.year + 1))
    return Reading(said, counted)


def _in_order(passage: Passage) -> list[Slot]:
    """The numbers of a passage's words in the order in which they stand there."""
    slots = {slot.number: slot for slot in passage.slots.all()}
    marks = [int(mark) for mark in MARK.findall(passage.text) if mark.isdigit()]
    return [slots[mark] for mark in marks if mark in slots]


def _said(passage: Passage, start: int, tied: Sequence[tuple[Slot, Statement]], year: int) -> Said:
    for slot, one in tied:
        if slot.kind == StatementKind.TARGET and slot.year == year:
            return Said(start, one.pk)
    ahead = [slot for slot in passage.slots.all() if slot.year == year]
    return Said(start, value=ahead[0].value if ahead else None)


def finished(draft: Draft) -> dict[UUID, str]:
    """Why commitments are finished, by key, with their last value in words: the target is reached,
    or all parts of a whole are done."""
    rows = facts(Commitment.objects.filter(report=draft.report), draft.year)
    with translation.override(settings.LANGUAGE_CODE):
        return {
            one.row.pk: _reached(one, draft.year)
            for one in rows
            if one.outcome in ("reached", "exceeded") and one.row.state == CommitmentState.ACTIVE
        }


def _reached(fact: Fact, year: int) -> str:
    bound = value_binding(fact, year)
    value = bound.face.text if bound is not None else ""
    when = bound.period_end.isoformat() if bound is not None and bound.period_end else ""
    return _("%(year)s年目标已完成：截至%(when)s为%(value)s。") % {
        "year": year,
        "when": when,
        "value": value,
    }
