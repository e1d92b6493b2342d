"""How much happens on a working day of a district, from how much there is of everything.

Pure. A day's work falls into its eight hours; at a pace of ten they pass in 48 minutes.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

DAYS, WORKDAYS, HOURS = 365, 250, 8
#: What a case takes on its ordinary way: dispatch, signing for it, handling, closing.
ACTIONS_A_CASE = 4
#: An action opens its own pages (the system's queues, the one with work, the case, the form); so
#: many other lists, boards and pages are opened beside each, and so many by each member a day.
PAGES_AN_ACTION, PAGES_A_MEMBER, SIGN_INS_A_MEMBER = 1, 20, 2
#: Of a hundred enterprises so many are changed by hand in a year.
CHANGED_BY_HAND = 5
ROUNDS_A_POLICY, WORKBOOKS_A_YEAR, WARNINGS_A_YEAR = 1, 9 * 12, 250
#: Of a hundred reports so many bring a picture.
WITH_PHOTO = 30
#: Datastreams by how often they say something: seconds of their own time, share of a hundred.
INTERVALS = ((60, 10), (300, 60), (900, 30))
#: Each source does so much at least, so that a short day has it all.
LEAST = 2
#: How the eight hours are filled, by hour: residents before noon and after supper's planning,
#: officers nearly evenly, with a noon break.
_RESIDENTS = (0.9, 1.4, 1.5, 1.0, 0.5, 0.8, 1.0, 0.9)
_OFFICERS = (1.1, 1.3, 1.2, 0.7, 0.6, 1.1, 1.1, 0.9)
_EVEN = (1.0,) * HOURS


@dataclass(frozen=True)
class Size:
    """How much the installation has."""

    cases: int
    enterprises: int
    policies: int
    projects: int
    filings: int
    members: int
    datastreams: int


@dataclass(frozen=True)
class Source:
    """What is done so often on a working day, with its hours, and how that was reckoned."""

    key: str
    name: str
    a_day: float
    said: str
    hours: tuple[float, ...] = _EVEN

    def times(self, pace: float, minutes: float) -> int:
        """How often in so many minutes at that pace."""
        return max(LEAST, round(self.a_day * pace * minutes / (60 * HOURS)))


def sources(size: Size) -> tuple[Source, ...]:
    """Everything but readings, which have rates of their own (`readings_a_second`)."""
    cases, members = size.cases / DAYS, size.members
    actions = cases * ACTIONS_A_CASE
    pages = actions * PAGES_AN_ACTION + members * PAGES_A_MEMBER
    return (
        Source(
            "report", "residents' reports", cases,
            f"{size.cases:,} cases / {DAYS} days; {WITH_PHOTO} of 100 with pictures", _RESIDENTS,
        ),
        Source(
            "action", "actions on cases", actions, f"{ACTIONS_A_CASE} a case", _OFFICERS,
        ),
        Source(
            "page", "lists, boards, pages", pages,
            f"{PAGES_AN_ACTION} beside an action, {PAGES_A_MEMBER} a member", _OFFICERS,
        ),
        Source(
            "sign_in", "signing in", members * SIGN_INS_A_MEMBER,
            f"{SIGN_INS_A_MEMBER} of each of {members} members", _OFFICERS,
        ),
        Source(
            "filing", "steps of filings", size.filings * 3 / DAYS,
            f"{size.filings:,} filings a year, three steps each", _OFFICERS,
        ),
        Source(
            "follow_up", "weekly follow-ups", size.projects / 5,
            f"{size.projects:,} projects / 5 days, a picture each", _OFFICERS,
        ),
        Source(
            "enterprise", "changes of enterprises", size.enterprises * CHANGED_BY_HAND / 100 / DAYS,
            f"{CHANGED_BY_HAND} of 100 of {size.enterprises:,} a year", _OFFICERS,
        ),
        Source(
            "push", "rounds of policy pushes", size.policies * ROUNDS_A_POLICY / DAYS,
            f"{size.policies:,} policies, {ROUNDS_A_POLICY} round a year",
        ),
        Source(
            "import", "economy workbooks", WORKBOOKS_A_YEAR / WORKDAYS,
            f"{WORKBOOKS_A_YEAR} a year / {WORKDAYS} working days",
        ),
        Source(
            "warning", "warnings entered", WARNINGS_A_YEAR / DAYS, f"{WARNINGS_A_YEAR} a year",
        ),
    )  # fmt: skip


def readings_a_second(datastreams: int, pace: float) -> float:
    """At the datastreams' intervals, each `pace` times as often."""
    return sum(datastreams * share / 100 / every for every, share in INTERVALS) * pace


def moments(count: int, seconds: float, hours: Sequence[float], rng: random.Random) -> list[float]:
    """When each of `count` things happens, in order, as the hours are filled (seconds)."""
    ends = list(accumulate(hours))
    width = seconds / len(hours)
    found = []
    for _each in range(count):
        drawn = rng.random() * ends[-1]
        hour = min(bisect_right(ends, drawn), len(hours) - 1)
        before = ends[hour] - hours[hour]
        found.append((hour + (drawn - before) / hours[hour]) * width)
    return sorted(found)
