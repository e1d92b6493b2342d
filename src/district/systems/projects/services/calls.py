"""街道吹哨、部门报到: a street calls departments to a project; they come within the term."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Level, Owned, Unit, authorise
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    Term,
    Tracking,
    calendar_for,
    cancel,
    due,
    finish,
    row_by_id,
    track_many,
)
from district.systems.projects.models import Call, CallLine, Problem
from district.systems.projects.names import CALL, CALL_LADDER, SYSTEM, TURN_UP
from district.systems.projects.selectors.network import CALENDAR
from district.systems.projects.selectors.rights import (
    line_subject,
    locked_project,
    owned_call,
    owned_line,
    project_subject,
)
from district.systems.projects.selectors.settings import coordinating_unit, settings


@transaction.atomic
def raise_call(
    key: UUID | str,
    title: str,
    units: Sequence[str],
    *,
    actor: Actor,
    place: str = "",
    problem: UUID | str | None = None,
) -> Call:
    """The project's street calls departments; each must turn up within the district's term.

    Raises NotFound, NotPermitted, Invalid naming the field, Conflict where the project is over.
    """
    project = locked_project(key)
    authorise(actor, CALL, Owned(project.street_id, centre=coordinating_unit()))
    if not project.is_open:
        raise Conflict(_("项目已经竣工或终止。"))
    title = title.strip()
    if not 2 <= len(title) <= 120:
        raise Invalid("title", _("还没有写明事由。"), _("请用2到120个字说清楚。"))
    wanted = list(dict.fromkeys(units))
    known = Unit.objects.filter(pk__in=wanted, is_active=True, level=Level.DEPARTMENT)
    if not wanted or known.count() != len(wanted):
        raise Invalid("units", _("没有选择部门，或有不能报到的单位。"), _("请勾选区直部门。"))
    found = due(clock.now(), Term(settings().terms["call"], "working_days"), calendar_for(CALENDAR))
    assert found is not None  # noqa: S101  # without a pause a term always ends
    row = Call.objects.create(
        project=project,
        problem=_problem(project.pk, problem),
        number=new_number("CS", clock.today()),
        street_id=project.street_id,
        title=title,
        place=place.strip()[:120],
        called_at=clock.now(),
        called_by=actor.name[:80],
        due_at=found.at,
    )
    _add_lines(row, wanted, found.at)
    told = {"call": row.number, "units": wanted, "due_at": found.at}
    record(project_subject(project.pk), "projects.call.raised", told, actor=actor)
    return row


def _problem(project: UUID, key: UUID | str | None) -> Problem | None:
    if not key:
        return None
    found = Problem.objects.filter(project=project, pk=str(key)).first()
    if found is None:
        raise Invalid("problem", _("这个项目没有这个问题。"), _("请从列表中选择。"))
    return found


def _add_lines(row: Call, units: Sequence[str], due_at: datetime) -> None:
    lines = [CallLine(call=row, unit_id=unit) for unit in units]
    tracked = track_many(
        [
            Tracking(
                line_subject(line.pk),
                _("到%(project)s报到：%(title)s")
                % {"project": row.project.name, "title": row.title},
                Owner(line.unit_id, leader=row.project.leader_id),
                ClockSpec(CALENDAR, due_at=due_at),
                url=row.get_absolute_url(),
                ladder=CALL_LADDER,
            )
            for line in lines
        ],
        actor=SYSTEM,
    )
    for line, one in zip(lines, tracked, strict=True):
        line.clock = one
    CallLine.objects.bulk_create(lines)


@transaction.atomic
def turn_up(line_id: UUID | str, note: str = "", *, actor: Actor) -> CallLine:
    """A department has come (报到), with what it says. Raises NotFound, NotPermitted, Conflict
    where it came already or the call is over."""
    line = CallLine.objects.select_related("call__project").filter(pk=str(line_id)).first()
    if line is None:
        raise NotFound(_("没有这条报到。"))
    locked_project(line.call.project_id)
    line = CallLine.objects.select_related("call", "unit").get(pk=line.pk)
    authorise(actor, TURN_UP, owned_line(line))
    if line.came_at is not None:
        raise Conflict(_("%(unit)s已经报到。") % {"unit": line.unit.display_short})
    if line.call.closed_at is not None:
        raise Conflict(_("这次吹哨已经办结。"))
    line.came_at, line.came_by, line.note = clock.now(), actor.name[:80], note.strip()[:300]
    line.save(update_fields=["came_at", "came_by", "note"])
    if line.clock_id:
        finish(row_by_id(line.clock_id), actor=SYSTEM)
    told = {"call": line.call.number, "unit": line.unit_id}
    record(project_subject(line.call.project_id), "projects.call.came", told, actor=actor)
    return line


@transaction.atomic
def close_call(key: UUID | str, result: str, *, actor: Actor) -> Call:
    """The street says what came of it; departments that did not come stay marked as absent. Raises
    NotFound, NotPermitted, Conflict where it is closed, Invalid without a result."""
    row = Call.objects.filter(pk=str(key)).first()
    if row is None:
        raise NotFound(_("没有这次吹哨。"))
    locked_project(row.project_id)
    row = Call.objects.select_for_update(of=("self",)).get(pk=row.pk)
    authorise(actor, CALL, owned_call(row))
    if row.closed_at is not None:
        raise Conflict(_("这次吹哨已经办结。"))
    if not result.strip():
        raise Invalid("result", _("还没有写结果。"), _("请写明解决了什么、还差什么。"))
    row.closed_at, row.result = clock.now(), result.strip()[:500]
    save_versioned(row)
    absent = list(CallLine.objects.filter(call=row, came_at=None))
    for line in absent:
        if line.clock_id:
            cancel(row_by_id(line.clock_id), actor=SYSTEM)
    told = {"call": row.number, "absent": [line.unit_id for line in absent]}
    record(project_subject(row.project_id), "projects.call.closed", told, actor=actor)
    return row
