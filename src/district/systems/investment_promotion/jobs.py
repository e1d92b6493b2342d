"""What the worker does for investment promotion: landed projects are looked at again every day."""

from __future__ import annotations

import logging
from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.systems.investment_promotion.models import Project
from district.systems.investment_promotion.services.landing import look_again

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


declare_periodic("investment_promotion.watch_landed", timedelta(days=1), watch_landed)
