"""The one way in which a case changes: lock, authorise, validate, record, move, clock, tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case as Order
from django.db.models import IntegerField, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.models import Case, CaseStep, CoUnit, Reporter
from district.kernel.cases.names import CHANGED
from district.kernel.cases.rules.definition import CLOSE_WITH, PREVIOUS, CaseType, Move
from district.kernel.cases.rules.forms import (
    FIELDS,
    check_key,
    checked_form,
    digest,
    plain,
    writable,
    written_facts,
)
from district.kernel.cases.rules.words import said
from district.kernel.cases.services.checks import refuse_unless_guards_hold
from district.kernel.cases.services.clocks import move_clocks
from district.kernel.cases.services.doing import (
    CASES,
    Doing,
    answerable,
    owned,
    refuse_complained,
    subject_of,
)
from district.kernel.cases.services.effects import EFFECTS
from district.kernel.cases.services.telling import tell
from district.kernel.cases.types import move_action, type_of
from district.kernel.history.public import Actor, publish, record
from district.kernel.organisation.public import authorise_by


@transaction.atomic
def perform(
    case_id: UUID | str,
    action: str,
    *,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    key: str = "",
    reporter: Reporter | None = None,
    pictures: int = 0,
) -> Case:
    """Do one action of the case's type; the same `key` does nothing a second time.

    `data` holds the form's fields. `reporter` is who reported the case, or one merged into it,
    proven by their code, where the public acts. `pictures` is how many new pictures the caller
    attaches in the same transaction. Raises NotFound, NotPermitted, Conflict when the stage or a
    guard does not allow it, Invalid naming the field that is missing or wrong. All of it happens,
    or nothing.
    """
    check_key(key)
    case = locked_case(case_id, str((data or {}).get("into") or ""))
    case_type = type_of(case)
    move = case_type.moves.get(action)
    if move is None:
        raise NotFound(_("没有这项操作。"))
    earlier = CaseStep.objects.filter(case=case, key=key).first() if key else None
    if earlier is not None and _is_repeated(earlier, move, actor):
        # The action may have taken away the right to it: its repetition is still no new one.
        return case
    co_units = list(CoUnit.objects.filter(case=case).order_by("pk"))
    authorise_move(case, case_type, move, co_units, actor, reporter)
    if earlier is not None:
        raise Conflict(_("这个请求编号已用于另一项操作。请换一个。"))
    _refuse_elsewhere(case, case_type, move)
    doing = Doing(
        case=case,
        case_type=case_type,
        move=move,
        form=checked_form(move, case_type.schema, data or {}, case_type.least),
        actor=actor,
        now=clock.now(),
        co_units=co_units,
        reporter=reporter,
        target=case.previous_stage if move.target == PREVIOUS else move.target,
        owner_before=answerable(case),
        pictures=pictures,
    )
    refuse_unless_guards_hold(doing)
    _change(doing, key)
    return case


def _change(doing: Doing, key: str) -> None:
    """Effects, stage, clocks, row, step, history, outbox, notices - in that order."""
    case, before, holder = doing.case, doing.case.stage, doing.case.holder_unit_id
    seen = _columns(case)
    unit = doing.acting_unit
    _keep_facts(doing)
    for name in doing.move.effects:
        EFFECTS[name](doing)
    _enter(doing, doing.target or before)
    move_clocks(doing, before, case.stage)
    changed = [name for name, value in _columns(case).items() if seen[name] != value]
    save_versioned(case, changed)
    step = _step(doing, before, unit, key)
    record(
        subject_of(case),
        "cases.case.acted",
        {
            "action": doing.move.key,
            "from": before,
            "to": case.stage,
            "step": step.pk,
            **_without_words(doing, step),
        },
        actor=doing.actor,
    )
    publish(CHANGED, {"case": str(case.pk), "action": doing.move.key}, subject_of(case))
    if case.holder_unit_id != holder or before != case.stage:
        doing.told_units.add(case.holder_unit_id)
    tell(doing, unit)
    if before != case.stage and case.category == Case.Category.DONE:
        _close_merged(case)


def locked_case(case_id: UUID | str, into: str = "") -> Case:
    """The case, locked for this transaction, with the one that it lies inside of and the one that
    it shall be merged `into` (a number); NotFound where there is none.

    The outer case first, as its closing takes it, then by key: nobody waits in a circle.
    """
    key = _uuid(case_id)
    outer = Case.objects.filter(pk=key).values_list("merged_into", flat=True).first()
    number = writable(into).strip().upper()[:24]
    wanted = Q(pk__in=[key, outer] if outer else [key])
    if number:
        wanted |= Q(number=number)
    # Without joins: PostgreSQL drops a row for which it waited, when what it joined has changed.
    rows = Case.objects.select_for_update().filter(wanted).order_by("pk")
    if outer:
        is_outer = Order(When(pk=outer, then=0), default=1, output_field=IntegerField())
        rows = rows.order_by(is_outer, "pk")
    found = next((case for case in rows if case.pk == key), None)
    if found is None:
        raise NotFound(_("没有这一单。"))
    if found.merged_into_id != outer:
        raise Conflict(_("这一条刚被别人修改过。请刷新后再试。"))
    return found


def _uuid(case_id: UUID | str) -> UUID:
    try:
        return UUID(str(case_id))
    except ValueError as error:
        raise NotFound(_("没有这一单。")) from error


def authorise_move(
    case: Case,
    case_type: CaseType,
    move: Move,
    co_units: list[CoUnit],
    actor: Actor,
    reporter: Reporter | None,
) -> None:
    """Raise NotPermitted unless `actor`, or the `reporter` in person, has the right to the move,
    in whichever stage the case stands. Lead and complained unit of the case must be loaded."""
    if reporter is not None and move.by_reporter and _is_reporter_of(reporter, case):
        return
    action = move_action(case_type, move)
    refuse_complained(case, actor, _("本单涉及您的单位，您不能办理。"))
    authorise_by(actor, action, owned(case, co_units))


def _is_reporter_of(reporter: Reporter, case: Case) -> bool:
    """Whether they reported the case, or one that is merged into it: what they answer then is
    answered on the case that stands."""
    if reporter.case_id == case.pk:
        return True
    return Case.objects.filter(pk=reporter.case_id, merged_into=case.pk).exists()


def _is_repeated(step: CaseStep, move: Move, actor: Actor) -> bool:
    """Whether the step under this key is this very action by this very actor."""
    done_by = (step.actor_kind, step.actor_id)
    return step.action == move.key and done_by == (actor.kind, actor.id)


def _refuse_elsewhere(case: Case, case_type: CaseType, move: Move) -> None:
    """Conflict that says where the case stands and who brought it there."""
    if case.merged_into_id is not None and move.reopens:
        into = Case.objects.values_list("number", flat=True).get(pk=case.merged_into_id)
        raise Conflict(_("本单已并入 %(number)s，请在该单中提出。") % {"number": into})
    if case.stage in move.sources:
        return
    last = CaseStep.objects.filter(case=case).order_by("-at", "-id").first()
    stage = said(case_type.stages[case.stage].label)
    if last is None:
        raise Conflict(
            _("该单目前处于“%(stage)s”，不能“%(action)s”。请刷新后再看。")
            % {"stage": stage, "action": said(move.label)}
        )
    done = case_type.moves.get(last.action)
    raise Conflict(
        _("该单已由%(who)s于%(at)s“%(did)s”，目前处于“%(stage)s”，不能“%(action)s”。请刷新后再看。")
        % {
            "who": last.actor_name or _("系统"),
            "at": timezone.localtime(last.at).strftime("%m-%d %H:%M"),
            "did": said(done.label) if done else last.action,
            "stage": stage,
            "action": said(move.label),
        }
    )


def _columns(case: Case) -> dict[str, Any]:
    """The case's own columns by name, but for its key and version."""
    return {
        field.name: getattr(case, field.attname)
        for field in case._meta.concrete_fields
        if not field.primary_key and field.name != "version"
    }


def _own(doing: Doing) -> dict[str, Any]:
    """The answers to the type's own fields."""
    return {key: plain(value) for key, value in doing.form.items() if key not in FIELDS}


def _keep_facts(doing: Doing) -> None:
    """Answers to the type's own fields become facts of the case."""
    own = _own(doing)
    if own:
        doing.case.facts = {**doing.case.facts, **own}


def _without_words(doing: Doing, step: CaseStep) -> dict[str, Any]:
    """What history keeps of a step: its data, and of what people wrote a digest alone."""
    written = written_facts(doing.case_type.schema, _own(doing))
    words = "\n".join([step.text, *(str(value) for value in written.values())]).strip()
    data = {name: value for name, value in step.data.items() if name not in written}
    return {**data, "text_sha256": digest(words)}


def _enter(doing: Doing, stage_key: str) -> None:
    """Stand in a stage: its category, whose turn it is, and where the case came from."""
    case, stage = doing.case, doing.case_type.stages[stage_key]
    if case.stage != stage_key:
        case.previous_stage = case.stage
    case.stage, case.category = stage_key, stage.category
    case.holder_unit_id = case.lead_unit_id if stage.holder == "lead" else case.centre_unit_id


def _step(doing: Doing, before: str, unit: str, key: str) -> CaseStep:
    form = {name: plain(value) for name, value in doing.form.items() if name not in _TEXTS}
    text = "\n".join(str(doing.form[name]) for name in _TEXTS if doing.form.get(name))
    return CaseStep.objects.create(
        case=doing.case,
        action=doing.move.key,
        from_stage=before,
        to_stage=doing.case.stage,
        text=text,
        data={**form, **doing.facts},
        unit_id=unit or None,
        actor_kind=doing.actor.kind,
        actor_id=doing.actor.id,
        actor_name=doing.actor.name[:120],
        public=doing.move.public,
        at=doing.now,
        key=key,
    )


_TEXTS = ("text", "result")


def _close_merged(case: Case) -> None:
    """Cases inside this one end with it."""
    for inside in case.merged_cases.exclude(category=Case.Category.DONE).order_by("pk"):
        perform(inside.pk, CLOSE_WITH, actor=CASES, data={"text": case.result})
