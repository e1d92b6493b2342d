"""Reads of filing duties: who files a measure, and whether somebody is there to do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.measures.models import Filing, FilingDuty
from district.kernel.measures.rules.flow import OWED
from district.kernel.organisation.public import Assignment, Member, action_of, assignments_today


@dataclass(frozen=True)
class DutyLine:
    """A duty, who may file and who may review for its unit today, and what it owes now."""

    duty: FilingDuty
    owed: int
    filers: list[Member] = field(default_factory=list)
    reviewers: list[Member] = field(default_factory=list)


def duties_of(measure: str) -> list[DutyLine]:
    """Every duty of a measure, those in use first; two queries."""
    rows = FilingDuty.objects.filter(measure_id=measure).select_related("unit", "contact")
    counted = rows.annotate(owed=Count("filings", filter=Q(filings__state__in=OWED)))
    duties = list(counted.order_by("-active", "unit__sort", "unit_id"))
    roles = {verb: _roles(f"measures.filing.{verb}") for verb in ("file", "review")}
    staff = _staff({duty.unit_id for duty in duties if duty.active}, set().union(*roles.values()))
    return [
        DutyLine(
            duty,
            duty.owed,
            [m for role, m in staff.get(duty.unit_id, []) if role in roles["file"]],
            [m for role, m in staff.get(duty.unit_id, []) if role in roles["review"]],
        )
        for duty in duties
    ]


def _staff(units: set[str], roles: set[str]) -> dict[str, list[tuple[str, Member]]]:
    """By unit, who holds one of the roles there today; no query where there is no unit."""
    found: dict[str, list[tuple[str, Member]]] = {}
    if units:
        for post in assignments_today().filter(unit_id__in=units, role__in=roles):
            found.setdefault(post.unit_id, []).append((post.role, post.member))
    return found


def filers() -> list[Assignment]:
    """The posts that may file today, with member and unit; one query."""
    return list(assignments_today().filter(role__in=_roles("measures.filing.file")))


def duty_by_id(measure: str, duty_id: UUID) -> FilingDuty:
    """The duty of a measure with this key; NotFound where there is none."""
    rows = FilingDuty.objects.select_related("measure", "unit", "contact")
    row = rows.filter(pk=duty_id, measure_id=measure).first()
    if row is None:
        raise NotFound(_("没有这项填报任务。"))
    return row


def owed_by(measure: str, unit: str = "") -> list[Filing]:
    """What is owed of a measure now (by one unit, if given) and not filed, the oldest first."""
    rows = Filing.objects.filter(measure_id=measure, state__in=OWED)
    if unit:
        rows = rows.filter(unit_id=unit)
    return list(rows.select_related("unit").order_by("period_end", "unit__sort"))


def _roles(action: str) -> set[str]:
    """The roles that do the action for their own unit."""
    return {grant.role for grant in action_of(action).grants if grant.relation == "unit"}
