"""Counts of cases over days, which the figures and the measures of systems are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from district.kernel.cases.models import Case
from district.kernel.organisation.public import root_code

#: What callers heard when they were content, and when they said anything at all.
CONTENT = ("satisfied", "fair")
SPOKE = (*CONTENT, "unhappy")


def days_q(field: str, first: date, last: date) -> Q:
    """Rows whose moment lies on those days, both counted, in the district's time."""
    zone = timezone.get_default_timezone()
    since = datetime.combine(first, time.min, zone)
    until = datetime.combine(last + timedelta(days=1), time.min, zone)
    return Q(**{f"{field}__gte": since, f"{field}__lt": until})


def days_condition(field: str, first: date, last: date) -> str:
    """The same as a condition over a register, for the address of a figure."""
    return f"{field} >= {first.isoformat()} and {field} <= {last.isoformat()}"


def percent(part: int, whole: int) -> Decimal | None:
    """A share in percent, two places; None of nothing."""
    return None if not whole else (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"))


def counted_by_unit(type_key: str, counts: Mapping[str, Count]) -> dict[str, Mapping[str, Any]]:
    """The counts of every lead unit's cases, and of all under the root's code. One query.

    A unit that has nothing left in the period counts 0: what was counted for it before must give
    way. For measures: it counts whatever there is, and not what somebody may see.
    """
    rows = Case.objects.filter(type_key=type_key).order_by()
    found: dict[str, Mapping[str, Any]] = {
        str(row["lead_unit"]): row for row in rows.values("lead_unit").annotate(**counts)
    }
    whole = {name: sum(row[name] for row in found.values()) for name in counts}
    return {**found, root_code(): whole}


def known_shares(shares: Mapping[str, Decimal | None]) -> dict[str, Decimal]:
    """Without the units that have none: a share of nothing is no value of a measure."""
    return {unit: share for unit, share in shares.items() if share is not None}
