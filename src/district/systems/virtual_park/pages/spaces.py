"""Space for a firm: vacant units, its demands with what fits, what it was offered."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.forms import submitted
from district.kernel.organisation.public import Level, units
from district.systems.spaces.public import (
    demand_of_firm,
    demands_of_firm,
    offer_to_firm,
    offers_to_firm,
    units_for_firm,
    vacant_units,
)
from district.systems.virtual_park.forms.account import ReasonForm
from district.systems.virtual_park.forms.doing import DemandForm, VisitForm
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.services.doing import (
    decline_space,
    save_space_demand,
    wish_visit,
    withdraw_space_demand,
)

_PARK = "floor__building__park"
_SHOWN = 30
_ASKED = (
    "use", "area_from", "area_to", "load", "height", "lift_load", "power", "hazard", "drainage",
    "streets", "budget", "wanted_on",
)  # fmt: skip


def _streets() -> list[tuple[str, str]]:
    return [(unit.pk, unit.display_short) for unit in units(level=Level.STREET)]


def _area(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip()) if text.strip() else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and found >= 0 else None


@for_enterprise("spaces.see")
@require_safe
def spaces(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Vacant units by what is needed, the firm's demands and offers."""
    rows = vacant_units()
    least, street = _area(request.GET.get("area", "")), request.GET.get("street", "")[:20]
    if least is not None:
        rows = rows.filter(area__gte=least)
    if street:
        rows = rows.filter(**{f"{_PARK}__street_unit": street})
    found = list(rows.order_by("area", "code")[: _SHOWN + 1])
    context = {
        "units": found[:_SHOWN],
        "more": len(found) > _SHOWN,
        "streets": _streets(),
        "street": street,
        "area": request.GET.get("area", ""),
        "demands": list(demands_of_firm(acting.enterprise.code)[:_SHOWN]),
        "offers": offers_to_firm(acting.enterprise.code),
        "may_do": acting.may("spaces.do"),
    }
    return show(request, acting, "spaces", context)


@for_enterprise("spaces.see")
@require_safe
def demand(request: HttpRequest, acting: Acting, key: UUID) -> HttpResponseBase:
    """A demand with the vacant units that fit it, each with its reasons."""
    row = demand_of_firm(acting.enterprise.code, key)
    context = {
        "demand": row,
        "found": units_for_firm(row) if row.state == row.State.OPEN else None,
        "offers": [
            one for one in offers_to_firm(acting.enterprise.code) if one.demand.pk == row.pk
        ],
        "may_do": acting.may("spaces.do") and row.state == row.State.OPEN,
    }
    return show(request, acting, "demand", context)


@for_enterprise("spaces.do")
@require_http_methods(["GET", "HEAD", "POST"])
def new_demand(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Say what space the firm looks for."""
    form = DemandForm(request.POST or None, streets=_streets())
    return _save(request, acting, form, None)


@for_enterprise("spaces.do")
@require_http_methods(["GET", "HEAD", "POST"])
def change_demand(request: HttpRequest, acting: Acting, key: UUID) -> HttpResponseBase:
    """Change what space the firm looks for."""
    row = demand_of_firm(acting.enterprise.code, key)
    initial = {name: getattr(row, name) for name in _ASKED}
    form = DemandForm(request.POST or None, streets=_streets(), initial=initial)
    return _save(request, acting, form, row.pk)


def _save(
    request: HttpRequest, acting: Acting, form: DemandForm, known: UUID | None
) -> HttpResponseBase:
    made = submitted(form, lambda data: save_space_demand(acting, data, known))
    if made is not None:
        messages.success(request, _("需求已登记，符合的空间列在下面。"))
        return redirect("park_demand", made)
    context = {
        "form": form,
        "title": _("用房需求"),
        "submit": _("保存并匹配"),
        "note": _("需求交企业服务单位办理；其他企业看不到。"),
        "back": reverse("park_spaces"),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "form", context, status=status)


def _reason(
    request: HttpRequest, acting: Acting, title: str, back: str, form: ReasonForm
) -> HttpResponseBase:
    context = {"form": form, "title": title, "submit": title, "back": back}
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "form", context, status=status)


@for_enterprise("spaces.do")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, acting: Acting, key: UUID) -> HttpResponseBase:
    """The firm looks no more."""
    row = demand_of_firm(acting.enterprise.code, key)
    form = ReasonForm(request.POST or None)

    def act(data: dict[str, str]) -> bool:
        withdraw_space_demand(acting, row.pk, data["reason"])
        return True

    if submitted(form, act):
        messages.success(request, _("需求已撤回。"))
        return redirect("park_spaces")
    back = reverse("park_demand", args=[row.pk])
    return _reason(request, acting, _("撤回需求"), back, form)


@for_enterprise("spaces.see")
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, acting: Acting, case_id: UUID) -> HttpResponseBase:
    """A unit that was offered to the firm; with a form, that it would see it."""
    found = offer_to_firm(acting.enterprise.code, case_id)
    form = VisitForm(request.POST or None)

    def act(data: dict[str, str]) -> bool:
        wish_visit(acting, case_id, data["day"], data["text"])  # type: ignore[arg-type]  # a date
        return True

    if submitted(form, act):
        messages.success(request, _("已告知运营单位，请等候联系。"))
        return redirect("park_offer", case_id)
    context = {"offer": found, "form": form, "may_do": acting.may("spaces.do") and found.is_open}
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "offer", context, status=status)


@for_enterprise("spaces.do")
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, acting: Acting, case_id: UUID) -> HttpResponseBase:
    """The firm does not want a unit."""
    found = offer_to_firm(acting.enterprise.code, case_id)
    form = ReasonForm(request.POST or None)

    def act(data: dict[str, str]) -> bool:
        decline_space(acting, found.case.pk, data["reason"])
        return True

    if submitted(form, act):
        messages.success(request, _("已告知。"))
        return redirect("park_spaces")
    back = reverse("park_offer", args=[found.case.pk])
    return _reason(request, acting, _("不考虑这处空间"), back, form)
