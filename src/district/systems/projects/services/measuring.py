"""The measures that projects provide follow a change, of earlier periods too."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from district.kernel.base import clock
from district.kernel.history.public import publish
from district.kernel.measures.public import compute_measures, computed_measures, month_end
from district.systems.projects.names import COUNTS_CHANGED, SYSTEM
from district.systems.projects.selectors.rights import project_subject

#: How the keys of what projects count begin.
_OURS = "projects_"


def measures_of_projects() -> tuple[str, ...]:
    """What projects count, by the keys of their measures; those of kinds of works among them."""
    return tuple(one.spec.key for one in computed_measures() if one.spec.key.startswith(_OURS))


def tell_counts(project: object, *days: date | None) -> None:
    """Have the worker count anew what a change of a project moves: from each of these days on, to
    the end of its year. Part of the transaction of the change."""
    first: dict[int, date] = {}
    for day in days:
        if day is not None:
            first[day.year] = min(day, first.get(day.year, day))
    for _year, day in sorted(first.items()):
        publish(COUNTS_CHANGED, {"since": day.isoformat()}, project_subject(project))


def this_year() -> date:
    """The first day of the year that runs: what moves between units moves all of it."""
    return clock.today().replace(month=1, day=1)


@transaction.atomic
def count_since(since: date) -> int:
    """Count the measures anew for every period of that year that ends on or after a day; how many
    values changed. Both vintages of what changed stay; the same again changes nothing."""
    today = clock.today()
    last = min(month_end(since.year, 12), today)
    changed, end, keys = 0, month_end(since.year, since.month), measures_of_projects()
    while end <= last and end < today.replace(day=1) - timedelta(days=1):
        # Asked for the day on which the next period ends, measures are those of this one.
        following = month_end(end.year + end.month // 12, end.month % 12 + 1)
        changed += compute_measures(as_of=following, keys=keys, actor=SYSTEM)
        end = following
    return changed + compute_measures(keys=keys, actor=SYSTEM)
