"""Who decides the lights of projects and of their approvals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count
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
    """By stage the chance of the planned start or the investment, worsened by what is late. Three
    queries."""
    keys = [UUID(row.subject_id) for row in rows]
    projects = _standings(keys)
    late_items = _late_items(keys, context.now)
    late_problems = _counts(
        Problem.objects.filter(project__in=keys, due_at__lt=context.now).exclude(
            state=Problem.State.SOLVED
        )
    )
    today, cutoffs = timezone.localtime(context.now).date(), settings().cutoffs
    found = {}
    for row in rows:
        one = projects.get(row.subject_id)
        if one is None:
            continue
        standing = replace(
            one,
            late_items=late_items.get(row.subject_id, 0),
            late_problems=late_problems.get(row.subject_id, 0),
        )
        found[row.pk] = project_light(standing, today, cutoffs)
    return found


def _standings(keys: Sequence[UUID]) -> dict[str, Standing]:
    """What of each project its light depends on, but for what is late."""
    rows = Project.objects.filter(pk__in=keys).order_by().values_list(
        "pk", "stage", "planned_start", "planned_finish", "start_likely", "chance", "year_due",
        "year_done",
    )  # fmt: skip
    return {
        str(key): Standing(stage, start, finish, likely, chance, due, done)
        for key, stage, start, finish, likely, chance, due, done in rows
    }


def _late_items(keys: Sequence[UUID], now: datetime) -> Counter[str]:
    """How many critical approvals of each project are past their term. The state is looked at here:
    asked for it, a database would go through all that run instead of those of the projects."""
    rows = Item.objects.filter(project__in=keys, critical=True, clock__due_at__lt=now).order_by()
    return Counter(
        str(project)
        for project, state in rows.values_list("project", "state")
        if state == Item.State.RUNNING
    )


def _counts(rows: object) -> dict[str, int]:
    counted = rows.order_by().values_list("project").annotate(n=Count("pk"))  # type: ignore[attr-defined]  # a queryset of either model
    return {str(key): n for key, n in counted}


@light_provider(ITEM)
def item_lights(rows: Sequence[TrackedRow], context: LightContext) -> Mapping[UUID, LightVerdict]:
    """The deadline, and whether the planned start hangs on it and is missed. One query."""
    keys = [row.subject_id for row in rows]
    rows_of = (
        Item.objects.filter(pk__in=keys)
        .order_by()
        .values_list("pk", "critical", "project__planned_start", "project__start_early")
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
