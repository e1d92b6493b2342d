"""What the worker does for investment promotion, daily: landed projects are looked at again, people
of investors who did not come are forgotten."""

from __future__ import annotations

import logging
from datetime import timedelta

from district.kernel.base import clock
from district.kernel.base.periodic import declare_periodic
from district.systems.investment_promotion.models import Project
from district.systems.investment_promotion.services.landing import look_again
from district.systems.investment_promotion.services.projects import KEPT_FOR, forget_contacts

log = logging.getLogger(__name__)


def watch_landed() -> int:
    """Ask of every landed project whether it still has, each in a transaction of its own; returns
    how many were taken back. Again changes nothing."""
    rows = Project.objects.filter(case__stage="landed").order_by("pk")
    taken_back = 0
    for key in list(rows.values_list("pk", flat=True)):
        try:
            taken_back += look_again(key)
        except Exception:  # one project must not keep the others from being looked at
            log.exception("project %s was not looked at again", key)
    return taken_back


def forget_people() -> int:
    """Forget the people of projects that were lost a year ago; returns how many. Again forgets
    nobody more."""
    before = clock.now() - KEPT_FOR
    due = Project.objects.filter(case__stage="lost", case__closed_at__lte=before)
    due = due.filter(contacts__isnull=False).order_by("pk").distinct()
    return sum(forget_contacts(key) for key in list(due.values_list("pk", flat=True)[:200]))


declare_periodic("investment_promotion.watch_landed", timedelta(days=1), watch_landed)
declare_periodic("investment_promotion.forget_people", timedelta(days=1), forget_people)
