"""Measures of investment promotion; each counts for every lead unit and for the whole district,
whoever asks, confidential projects among them: a number tells of nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Count

from district.kernel.cases.public import days_q
from district.kernel.measures.public import StatPeriod, once_a_run
from district.kernel.organisation.public import root_code
from district.systems.investment_promotion.models import Project, Visit
from district.systems.investment_promotion.names import MERGED
from district.systems.investment_promotion.rules.landing import growth, in_band

Values = Mapping[str, Decimal]
_YI = Decimal(10_000)


@once_a_run
def _units() -> frozenset[str]:
    """The units that have or had any project or visit: one that has nothing left counts 0, for
    what was counted for it before must give way. Two queries."""
    leads = Project.objects.order_by().values_list("case__lead_unit_id", flat=True).distinct()
    went = Visit.objects.order_by().values_list("lead_unit_id", flat=True).distinct()
    return frozenset({*leads, *went, root_code()})


def _summed(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """What was counted, by unit and under the root's code for all."""
    found = dict.fromkeys(_units(), Decimal(0))
    for unit, number in pairs:
        found[unit] += number
        if unit != root_code():
            found[root_code()] += number
    return found


@once_a_run
def _landed(first: date, last: date) -> tuple[tuple[str, Decimal | None, Decimal | None], ...]:
    """Unit, amount counted and capital subscribed of every project that landed on these days and
    still has. One query."""
    rows = Project.objects.filter(landed_on__range=(first, last), case__stage="landed")
    return tuple(rows.order_by().values_list("case__lead_unit_id", "counted", "subscribed"))


def landed_in(band: str) -> Callable[[StatPeriod], Values]:
    """How many projects of a band landed in the period: verified, and not taken back since."""

    def count(period: StatPeriod) -> Values:
        rows = _landed(period.start, period.end)
        return _summed((unit, Decimal(in_band(amount, band))) for unit, amount, _capital in rows)

    return count


def subscribed(period: StatPeriod) -> Values:
    """The capital subscribed of projects that landed in the period, in 亿元."""
    rows = _landed(period.start, period.end)
    return _summed((unit, (capital or Decimal(0)) / _YI) for unit, _amount, capital in rows)


def landed_growth(period: StatPeriod) -> Values:
    """By how much the projects of 亿元 and more grew over the same days a year before, in
    percent; units that had none then have no value."""
    now = landed_in("100m")(period)
    before = landed_in("100m")(
        StatPeriod(_year_before(period.start), _year_before(period.end), period.kind)
    )
    found = {
        unit: growth(int(now.get(unit, 0)), int(before.get(unit, 0))) for unit in {**now, **before}
    }
    return {unit: value for unit, value in found.items() if value is not None}


def _year_before(day: date) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def contracted(period: StatPeriod) -> Values:
    """Projects whose agreement was signed in the period, but for those lost since."""
    return _summed((unit, Decimal(1)) for unit, _agreed in _signed(period.start, period.end))


def agreed(period: StatPeriod) -> Values:
    """The investment of the agreements signed in the period, in 亿元."""
    rows = _signed(period.start, period.end)
    return _summed((unit, (amount or Decimal(0)) / _YI) for unit, amount in rows)


@once_a_run
def _signed(first: date, last: date) -> tuple[tuple[str, Decimal | None], ...]:
    rows = Project.objects.filter(signed_on__range=(first, last))
    rows = rows.exclude(case__stage__in=("lost", *MERGED))
    return tuple(rows.order_by().values_list("case__lead_unit_id", "agreed"))


def visits(period: StatPeriod) -> Values:
    """Visits that were held in the period and recorded."""
    rows = Visit.objects.filter(
        days_q("starts_at", period.start, period.end), state=Visit.State.HELD
    )
    counted = rows.order_by().values_list("lead_unit_id").annotate(n=Count("pk"))
    return _summed((unit, Decimal(n)) for unit, n in counted)
