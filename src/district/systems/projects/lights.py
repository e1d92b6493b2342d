"""Who decides the lights of projects and of their approvals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from district.kernel.tracking.public import (
    LightContext,
    LightVerdict,
    TrackedRow,
    light_provider,
)
from district.systems.projects.models import Item, Problem, Project
from district.systems.projects.names import ITEM, PROJECT
from district.systems.projects.rules.lights import Standing, item_light, project_light
from district.systems.projects.selectors.settings import settings


@light_provider(PROJECT)
def project_lights(
    rows: Sequence[TrackedRow], context: LightContext
) -> Mapping[UUID, LightVerdict]:
    """By stage the chance of the planned start or the investment, worsened by what is late. Three
    queries."""
    keys = [UUID(row.subject_id) for row in rows]
    projects = {str(one[0]): one for one in _standings(keys)}
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
            *one[1:],
            late_items.get(row.subject_id, 0),
            late_problems.get(row.subject_id, 0),
        )
        found[row.pk] = project_light(standing, today, cutoffs)
    return found


def _standings(keys: Sequence[UUID]) -> Sequence[tuple[Any, ...]]:
    """Of each project its key, and what its light depends on in the order of `Standing`."""
    return Project.objects.filter(pk__in=keys).values_list(
        "pk", "stage", "planned_start", "planned_finish", "start_likely", "chance", "year_due",
        "year_done",
    )  # fmt: skip


def _counts(rows: object) -> dict[str, int]:
    counted = rows.order_by().values_list("project").annotate(n=Count("pk"))  # type: ignore[attr-defined]  # a queryset of either model
    return {str(key): n for key, n in counted}


@light_provider(ITEM)
def item_lights(rows: Sequence[TrackedRow], context: LightContext) -> Mapping[UUID, LightVerdict]:
    """The deadline, and whether the planned start hangs on it and is missed. One query."""
    keys = [row.subject_id for row in rows]
    rows_of = Item.objects.filter(pk__in=keys).values_list(
        "pk", "critical", "project__planned_start", "project__start_early"
    )
    items = {str(key): more for key, *more in rows_of}
    found = {}
    for row in rows:
        one = items.get(row.subject_id)
        if one is None:
            continue
        critical, planned, early = one
        misses = planned is not None and early is not None and early > planned
        found[row.pk] = item_light(context.deadline(row), critical=critical, misses=misses)
    return found
