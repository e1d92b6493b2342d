"""To whom projects, approvals, problems and calls belong, as far as rights go."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound, NotPermitted
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, authorise
from district.systems.projects.models import Call, CallLine, Item, Problem, Project
from district.systems.projects.names import (
    CALL_LINE,
    FOLLOW,
    ITEM,
    PROBLEM,
    PROJECT,
    VIEW,
    WEEK,
)
from district.systems.projects.selectors.settings import coordinating_unit, statistics_unit


def project_subject(key: object) -> Subject:
    """How history and tracking call a project."""
    return Subject(PROJECT, str(key))


def item_subject(key: object) -> Subject:
    """How tracking calls an approval."""
    return Subject(ITEM, str(key))


def problem_subject(key: object) -> Subject:
    """How history and tracking call a problem."""
    return Subject(PROBLEM, str(key))


def line_subject(key: object) -> Subject:
    """How tracking calls a department that was called."""
    return Subject(CALL_LINE, str(key))


def week_subject(key: object) -> Subject:
    """How tracking calls the follow-up of a week."""
    return Subject(WEEK, str(key))


def owned_project(row: Project) -> Owned:
    """A project is its unit's; its street helps; it lies on the coordinating unit's desk."""
    return Owned(
        row.lead_unit_id,
        frozenset({row.street_id} - {row.lead_unit_id}),
        centre=coordinating_unit(),
        leader=str(row.leader_id or ""),
    )


def owned_item(row: Item) -> Owned:
    """An approval is the authority's; the project's unit files what it hears of it."""
    lead = row.project.lead_unit_id
    return Owned(row.unit_id, frozenset({lead} - {row.unit_id}), centre=coordinating_unit())


def owned_count() -> Owned:
    """What statistics counts is the statistics unit's to say."""
    return Owned(statistics_unit(), centre=coordinating_unit())


def owned_problem(row: Problem) -> Owned:
    """Who answers for a problem now."""
    return Owned(row.unit_id, leader=str(row.project.leader_id or ""))


def owned_call(row: Call) -> Owned:
    """A call is the street's that called."""
    return Owned(row.street_id, centre=coordinating_unit())


def owned_line(row: CallLine) -> Owned:
    """Turning up is said by the department; the street that called says so for it, too."""
    return Owned(row.unit_id, frozenset({row.call.street_id} - {row.unit_id}))


def project_for(key: object, actor: Actor) -> Project:
    """A project with its units, leader and clock; NotFound, NotPermitted."""
    authorise(actor, VIEW, Owned(None))
    rows = Project.objects.select_related("lead_unit", "street", "leader", "clock", "template")
    try:
        found = rows.filter(pk=UUID(str(key))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("没有这个项目。"))
    return found


def authorise_following(actor: Actor, row: Project) -> None:
    """NotPermitted unless a member of the project's unit or street follows it up."""
    if actor.kind != "member":
        raise NotPermitted(_("跟进由跟进人本人提交。"))
    authorise(actor, FOLLOW, owned_project(row))


def locked_project(key: UUID | str) -> Project:
    """The project, locked for this transaction; NotFound where there is none."""
    rows = Project.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这个项目。"))
    return found


def problem_for(key: object, actor: Actor) -> Problem:
    """A problem with its project and units; NotFound, NotPermitted."""
    authorise(actor, VIEW, Owned(None))
    rows = Problem.objects.select_related("project__leader", "unit", "bureau", "clock")
    found = rows.filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这个问题。"))
    return found


def call_for(key: object, actor: Actor) -> Call:
    """A call with its project and street; NotFound, NotPermitted."""
    authorise(actor, VIEW, Owned(None))
    rows = Call.objects.select_related("project", "street", "problem")
    found = rows.filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这次吹哨。"))
    return found
