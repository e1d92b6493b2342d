"""What the worker does for the economy: nowcasts follow figures and targets."""

from __future__ import annotations

import logging
from datetime import timedelta

from django_tasks import task

from district.kernel.base import clock
from district.kernel.base.periodic import declare_periodic
from district.kernel.history.public import Message, consumer
from district.systems.economy.models import Series
from district.systems.economy.names import SYSTEM, TARGET_APPROVED, VALUES_RECORDED
from district.systems.economy.services.nowcasts import compute_nowcast

log = logging.getLogger(__name__)


def nowcast_years() -> tuple[int, ...]:
    """This year, and in its first quarter last year too, whose last figures are still coming."""
    today = clock.today()
    return (today.year - 1, today.year) if today.month <= 3 else (today.year,)


def nowcast_series(key: str) -> int:
    """Compute the nowcasts of a series anew where they changed; returns how many did."""
    years = nowcast_years()
    return sum(compute_nowcast(key, year, actor=SYSTEM) is not None for year in years)


def nowcast_all_series() -> int:
    """The same for every series in use, one after another; returns how many changed."""
    done = 0
    for key in Series.objects.filter(is_active=True).values_list("pk", flat=True):
        try:
            done += nowcast_series(key)
        except Exception:  # one series must not keep the others down
            log.exception("the nowcast of %s was not computed", key)
    return done


@task()
def compute_later(key: str) -> int:
    """The nowcasts of a series as a task of the queue: they take up to some seconds."""
    return nowcast_series(key)


@consumer("economy.nowcasts", (VALUES_RECORDED, TARGET_APPROVED))
def follow_figures(message: Message) -> None:
    """Figures came in or a target was approved: the nowcasts of the series follow."""
    compute_later.enqueue(message.payload["series"])


# Years turn without anybody recording anything.
declare_periodic("economy.nowcasts", timedelta(hours=6), nowcast_all_series)
