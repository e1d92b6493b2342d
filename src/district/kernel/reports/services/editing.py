"""Tracked changes of a passage's words. No change touches a number: numbers are bound."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.measures.public import Filing
from district.kernel.organisation.public import authorise
from district.kernel.reports.models import Change, ChangeState, Draft, Passage, Section, Slot
from district.kernel.reports.rights import owned
from district.kernel.reports.rules.composing import Told
from district.kernel.reports.rules.words import LONGEST, fault_of
from district.kernel.reports.selectors.bindings import Binding
from district.kernel.reports.selectors.parts import Reworded, bindings_in, misread
from district.kernel.reports.services.slots import slot_row
from district.kernel.reports.subjects import draft_subject

_BRINGS = "{+}"


@transaction.atomic
def propose_change(
    passage_id: UUID | str,
    text: str,
    *,
    actor: Actor,
    filing_id: UUID | str | None = None,
    version: int | None = None,
) -> Change | None:
    """Propose other words for a passage; None where they are those that it has.

    Every mark of a number stays once; a number is brought only by a signed-off filing with
    evidence, at the mark `{+}`. The compiler must still read the bound numbers and no other.
    Raises NotFound, NotPermitted, Invalid (text, filing) and Conflict where another change waits,
    the draft is approved, or somebody changed the passage since `version`.
    """
    row = open_passage(passage_id, version)
    authorise(actor, "reports.passage.edit", owned(row.section))
    text = " ".join(text.split())
    if text == row.text and filing_id is None:
        return None
    if row.changes.filter(state=ChangeState.PROPOSED).exists():
        raise Conflict(_("这一句已有待处理的修订。请先接受、不接受或撤销。"))
    filing = _filing(filing_id) if filing_id else None
    _check_words(row, text, brings=filing is not None)
    named = _check_reading(row, text, filing)
    change = Change.objects.create(
        passage=row,
        before=row.text,
        after=text,
        filing=filing,
        name=named.title if named else "",
        growth=named.growth if named else False,
        made_at=clock.now(),
        made_by=actor.name[:80],
        made_by_id=str(actor.id),
    )
    _note(change, "reports.change.proposed", actor)
    return change


@transaction.atomic
def accept_change(change_id: UUID | str, *, actor: Actor) -> Change:
    """Put a proposed change in force. The words are checked anew: others may have changed since.

    Raises NotPermitted, Invalid (text) and Conflict where it waits no more.
    """
    change = _waiting(change_id)
    authorise(actor, "reports.change.decide")
    row = open_passage(change.passage_id)
    if change.before != row.text:
        raise Conflict(_("这一句在提出修订后又有变化。请不接受这条修订，再重新修改。"))
    named = _check_reading(row, change.after, change.filing)
    text = change.after
    if change.filing is not None and named is not None:
        change.number = _next_number(row)
        text = text.replace(_BRINGS, f"{{{change.number}}}")
        binding = filing_binding(change.filing, named, row.section.draft.year)
        slot_row(row, change.number, binding, clock.now()).save(force_insert=True)
        Slot.objects.filter(passage=row, number=change.number).update(filing=change.filing)
    row.text, row.variant = text, None
    save_versioned(row, ["text", "variant"])
    change.after = text
    _decide(change, ChangeState.ACCEPTED, actor, clock.now())
    _note(change, "reports.change.accepted", actor)
    return change


@transaction.atomic
def reject_change(change_id: UUID | str, *, actor: Actor) -> Change:
    """Leave a passage as it is. Raises NotPermitted, and Conflict where it waits no more."""
    change = _waiting(change_id)
    authorise(actor, "reports.change.decide")
    open_passage(change.passage_id)
    _decide(change, ChangeState.REJECTED, actor, clock.now())
    _note(change, "reports.change.rejected", actor)
    return change


@transaction.atomic
def undo_change(change_id: UUID | str, *, actor: Actor) -> Change:
    """Take a change back: a waiting one by whoever proposed it, an accepted one by a planner.

    Of accepted changes only a passage's last one, while its words stand; a number that it brought
    goes with it. Raises NotPermitted, Conflict, and Invalid (text) where the words before would be
    misread by now.
    """
    change = _change(change_id)
    row = open_passage(change.passage_id)
    if change.state == ChangeState.PROPOSED:
        if change.made_by_id != str(actor.id):
            authorise(actor, "reports.change.decide")
        _decide(change, ChangeState.UNDONE, actor, clock.now())
        _note(change, "reports.change.undone", actor)
        return change
    authorise(actor, "reports.change.decide")
    if change.state != ChangeState.ACCEPTED or change.after != row.text:
        raise Conflict(_("这条修订已不是这一句的最新文字，不能撤销。"))
    if change.number is not None:
        Slot.objects.filter(passage=row, number=change.number).delete()
        row = open_passage(change.passage_id)
    _check_reading(row, change.before, None)
    row.text = change.before
    save_versioned(row, ["text"])
    _decide(change, ChangeState.UNDONE, actor, clock.now())
    _note(change, "reports.change.undone", actor)
    return change


def open_passage(passage_id: UUID | str, version: int | None = None) -> Passage:
    """A passage of a draft that is still written, the draft locked; NotFound, Conflict."""
    row = (
        Passage.objects.select_related("section__draft", "section__owner", "commitment")
        .filter(pk=passage_id)
        .first()
    )
    if row is None:
        raise NotFound(_("没有这一句。"))
    draft = Draft.objects.select_for_update().get(pk=row.section.draft_id)
    if not draft.is_open:
        raise Conflict(_("报告已经审定，不能再修改。"))
    row.refresh_from_db(fields=["text", "version", "variant", "phrasing", "told", "joins"])
    if version is not None and version != row.version:
        raise Conflict(_("这一句刚被别人修改过。请刷新后再试。"))
    return row


def filing_binding(filing: Filing, named: Told, year: int) -> Binding:
    """What the number of a filing is bound to."""
    value = filing.value
    assert value is not None  # noqa: S101  # `_filing` has asked
    return Binding(
        source="filing",
        name=named.title,
        value=value,
        unit_word=filing.measure.unit,
        places=6,
        kind="actual",
        year=year,
        growth=named.growth,
        measure_id=filing.measure_id,
        unit_id=filing.unit_id,
        period_start=filing.period_start,
        period_end=filing.period_end,
        status=filing.value_recorded.status if filing.value_recorded else filing.status,
        definition_version=(
            filing.value_recorded.definition_version if filing.value_recorded else 0
        ),
    )


def _filing(filing_id: UUID | str) -> Filing:
    row = Filing.objects.select_related("measure", "unit", "value_recorded").filter(pk=filing_id)
    filing = row.first()
    if filing is None or filing.state != Filing.State.SIGNED_OFF or filing.value is None:
        raise Invalid(
            "filing", _("这份填报没有审定的数值。"), _("请选择已审定的填报，或先完成审定。")
        )
    if not filing.evidence.exists():
        raise Invalid(
            "filing", _("这份填报没有佐证材料。"), _("请先在填报中上传佐证材料，再引用这个数。")
        )
    return filing


def _check_words(row: Passage, text: str, *, brings: bool) -> None:
    fault = fault_of(row.text, text, brings=brings)
    if fault is None:
        return
    remedy = _("请保留原有的数字标记，不要增删。数字只能取自指标、目标或有佐证的填报。")
    problems = {
        "empty": (_("没有文字。"), _("请写一句话。")),
        "long": (_("文字超过 %(most)s 字。") % {"most": LONGEST}, _("请缩短。")),
        "brace": (_("文字里有不认识的标记。"), remedy),
        "marks": (_("数字标记与原句不一致。"), remedy),
        "digits": (
            _("文字里有手写的数字。"),
            _("请删去手写数字；确需增加的，先填报并上传佐证材料，再引用该填报。"),
        ),
        "spoken": (
            _("文字里有用汉字写的比例或倍数。"),
            _("请删去；确需增加的，先填报并上传佐证材料，再引用该填报。"),
        ),
    }
    problem, how = problems[fault]
    raise Invalid("text", problem, how)


def _check_reading(row: Passage, text: str, filing: Filing | None) -> Told | None:
    """That all numbers are still read as they are bound; what a filing's number is read as."""
    draft = row.section.draft
    if row.section.kind == Section.Kind.TERMS:
        return None
    bindings = bindings_in(row)
    before = set(misread(draft))
    named = None
    if filing is not None:
        text, bindings, named = _named(row, text, bindings, filing)
    after = misread(draft, {row.pk: Reworded(text, bindings, row.joins)})
    worse = set(after) - before
    if row.pk in after:
        raise Invalid(
            "text",
            _("改后这一句的数字会被读成别的意思。"),
            _("请保留“%(names)s”等指标名称，紧接在数字前后，不要写目标、去年等字样。")
            % {"names": "、".join(dict.fromkeys(one.name for one in bindings.values())) or "—"},
        )
    if worse:
        raise Invalid(
            "text", _("改后邻近语句的数字会被读错。"), _("请把这句写完整，不要影响下一句。")
        )
    return named


def _named(
    row: Passage, text: str, bindings: dict[int, Binding], filing: Filing
) -> tuple[str, dict[int, Binding], Told]:
    """The words with a filing's number in them, and what the compiler reads it as."""
    year = row.section.draft.year
    number = _next_number(row)
    text = text.replace(_BRINGS, f"{{{number}}}")
    guess = Told("", filing.value or 0, filing.measure.unit, "actual", year, False)  # type: ignore[arg-type]  # asked before
    tried = {**bindings, number: filing_binding(filing, guess, year)}
    found = misread(row.section.draft, {row.pk: Reworded(text, tried, row.joins)}).get(row.pk)
    read = found.found if found else ()
    known = {(one.bound.told.title, one.value) for one in bindings.values()}
    for told in read:
        fits = told.value == filing.value and told.unit == filing.measure.unit
        meant = told.kind == "actual" and told.year == year
        if fits and meant and (told.title, told.value) not in known:
            tried[number] = filing_binding(filing, told, year)
            return text, tried, told
    raise Invalid(
        "text",
        _("从这句话里读不出所引填报的数。"),
        _("请写明指标名称和完成的意思，例如“%(name)s完成{+}”。") % {"name": filing.measure.name},
    )


def _next_number(row: Passage) -> int:
    return max((slot.number for slot in row.slots.all()), default=0) + 1


def _change(change_id: UUID | str) -> Change:
    change = (
        Change.objects.select_related("filing__measure", "filing__value_recorded", "passage")
        .filter(pk=change_id)
        .first()
    )
    if change is None:
        raise NotFound(_("没有这条修订。"))
    return change


def _waiting(change_id: UUID | str) -> Change:
    change = _change(change_id)
    if change.state != ChangeState.PROPOSED:
        raise Conflict(_("这条修订已经处理过。"))
    return change


def _decide(change: Change, state: ChangeState, actor: Actor, now: datetime) -> None:
    """Only one of two decisions made at once comes through: the draft is locked by then."""
    changed = Change.objects.filter(pk=change.pk, state=change.state).update(
        state=state,
        after=change.after,
        number=change.number,
        decided_at=now,
        decided_by=actor.name[:80],
    )
    if not changed:
        raise Conflict(_("这条修订已经处理过。"))
    change.state = state


def _note(change: Change, kind: str, actor: Actor) -> None:
    data = {
        "passage": change.passage_id,
        "change": change.pk,
        "before": change.before,
        "after": change.after,
        **({"filing": change.filing_id} if change.filing_id else {}),
    }
    record(draft_subject(change.passage.section.draft_id), kind, data, actor=actor)
