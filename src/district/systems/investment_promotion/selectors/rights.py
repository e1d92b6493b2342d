"""To whom projects and visits belong, and what of them an actor may see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import Case, CoUnit, owned, units_kept, visible_cases
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, Scope, visible
from district.systems.investment_promotion.models import Project, Trip, Visit
from district.systems.investment_promotion.names import (
    PROJECT,
    TRIP,
    TYPE,
    VERIFIED,
    VIEW,
    VIEW_VISIT,
    VISIT,
)
from district.systems.investment_promotion.selectors.settings import (
    coordinating_unit,
    verifying_unit,
)


def project_subject(key: object) -> Subject:
    """How history calls a project; `key` is that of its case."""
    return Subject(PROJECT, str(key))


def visit_subject(visit: Visit) -> Subject:
    """How history calls a visit."""
    return Subject(VISIT, str(visit.pk))


def trip_subject(trip: Trip) -> Subject:
    """How history calls a trip."""
    return Subject(TRIP, str(trip.pk))


def owned_project(case: Case) -> Owned:
    """To whom a project belongs: that of its case. The lead unit must be loaded."""
    return owned(case, list(CoUnit.objects.filter(case=case)))


def owned_journey(lead_unit: str) -> Owned:
    """To whom a visit or a trip belongs: its unit; all of them lie on the coordinating unit's
    desk."""
    return Owned(lead_unit, centre=coordinating_unit())


def project_scope_q(scope: Scope) -> Q:
    """The projects that a scope reaches, as cases are reached; the verifying unit reads those that
    are to be verified and those that landed, too, unless they are confidential."""
    if scope.everything:
        return Q()
    condition = scope.q(
        "case__lead_unit",
        centre="case__centre_unit",
        member="case__handler",
        leader="case__leader",
    )
    if scope.co_units:
        helping = CoUnit.objects.filter(unit__in=sorted(scope.co_units))
        condition |= Q(case__in=helping.order_by().values("case"))
    verifier = units_kept().get(verifying_unit())
    if verifier is not None and scope.covers(path=verifier.path, code=verifier.pk):
        condition |= Q(case__is_confidential=False, case__stage__in=VERIFIED)
    return condition


def projects_seen(actor: Actor) -> QuerySet[Project]:
    """The projects that the actor may see."""
    return Project.objects.filter(project_scope_q(visible(actor, VIEW)))


def journey_scope_q(scope: Scope) -> Q:
    """The visits and trips that a scope reaches."""
    if scope.everything or coordinating_unit() in scope.centres:
        return Q()
    return scope.q("lead_unit")


def hidden_visits_q(actor: Actor) -> Q:
    """The visits of projects that the actor may not see, whatever their own unit. No query."""
    seen = visible_cases(actor, TYPE).order_by().values("pk")
    return Q(project__isnull=False) & ~Q(project__in=seen)


def visits_seen(actor: Actor) -> QuerySet[Visit]:
    """The visits that the actor may see."""
    rows = Visit.objects.filter(journey_scope_q(visible(actor, VIEW_VISIT)))
    return rows.exclude(hidden_visits_q(actor))


def trips_seen(actor: Actor) -> QuerySet[Trip]:
    """The trips that the actor may see."""
    return Trip.objects.filter(journey_scope_q(visible(actor, VIEW_VISIT)))


def project_for(key: object, actor: Actor) -> Project:
    """A project with its case and units; NotFound also where the actor may not see it."""
    rows = projects_seen(actor).select_related(
        "case__lead_unit", "case__centre_unit", "case__handler", "case__leader", "case__clock"
    )
    found = rows.filter(pk=UUID(str(key))).first()
    if found is None:
        raise NotFound(_("没有这个项目，或您没有查看的权限。"))
    return found


def visit_for(key: object, actor: Actor) -> Visit:
    """A visit with its project and trip; NotFound also where the actor may not see it."""
    rows = visits_seen(actor).select_related("project__case", "trip", "lead_unit")
    found = rows.filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这次行程，或您没有查看的权限。"))
    return found


def trip_for(key: object, actor: Actor) -> Trip:
    """A trip; NotFound also where the actor may not see it."""
    found = trips_seen(actor).select_related("lead_unit").filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这个出行计划，或您没有查看的权限。"))
    return found
