"""Which passages of a draft no longer say what is recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from district.kernel.measures.public import Filing, MeasureValue
from district.kernel.plan.public import CommitmentState
from district.kernel.reports.models import (
    Change,
    ChangeState,
    Draft,
    Passage,
    Section,
    Slot,
    SlotSource,
)
from district.kernel.reports.rules.staleness import compare
from district.kernel.reports.rules.words import Face
from district.kernel.reports.selectors.bindings import (
    Binding,
    achieved_binding,
    binding_now,
    binding_of_slot,
)
from district.kernel.reports.selectors.facts import (
    Achievement,
    Fact,
    achieved_by,
    counted_once,
    facts_by,
    measures_of,
    values_of,
)
from district.kernel.reports.selectors.outline import number_kind, told_by_statement, told_of

WHAT: dict[str, Promise] = {
    "gone": _("来源已不存在"),
    "value": _("数值有变化"),
    "unit": _("单位或口径有变化"),
    "period": _("有更新的统计期"),
    "status": _("数据状态有变化"),
    "definition": _("口径版本有变化"),
    "name": _("承诺表述有变化"),
    "outcome": _("完成情况有变化"),
}
# What `known_of` asks of passages, in the same query; and long texts that nobody asks for.
_TOLD = (
    "commitment__report",
    "commitment__measure",
    "commitment__tracked",
    "commitment__lead_unit",
    "commitment__statement",
    "statement__counted_by",
    "statement__edition",
)
_LONG = (
    "commitment__statement__text",
    "commitment__statement__compiled",
    "statement__text",
    "statement__compiled",
    "statement__edition__text",
)
#: Kinds of words that say how a thing came out.
OUTTURN = ("exceeded", "reached", "short", "not_due", "unknown", "done", "open", "late")


@dataclass(frozen=True, slots=True)
class StaleSlot:
    """A number that changed: as taken, as it is now (None: gone), and what changed."""

    slot: Slot
    new: Binding | None
    what: tuple[str, ...]

    @property
    def old_text(self) -> str:
        """As it is printed in the draft."""
        return _shown(binding_of_slot(self.slot).face)

    @property
    def new_text(self) -> str:
        """As it would be printed now; "" where it is gone."""
        return _shown(self.new.face) if self.new else ""


@dataclass(frozen=True, slots=True)
class StalePassage:
    """A passage that no longer says what is recorded.

    `name` is (old, new) where what was promised changed, `kind` where how it came out did; a new
    kind of "" says that the thing is to be told no more.
    """

    passage: Passage
    slots: tuple[StaleSlot, ...] = ()
    name: tuple[str, str] | None = None
    kind: tuple[str, str] | None = None

    @property
    def words(self) -> list[Promise]:
        """What changed, each once."""
        keys = [what for one in self.slots for what in one.what]
        keys += ["name"] * (self.name is not None) + ["outcome"] * (self.kind is not None)
        return [WHAT[key] for key in dict.fromkeys(keys)]


def _shown(face: Face) -> str:
    sign = "-" if face.growth and face.rounded < 0 else ""
    return f"{sign}{face.text}"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known now of what passages tell: of commitments, and of achievements without one, by
    the key of the statement."""

    facts: Mapping[UUID, Fact]
    achieved: Mapping[UUID, Achievement]

    def of(self, row: Passage) -> Fact | Achievement | None:
        """What a passage tells of; None where it is gone."""
        if row.statement_id is not None:
            return self.achieved.get(row.statement_id)
        return self.facts.get(row.commitment_id) if row.commitment_id else None


def known_of(passages: Iterable[Passage], draft: Draft) -> Known:
    """What is known now of passages that were read by `passages_of`; one query besides outlooks."""
    rows = list(passages)
    commitments = {one.commitment.pk: one.commitment for one in rows if one.commitment is not None}
    alive = [one for one in commitments.values() if one.state != CommitmentState.CANCELLED]
    stated = {one.statement.pk: one.statement for one in rows if one.statement is not None}
    counted = counted_once(stated.values())
    wanted = [*measures_of(alive), *(str(one.counted_by_id) for one in counted)]
    values = values_of(wanted, draft.year)
    report = draft.report
    return Known(
        {one.row.pk: one for one in facts_by(alive, values, draft.year)},
        {one.statement.pk: one for one in achieved_by(counted, report, values)},
    )


def stale_passages(
    draft: Draft, passages: Sequence[Passage] | None = None
) -> dict[UUID, StalePassage]:
    """The stale passages of a draft by key, in its order. `passages` have their slots at hand."""
    rows = passages if passages is not None else passages_of(draft)
    known = known_of(rows, draft)
    filed = filed_now(one for row in rows for one in row.slots.all())
    found = {}
    for row in rows:
        now = known.of(row)
        if row.statement_id is not None:
            achieved = now if isinstance(now, Achievement) else None
            stale = _stale_achieved(row, achieved, filed, draft.year)
        else:
            fact = now if isinstance(now, Fact) else None
            stale = _stale(row, fact, filed, draft.year)
        if stale is not None:
            found[row.pk] = stale
    return found


def passages_of(draft: Draft, section: Section | None = None) -> list[Passage]:
    """The passages in the order of the text (of one section, if given), with section, slots, what
    they tell of, and `is_waiting`: whether a change of it waits; two queries."""
    waiting = Change.objects.filter(passage=OuterRef("pk"), state=ChangeState.PROPOSED)
    wanted = Q(section=section) if section is not None else Q(section__draft=draft)
    return list(
        Passage.objects.filter(wanted)
        .select_related("section", *_TOLD)
        .defer(*_LONG)
        .annotate(is_waiting=Exists(waiting))
        .prefetch_related(Prefetch("slots", Slot.objects.select_related("measure")))
        .order_by("section__position", "position")
    )


def _stale(
    row: Passage, fact: Fact | None, filed: Mapping[UUID, Binding | None], year: int
) -> StalePassage | None:
    slots = []
    for slot in row.slots.all():
        new = binding_for(slot, fact, filed, year)
        differs = compare(binding_of_slot(slot), new)
        if differs.is_stale:
            slots.append(StaleSlot(slot, new, differs.what))
    name = kind = None
    if row.told:
        if fact is None:
            kind = (row.phrasing, "")
        else:
            now = told_of(fact.row)
            if now != row.told:
                name = (str(row.told.get("title", "")), now["title"])
            kind = _kind(row, fact)
    if not slots and name is None and kind is None:
        return None
    return StalePassage(row, tuple(slots), name, kind)


def _stale_achieved(
    row: Passage, now: Achievement | None, filed: Mapping[UUID, Binding | None], year: int
) -> StalePassage | None:
    """Of what was achieved without a promise: its number, or its name."""
    slots = []
    for slot in row.slots.all():
        new = filed.get(slot.pk)
        if slot.source != SlotSource.FILING:
            new = achieved_binding(now, year) if now is not None else None
        differs = compare(binding_of_slot(slot), new)
        if differs.is_stale:
            slots.append(StaleSlot(slot, new, differs.what))
    said = told_by_statement(now) if now is not None else None
    name = None
    if said is not None and said != row.told:
        name = (str(row.told.get("title", "")), said["title"])
    kind = (row.phrasing, "") if now is None else None
    if not slots and name is None and kind is None:
        return None
    return StalePassage(row, tuple(slots), name, kind)


def _kind(row: Passage, fact: Fact) -> tuple[str, str] | None:
    was = row.phrasing
    now = was
    if fact.row.state == CommitmentState.CARRIED:
        # It has neither clock nor light any more: how it came out stands as it was told.
        return None
    if was in OUTTURN:
        now = number_kind(fact)
    elif was == "gap":
        now = was if fact.outcome == "short" else ""
    elif was == "task":
        now = was if fact.deed != "done" else ""
    elif was == "target":
        now = was if fact.proposal is not None else ""
    return (was, now) if now != was else None


def binding_for(
    slot: Slot, fact: Fact | None, filed: Mapping[UUID, Binding | None], year: int
) -> Binding | None:
    """What a slot is bound to now."""
    if slot.source == SlotSource.FILING:
        return filed.get(slot.pk)
    return binding_now(slot.source, fact, year) if fact is not None else None


def filed_now(slots: Iterable[Slot]) -> dict[UUID, Binding | None]:
    """What filings' numbers are now: the current vintage of what they reported; one query."""
    mine = [slot for slot in slots if slot.source == SlotSource.FILING]
    if not mine:
        return {}
    wanted = Q()
    for slot in mine:
        wanted |= Q(
            measure_id=slot.measure_id,
            unit_id=slot.unit_id,
            period_start=slot.period_start,
            period_end=slot.period_end,
        )
    rows: dict[tuple[object, ...], MeasureValue] = defaultdict()
    for row in MeasureValue.objects.filter(wanted, superseded_by=None).select_related("measure"):
        rows[row.measure_id, row.unit_id, row.period_start, row.period_end] = row
    found: dict[UUID, Binding | None] = {}
    for slot in mine:
        place = (slot.measure_id, slot.unit_id, slot.period_start, slot.period_end)
        now = rows.get(place)
        found[slot.pk] = None if now is None else _of_value(slot, now)
    return found


def _of_value(slot: Slot, row: MeasureValue) -> Binding:
    return replace(
        binding_of_slot(slot),
        value=row.value,
        unit_word=row.measure.unit,
        status=row.status,
        definition_version=row.definition_version,
    )


def filings_to_cite(measure_ids: Iterable[str] | None = None) -> list[Filing]:
    """Signed-off filings with evidence, the newest first: the numbers that words may bring."""
    rows = Filing.objects.filter(
        state=Filing.State.SIGNED_OFF, value__isnull=False, evidence__isnull=False
    )
    if measure_ids is not None:
        rows = rows.filter(measure_id__in=list(measure_ids))
    return list(
        rows.select_related("measure", "unit").distinct().order_by("-period_end", "pk")[:100]
    )
