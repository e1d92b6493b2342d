"""Demands: the form, what fits, comparing, offering; and all of them at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.cases.public import units_kept
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Level,
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
    permitted_somewhere,
    units,
    visible,
)
from district.systems.enterprises.public import enterprise_links
from district.systems.spaces.forms import DemandForm, WithdrawForm
from district.systems.spaces.models import Demand
from district.systems.spaces.names import SAVE_DEMAND, VIEW_DEMAND
from district.systems.spaces.rules.matching import RULES
from district.systems.spaces.selectors.demands import (
    demand_for,
    division,
    matched,
    offers_of,
)
from district.systems.spaces.services.demands import (
    owned_demand,
    save_demand,
    withdraw_demand,
)
from district.systems.spaces.services.offers import MOST, make_offers

_FIELDS = (
    "firm", "firm_code", "use", "area_from", "area_to", "load", "height", "lift_load", "power",
    "hazard", "drainage", "budget", "wanted_on",
)  # fmt: skip

#: So many of the best stand side by side where nobody chose.
_SIDE_BY_SIDE = 5


def _crumbs(*rows: Demand, last: str) -> list[tuple[str, str]]:
    found = [(_("用房需求"), reverse("spaces_demands"))]
    return [*found, *((row.firm, row.get_absolute_url()) for row in rows), (last, "")]


def _form(actor: Actor, data: Any, initial: dict[str, Any] | None = None) -> DemandForm:
    scope, known = visible(actor, SAVE_DEMAND), units()
    own = [(one.pk, one.display_short) for one in known if scope.covers(path=one.path, code=one.pk)]
    streets = [(one.pk, one.display_short) for one in known if one.level == Level.STREET]
    return DemandForm(data or None, initial=initial, own=own, streets=streets)


def _answer(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "spaces/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a demand down."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE_DEMAND)
    form = _form(actor, request.POST)
    made = submitted(form, lambda _data: save_demand(form.values(), None, actor))
    if made is not None:
        messages.success(request, _("已登记需求，符合条件的空间如下。"))
        return redirect(made)
    title = _("登记用房需求")
    context = {
        "form": form,
        "title": title,
        "submit": _("登记并匹配"),
        "crumbs": _crumbs(last=title),
    }
    return _answer(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a demand that is open."""
    actor = actor_of(request)
    row = demand_for(key, actor)
    authorise(actor, SAVE_DEMAND, owned_demand(row))
    initial = {name: getattr(row, name) for name in _FIELDS}
    initial |= {"lead_unit": row.lead_unit_id, "streets": row.streets[1:]}
    initial["first"] = row.streets[0] if row.streets else ""
    form = _form(actor, request.POST, initial)
    made = submitted(form, lambda _data: save_demand(form.values(), row, actor))
    if made is not None:
        messages.success(request, _("已修改需求，并重新匹配。"))
        return redirect(made)
    title = _("修改需求")
    context = {
        "form": form,
        "title": title,
        "submit": _("保存并匹配"),
        "crumbs": _crumbs(row, last=title),
    }
    return _answer(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """The firm looks no more."""
    actor = actor_of(request)
    row = demand_for(key, actor)
    authorise(actor, SAVE_DEMAND, owned_demand(row))
    form = WithdrawForm(request.POST or None)
    made = submitted(form, lambda data: withdraw_demand(row.pk, data["reason"], actor=actor))
    if made is not None:
        messages.success(request, _("已撤回需求。"))
        return redirect(row)
    title = _("撤回需求")
    context = {
        "form": form,
        "title": title,
        "lead": row.firm,
        "submit": _("撤回"),
        "crumbs": _crumbs(row, last=title),
    }
    return _answer(request, context)


def asked(row: Demand) -> list[tuple[str, Any, str]]:
    """What a demand asks for: constraint, value, unit."""
    units_of_measure = {
        "area_from": "㎡", "area_to": "㎡", "load": "kN/㎡", "height": "m", "lift_load": "t",
        "power": "kVA", "budget": _("元/㎡·月"),
    }  # fmt: skip
    found: list[tuple[str, Any, str]] = []
    for rule in RULES:
        if rule.key in units_of_measure:
            value = getattr(row, rule.key)
            if value is not None:
                kept: Any = row._meta.get_field(rule.key)
                label = str(kept.verbose_name)
                found.append((label, value, units_of_measure[rule.key]))
    return found


def _streets(row: Demand) -> str:
    known = units_kept() if row.streets else {}
    return " / ".join(known[code].display_short if code in known else code for code in row.streets)


@require_safe
def demand(request: HttpRequest, key: UUID) -> HttpResponse:
    """A demand: the units that fit, ranked; what nearly fits; what refuses the rest; its offers."""
    actor = actor_of(request)
    row = demand_for(key, actor)
    is_open = row.state == Demand.State.OPEN
    may_save = permitted(actor, SAVE_DEMAND, owned_demand(row))
    context = {
        "row": row,
        "asked": asked(row),
        "streets": _streets(row),
        "firm_url": enterprise_links([row.firm_code], actor).get(row.firm_code, ""),
        "found": matched(row, actor) if is_open else None,
        "offers": offers_of(row, actor),
        "may_save": may_save and is_open,
        "most": MOST,
        "crumbs": _crumbs(last=row.firm),
    }
    return render(request, "spaces/demand.html", context)


@require_safe
def compare(request: HttpRequest, key: UUID) -> HttpResponse:
    """Chosen units side by side, for screen and paper."""
    actor = actor_of(request)
    row = demand_for(key, actor)
    only = request.GET.getlist("unit")[:MOST]
    found = matched(row, actor, only=only or None, most=_SIDE_BY_SIDE)
    context = {
        "row": row,
        "asked": asked(row),
        "streets": _streets(row),
        "found": found,
        "chosen": bool(only),
        "may_save": permitted(actor, SAVE_DEMAND, owned_demand(row)),
        "crumbs": _crumbs(row, last=_("比较空间")),
    }
    return render(request, "spaces/compare.html", context)


@require_POST
def offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Offer the chosen units."""
    actor = actor_of(request)
    row = demand_for(key, actor)
    made = make_offers(row.pk, list(request.POST.getlist("unit")), actor=actor)
    messages.success(
        request, _("已推荐%(count)s处空间，推荐单已交运营单位。") % {"count": len(made)}
    )
    return redirect(row)


@require_safe
def best_division(request: HttpRequest) -> HttpResponse:
    """All open demands against all units: the division with the greatest total, and its gap."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, VIEW_DEMAND):
        raise NotPermitted(_("您没有查看用房需求的权限。如确需查看，请联系系统管理员。"))
    title = _("统筹匹配")
    context = {"found": division(actor), "title": title, "crumbs": _crumbs(last=title)}
    return render(request, "spaces/division.html", context)
