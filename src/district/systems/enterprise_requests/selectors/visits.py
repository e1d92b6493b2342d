"""Reads of the visits log."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import Case, visible_cases
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, Scope, visible
from district.systems.enterprise_requests.models import Visit
from district.systems.enterprise_requests.names import REQUEST, VIEW_VISIT, VISIT
from district.systems.enterprise_requests.selectors.posts import command_unit


def visit_subject(visit: Visit) -> Subject:
    """How history names a visit."""
    return Subject(VISIT, str(visit.pk))


def owned_visit(visit: Visit) -> Owned:
    """To whom a visit belongs: the visitor's unit, the street of the enterprise beside it, and the
    command post, whose desk all of them lie on."""
    street = frozenset({visit.street_unit_id}) if visit.street_unit_id else frozenset[str]()
    return Owned(visit.lead_unit_id, street, centre=command_unit())


def visit_scope_q(scope: Scope) -> Q:
    """The visits that a scope reaches."""
    if scope.everything or command_unit() in scope.centres:
        return Q()
    return scope.q("lead_unit", co_units="street_unit")


def visible_visits(actor: Actor) -> QuerySet[Visit]:
    """The visits that `actor` may see, newest first."""
    return Visit.objects.filter(visit_scope_q(visible(actor, VIEW_VISIT)))


def visit_for(visit_id: UUID | str, actor: Actor) -> Visit:
    """The visit with its units; NotFound also where the actor may not see it."""
    try:
        rows = visible_visits(actor).select_related("lead_unit", "street_unit")
        found = rows.filter(pk=visit_id).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这次走访，或您没有查看的权限。"))
    return found


def requests_of(visit: Visit, actor: Actor) -> QuerySet[Case]:
    """The requests that were opened from a visit, of those that `actor` sees."""
    linked = visit.requests.order_by().values("case_id")
    rows = visible_cases(actor, REQUEST).filter(pk__in=linked)
    return rows.select_related("lead_unit", "clock").order_by("reported_at", "id")
