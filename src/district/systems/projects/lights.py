"""Who decides the lights of projects and of their approvals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from district.kernel.tracking.public import (
    LightContext,
    LightVerdict,
    TrackedRow,
    light_provider,
)
from district.systems.projects.models import Item, Problem, Project, Week
from district.systems.projects.names import ITEM, PROJECT, WEEK
from district.systems.projects.rules.following import week_light
from district.systems.projects.rules.lights import Standing, item_light, project_light
from district.systems.projects.selectors.settings import settings


@light_provider(PROJECT)
def project_lights(
    rows: Sequence[TrackedRow], context: LightContext
) -> Mapping[UUID, LightVerdict]:
    """By stage the chance of the planned start or the investment, worsened by what is late. One
    query."""
    projects = _standings([UUID(row.subject_id) for row in rows], context.now)
    today, cutoffs = timezone.localtime(context.now).date(), settings().cutoffs
    return {
        row.pk: project_light(projects[row.subject_id], today, cutoffs)
        for row in rows
        if row.subject_id in projects
    }


def _standings(keys: Sequence[UUID], now: datetime) -> dict[str, Standing]:
    """What of each project its light depends on."""
    late_items = Item.objects.filter(critical=True, state=Item.State.RUNNING, clock__due_at__lt=now)
    late_problems = Problem.objects.filter(due_at__lt=now).exclude(state=Problem.State.SOLVED)
    rows = Project.objects.filter(pk__in=keys).values_list(
        "pk", "stage", "planned_start", "planned_finish", "start_likely", "chance", "year_due",
        "year_done", _count(late_items), _count(late_problems),
    )  # fmt: skip
    return {str(key): Standing(*standing) for key, *standing in rows}


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows a project has."""
    own = rows.filter(project=OuterRef("pk")).order_by().values("project")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)


@light_provider(ITEM)
def item_lights(rows: Sequence[TrackedRow], context: LightContext) -> Mapping[UUID, LightVerdict]:
    """The deadline, and whether the planned start hangs on it and is missed. One query."""
    keys = [row.subject_id for row in rows]
    rows_of = Item.objects.filter(pk__in=keys).values_list(
        "pk", "critical", "project__planned_start", "project__start_early"
    )
    items = {str(key): (critical, on, early) for key, critical, on, early in rows_of}
    found = {}
    for row in rows:
        if row.subject_id not in items:
            continue
        critical, planned, early = items[row.subject_id]
        misses = planned is not None and early is not None and early > planned
        found[row.pk] = item_light(context.deadline(row), critical=critical, misses=misses)
    return found


@light_provider(WEEK)
def week_lights(rows: Sequence[TrackedRow], context: LightContext) -> Mapping[UUID, LightVerdict]:
    """The due time of a follow-up, and whether the weeks before were missed. One query."""
    keys = [row.subject_id for row in rows]
    weeks = Week.objects.filter(pk__in=keys).values_list("pk", "missed_before")
    missed = {str(key): count for key, count in weeks}
    rules = settings().follow_ups
    return {
        row.pk: week_light(context.deadline(row), missed[row.subject_id], rules)
        for row in rows
        if row.subject_id in missed
    }
