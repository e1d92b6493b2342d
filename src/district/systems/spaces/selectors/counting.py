"""Measures: factory floors built and under way, vacant area, land transferred; by unit.

The district's number is its root unit's; each operator or answerable unit has its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.systems.spaces.models import Building, LandParcel, Lease, SpaceUnit
from district.systems.spaces.selectors.vacancy import PARK

Values = Mapping[str, Decimal]
#: Square metres in 万平方米.
_WAN = Decimal(10_000)


def _by_unit(rows: QuerySet[Any], unit: str, column: str, scale: Decimal = _WAN) -> Values:
    """The sum of a column by unit, and of all for the district; one query."""
    summed = rows.order_by().values_list(unit).annotate(total=Sum(column))
    found = {code: total / scale for code, total in summed if total is not None}
    found[root_code()] = sum(found.values(), Decimal(0))
    return found


def _upstairs(condition: Q) -> QuerySet[Building]:
    return Building.objects.filter(condition, upstairs=True)


def factory_started(period: StatPeriod) -> Values:
    """Factory area of 工业上楼 buildings begun in the period, in 万平方米."""
    rows = _upstairs(Q(started_on__gte=period.start, started_on__lte=period.end))
    return _by_unit(rows, "park__lead_unit", "factory_area")


def factory_completed(period: StatPeriod) -> Values:
    """Factory area of 工业上楼 buildings completed in the period, in 万平方米."""
    rows = _upstairs(Q(completed_on__gte=period.start, completed_on__lte=period.end))
    return _by_unit(rows, "park__lead_unit", "factory_area")


def factory_under_way(period: StatPeriod) -> Values:
    """Factory area of 工业上楼 buildings that were begun and not completed at its end."""
    begun = Q(started_on__lte=period.end)
    rows = _upstairs(begun & (Q(completed_on=None) | Q(completed_on__gt=period.end)))
    return _by_unit(rows, "park__lead_unit", "factory_area")


def vacant_area(period: StatPeriod) -> Values:
    """Area of units in use that nobody had rented on the last day of the period, in 万平方米."""
    let = Lease.objects.filter(
        unit=OuterRef("pk"), starts_on__lte=period.end, ends_on__gte=period.end
    )
    rows = SpaceUnit.objects.filter(~Exists(let), is_active=True)
    return _by_unit(rows, f"{PARK}__lead_unit", "area")


def _transferred(period: StatPeriod) -> QuerySet[LandParcel]:
    return LandParcel.objects.filter(
        state=LandParcel.State.TRANSFERRED,
        transferred_on__gte=period.start,
        transferred_on__lte=period.end,
    )


def parcels_transferred(period: StatPeriod) -> Values:
    """How many parcels were transferred in the period."""
    return {root_code(): Decimal(_transferred(period).count())}


def land_transferred(period: StatPeriod) -> Values:
    """The area of the parcels transferred in the period, in hectares."""
    total = _transferred(period).aggregate(total=Sum("area"))["total"]
    return {root_code(): total or Decimal(0)}
