"""What the worker does for projects: everything is computed anew, problems rise, weeks begin,
measures follow what changed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.history.public import Message, consumer_of_many
from district.kernel.organisation.public import district_codes
from district.systems.projects.names import COUNTS_CHANGED
from district.systems.projects.services.computing import recompute_all
from district.systems.projects.services.follow_photos import sweep_follow_photos
from district.systems.projects.services.measuring import count_since
from district.systems.projects.services.photos import sweep_photos
from district.systems.projects.services.problems import due_problems, rise_if_due
from district.systems.projects.services.weeks import open_weeks

log = logging.getLogger(__name__)


def rise_problems() -> int:
    """Let the problems rise that nobody answered in time, each in a transaction of its own; returns
    how many. Again changes nothing."""
    risen = 0
    for key in due_problems():
        try:
            risen += rise_if_due(key)
        except Exception:  # one problem must not keep the others down
            log.exception("problem %s did not rise", key)
    return risen


def recompute() -> int:
    """Compute all projects anew; before a district is loaded there are none, and no calendar."""
    return recompute_all() if district_codes() else 0


@consumer_of_many("projects.measures", (COUNTS_CHANGED,))
def follow_counts(messages: Sequence[Message]) -> None:
    """Months, stages or units changed: the measures that count them follow, each year once."""
    first: dict[int, date] = {}
    for message in messages:
        day = date.fromisoformat(str(message.payload["since"]))
        first[day.year] = min(day, first.get(day.year, day))
    for _year, day in sorted(first.items()):
        count_since(day)


declare_periodic("projects.rise_problems", timedelta(minutes=10), rise_problems)
# Nothing that has not happened lies in the past, so every day that passes moves it.
declare_periodic("projects.recompute", timedelta(hours=6), recompute)
declare_periodic("projects.sweep_photos", timedelta(days=1), sweep_photos)
declare_periodic("projects.open_weeks", timedelta(hours=1), open_weeks)
declare_periodic("projects.sweep_follow_photos", timedelta(days=1), sweep_follow_photos)
