"""One place, round, task or result, where the actor may see it."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.systems.inspections.models import Inspection, Photo, Place, Round, Task
from district.systems.inspections.names import VIEW_PLACE, VIEW_RESULT, VIEW_ROUND, VIEW_TASK
from district.systems.inspections.selectors.rights import (
    place_scope_q,
    result_scope_q,
    task_scope_q,
)

M = TypeVar("M", bound=Model)


def _one(rows: QuerySet[M], key: Any) -> M:
    try:
        found = rows.filter(pk=key).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这一条，或您没有查看的权限。"))
    return found


def place_for(place_id: UUID | str, actor: Actor) -> Place:
    """The place with its units."""
    rows = Place.objects.filter(place_scope_q(visible(actor, VIEW_PLACE)))
    named = ("street_unit", "community_unit", "lead_unit", "supervising_unit")
    return _one(rows.select_related(*named), place_id)


def round_for(round_id: UUID | str, actor: Actor) -> Round:
    """The round with its unit."""
    rows = Round.objects.filter(visible(actor, VIEW_ROUND).q("lead_unit"))
    return _one(rows.select_related("lead_unit"), round_id)


def task_for(task_id: UUID | str, actor: Actor) -> Task:
    """The task with its place and people."""
    rows = Task.objects.filter(task_scope_q(visible(actor, VIEW_TASK)))
    named = ("place", "place__street_unit", "lead_unit", "inspector", "round", "tracked")
    return _one(rows.select_related(*named), task_id)


def results_seen(actor: Actor) -> Q:
    """The inspections that the actor may read."""
    return result_scope_q(visible(actor, VIEW_RESULT))


def result_for(result_id: UUID | str, actor: Actor) -> Inspection:
    """The inspection with its place and people."""
    rows = Inspection.objects.filter(results_seen(actor))
    named = ("place", "place__street_unit", "lead_unit", "inspector", "round")
    return _one(rows.select_related(*named), result_id)


def photo_for(result_id: UUID, photo_id: UUID, actor: Actor) -> Photo:
    """A picture of an inspection that the actor may read."""
    row = result_for(result_id, actor)
    return _one(Photo.objects.filter(inspection_key=row.pk), photo_id)
