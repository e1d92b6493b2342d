"""Tasks: given out, handed to an inspector, given up with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, Entry, Subject, record, record_many
from district.kernel.organisation.public import Member, Owned, authorise
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    TrackedRow,
    Tracking,
    cancel,
    reassign,
    track_many,
)
from district.systems.inspections.checklists import checklist_of
from district.systems.inspections.models import Place, Round, Task
from district.systems.inspections.names import ASSIGN_TASK, SYSTEM, TASK
from district.systems.inspections.rules.drawing import Drawn
from district.systems.inspections.selectors.results import inspectors_of
from district.systems.inspections.selectors.rights import owned_place, owned_task
from district.systems.inspections.services.publishing import ensure_published

_END = time(18)


def task_subject(task: Task) -> Subject:
    """How history and tracking name a task."""
    return Subject(TASK, str(task.pk))


def issue_tasks(row: Round, drawn: Sequence[Drawn], *, actor: Actor) -> list[Task]:
    """The tasks of a draw, each with its clock. Called by the draw alone, in its transaction."""
    places = {place.code: place for place in Place.objects.filter(code__in=[o.key for o in drawn])}
    now, today = clock.now(), clock.today()
    tasks = []
    for one in drawn:
        place = places[one.key]
        to_round = row.assign_to == Round.AssignTo.ROUND
        tasks.append(
            Task(
                number=new_number("RW", today),
                round=row,
                place=place,
                checklist=row.checklist,
                checklist_version=row.checklist_version,
                version_since=now,
                lead_unit_id=row.lead_unit_id if to_round else place.lead_unit_id,
                ordering_unit_id=row.lead_unit_id,
                inspector_id=UUID(row.inspectors[one.inspector - 1]) if one.inspector else None,
                due_on=row.ends_on,
                created_at=now,
            )
        )
    _begin(tasks, actor)
    return tasks


@transaction.atomic
def order_inspection(
    place_id: UUID | str,
    checklist_key: str,
    *,
    unit: str,
    due_on: date,
    actor: Actor,
    inspector: UUID | str | None = None,
) -> Task:
    """Have a place inspected outside any round. Raises NotFound, NotPermitted, Invalid."""
    place = Place.objects.filter(pk=place_id).first()
    if place is None:
        raise NotFound(_("没有这个检查对象。"))
    authorise(actor, ASSIGN_TASK, Owned(unit, centre=unit))
    on = owned_place(place)
    if unit != place.lead_unit_id and unit not in on.co_units:
        raise Invalid("unit", _("该单位不负责这个对象。"), _("请选择责任单位、街道或主管部门。"))
    if due_on < clock.today():
        raise Invalid("due_on", _("截止日期已过。"), _("请选择今天或以后的日期。"))
    checklist = checklist_of(checklist_key)
    ensure_published(checklist)
    now = clock.now()
    task = Task(
        number=new_number("RW", clock.today()),
        place=place,
        checklist=checklist.key,
        checklist_version=checklist.version,
        version_since=now,
        lead_unit_id=unit,
        ordering_unit_id=unit,
        inspector=_inspector(inspector, unit) if inspector else None,
        due_on=due_on,
        created_at=now,
    )
    _begin([task], actor)
    return task


def _begin(tasks: list[Task], actor: Actor) -> None:
    """Clocks, rows and history of new tasks, in few statements."""
    rows = track_many([_tracking(task) for task in tasks], actor=SYSTEM) if tasks else []
    for task, tracked in zip(tasks, rows, strict=True):
        task.tracked = tracked
    Task.objects.bulk_create(tasks)
    entries = [Entry(task_subject(task), "inspections.task.issued", _told(task)) for task in tasks]
    if entries:
        record_many(entries, actor=actor)


def _tracking(task: Task) -> Tracking:
    due = timezone.make_aware(datetime.combine(task.due_on, _END))
    return Tracking(
        task_subject(task),
        f"{task.place.name} · {checklist_of(task.checklist).label.zh}",
        Owner(task.lead_unit_id, contact=task.inspector_id),
        ClockSpec("working_days", due_at=max(due, clock.now())),
        theme="inspections",
        url=task.get_absolute_url(),
    )


def _told(task: Task) -> dict[str, object]:
    return {
        "number": task.number,
        "place": task.place.code,
        "lead_unit": task.lead_unit_id,
        "inspector": str(task.inspector_id or ""),
        "checklist_version": task.checklist_version,
        "due_on": task.due_on,
    }


def locked_task(task_id: UUID | str) -> Task:
    """The task, locked for this transaction; NotFound where there is none."""
    try:
        key = UUID(str(task_id))
    except ValueError:
        raise NotFound(_("没有这个检查任务。")) from None
    task = Task.objects.select_for_update().filter(pk=key).first()
    if task is None:
        raise NotFound(_("没有这个检查任务。"))
    return task


def _inspector(member_id: UUID | str, unit: str) -> Member:
    try:
        found = inspectors_of([unit]).filter(pk=UUID(str(member_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise Invalid("inspector", _("该成员不是检查单位的检查人。"), _("请从本单位成员中选择。"))
    return found


@transaction.atomic
def assign_task(task_id: UUID | str, inspector: UUID | str, *, actor: Actor) -> Task:
    """Hand a task to an inspector of its unit; whoever had it before is told on their phone.

    Raises NotFound, NotPermitted, Invalid, Conflict when it is done.
    """
    task = locked_task(task_id)
    authorise(actor, ASSIGN_TASK, owned_task(task))
    if task.state != Task.State.OPEN:
        raise Conflict(_("任务已经结束，不能再改派。"))
    member = _inspector(inspector, task.lead_unit_id)
    before = str(task.inspector_id or "")
    task.inspector = member
    save_versioned(task, ["inspector"])
    tracked = running_clock(task)
    if tracked is not None:
        reassign(tracked, Owner(task.lead_unit_id, contact=member.pk), actor=SYSTEM)
    data = {"before": before, "inspector": str(member.pk)}
    record(task_subject(task), "inspections.task.assigned", data, actor=actor)
    return task


@transaction.atomic
def cancel_task(task_id: UUID | str, reason: str, *, actor: Actor) -> Task:
    """Give a task up, with a reason that is published with the round's result.

    Raises NotFound, NotPermitted, Invalid without a reason, Conflict when it is done.
    """
    task = locked_task(task_id)
    authorise(actor, ASSIGN_TASK, owned_task(task))
    if task.state != Task.State.OPEN:
        raise Conflict(_("任务已经结束。"))
    if not 2 <= len(reason.strip()) <= 200:
        raise Invalid("reason", _("没有写明原因。"), _("请用2到200个字写明，例如“已停业注销”。"))
    task.state, task.reason = Task.State.CANCELLED, reason.strip()
    save_versioned(task, ["state", "reason"])
    tracked = running_clock(task)
    if tracked is not None:
        cancel(tracked, actor=SYSTEM)
    record(task_subject(task), "inspections.task.cancelled", {}, actor=actor, note=task.reason)
    return task


@transaction.atomic
def renew_checklist(task_id: UUID | str, *, actor: Actor) -> Task:
    """Let a task follow the present version of its checklist; an inspection that was begun before
    may still come in by the old one. Raises as `assign_task`."""
    task = locked_task(task_id)
    authorise(actor, ASSIGN_TASK, owned_task(task))
    if task.state != Task.State.OPEN:
        raise Conflict(_("任务已经结束。"))
    checklist = checklist_of(task.checklist)
    if checklist.version == task.checklist_version:
        return task
    ensure_published(checklist)
    data = {"before": task.checklist_version, "after": checklist.version}
    task.checklist_version, task.version_since = checklist.version, clock.now()
    save_versioned(task, ["checklist_version", "version_since"])
    record(task_subject(task), "inspections.task.renewed", data, actor=actor)
    return task


def running_clock(task: Task) -> TrackedRow | None:
    """The task's clock, where it still runs."""
    if task.tracked_id is None:
        return None
    active = ("open", "paused")
    return (
        TrackedRow.objects.select_for_update().filter(pk=task.tracked_id, state__in=active).first()
    )
