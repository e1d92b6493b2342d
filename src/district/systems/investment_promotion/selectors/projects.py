"""One project as its page shows it, and the visits of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from district.kernel.cases.public import case_type_of, said
from district.kernel.history.public import Actor
from district.systems.enterprises.public import EnterpriseRef
from district.systems.investment_promotion.models import (
    ContactPerson,
    LandOffer,
    Project,
    Trip,
    Verification,
    Visit,
)
from district.systems.investment_promotion.names import TYPE
from district.systems.investment_promotion.rules.calendars import month_grid
from district.systems.investment_promotion.rules.landing import Landing
from district.systems.investment_promotion.selectors.duplicates import Twin, twins
from district.systems.investment_promotion.selectors.landing import entity_of, landing_now
from district.systems.investment_promotion.selectors.rights import visits_seen


@dataclass(frozen=True)
class ProjectDetail:
    """What the page of a project shows besides the row itself."""

    stage: str
    visits: tuple[Visit, ...]
    verifications: tuple[Verification, ...]
    twins: tuple[Twin, ...]
    contacts: int


def project_detail(row: Project, actor: Actor) -> ProjectDetail:
    """Four queries; five with a project that others tell of too."""
    return ProjectDetail(
        stage_words(row.case.stage),
        tuple(visits_seen(actor).filter(project=row).select_related("lead_unit")[:30]),
        tuple(Verification.objects.filter(project=row)[:20]),
        tuple(twins(row)),
        ContactPerson.objects.filter(project=row).count(),
    )


def stage_words(stage: str) -> str:
    """A stage in words."""
    return said(case_type_of(TYPE).stages[stage].label)


def verified(row: Project) -> tuple[Landing, EnterpriseRef | None]:
    """Whether the project has landed as the register is now, and the entity. Three queries."""
    return landing_now(row), entity_of(row)


def land_offers(row: Project) -> list[LandOffer]:
    """The parcels put forward, the newest first."""
    return list(LandOffer.objects.filter(project=row))


@dataclass(frozen=True)
class Day:
    """A day of the month's calendar; `inside`: of the month itself."""

    on: date
    inside: bool
    is_today: bool
    visits: tuple[Visit, ...]


def month_of(actor: Actor, first: date, today: date) -> list[list[Day]]:
    """The visits of a month by weeks, those cancelled left out. One query."""
    grid = month_grid(first)
    zone = timezone.get_default_timezone()
    since = datetime.combine(grid[0][0], time.min, zone)
    until = datetime.combine(grid[-1][-1] + timedelta(days=1), time.min, zone)
    rows = visits_seen(actor).filter(starts_at__gte=since, starts_at__lt=until)
    by_day: dict[date, list[Visit]] = {}
    for visit in rows.exclude(state=Visit.State.CANCELLED).order_by("starts_at", "pk"):
        by_day.setdefault(timezone.localtime(visit.starts_at).date(), []).append(visit)
    return [
        [
            Day(day, day.month == first.month, day == today, tuple(by_day.get(day, ())))
            for day in week
        ]
        for week in grid
    ]


def itinerary(trip: Trip, actor: Actor) -> list[Visit]:
    """The visits of a trip in their order, those cancelled among them. One query."""
    rows = visits_seen(actor).filter(trip=trip).select_related("project__case")
    return list(rows.order_by("starts_at", "pk"))
