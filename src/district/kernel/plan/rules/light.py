"""The light of a commitment from what is known of it. Pure.

A number is judged by progress due (tracking's `progress_light`), a task without one by its
deadline and its unit's reports, a parent by the worst of itself and its children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from district.kernel.tracking.public import (
    ByHand,
    LastYear,
    LastYearFigures,
    LightPolicy,
    LightVerdict,
    Linear,
    Period,
    Profile,
    Reason,
    Target,
    progress_light,
)

#: A task whose unit said nothing for longer is yellow: a quarter, as the plan is reviewed.
STALE_DAYS = 92
#: A task that is further behind its profile than this part of what is due is yellow.
BEHIND = Fraction(1, 10)

_GROWTH = "yoy"
_AGGREGATION = {"share": "rate", "stock": "stock", "cumulative": "stock", "flow": "flow"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number's target and what was measured.

    `as_of` is the last day that `actual` speaks of; `baseline` the level at the start of the
    year; `last_total` and `last_same` last year's whole and its part up to the same date.
    `late_days` counts working days that a filing is overdue, None where none is.
    """

    comparator: str
    value: Decimal
    unit: str
    basis: str
    year: int
    deadline: date
    profile: str = "linear"
    shares: tuple[Decimal, ...] = ()
    actual: Decimal | None = None
    as_of: date | None = None
    baseline: Decimal | None = None
    last_total: Decimal | None = None
    last_same: Decimal | None = None
    falls: bool = False
    late_days: int | None = None


def target_of(numbers: Numbers) -> Target:
    """The target as tracking compares it; a bare percentage is a rate, other numbers flows."""
    basis = numbers.basis
    aggregation = _AGGREGATION.get(basis) or ("rate" if "%" in numbers.unit else "flow")
    return Target(
        value=numbers.value,
        comparator=numbers.comparator,  # type: ignore[arg-type]  # the column holds only comparators
        basis="growth" if basis == _GROWTH else "absolute",
        aggregation=aggregation,  # type: ignore[arg-type]  # one of the words of the table above
        direction="lower" if falls(numbers) else "higher",
        baseline=numbers.baseline,
        unit=numbers.unit,
    )


def falls(numbers: Numbers) -> bool:
    """Whether less is better: the target is a fall, or lies below where it starts."""
    if numbers.falls:
        return True
    if numbers.basis == _GROWTH:
        return numbers.value < 0
    return numbers.baseline is not None and numbers.value < numbers.baseline


def period_of(year: int, deadline: date) -> Period:
    """From the first day of the year to the day it is due."""
    return Period(date(min(year, deadline.year), 1, 1), deadline)


def profile_of(kind: str, shares: Sequence[Decimal], year: int) -> Profile:
    """How progress is due: linear unless twelve cumulative shares say otherwise."""
    if len(shares) != 12:
        return Linear()
    if kind == "last_year":
        return LastYear(tuple(shares))
    if kind == "by_hand":
        ends = [_month_end(year, month) for month in range(1, 13)]
        return ByHand(tuple(zip(ends, shares, strict=True)))
    return Linear()


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def number_light(numbers: Numbers, today: date, policy: LightPolicy) -> LightVerdict:
    """Of a target number; an overdue filing makes it yellow at least."""
    history = None
    if numbers.last_total is not None and numbers.last_same is not None:
        history = LastYearFigures(numbers.last_total, numbers.last_same)
    verdict = progress_light(
        target_of(numbers),
        numbers.actual,
        period_of(numbers.year, numbers.deadline),
        min(numbers.as_of or today, today),
        profile=profile_of(numbers.profile, numbers.shares, numbers.year),
        last_year=history,
        policy=policy,
    )
    if numbers.late_days is None:
        return verdict
    late = Reason("plan.filing_late", {"days": str(numbers.late_days)})
    if verdict.light == "red":
        return _with(verdict, "red", (*verdict.reasons, late))
    return _with(verdict, "yellow", (late, *verdict.reasons))


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task without a number: its year and deadline, its profile, and the last report."""

    year: int
    deadline: date
    activated_on: date | None
    percent: int | None
    reported_on: date | None
    profile: str = "linear"
    shares: tuple[Decimal, ...] = ()
    has_children: bool = False


def task_light(facts: TaskFacts, deadline: LightVerdict, today: date) -> LightVerdict:
    """Of a task: the light of its deadline, yellow when reports fail or show it behind.

    A task of 100 % whose deadline has not passed is green; one with children needs no reports
    of its own.
    """
    if deadline.light == "red":
        return deadline
    if facts.percent is None:
        return _without_report(facts, deadline, today)
    at = Reason("plan.percent", {"percent": str(facts.percent)})
    if facts.percent >= 100:
        return _with(deadline, "green", (at, *deadline.reasons))
    share = profile_of(facts.profile, facts.shares, facts.year).share(
        period_of(facts.year, facts.deadline), today
    )
    if Fraction(facts.percent, 100) < share * (1 - BEHIND):
        due = str(int(share * 100))
        behind = Reason("plan.percent_behind", {"percent": str(facts.percent), "due": due})
        return _with(deadline, "yellow", (behind, *deadline.reasons))
    if facts.reported_on and (today - facts.reported_on).days > STALE_DAYS:
        days = str((today - facts.reported_on).days)
        stale = Reason("plan.progress_stale", {"days": days})
        return _with(deadline, "yellow", (stale, *deadline.reasons))
    return _with(deadline, deadline.light, (at, *deadline.reasons))


def _without_report(facts: TaskFacts, deadline: LightVerdict, today: date) -> LightVerdict:
    if facts.has_children:
        return deadline
    silent = (today - facts.activated_on).days if facts.activated_on else 0
    if silent > STALE_DAYS:
        stale = Reason("plan.progress_stale", {"days": str(silent)})
        return _with(deadline, "yellow", (stale, *deadline.reasons))
    return _with(deadline, deadline.light, (Reason("plan.no_progress"), *deadline.reasons))


def parent_light(own: LightVerdict, children: Sequence[tuple[str, LightVerdict]]) -> LightVerdict:
    """The worst of the parent's own light and its children's, naming the worst child.

    Children without data do not count; `children` are (name, verdict).
    """
    red = [name for name, verdict in children if verdict.light == "red"]
    yellow = [name for name, verdict in children if verdict.light == "yellow"]
    green = sum(1 for _name, verdict in children if verdict.light == "green")
    if red:
        return _with(own, "red", (*(_child("red", name) for name in red[:3]), *own.reasons))
    if own.light == "red":
        return own
    if yellow:
        found = (*(_child("yellow", name) for name in yellow[:3]), *own.reasons)
        return _with(own, "yellow", found)
    if own.light == "yellow" or not green:
        return own
    fine = Reason("plan.children_fine", {"count": str(green)})
    return _with(own, "green", (*own.reasons, fine))


def _child(light: str, name: str) -> Reason:
    return Reason(f"plan.child_{light}", {"child": name})


def _with(verdict: LightVerdict, light: str, reasons: tuple[Reason, ...]) -> LightVerdict:
    return LightVerdict(
        light=light,  # type: ignore[arg-type]  # callers pass the four words of Light
        reasons=reasons,
        completion_rate=verdict.completion_rate,
        progress_gap=verdict.progress_gap,
        growth_needed=verdict.growth_needed,
        remaining_per_month=verdict.remaining_per_month,
    )
