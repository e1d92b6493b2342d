"""What systems count in a demo: the measures that its plan is bound to, and what it achieved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from district.kernel.base import clock
from district.kernel.history.public import Actor
from district.kernel.measures.public import MeasureValue, compute_measures, computed_measures
from district.kernel.plan.public import Commitment, Statement
from district.loading.demo.delivering import deliver
from district.loading.folder import Demo

_ACTOR = Actor.system("demo")
#: When in a night the worker counts.
_HOUR = 3


def count_bound(demo: Demo) -> Iterator[str]:
    """Count the bound measures after each quarter of the demo, after its last month and now, as the
    worker would, and those that count what the report says was achieved now; deliver what was
    counted, so that the lights follow. The same again changes nothing.

    What a system's own demo counted while it was played keeps its past: it may know rows only as
    they stand.
    """
    declared = {one.spec.key for one in computed_measures()}
    rows = Commitment.objects.filter(measure__in=declared).values_list("measure", flat=True)
    bound = {str(key) for key in rows}
    told = Statement.objects.filter(counted_by__in=declared).values_list("counted_by", flat=True)
    keys = bound | {str(key) for key in told}
    if not keys:
        return
    known = MeasureValue.objects.filter(measure__in=bound).values_list("measure", flat=True)
    fresh = bound - {str(key) for key in known.distinct()}
    counted = 0
    for moment in _looks(demo.begins_at, demo.starts_at):
        with clock.moved_to(moment):
            counted += compute_measures(keys=fresh, actor=_ACTOR)
    with clock.moved_to(demo.starts_at):
        counted += compute_measures(keys=keys, actor=_ACTOR)
    yield f"demo: {counted} values of {len(keys)} measures, {deliver()} messages delivered"


def _looks(begins: datetime, until: datetime) -> Iterator[datetime]:
    """When the demo begins, and early on the day after each quarter and after the last month."""
    yield begins
    last = until.replace(day=1, hour=_HOUR, minute=0)
    moment = begins.replace(day=1, hour=_HOUR, minute=0)
    while (moment := (moment + timedelta(days=32)).replace(day=1)) < until:
        if moment.month % 3 == 1 or moment == last:
            yield moment
