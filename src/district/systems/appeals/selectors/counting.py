"""Counts of appeals over a stretch of time: by category, place, unit; lateness; satisfaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from district.kernel.cases.public import Case, visible_cases
from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.systems.appeals.names import TYPE

_GOOD = ("satisfied", "fair")
_SAID = ("satisfied", "fair", "unhappy")
_CALLED = (*_SAID, "no_answer", "no_word")


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the start of a day to the start of another, in the district's time; aware."""

    since: datetime
    until: datetime

    @classmethod
    def of_days(cls, first: date, last: date) -> Stretch:
        """Both days are in it."""
        zone = timezone.get_default_timezone()
        return cls(
            datetime.combine(first, time.min, zone),
            datetime.combine(last + timedelta(days=1), time.min, zone),
        )

    def q(self, field: str) -> Q:
        """Rows whose `field` lies in it."""
        return Q(**{f"{field}__gte": self.since, f"{field}__lt": self.until})


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


def percent(part: int, whole: int) -> Decimal | None:
    """A share in percent, two places; None of nothing."""
    return None if not whole else (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"))


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


def _counts(stretch: Stretch) -> dict[str, Count]:
    reported, finished = stretch.q("reported_at"), stretch.q("finished_at")
    closed = stretch.q("closed_at")
    return {
        "reported": Count("pk", filter=reported),
        "finished": Count("pk", filter=finished),
        "late": Count("pk", filter=finished & Q(finished_at__gt=F("due_at"))),
        "closed": Count("pk", filter=closed),
        "returned": Count("pk", filter=reported & Q(returns__gt=0)),
        "reopened": Count("pk", filter=reported & Q(reopens__gt=0)),
        "called": Count("pk", filter=closed & Q(satisfaction__in=_CALLED)),
        "answered": Count("pk", filter=closed & Q(satisfaction__in=(*_SAID, "no_word"))),
        "said": Count("pk", filter=closed & Q(satisfaction__in=_SAID)),
        "good": Count("pk", filter=closed & Q(satisfaction__in=_GOOD)),
    }


def overview(actor: Actor, stretch: Stretch) -> Overview:
    """The figures that `actor` may see. One query."""
    return _overview(visible_cases(actor, TYPE).aggregate(**_counts(stretch)))


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


def overview_by(actor: Actor, stretch: Stretch, field: str) -> dict[str, Overview]:
    """The figures grouped by a column of cases (matter, street, lead unit). One query."""
    rows = (
        visible_cases(actor, TYPE)
        .filter(stretch.q("reported_at") | stretch.q("finished_at") | stretch.q("closed_at"))
        .order_by()
        .values(field)
        .annotate(**_counts(stretch))
    )
    return {str(row[field] or ""): _overview(row) for row in rows}


def _measured(period: StatPeriod) -> dict[str, Overview]:
    """Every lead unit's figures and the whole district's, for measures."""
    stretch = Stretch.of_days(period.start, period.end)
    rows = Case.objects.filter(type_key=TYPE).order_by()
    found = {
        str(row["lead_unit"]): _overview(row)
        for row in rows.values("lead_unit").annotate(**_counts(stretch))
    }
    found[root_code()] = _overview(rows.aggregate(**_counts(stretch)))
    return found


def reported_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Appeals that came in, by lead unit; the district's is the whole."""
    return {unit: Decimal(found.reported) for unit, found in _measured(period).items()}


def finished_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Appeals that were finished, by lead unit; the district's is the whole."""
    return {unit: Decimal(found.finished) for unit, found in _measured(period).items()}


def in_time_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share finished in time, in percent; units that finished nothing have none."""
    rates = {unit: found.in_time_rate for unit, found in _measured(period).items()}
    return {unit: rate for unit, rate in rates.items() if rate is not None}


def satisfaction_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share of those who said anything that were satisfied or fairly so, in percent."""
    rates = {unit: found.satisfaction.rate for unit, found in _measured(period).items()}
    return {unit: rate for unit, rate in rates.items() if rate is not None}
