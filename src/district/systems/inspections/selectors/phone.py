"""What a phone takes along: the member's tasks, and the checklists that they are done by."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from district.kernel.cases.public import said
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.registers.public import plain_number
from district.systems.inspections.checklists import checklist_version, field_words, kind_words
from district.systems.inspections.models import Task
from district.systems.inspections.names import INSPECT
from district.systems.inspections.rules.checklist import Checklist, Item

MOST = 300


def tasks_to_do(actor: Actor) -> QuerySet[Task]:
    """The open tasks that a member may take on: their own, and their unit's that nobody has."""
    scope = visible(actor, INSPECT)
    mine = scope.q("lead_unit", member="inspector_id")
    free = Q(inspector=None) | Q(inspector_id=actor.id)
    rows = Task.objects.filter(mine, free, state=Task.State.OPEN)
    return rows.select_related("place", "place__street_unit", "tracked", "round").order_by(
        "due_on", "id"
    )


def carried(actor: Actor) -> dict[str, Any]:
    """Tasks and checklists as plain data, in the language of the moment. At most two queries."""
    tasks = list(tasks_to_do(actor)[:MOST])
    kinds = kind_words()
    lists = {task.checklist_version for task in tasks}
    return {
        "tasks": [
            {
                "id": str(task.pk),
                "number": task.number,
                "place": task.place.name,
                "kind": said(kinds[task.place.kind]) if task.place.kind in kinds else "",
                "address": task.place.address,
                "street": task.place.street_unit.display_short,
                "round": task.round.title if task.round else "",
                "due_on": task.due_on.isoformat(),
                "light": task.tracked.light if task.tracked else "none",
                "version": task.checklist_version,
                "own": str(task.inspector_id or "") == actor.id,
            }
            for task in tasks
        ],
        "checklists": {version: as_data(checklist_version(version)) for version in sorted(lists)},
    }


def as_data(checklist: Checklist) -> dict[str, Any]:
    """A checklist for a phone."""
    fields = field_words()
    return {
        "version": checklist.version,
        "key": checklist.key,
        "label": said(checklist.label),
        "field": said(fields[checklist.field]),
        "sections": [
            {
                "key": section.key,
                "label": said(section.label),
                "items": [_item(item) for item in checklist.items_of(section.key)],
            }
            for section in checklist.sections
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "number": item.number,
        "text": said(item.text),
        "standard": said(item.standard),
        "answer": item.answer,
        "unit": said(item.unit),
        "min": plain_number(item.least),
        "max": plain_number(item.most),
        "severity": item.severity,
        "photo": item.photo,
        "na": item.na,
    }
