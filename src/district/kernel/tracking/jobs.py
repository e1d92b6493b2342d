"""What the worker does for tracking: look at every running light, then urge."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from district.kernel.base.periodic import declare_periodic
from district.kernel.history.public import Actor
from district.kernel.tracking.services.calendars import settle_announcements
from district.kernel.tracking.services.lights import refresh_lights
from district.kernel.tracking.services.urging import urge

ACTOR = Actor.system("tracking.sweep")


def sweep() -> dict[str, int]:
    """Refresh all running lights and take due steps of the ladders; twice changes nothing more.

    Returns how many rows were seen, lights turned and steps taken.
    """
    settle_announcements(actor=ACTOR)
    refreshed = refresh_lights()
    return {"seen": refreshed.seen, "turned": refreshed.turned, "urged": urge()}


@task()
def sweep_later() -> dict[str, int]:
    """The sweep as a task of the queue, for whoever cannot wait for it."""
    return sweep()


declare_periodic("tracking.sweep", timedelta(minutes=10), sweep)
