"""Taking what is recorded now in place of what a passage says."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.reports.models import Change, ChangeState, Passage, Slot, SlotSource
from district.kernel.reports.phrases import HELD
from district.kernel.reports.rules.writing import Chapter, Item, Written, write
from district.kernel.reports.selectors.bindings import (
    Binding,
    achieved_binding,
    proposal_binding,
)
from district.kernel.reports.selectors.facts import Achievement, Fact
from district.kernel.reports.selectors.outline import (
    achieved_item,
    bindings_of,
    item_of,
    told_by_statement,
    told_of,
)
from district.kernel.reports.selectors.parts import Reworded, bindings_in, misread
from district.kernel.reports.selectors.staleness import (
    OUTTURN,
    StalePassage,
    known_of,
    passages_of,
    stale_passages,
)
from district.kernel.reports.services.editing import open_passage
from district.kernel.reports.services.slots import put, slot_row
from district.kernel.reports.subjects import draft_subject

#: What a passage tells of: a commitment, or an achievement without one.
_Source = Fact | Achievement | None


@transaction.atomic
def take_new(passage_id: UUID | str, *, actor: Actor) -> bool:
    """Let a stale passage say what is recorded now; whether anything was stale.

    Its numbers are bound anew. Where its name or how it came out changed, or the words would be
    misread, it is worded anew, visible as an accepted change; a passage whose commitment or number
    is gone is taken out. Raises NotFound, NotPermitted, and Conflict where a change of it waits.
    """
    row = open_passage(passage_id)
    authorise(actor, "reports.change.decide")
    return _take([row.pk], row, actor) > 0


@transaction.atomic
def take_all_new(draft_id: UUID | str, *, actor: Actor) -> int:
    """The same for every stale passage of a draft that no change waits for; how many."""
    authorise(actor, "reports.change.decide")
    first = Passage.objects.filter(section__draft=UUID(str(draft_id))).first()
    if first is None:
        return 0
    row = open_passage(first.pk)
    waiting = set(
        Change.objects.filter(
            passage__section__draft=UUID(str(draft_id)), state=ChangeState.PROPOSED
        ).values_list("passage_id", flat=True)
    )
    stale = [key for key in stale_passages(row.section.draft) if key not in waiting]
    return _take(stale, row, actor)


def _take(keys: list[UUID], row: Passage, actor: Actor) -> int:
    draft = row.section.draft
    if Change.objects.filter(passage__in=keys, state=ChangeState.PROPOSED).exists():
        raise Conflict(_("这一句有待处理的修订。请先处理修订，再更新数据。"))
    every = passages_of(draft)
    wanted = [one for one in every if one.pk in set(keys)]
    stale = stale_passages(draft, wanted)
    known = known_of(wanted, draft)
    for one in wanted:
        if one.pk in stale:
            _renew(one, stale[one.pk], known.of(one), actor)
    return len(stale)


def _renew(row: Passage, stale: StalePassage, fact: _Source, actor: Actor) -> None:
    before = {slot.number: f"{slot.value}{slot.unit_word}" for slot in row.slots.all()}
    if _is_gone(row, stale, fact):
        _note(row, "reports.passage.removed", {"text": row.text, "numbers": before}, actor)
        row.delete()
        return
    year = row.section.draft.year
    wanted = _bindings(row, stale, fact, year)
    _bind(row, wanted)
    text, was = row.text, row.text
    reword = stale.name is not None or stale.kind is not None
    if isinstance(fact, Achievement):
        row.told = told_by_statement(fact)
    elif fact is not None:
        row.told = told_of(fact.row)
        row.why = {"light": fact.light, "reasons": [dict(one) for one in fact.reasons]}
    instead = Reworded(text, wanted, row.joins)
    if reword or row.pk in misread(row.section.draft, {row.pk: instead}):
        text = _worded(row, fact, wanted)
    row.text = text
    _mark_apart(row)
    save_versioned(row, ["text", "variant", "phrasing", "joins", "told", "why"])
    if text != was:
        _track(row, was, actor)
    now = {slot.number: f"{slot.value}{slot.unit_word}" for slot in row.slots.all()}
    _note(row, "reports.passage.renewed", {"before": before, "after": now}, actor)


def _is_gone(row: Passage, stale: StalePassage, fact: _Source) -> bool:
    if stale.kind is not None and stale.kind[1] == "":
        return True
    first = next((one for one in stale.slots if one.slot.number == 1), None)
    return fact is None and first is not None and first.new is None


def _bindings(row: Passage, stale: StalePassage, fact: _Source, year: int) -> dict[int, Binding]:
    """The numbers that the passage is to have: those of a filing stay while they are there."""
    found: dict[int, Binding] = {}
    proposed = None
    if isinstance(fact, Achievement):
        found = {1: achieved_binding(fact, year)}
    elif fact is not None:
        if row.phrasing in OUTTURN or row.phrasing == "apart":
            found = bindings_of(fact, year)
        proposed = proposal_binding(fact, year)
    is_proposal = row.section.key == "targets" or row.section.key.startswith("next:")
    if is_proposal:
        found = {1: proposed} if proposed is not None else {}
    changed = {one.slot.number: one.new for one in stale.slots}
    for number, binding in bindings_in(row).items():
        if binding.source == SlotSource.FILING:
            new = changed.get(number, binding)
            if new is not None:
                found[number] = new
    return found


def _bind(row: Passage, wanted: dict[int, Binding]) -> None:
    now = clock.now()
    known = {slot.number: slot for slot in row.slots.all()}
    for number, slot in known.items():
        if number not in wanted:
            slot.delete()
    for number, binding in wanted.items():
        if number in known:
            save_versioned(known[number], put(known[number], binding, now))
        else:
            slot_row(row, number, binding, now).save(force_insert=True)
    _forget(row)


def _forget(row: Passage) -> None:
    """Have the slots read anew: what was prefetched is old."""
    getattr(row, "_prefetched_objects_cache", {}).pop("slots", None)


def _mark_apart(row: Passage) -> None:
    """Which numbers stand in the words, and which in the annexed table alone."""
    for slot in row.slots.all():
        apart = f"{{{slot.number}}}" not in row.text
        if slot.apart != apart:
            Slot.objects.filter(pk=slot.pk).update(apart=apart)
    _forget(row)


def _worded(row: Passage, fact: _Source, wanted: dict[int, Binding]) -> str:
    """The passage in words of the phrasing, alone in a paragraph where it would be misread."""
    if fact is None:
        raise Conflict(_("这一句引用的填报已经没有数值。请先修改文字，删去这个数。"))
    if isinstance(fact, Achievement):
        item, _planned = achieved_item(fact, row.section.draft.year)
    else:
        item, _planned = item_of(fact, _kind(row, fact), _of_fact(wanted), "again")
    written = _write(row, item)
    row.joins = False
    if written is None:
        row.phrasing, row.variant = "unknown", None
        return HELD.now().of("apart")[0].replace("{name}", item.name)
    row.phrasing, row.variant = written.kind, written.variant
    return written.text


def _of_fact(wanted: dict[int, Binding]) -> dict[int, Binding]:
    return {number: one for number, one in wanted.items() if one.source != SlotSource.FILING}


def _kind(row: Passage, fact: Fact) -> str:
    if row.section.key == "targets" or row.section.key.startswith("next:"):
        return "target" if fact.proposal is not None else "task"
    if row.phrasing == "gap":
        return "gap"
    return fact.outcome if fact.row.value is not None else fact.deed


def _write(row: Passage, item: Item) -> Written | None:
    section, draft = row.section, row.section.draft
    year = draft.year
    head = "tasks" if item.kind in ("target", "task") else "done"
    top = Chapter(1, HELD.now().heading(head, year))
    kind = "list" if section.kind == section.Kind.LIST else "prose"
    chapter = Chapter(section.level, section.heading, (item,), kind)  # type: ignore[arg-type]  # one of the words of PartKind
    found = write(draft.title, [top, chapter], HELD.now())[1]
    return found[0] if found else None


def _track(row: Passage, before: str, actor: Actor) -> None:
    Change.objects.create(
        passage=row,
        before=before,
        after=row.text,
        state=ChangeState.ACCEPTED,
        made_at=clock.now(),
        made_by=actor.name[:80],
        made_by_id=str(actor.id),
        decided_at=clock.now(),
        decided_by=actor.name[:80],
    )


def _note(row: Passage, kind: str, data: dict[str, object], actor: Actor) -> None:
    record(draft_subject(row.section.draft_id), kind, {"passage": row.pk, **data}, actor=actor)
