"""Warnings end by themselves when their time is over."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from district.kernel.base import clock
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise
from district.kernel.warnings.models import Alert
from district.kernel.warnings.names import RUN
from district.kernel.warnings.services.applying import end_alert
from district.kernel.warnings.services.calling import SYSTEM


def expire_due(*, actor: Actor = SYSTEM) -> int:
    """End the warnings whose time is over; returns how many.

    Called every minute, each warning in a transaction of its own; twice ends nothing twice.
    """
    authorise(actor, RUN)
    due = Alert.objects.filter(state=Alert.State.IN_FORCE, expires_at__lte=clock.now())
    return sum(_expire(key, actor) for key in list(due.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _expire(key: UUID, actor: Actor) -> bool:
    alert = Alert.objects.select_for_update().get(pk=key)
    # Meanwhile an update may have prolonged it, or another process ended it.
    if alert.state != Alert.State.IN_FORCE or alert.expires_at > clock.now():
        return False
    end_alert(alert, Alert.State.EXPIRED, "", actor=actor)
    return True
