"""Clocks of tracked rows stand still, run on, end and are taken up again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.tracking.models import PauseSpan, TrackedRow
from district.kernel.tracking.rules.clock import due, shifted
from district.kernel.tracking.selectors.calendars import calendar_for
from district.kernel.tracking.services.rows import (
    own,
    pauses_of,
    refresh,
    require,
    set_due,
    subject_of,
    term_of,
)

State = TrackedRow.State


@transaction.atomic
def pause(row: TrackedRow, reason: str, *, actor: Actor, since: datetime | None = None) -> None:
    """Stop the clock from now on, or from an earlier moment on at which it stopped in truth.

    Conflict unless it runs; Invalid without a reason, and for a moment that is to come, before the
    start or within an earlier pause.
    """
    own(actor, row.subject_type)
    require(row, {State.OPEN})
    if not reason.strip():
        raise Invalid("reason", _("没有写暂停原因。"), _("请写明原因，例如“等待上级批复”。"))
    at = _moment(row, since)
    row.state = State.PAUSED
    save_versioned(row, ["state"])
    PauseSpan.objects.create(row=row, since=at, reason=reason.strip()[:300])
    told = {"reason": reason.strip(), **({"since": at} if since else {})}
    record(subject_of(row), "tracking.paused", told, actor=actor)
    refresh(row)


def _moment(row: TrackedRow, given: datetime | None) -> datetime:
    """When the clock was turned: now, or the earlier moment that is told."""
    now = clock.now()
    if given is None:
        return now
    spans = list(row.pauses.all())
    earliest = max([row.starts_at, *(span.until or span.since for span in spans)])
    if not earliest <= given <= now:
        raise Invalid("on", _("时间不对。"), _("请填写时钟上一次变动以后、现在以前的时间。"))
    return given


@transaction.atomic
def resume(row: TrackedRow, *, actor: Actor, until: datetime | None = None) -> None:
    """Let a paused clock run on from now on, or from an earlier moment on; its due time moves by
    the calendar's own time of the pause. Conflict unless it stands; Invalid as `pause`."""
    own(actor, row.subject_type)
    require(row, {State.PAUSED})
    now, before = _moment(row, until), row.due_at
    _close_pause(row, now)
    row.state = State.OPEN
    save_versioned(row, ["state", "due_at", "due_provisional"])
    record(
        subject_of(row),
        "tracking.resumed",
        {"before": before, "after": row.due_at, **({"until": now} if until else {})},
        actor=actor,
    )
    refresh(row)


def _close_pause(row: TrackedRow, now: datetime) -> None:
    """End the open pause at `now` and move the due time."""
    span = row.pauses.get(until=None)
    span.until = now
    span.save(update_fields=["until"])
    calendar, term = calendar_for(row.calendar_id), term_of(row)
    if term is not None:
        set_due(row, due(row.starts_at, term, calendar, pauses_of(row)))
    elif row.due_at is not None:
        set_due(row, shifted(row.due_at, span.since, now, calendar))


@transaction.atomic
def finish(row: TrackedRow, *, actor: Actor, note: str = "", at: datetime | None = None) -> None:
    """The thing is done, or was at an earlier moment; Conflict when the row is closed already,
    Invalid as `pause`."""
    own(actor, row.subject_type)
    _close(row, State.DONE, "tracking.finished", actor, note, at)


@transaction.atomic
def cancel(row: TrackedRow, *, actor: Actor, note: str = "", at: datetime | None = None) -> None:
    """The thing is no longer wanted; its light goes out. Conflict when it is closed already,
    Invalid as `pause`."""
    own(actor, row.subject_type)
    _close(row, State.CANCELLED, "tracking.cancelled", actor, note, at)


def _close(
    row: TrackedRow,
    state: TrackedRow.State,
    kind: str,
    actor: Actor,
    note: str,
    at: datetime | None = None,
) -> None:
    require(row, {State.OPEN, State.PAUSED})
    now = _moment(row, at)
    if row.state == State.PAUSED:
        _close_pause(row, now)
    row.state, row.closed_at = state, now
    save_versioned(row, ["state", "closed_at", "due_at", "due_provisional"])
    record(subject_of(row), kind, {"at": now} if at else {}, actor=actor, note=note)
    refresh(row)


@transaction.atomic
def reopen(row: TrackedRow, *, actor: Actor, note: str = "") -> None:
    """A closed row runs again with the due time that it had; Conflict when it is not closed."""
    own(actor, row.subject_type)
    require(row, {State.DONE, State.CANCELLED})
    row.state, row.closed_at = State.OPEN, None
    save_versioned(row, ["state", "closed_at"])
    record(subject_of(row), "tracking.reopened", {}, actor=actor, note=note)
    refresh(row)
