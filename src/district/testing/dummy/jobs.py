"""What the worker does: follows the outbox, and clears callers' numbers."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django_tasks import task

from district.kernel.base import clock
from district.kernel.base.periodic import declare_periodic
from district.kernel.history.public import Actor, Message, consumer
from district.kernel.measures.public import compute_measures
from district.kernel.notifications.public import notify
from district.kernel.organisation.public import Role, members_acting
from district.testing.dummy.models import Fault
from district.testing.dummy.selectors import callers_to_forget
from district.testing.dummy.services import REPORTED, forget_caller

_ACTOR = Actor.system("dummy")


@consumer("dummy.tell_officers", (REPORTED,))
def tell_officers(message: Message) -> None:
    """A fault was reported: tell the officers of the unit that owns the lamp."""
    fault = Fault.objects.select_related("lamp").get(pk=message.payload["fault"])
    notify(
        members_acting([fault.lamp.lead_unit_id], [Role.OFFICER]),
        _("路灯报修：%(lamp)s") % {"lamp": fault.lamp.name},
        fault.text,
        fault.get_absolute_url(),
        message.subject,
    )


@task()
def count_repairs() -> int:
    """Compute the measure now instead of at the next full hour; returns how many values changed."""
    return compute_measures(keys=["dummy_repaired"], actor=Actor.system("measures"))


def forget_callers() -> int:
    """Erase the callers of faults that were repaired a month ago; twice erases nothing more."""
    rows = list(callers_to_forget(clock.now())[:200])
    for fault in rows:
        forget_caller(fault, actor=_ACTOR)
    return len(rows)


declare_periodic("dummy.forget_callers", timedelta(hours=1), forget_callers)
