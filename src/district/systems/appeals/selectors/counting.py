"""Counts of appeals over a stretch of time: by category, place, unit; lateness; satisfaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from district.kernel.cases.public import (
    CONTENT,
    SPOKE,
    Case,
    counted_by_unit,
    days_q,
    known_shares,
    percent,
    visible_cases,
)
from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod, once_a_run
from district.systems.appeals.names import TYPE

_CALLED = (*SPOKE, "no_answer", "no_word")


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What people said when they were called: never assumed, always with how many were asked."""

    called: int
    answered: int
    said: int
    good: int

    @property
    def rate(self) -> Decimal | None:
        """Satisfied or fairly so, in percent of those who said anything; None when nobody did."""
        return percent(self.good, self.said)


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of a stretch."""

    reported: int
    finished: int
    closed: int
    late: int
    returned: int
    reopened: int
    satisfaction: Satisfaction

    @property
    def in_time_rate(self) -> Decimal | None:
        """Finished in time, in percent of all finished."""
        return percent(self.finished - self.late, self.finished)


def _counts(first: date, last: date) -> dict[str, Count]:
    reported, finished, closed = (
        days_q(field, first, last) for field in ("reported_at", "finished_at", "closed_at")
    )
    return {
        "reported": Count("pk", filter=reported),
        "finished": Count("pk", filter=finished),
        "late": Count("pk", filter=finished & Q(finished_at__gt=F("due_at"))),
        "closed": Count("pk", filter=closed),
        "returned": Count("pk", filter=reported & Q(returns__gt=0)),
        "reopened": Count("pk", filter=reported & Q(reopens__gt=0)),
        "called": Count("pk", filter=closed & Q(satisfaction__in=_CALLED)),
        "answered": Count("pk", filter=closed & Q(satisfaction__in=(*SPOKE, "no_word"))),
        "said": Count("pk", filter=closed & Q(satisfaction__in=SPOKE)),
        "good": Count("pk", filter=closed & Q(satisfaction__in=CONTENT)),
    }


def overviews(
    actor: Actor, first: date, last: date, *fields: str
) -> tuple[Overview, tuple[dict[str, Overview], ...]]:
    """The figures of those days that `actor` may see, in all and grouped by each of those columns
    of cases (matter, street, lead unit; what is not known is ""). One query.

    The cases are gone through once, grouped by all columns together; groups are added up here.
    """
    counts = _counts(first, last)
    rows = _of_those_days(actor, first, last).order_by().values_list(*fields)
    whole = [0] * len(counts)
    grouped: tuple[defaultdict[str, list[int]], ...] = tuple(
        defaultdict(lambda: [0] * len(counts)) for _field in fields
    )
    for row in rows.annotate(**counts):
        groups = (of[str(key or "")] for of, key in zip(grouped, row, strict=False))
        for sums in (whole, *groups):
            for at, count in enumerate(row[len(fields) :]):
                sums[at] += count
    names = tuple(counts)
    return _overview(dict(zip(names, whole, strict=True))), tuple(
        {key: _overview(dict(zip(names, sums, strict=True))) for key, sums in of.items()}
        for of in grouped
    )


def _of_those_days(actor: Actor, first: date, last: date) -> QuerySet[Case]:
    """What was reported, finished or closed then: all that any of the figures counts."""
    return visible_cases(actor, TYPE).filter(
        days_q("reported_at", first, last)
        | days_q("finished_at", first, last)
        | days_q("closed_at", first, last)
    )


def _overview(row: Mapping[str, Any]) -> Overview:
    return Overview(
        reported=row["reported"],
        finished=row["finished"],
        closed=row["closed"],
        late=row["late"],
        returned=row["returned"],
        reopened=row["reopened"],
        satisfaction=Satisfaction(row["called"], row["answered"], row["said"], row["good"]),
    )


@once_a_run
def _measured(period: StatPeriod) -> dict[str, Overview]:
    """Every lead unit's figures and the whole district's, for measures."""
    counted = counted_by_unit(TYPE, _counts(period.start, period.end))
    return {unit: _overview(row) for unit, row in counted.items()}


def reported_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Appeals that came in, by lead unit; the district's is the whole."""
    return {unit: Decimal(found.reported) for unit, found in _measured(period).items()}


def finished_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Appeals that were finished, by lead unit; the district's is the whole."""
    return {unit: Decimal(found.finished) for unit, found in _measured(period).items()}


def in_time_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share finished in time, in percent; units that finished nothing have none."""
    return known_shares({unit: one.in_time_rate for unit, one in _measured(period).items()})


def satisfaction_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share of those who said anything that were satisfied or fairly so, in percent."""
    return known_shares({unit: one.satisfaction.rate for unit, one in _measured(period).items()})
