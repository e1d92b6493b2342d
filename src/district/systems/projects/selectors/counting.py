"""Measures of investment projects, for every responsible unit and for the whole district."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from django.db.models import Q, Sum

from district.kernel.measures.public import StatPeriod, once_a_run
from district.kernel.organisation.public import root_code
from district.systems.projects.models import Month, Project

Values = Mapping[str, Decimal]
_YI = Decimal(10_000)


@once_a_run
def _units() -> frozenset[str]:
    """The units that have any project: one that has nothing in a period counts 0. One query."""
    leads = Project.objects.order_by().values_list("lead_unit_id", flat=True).distinct()
    return frozenset({*leads, root_code()})


def _summed(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """What was counted, by unit and under the root's code for all."""
    found = dict.fromkeys(_units(), Decimal(0))
    for unit, number in pairs:
        found[unit] += number
        if unit != root_code():
            found[root_code()] += number
    return found


def invested(column: str) -> Callable[[StatPeriod], Values]:
    """The sum of a column of the months that lie in the period, in 亿元."""

    def count(period: StatPeriod) -> Values:
        rows = Month.objects.filter(month__range=(period.start, period.end))
        summed = rows.order_by().values_list("project__lead_unit_id").annotate(sum=Sum(column))
        return _summed((unit, (amount or Decimal(0)) / _YI) for unit, amount in summed)

    return count


def _counting(condition: Callable[[StatPeriod], Q]) -> Callable[[StatPeriod], Values]:
    def count(period: StatPeriod) -> Values:
        rows = Project.objects.filter(condition(period)).exclude(stage=Project.Stage.DROPPED)
        return _summed((unit, Decimal(1)) for unit in rows.values_list("lead_unit_id", flat=True))

    return count


def _started(period: StatPeriod) -> Q:
    return Q(started_on__range=(period.start, period.end))


#: Projects whose construction began in the period.
new_starts = _counting(_started)
#: Of them those of a hundred million yuan and more in all.
new_starts_100m = _counting(lambda period: _started(period) & Q(total__gte=_YI))
#: Projects completed in the period.
completed = _counting(lambda period: Q(finished_on__range=(period.start, period.end)))
#: Projects that came to be counted in statistics in the period.
newly_counted = _counting(
    lambda period: Q(counted_on__range=(period.start, period.end), counted="counted")
)
