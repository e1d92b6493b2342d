"""The board, the list, warnings, steering, the year's investment."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotFound
from district.kernel.organisation.public import (
    Owned,
    actor_of,
    authorise,
    member_of_actor,
    permitted,
    permitted_somewhere,
)
from district.kernel.registers.public import list_view
from district.systems.projects.models import Call, CallLine, Item, Month, Project
from district.systems.projects.names import PROJECTS, SAVE, VIEW
from district.systems.projects.selectors import boards
from district.systems.projects.selectors.investment import invested
from district.systems.projects.selectors.settings import settings


@require_safe
def board_page(request: HttpRequest) -> HttpResponse:
    """Projects by stage."""
    authorise(actor_of(request), VIEW, Owned(None))
    context = {
        "found": boards.board(),
        "may_add": permitted_somewhere(actor_of(request), SAVE),
        "settings": settings(),
    }
    return render(request, "projects/board.html", context)


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All projects."""
    extra = {"may_add": permitted_somewhere(actor_of(request), SAVE)}
    return list_view(request, PROJECTS, template="projects/list.html", extra=extra)


@require_safe
def warnings_page(request: HttpRequest) -> HttpResponse:
    """The warning centre of approvals."""
    authorise(actor_of(request), VIEW, Owned(None))
    return render(
        request,
        "projects/warnings.html",
        {"found": boards.warnings(), "cutoffs": settings().cutoffs},
    )


@require_safe
def steering_page(request: HttpRequest) -> HttpResponse:
    """Problems that leaders steer, all of them."""
    actor = actor_of(request)
    authorise(actor, VIEW, Owned(None))
    context = {
        "found": boards.steering(),
        "leaders": boards.leaders(),
        "terms": settings().terms,
    }
    return render(request, "projects/steering.html", context)


@require_safe
def leader_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """The projects that a leader answers for (挂点), and their problems."""
    actor = actor_of(request)
    authorise(actor, VIEW, Owned(None))
    chosen = boards.leader_of_some(key)
    if chosen is None:
        own = member_of_actor(actor)
        if own is None or own.pk != key:
            raise NotFound()
        chosen = own
    context = {"found": boards.steering(key), "leader": chosen, "terms": settings().terms}
    return render(request, "projects/leader.html", context)


@require_safe
def investment_page(request: HttpRequest) -> HttpResponse:
    """The year's investment, its gap and what could close it."""
    authorise(actor_of(request), VIEW, Owned(None))
    return render(request, "projects/investment.html", {"found": invested()})


def projects_on_parcel(request: HttpRequest, code: str) -> str:
    """The card on the page of a parcel: the projects that are to be built there."""
    actor = actor_of(request)
    if not permitted(actor, VIEW, Owned(None)):
        return ""
    found = boards.on_parcel(code)
    return render_to_string("projects/on_parcel.html", {"rows": found}, request) if found else ""


def _open(
    request: HttpRequest, model: type[Model], of: str, key: object, part: str
) -> HttpResponse:
    """On to the page that shows a row of a register; `of` leads from the row to what it is of."""
    authorise(actor_of(request), VIEW, Owned(None))
    row = model._default_manager.filter(pk=key).select_related(of).first()
    if row is None:
        raise NotFound()
    found: Project | Call = getattr(row, of)
    return redirect(f"{found.get_absolute_url()}{part}")


@require_safe
def open_item(request: HttpRequest, key: UUID) -> HttpResponse:
    """On to the project of an approval."""
    return _open(request, Item, "project", key, "")


@require_safe
def open_month(request: HttpRequest, key: int) -> HttpResponse:
    """On to the project of a month."""
    return _open(request, Month, "project", key, "#months")


@require_safe
def open_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """On to the call of a department."""
    return _open(request, CallLine, "call", key, "")
