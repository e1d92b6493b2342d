"""What the worker does for the virtual park."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from district.kernel.base.periodic import declare_periodic
from district.systems.virtual_park.services.activities import do_push, fail_push
from district.systems.virtual_park.services.keeping import (
    end_run_out,
    follow_register,
    forget_people,
)
from district.systems.virtual_park.services.partners import expire_partner_requests
from district.systems.virtual_park.services.returns import open_rounds

declare_periodic("virtual_park.follow_register", timedelta(hours=1), follow_register)
declare_periodic("virtual_park.end_run_out", timedelta(hours=1), end_run_out)
declare_periodic("virtual_park.forget_people", timedelta(hours=6), forget_people)
declare_periodic(
    "virtual_park.expire_partner_requests", timedelta(hours=6), expire_partner_requests
)
declare_periodic("virtual_park.open_return_rounds", timedelta(hours=1), open_rounds)


@task()
def push_activity(activity_id: str) -> None:
    """Tell those whom an activity is for. Safe to run twice, also beside itself."""
    try:
        do_push(activity_id)
    except Exception:
        fail_push(activity_id)
        raise
