"""Calls that nobody answered rise: the deputy, the head, the unit above."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise
from district.kernel.tracking.public import rise_waiting
from district.systems.operations_centre.duty.names import LINE, RUN
from district.systems.operations_centre.duty.services.answering import locked_line
from district.systems.operations_centre.duty.services.calling import rise
from district.systems.operations_centre.duty.services.handovers import SYSTEM
from district.systems.operations_centre.models import CallLine

State = CallLine.State


def rise_due(*, actor: Actor = SYSTEM) -> int:
    """Let every line rise whose time to answer is over; returns how many did.

    Called every minute. Each line in a transaction of its own, at most one step a call; where the
    job was killed it goes on where it stood, and a step is never taken twice.
    """
    authorise(actor, RUN)
    return rise_waiting(CallLine.objects.filter(state=State.WAITING), LINE, _rise)


@transaction.atomic
def _rise(key: UUID) -> bool:
    line, now = locked_line(key), clock.now()
    # Meanwhile somebody may have answered, or another process taken the step.
    if line.state != State.WAITING or line.due_at is None or line.due_at > now:
        return False
    found = rise(line, now)
    save_versioned(line)
    return found
