"""What the worker does for enterprises."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from district.kernel.base.periodic import declare_periodic
from district.systems.enterprises.services import believing
from district.systems.enterprises.services.qualifying import turn_qualifications

# Every hour, so that a day that begins while no worker runs is made up for soon after a start.
declare_periodic("enterprises.turn_qualifications", timedelta(hours=1), turn_qualifications)


@task()
def weigh_all_anew() -> int:
    """A source is trusted otherwise than before. Safe to run twice."""
    return believing.weigh_all_anew()
