"""Space and land for a project: what fits, what was put forward."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import NotFound
from district.kernel.base.forms import submitted
from district.kernel.cases.public import Case
from district.kernel.organisation.public import actor_of, authorise, permitted
from district.systems.investment_promotion.forms import SpaceForm
from district.systems.investment_promotion.models import Project
from district.systems.investment_promotion.names import SAVE
from district.systems.investment_promotion.pages.shared import (
    form_answer,
    project_crumbs,
    streets,
)
from district.systems.investment_promotion.selectors.projects import land_offers
from district.systems.investment_promotion.selectors.rights import owned_project, project_for
from district.systems.investment_promotion.services.space import ask_for_space, offer_parcel
from district.systems.spaces.public import (
    SpaceOutlook,
    offer_units_for,
    parcels_offered,
    space_outlook,
)


@require_safe
def page(request: HttpRequest, key: UUID) -> HttpResponse:
    """The project's demand with the units that fit best, and parcels large enough."""
    actor = actor_of(request)
    row = project_for(key, actor)
    outlook = space_outlook(row.demand, actor) if row.demand else None
    wants_land = row.wanted in (Project.Wanted.LAND, Project.Wanted.BOTH)
    may_save = (
        permitted(actor, SAVE, owned_project(row.case)) and row.case.category != Case.Category.DONE
    )
    offered = land_offers(row)
    taken = {one.parcel for one in offered}
    parcels = parcels_offered(row.land_area) if wants_land else []
    context = {
        "row": row,
        "outlook": outlook,
        "parcels": [(one, one.code in taken) for one in parcels],
        "wants_land": wants_land,
        "offered": offered,
        "may_save": may_save,
        "may_offer": _may_offer(outlook),
        "crumbs": project_crumbs(row.organisation, row.get_absolute_url(), last=_("用地用房")),
    }
    return render(request, "investment_promotion/space.html", context)


def _may_offer(outlook: SpaceOutlook | None) -> bool:
    return outlook is not None and outlook.demand.is_open and outlook.demand.may_save


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write the demand down in `spaces`, or change it."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row.case))
    outlook = space_outlook(row.demand, actor) if row.demand else None
    initial = dict(outlook.demand.values) if outlook else {"area_from": row.space_area}
    form = SpaceForm(request.POST or None, choices={"streets": streets()}, initial=initial)
    made = submitted(form, lambda data: ask_for_space(row.pk, data, actor=actor))
    if made is not None:
        messages.success(request, _("用房需求已登记，符合条件的空间如下。"))
        return redirect("investment_space", row.pk)
    return form_answer(
        request,
        form,
        title=_("用房需求"),
        submit=_("保存并匹配"),
        lead=row.organisation,
        crumbs=project_crumbs(row.organisation, row.get_absolute_url(), last=_("用房需求")),
    )


@require_POST
def offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Offer the chosen units; the operator hears of it by `spaces`."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row.case))
    if row.demand is None:
        raise NotFound(_("还没有登记用房需求。"))
    count = offer_units_for(row.demand, request.POST.getlist("unit"), actor=actor)
    messages.success(request, _("已推荐%(count)s处空间，推荐单已交运营单位。") % {"count": count})
    return redirect("investment_space", row.pk)


@require_POST
def offer_land(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a parcel forward."""
    made = offer_parcel(key, request.POST.get("parcel", ""), actor=actor_of(request))
    messages.success(request, _("已推荐用地“%(name)s”。") % {"name": made.name})
    return redirect("investment_space", key)
