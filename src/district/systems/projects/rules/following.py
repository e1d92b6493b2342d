"""Weekly follow-up: which projects owe one, by when, and what of it cannot be believed. Pure.

A week is that of ISO 8601, named by its Monday. Progress is physical progress in percent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from district.kernel.places.public import metres_between
from district.kernel.tracking.public import LightVerdict, Reason, worst

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class FollowRules:
    """How projects are followed up.

    `stages`: every how many weeks a project in a stage is. Due on `due_weekday` (1 is Monday) at
    `due_at`, local time. A phone may hand in what was seen `back_days` ago. Doubted is a rise of
    more than `leap_points` percentage points a week, a place farther than `far_metres` from the
    project, and no progress for `still_weeks` weeks without a problem. A project that missed
    `missed_red` weeks in a row is red. `phrases` are words to choose from on a phone.
    """

    stages: Mapping[str, int]
    due_weekday: int
    due_at: time
    back_days: int
    leap_points: Decimal
    far_metres: int
    still_weeks: int
    missed_red: int
    phrases: tuple[tuple[str, str], ...]


def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


def owes(stage: str, since: date, first: date, rules: FollowRules) -> bool:
    """Whether a project that is in a stage `since` a day owes a follow-up of the week of `first`:
    every so many weeks, counted from the week in which it came there; not yet in that one unless it
    came on its Monday."""
    every = rules.stages.get(stage)
    if every is None or since > first:
        return False
    return ((first - monday(since)) // _WEEK) % every == 0


def due(first: date, rules: FollowRules) -> datetime:
    """By when the follow-up of a week is due, as local time without a zone."""
    return datetime.combine(first + timedelta(days=rules.due_weekday - 1), rules.due_at)


@dataclass(frozen=True)
class Known:
    """The progress that was seen in a week, and whether a problem was raised then."""

    first: date
    progress: Decimal
    problem: bool = False


@dataclass(frozen=True)
class Seen:
    """A follow-up as it is judged: `metres` from the project less the error of the phone's place
    (None: not known); `building`: only then work must go on."""

    first: date
    progress: Decimal
    problem: bool
    metres: float | None
    building: bool


def doubt_of(seen: Seen, earlier: Sequence[Known], rules: FollowRules) -> str:
    """What cannot be believed of a follow-up: `falls`, `leaps` (progress), `far` (the place) or
    `still` (none for weeks, and no problem said); of several the first, "" for none.

    `earlier` are the weeks before, the last one last.
    """
    before = [one for one in earlier if one.first < seen.first]
    last = before[-1] if before else None
    rise = seen.progress - last.progress if last else None
    weeks = max((seen.first - last.first) // _WEEK, 1) if last else 1
    checks = (
        ("falls", rise is not None and rise < 0),
        ("leaps", rise is not None and rise > rules.leap_points * weeks),
        ("far", seen.metres is not None and seen.metres > rules.far_metres),
        ("still", _still(seen, before, rules)),
    )
    return next((name for name, holds in checks if holds), "")


def _still(seen: Seen, before: Sequence[Known], rules: FollowRules) -> bool:
    if not seen.building or seen.problem or seen.progress >= 100:
        return False
    since = seen.first - _WEEK * rules.still_weeks
    # The last one from before that time says how far the works had come at its beginning.
    start = [one for one in before if one.first <= since][-1:]
    within = [one for one in before if one.first > since]
    return bool(start) and all(
        one.progress == seen.progress and not one.problem for one in (*start, *within)
    )


Position = tuple[Decimal | None, Decimal | None]


def metres_from(here: Position, there: Position, accuracy: int) -> float | None:
    """How far one WGS-84 position (longitude, latitude) at least is from another, in metres, if one
    is known to `accuracy` metres; None where either is not known."""
    known = [float(one) for one in (*here, *there) if one is not None]
    if len(known) < 4:
        return None
    return max(metres_between(*known) - accuracy, 0.0)


def week_light(by_deadline: LightVerdict, missed: int, rules: FollowRules) -> LightVerdict:
    """The light of a follow-up that is owed: its deadline's, worse where the project missed weeks
    in a row just before."""
    if not missed:
        return by_deadline
    reason = Reason("projects.weeks_missed", {"count": str(missed)})
    colour = LightVerdict("red" if missed >= rules.missed_red else "yellow", (reason,))
    return worst([by_deadline, colour])
