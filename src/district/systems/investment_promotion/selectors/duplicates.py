"""The same organisation told by more than one: who was first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from district.systems.investment_promotion.models import Project
from district.systems.investment_promotion.names import MERGED


@dataclass(frozen=True)
class Twin:
    """A project of the same organisation that is under way: its number, unit and day. Nothing else
    of it is told to those who may not see it."""

    key: str
    number: str
    unit: str
    told_on: date


def twins(row: Project) -> list[Twin]:
    """The projects of the same organisation (by name or credit code) that are under way and not
    confidential, the first told first. One query."""
    same = Q(organisation_key=row.organisation_key)
    if row.code:
        same |= Q(code=row.code)
    rows = Project.objects.filter(same, case__is_confidential=False)
    rows = rows.exclude(pk=row.pk).exclude(case__stage__in=("lost", "landed", *MERGED))
    found = rows.select_related("case__lead_unit").order_by("told_on", "pk")[:5]
    return [
        Twin(
            str(one.pk),
            one.case.number,
            one.case.lead_unit.display_short,
            one.told_on,
        )
        for one in found
    ]
