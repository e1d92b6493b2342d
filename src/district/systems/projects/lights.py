"""Who decides the lights of projects and of their approvals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
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
    projects = {str(one.pk): one for one in Project.objects.filter(pk__in=keys)}
    late_items = _counts(
        Item.objects.filter(
            project__in=keys, critical=True, state=Item.State.RUNNING,
            clock__due_at__lt=context.now,
        )
    )  # fmt: skip
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
        standing = Standing(
            one.stage, one.planned_start, one.planned_finish, one.start_likely, one.chance,
            one.year_due or Decimal(0), one.year_done or Decimal(0),
            late_items.get(row.subject_id, 0), late_problems.get(row.subject_id, 0),
        )  # fmt: skip
        found[row.pk] = project_light(standing, today, cutoffs)
    return found


def _counts(rows: object) -> dict[str, int]:
    counted = rows.order_by().values_list("project").annotate(n=Count("pk"))  # type: ignore[attr-defined]  # a queryset of either model
    return {str(key): n for key, n in counted}


@light_provider(ITEM)
def item_lights(rows: Sequence[TrackedRow], context: LightContext) -> Mapping[UUID, LightVerdict]:
    """The deadline, and whether the planned start hangs on it and is missed. One query."""
    keys = [row.subject_id for row in rows]
    items = {str(one.pk): one for one in Item.objects.filter(pk__in=keys).select_related("project")}
    found = {}
    for row in rows:
        one = items.get(row.subject_id)
        if one is None:
            continue
        planned, early = one.project.planned_start, one.project.start_early
        misses = planned is not None and early is not None and early > planned
        found[row.pk] = item_light(context.deadline(row), critical=one.critical, misses=misses)
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
