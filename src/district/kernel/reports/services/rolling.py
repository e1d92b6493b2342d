"""An approved draft becomes the next year's plan: its text a report, its proposals commitments."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.plan.public import (
    RolledOver,
    Rolling,
    add_edition,
    create_report,
    roll_over_commitments,
    statement_rows,
)
from district.kernel.reports.models import Draft, RollOver
from district.kernel.reports.selectors.rolling import finished, reading, written
from district.kernel.reports.subjects import draft_subject

State = RollOver.State
#: So long a roll-over is believed to be under way; whoever asks later starts it anew.
LONGEST = timedelta(minutes=10)


@transaction.atomic
def ask_roll_over(draft_id: UUID | str, *, actor: Actor) -> tuple[RollOver, bool]:
    """Have the worker make an approved draft the next year's plan; whether it was asked anew.

    A draft rolls over once: a second call while it waits, runs or is done changes nothing. Raises
    NotFound, NotPermitted, and Conflict while the draft is not approved.
    """
    authorise(actor, "reports.draft.roll_over")
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotFound(_("没有这份报告草稿。"))
    if draft.is_open:
        raise Conflict(_("报告还没有审定，不能转为下年计划。请先审定。"))
    row = RollOver.objects.filter(draft=draft).first()
    if row is not None and not _is_over(row):
        return row, False
    row = row or RollOver(draft=draft)
    row.state, row.problem = State.WAITING, ""
    row.asked_at, row.ended_at = clock.now(), None
    row.asked_by, row.asked_by_id = actor.name[:80], str(actor.id)
    row.save()
    record(draft_subject(draft.pk), "reports.draft.roll_over_asked", {}, actor=actor)
    _enqueue(str(row.pk))
    return row, True


def _is_over(row: RollOver) -> bool:
    """Whether it may be started anew: it failed, or nobody ended it."""
    left = row.state in (State.WAITING, State.RUNNING)
    return row.state == State.FAILED or (left and clock.now() - row.asked_at > LONGEST)


def _enqueue(key: str) -> None:
    from district.kernel.reports.jobs import roll_over

    roll_over.enqueue(key)


def carry_out(key: UUID | str) -> RolledOver | None:
    """Do what was asked for, as whoever asked; None where it is done already.

    All of it is written or nothing is. Raises what the plan's services refuse.
    """
    _mark(key, State.RUNNING)
    with transaction.atomic():
        row = (
            RollOver.objects.select_for_update(of=("self",))
            .select_related("draft__report")
            .filter(pk=key)
            .first()
        )
        if row is None or row.report_id is not None:
            return None
        actor = Actor("member", row.asked_by_id, row.asked_by)
        return _carry_out(row, actor)


def _carry_out(row: RollOver, actor: Actor) -> RolledOver:
    draft = row.draft
    text = written(draft)
    report = create_report(draft.report.unit_id, draft.year + 1, draft.title, actor=actor)
    edition = add_edition(report.pk, text.text.encode(), f"{draft.title[:80]}.txt", actor=actor)
    found = reading(draft, text, statement_rows(edition))
    result = roll_over_commitments(
        Rolling(draft.report_id, edition.pk, found.said, finished(draft), found.counted),
        actor=actor,
    )
    row.report, row.state, row.ended_at = report, State.DONE, clock.now()
    row.save(update_fields=["report", "state", "ended_at"])
    data = {
        "report": report.pk,
        "carried": result.carried,
        "finished": result.finished,
        "open": result.open,
        "new": result.new,
    }
    record(draft_subject(draft.pk), "reports.draft.rolled_over", data, actor=actor)
    return result


@transaction.atomic
def _mark(key: UUID | str, state: RollOver.State, problem: str = "") -> None:
    """Say how far it is, seen at once by whoever watches; what is done stays done."""
    ended = clock.now() if state == State.FAILED else None
    RollOver.objects.filter(pk=key, report=None).update(
        state=state, problem=problem[:400], ended_at=ended
    )


def fail(key: UUID | str, problem: str) -> None:
    """End a roll-over that went wrong: the reason is kept, nothing else was written."""
    _mark(key, State.FAILED, problem)
