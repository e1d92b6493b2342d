"""Lines that nobody acknowledged rise: to the head, then to the level above."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise
from district.kernel.tracking.public import rise_waiting
from district.kernel.warnings.models import AlertLine
from district.kernel.warnings.names import LINE_SUBJECT, RUN
from district.kernel.warnings.services.acknowledging import locked_line
from district.kernel.warnings.services.calling import SYSTEM, rise

State = AlertLine.State


def rise_due(*, actor: Actor = SYSTEM) -> int:
    """Let every line rise whose time is over; returns how many did.

    Called every minute. Each line in a transaction of its own, at most one step a call; where the
    job was killed it goes on where it stood, and a step is never taken twice.
    """
    authorise(actor, RUN)
    return rise_waiting(AlertLine.objects.filter(state=State.WAITING), LINE_SUBJECT, _rise)


@transaction.atomic
def _rise(key: UUID) -> bool:
    line, now = locked_line(key), clock.now()
    # Meanwhile somebody may have acknowledged, the warning ended, or another process risen it.
    if line.state != State.WAITING or line.due_at is None or line.due_at > now:
        return False
    if line.alert.expires_at <= now:
        return False
    found = rise(line, now)
    save_versioned(line, ["step", "due_at"])
    return found
