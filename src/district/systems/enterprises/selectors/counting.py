"""Measures: entities on the register, new ones, converted ones, and how many are qualified.

Each counts for every unit that serves enterprises and for the whole district, whoever asks; two
queries each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.db.models import Aggregate, Count, Exists, OuterRef, Q, QuerySet

from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.systems.enterprises.models import Enterprise, Qualification
from district.systems.enterprises.rules.facts import REGISTERED
from district.systems.enterprises.selectors.qualifications import valid_q

Values = Mapping[str, Decimal]
_ANY = Q()


def by_unit(rows: QuerySet[Enterprise], of: Aggregate | None = None) -> Values:
    """How many of every lead unit's (or another aggregate), and of all under the root's code."""
    counted = rows.order_by().values_list("lead_unit").annotate(n=of or Count("pk"))
    found = {str(unit): Decimal(n or 0) for unit, n in counted}
    return {**found, root_code(): sum(found.values(), Decimal(0))}


def registered(period: StatPeriod) -> Values:
    """Entities that were founded by the end of the period and are on the register now."""
    rows = Enterprise.objects.filter(status__in=REGISTERED)
    return by_unit(rows.exclude(established_on__gt=period.end))


def established(period: StatPeriod) -> Values:
    """Entities that were founded in the period, whatever became of them."""
    days = (period.start, period.end)
    return by_unit(Enterprise.objects.filter(established_on__range=days))


def converted(period: StatPeriod) -> Values:
    """Companies that individual businesses turned into in the period."""
    days = (period.start, period.end)
    return by_unit(Enterprise.objects.filter(kind="company", converted_on__range=days))


def qualified(kind: str) -> Callable[[StatPeriod], Values]:
    """Enterprises that held a kind of qualification at the end of the period."""

    def count(period: StatPeriod) -> Values:
        own = Qualification.objects.filter(enterprise=OuterRef("pk"), kind=kind)
        return by_unit(Enterprise.objects.filter(Exists(own.filter(valid_q(period.end)))))

    return count


def newly_qualified(kind: str, among: Q = _ANY) -> Callable[[StatPeriod], Values]:
    """Enterprises that got a kind of qualification for the first time in the period, of those
    that `among` selects."""

    def count(period: StatPeriod) -> Values:
        own = Qualification.objects.filter(enterprise=OuterRef("pk"), kind=kind)
        within = own.filter(issued_on__range=(period.start, period.end))
        before = own.filter(issued_on__lt=period.start)
        return by_unit(Enterprise.objects.filter(among, Exists(within)).exclude(Exists(before)))

    return count
