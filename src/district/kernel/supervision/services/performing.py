"""The one way in which a run changes: lock, authorise, validate, record, move, clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, authorise
from district.kernel.supervision.flow import action_key, flow, move_label, stage_label
from district.kernel.supervision.models import Run, Step
from district.kernel.supervision.rules.definition import Definition, Move
from district.kernel.tracking.public import TrackedRow, cancel, finish, pause, resume

SUBJECT = "supervision.run"
#: The longest term or extension that can be given, in working days.
MOST_DAYS = 250
CALENDAR = "working_days"
# Clocks are moved by supervision itself: whoever acts has been authorised on the run.
CLOCK_ACTOR = Actor.system("supervision")


def subject_of(run: Run) -> Subject:
    """The reference of a run."""
    return Subject(SUBJECT, str(run.pk))


def owned(run: Run) -> Owned:
    """A run belongs to the unit that it is given to."""
    return Owned(run.lead_unit_id, path=run.lead_unit.path)


def run_for(run_id: UUID | str) -> Run:
    """The run with its units and clock, locked for this transaction; NotFound otherwise."""
    run = (
        Run.objects.select_for_update(of=("self",))
        .select_related("lead_unit", "supervising_unit", "row", "tracked")
        .filter(pk=run_id)
        .first()
    )
    if run is None:
        raise NotFound(_("没有这项督办。"))
    return run


def done_already(run: Run, key: str) -> bool:
    """Whether the action with this idempotency key was performed before."""
    return bool(key) and run.steps.filter(key=key).exists()


def perform(
    run: Run,
    move_key: str,
    *,
    actor: Actor,
    data: Mapping[str, Any],
    key: str = "",
    fields: Mapping[str, Any] | None = None,
) -> Step:
    """Do one action of the flow on a locked run; `fields` are columns that change with it.

    Raises NotPermitted, Conflict when the stage does not allow it, Invalid(field) when the form
    lacks something. Must be called inside a transaction.
    """
    definition = flow()
    move = definition.moves[move_key]
    authorise(actor, action_key(move_key), owned(run))
    if run.stage not in move.sources:
        raise Conflict(
            _("“%(number)s”目前处于“%(stage)s”，不能%(action)s。请刷新后再看。")
            % {
                "number": run.number,
                "stage": stage_label(run.stage),
                "action": move_label(move),
            }
        )
    form = _checked(move, data)
    before, target = run.stage, move.target or run.stage
    changes = dict(fields or {})
    run.stage, run.is_open = target, definition.stages[target].category != "done"
    if not run.is_open:
        changes["closed_at"] = clock.now()
    for name, value in changes.items():
        setattr(run, name, value)
    save_versioned(run, ["stage", "is_open", *changes])
    step = Step.objects.create(
        run=run,
        action=move_key,
        from_stage=before,
        to_stage=target,
        text=form.get("text") or "",
        days=form.get("days"),
        actor_name=actor.name[:80],
        at=clock.now(),
        key=key,
    )
    record(
        subject_of(run),
        f"supervision.run.{move_key}",
        {"from": before, "to": target, **{k: v for k, v in form.items() if v not in (None, "")}},
        actor=actor,
    )
    _move_clock(run, definition, before, target)
    return step


def _checked(move: Move, data: Mapping[str, Any]) -> dict[str, Any]:
    """The form's fields as values; Invalid(field) where one is missing or wrong."""
    form: dict[str, Any] = {}
    for field, required in move.form.items():
        given = data.get(field)
        if field == "days":
            if given is None and not required:
                continue
            if not isinstance(given, int) or not 1 <= given <= MOST_DAYS:
                raise Invalid(
                    "days",
                    _("工作日天数不对。"),
                    _("请填写1到%(most)s的整数。") % {"most": MOST_DAYS},
                )
            form[field] = given
            continue
        text = str(given or "").strip()
        if required and not text:
            raise Invalid(field, _("还没有填写内容。"), _("请写明情况后再提交。"))
        form[field] = text
    return form


def _move_clock(run: Run, definition: Definition, before: str, after: str) -> None:
    """Let the run's clock run, stand still or end as the new stage says."""
    tracked = run.tracked
    if tracked is None or before == after:
        return
    stage = definition.stages[after]
    if stage.category == "done":
        (cancel if after == "cancelled" else finish)(tracked, actor=CLOCK_ACTOR)
    elif stage.category == "paused" and tracked.state == TrackedRow.State.OPEN:
        pause(tracked, stage_label(after), actor=CLOCK_ACTOR)
    elif stage.category == "open" and tracked.state == TrackedRow.State.PAUSED:
        resume(tracked, actor=CLOCK_ACTOR)
