"""Visits: list, calendar, one of them, planning, recording, cancelling."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
    permitted_somewhere,
)
from district.kernel.registers.public import list_view
from district.systems.investment_promotion.forms import CancelForm, HoldForm, VisitForm
from district.systems.investment_promotion.models import Trip, Visit
from district.systems.investment_promotion.names import SAVE_VISIT, VIEW_VISIT, VISITS
from district.systems.investment_promotion.pages.shared import (
    Choices,
    Crumbs,
    form_answer,
    own_unit,
    own_units,
)
from district.systems.investment_promotion.selectors.projects import month_of
from district.systems.investment_promotion.selectors.rights import (
    owned_journey,
    projects_seen,
    trips_seen,
    visit_for,
)
from district.systems.investment_promotion.services.visits import (
    cancel_visit,
    hold_visit,
    save_visit,
)

_FIELDS = (
    "organisation", "kind", "city", "place", "visitors", "hosts", "purpose", "agenda", "lon", "lat",
)  # fmt: skip
#: So many projects and trips a form offers, the newest first.
_OFFERED = 300


def _crumbs(last: str, row: Visit | None = None) -> Crumbs:
    found = [(_("招商行程"), reverse("investment_visits"))]
    if row is not None:
        found.append((row.organisation, row.get_absolute_url()))
    return [*found, (last, "")]


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All visits."""
    extra = {"may_plan": permitted_somewhere(actor_of(request), SAVE_VISIT)}
    return list_view(request, VISITS, template="investment_promotion/visits.html", extra=extra)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The visits of `?month=2025-09`, this month's where none is asked for."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW_VISIT)
    first, today = _month(request), clock.today()
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    after = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    weeks = month_of(actor, first, today)
    context = {
        "first": first,
        "before": before,
        "after": after,
        "weeks": weeks,
        "busy": [day for week in weeks for day in week if day.visits and day.inside],
        "may_plan": permitted_somewhere(actor, SAVE_VISIT),
        "crumbs": _crumbs(_("行程月历")),
    }
    return render(request, "investment_promotion/calendar.html", context)


def _month(request: HttpRequest) -> date:
    asked = request.GET.get("month", "")
    if not asked:
        return clock.today().replace(day=1)
    try:
        found = date.fromisoformat(f"{asked}-01")
    except ValueError as error:
        raise Invalid("month", _("月份不对。"), _("请按 2025-09 的格式填写。")) from error
    if not 2000 <= found.year <= 2100:
        raise Invalid("month", _("月份不对。"), _("请按 2025-09 的格式填写。"))
    return found


def _choices(actor: Actor) -> dict[str, Choices]:
    projects = projects_seen(actor).exclude(case__category="done").select_related("case")
    trips = trips_seen(actor).filter(state=Trip.State.PLANNED)
    return {
        "lead_unit": own_units(actor, SAVE_VISIT),
        "project": [
            (str(one.pk), f"{one.organisation} {one.case.number}") for one in projects[:_OFFERED]
        ],
        "trip": [(str(one.pk), f"{one.title} {one.number}") for one in trips[:_OFFERED]],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan a visit; `?project=` and `?trip=` say for what."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE_VISIT)
    choices = _choices(actor)
    wanted = request.GET.get("project", "")
    named = dict(choices["project"]).get(wanted, "")
    initial = {
        "lead_unit": own_unit(actor),
        "project": wanted,
        "trip": request.GET.get("trip", ""),
        "organisation": named.rsplit(" ", 1)[0],
        "visitors": actor.name,
    }
    return _saved(request, None, choices, initial)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a visit that is planned."""
    actor = actor_of(request)
    row = visit_for(key, actor)
    authorise(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    initial = {name: getattr(row, name) for name in _FIELDS}
    initial |= {
        "lead_unit": row.lead_unit_id,
        "project": str(row.project_id or ""),
        "trip": str(row.trip_id or ""),
        "starts_at": timezone.localtime(row.starts_at),
        "ends_at": timezone.localtime(row.ends_at),
    }
    return _saved(request, row, _choices(actor), initial)


def _saved(
    request: HttpRequest, row: Visit | None, choices: dict[str, Choices], initial: dict[str, Any]
) -> HttpResponse:
    form = VisitForm(request.POST or None, choices=choices, initial=initial)
    saved = submitted(form, lambda data: save_visit(data, row, actor_of(request)))
    if saved is not None:
        messages.success(request, _("行程已保存。"))
        return redirect(saved)
    title = _("计划行程") if row is None else _("修改行程")
    return form_answer(request, form, title=title, submit=_("保存"), crumbs=_crumbs(title, row))


@require_safe
def visit(request: HttpRequest, key: UUID) -> HttpResponse:
    """A visit: what is planned, and what came of it."""
    actor = actor_of(request)
    row = visit_for(key, actor)
    may_save = permitted(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    planned = row.state == Visit.State.PLANNED
    context = {
        "row": row,
        "may_change": may_save and planned,
        "may_hold": may_save and planned and row.starts_at <= clock.now(),
        "crumbs": _crumbs(row.organisation),
    }
    return render(request, "investment_promotion/visit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, key: UUID) -> HttpResponse:
    """Record that a visit was held."""
    actor = actor_of(request)
    row = visit_for(key, actor)
    authorise(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    form = HoldForm(request.POST or None, initial={"hosts": row.hosts})
    done = submitted(form, lambda data: hold_visit(row.pk, data, actor=actor))
    if done is not None:
        messages.success(request, _("行程已记录，开始计数。"))
        return redirect(row)
    title = _("记录行程")
    return form_answer(
        request,
        form,
        title=title,
        submit=_("记录"),
        lead=row.organisation,
        crumbs=_crumbs(title, row),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """A planned visit does not take place."""
    actor = actor_of(request)
    row = visit_for(key, actor)
    authorise(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    form = CancelForm(request.POST or None)
    done = submitted(form, lambda data: cancel_visit(row.pk, data["reason"], actor=actor))
    if done is not None:
        messages.success(request, _("行程已取消。"))
        return redirect(row)
    title = _("取消行程")
    return form_answer(
        request,
        form,
        title=title,
        submit=_("取消行程"),
        lead=row.organisation,
        crumbs=_crumbs(title, row),
    )
