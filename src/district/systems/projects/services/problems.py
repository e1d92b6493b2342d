"""Problems of projects: raised at a level, answered there in time or risen, solved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Unit, authorise, root_code
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    Term,
    finish,
    reassign,
    reschedule,
    row_by_id,
    track,
)
from district.systems.projects.models import Problem, ProblemStep, Project
from district.systems.projects.names import ANSWER, PROBLEM_LADDER, RAISE, SYSTEM
from district.systems.projects.selectors.network import CALENDAR
from district.systems.projects.selectors.rights import (
    locked_project,
    owned_problem,
    owned_project,
    problem_subject,
    project_subject,
)
from district.systems.projects.selectors.settings import settings
from district.systems.projects.services.computing import recompute

Level, State = Problem.Level, Problem.State
ORDER = (Level.STREET, Level.BUREAU, Level.LEADER)


def unit_of(project: Project, level: str, bureau: str) -> str:
    """Who answers at a level: the project's street, the bureau named, or the district's leaders."""
    if level == Level.STREET:
        return project.street_id
    return bureau if level == Level.BUREAU else root_code()


@transaction.atomic
def raise_problem(key: UUID | str, values: Mapping[str, Any], *, actor: Actor) -> Problem:
    """Put a problem of a project on the list, at a level that answers within its term.

    `values`: title, text, kind, level, bureau (the department that coordinates; the project's unit
    where none is named). Raises NotFound, NotPermitted, Invalid naming the field, Conflict where
    the project is over.
    """
    project = locked_project(key)
    authorise(actor, RAISE, owned_project(project))
    if not project.is_open:
        raise Conflict(_("项目已经竣工或终止。"))
    bureau = str(values.get("bureau") or project.lead_unit_id)
    if not Unit.objects.filter(pk=bureau, is_active=True).exists():
        raise Invalid("bureau", _("没有这个部门。"), _("请从列表中选择。"))
    title = str(values.get("title") or "").strip()
    if not 2 <= len(title) <= 120:
        raise Invalid("title", _("还没有写明问题。"), _("请用2到120个字说清楚。"))
    if values.get("kind") not in settings().problem_kinds:
        raise Invalid("kind", _("没有这种问题。"), _("请从列表中选择。"))
    if values.get("level") not in Level.values:
        raise Invalid("level", _("没有这个协调层级。"), _("请从列表中选择。"))
    level = str(values["level"])
    row = Problem(
        project=project,
        number=new_number("WT", clock.today()),
        title=title,
        text=str(values.get("text") or "").strip()[:5000],
        kind=values["kind"],
        level=level,
        bureau_id=bureau,
        unit_id=unit_of(project, level, bureau),
        raised_at=clock.now(),
        raised_by=actor.name[:80],
    )
    row.clock = track(
        problem_subject(row.pk),
        f"{project.name}：{title}",
        Owner(row.unit_id, leader=project.leader_id),
        _term(level),
        actor=SYSTEM,
        url=row.get_absolute_url(),
        ladder=PROBLEM_LADDER,
    )
    assert row.clock.due_at is not None  # noqa: S101  # it was given a term
    row.due_at = row.clock.due_at
    row.save(force_insert=True)
    _step(row, "raised", row.text or title, actor)
    recompute([project.pk])
    return row


def _term(level: str) -> ClockSpec:
    return ClockSpec(
        CALENDAR, starts_at=clock.now(), term=Term(settings().terms[level], "working_days")
    )


def _step(row: Problem, kind: str, text: str, actor: Actor) -> None:
    ProblemStep.objects.create(
        problem=row,
        kind=kind,
        level=row.level,
        unit_id=row.unit_id,
        text=text[:500],
        by="" if actor.kind == "system" else actor.name[:80],
        at=clock.now(),
    )
    told = {"problem": row.number, "kind": kind, "level": row.level, "unit": row.unit_id}
    record(problem_subject(row.pk), "projects.problem.moved", told, actor=actor)
    record(project_subject(row.project_id), "projects.problem.moved", told, actor=actor)


def _locked(key: UUID | str) -> Problem:
    row = Problem.objects.select_related("project").filter(pk=str(key)).first()
    if row is None:
        raise NotFound(_("没有这个问题。"))
    project = locked_project(row.project_id)
    row = Problem.objects.select_for_update(of=("self",)).get(pk=row.pk)
    row.project = project
    return row


def _unsolved(row: Problem) -> None:
    if row.state == State.SOLVED:
        raise Conflict(_("这个问题已经解决。"))


@transaction.atomic
def answer_problem(key: UUID | str, answer: str, until: date, *, actor: Actor) -> Problem:
    """The level answers: what is done, and until which day it is solved; the clock runs until
    then. Raises NotFound, NotPermitted, Conflict, Invalid naming the field."""
    row = _locked(key)
    authorise(actor, ANSWER, owned_problem(row))
    _unsolved(row)
    if not answer.strip():
        raise Invalid("answer", _("还没有写答复。"), _("请写明措施和责任人。"))
    if not 0 <= (until - clock.today()).days <= 365:
        raise Invalid("until", _("解决期限不对。"), _("请填写今天起一年内的日期。"))
    row.state, row.answer, row.answered_at = State.ANSWERED, answer.strip()[:500], clock.now()
    end = timezone.make_aware(datetime.combine(until, time(23, 59, 59)))
    _reschedule(row, ClockSpec(CALENDAR, due_at=end))
    save_versioned(row)
    _step(row, "answered", row.answer, actor)
    recompute([row.project_id])
    return row


@transaction.atomic
def solve_problem(key: UUID | str, result: str, *, actor: Actor) -> Problem:
    """The project's side says that the problem is solved. Raises as `answer_problem`."""
    row = _locked(key)
    authorise(actor, RAISE, owned_project(row.project))
    _unsolved(row)
    if not result.strip():
        raise Invalid("result", _("还没有写解决情况。"), _("请写明怎样解决的。"))
    row.state, row.result, row.solved_at = State.SOLVED, result.strip()[:500], clock.now()
    save_versioned(row)
    if row.clock_id:
        finish(row_by_id(row.clock_id), actor=SYSTEM)
    _step(row, "solved", row.result, actor)
    recompute([row.project_id])
    return row


@transaction.atomic
def put_up_problem(key: UUID | str, note: str, *, actor: Actor) -> Problem:
    """Whoever must answer cannot settle it and puts it to the next level, with the reason. Raises
    as `answer_problem`; Conflict at the highest level."""
    row = _locked(key)
    authorise(actor, ANSWER, owned_problem(row))
    _unsolved(row)
    if not note.strip():
        raise Invalid("note", _("还没有写明原因。"), _("请写明为什么需要上一级协调。"))
    if row.level == Level.LEADER:
        raise Conflict(_("已经在区领导层级。"))
    _rise(row, "put_up", note.strip(), actor)
    return row


@transaction.atomic
def rise_if_due(key: UUID | str) -> bool:
    """Let a problem rise whose term is over without an answer, or whose promise was not kept;
    whether it rose. Again changes nothing; at the highest level it stays, red."""
    row = _locked(key)
    if row.state == State.SOLVED or row.due_at > clock.now() or row.level == Level.LEADER:
        return False
    why = _("到期未答复") if row.state == State.OPEN else _("到期未解决")
    _rise(row, "risen", why, SYSTEM)
    return True


def _rise(row: Problem, kind: str, text: str, actor: Actor) -> None:
    row.level = ORDER[ORDER.index(Level(row.level)) + 1]
    row.unit_id = unit_of(row.project, row.level, row.bureau_id)
    row.state, row.risen = State.OPEN, row.risen + 1
    _reschedule(row, _term(row.level))
    save_versioned(row)
    _step(row, kind, text, actor)
    recompute([row.project_id])


def _reschedule(row: Problem, spec: ClockSpec) -> None:
    """Give the clock a new due time and the owner of the level."""
    assert row.clock_id is not None  # noqa: S101  # every problem is tracked from its first day
    one = row_by_id(row.clock_id)
    reassign(one, Owner(row.unit_id, leader=row.project.leader_id), actor=SYSTEM)
    reschedule(one, spec, actor=SYSTEM)
    one.refresh_from_db()
    assert one.due_at is not None  # noqa: S101  # it was given a term or a day
    row.due_at = one.due_at


def due_problems() -> list[UUID]:
    """The problems whose term is over below the highest level, the oldest first."""
    rows = Problem.objects.exclude(state=State.SOLVED).exclude(level=Level.LEADER)
    rows = rows.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    return list(rows.values_list("pk", flat=True))
