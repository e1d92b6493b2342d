"""A park, a building, a floor with its plan, a unit and its leases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import NotFound
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import actor_of, authorise, permitted
from district.kernel.places.public import marked, points_on_streets
from district.systems.enterprises.public import enterprise_links
from district.systems.spaces.forms import EndForm, LeaseForm
from district.systems.spaces.models import Building, Floor, Lease, Park
from district.systems.spaces.names import SAVE_LEASE
from district.systems.spaces.selectors.rights import owned_park
from district.systems.spaces.selectors.supply import (
    building_for,
    floor_for,
    floor_plan,
    groups_of,
    leases_of,
    park_for,
    standing_of,
    today_words,
    unit_for,
    units_of,
)
from district.systems.spaces.services.leases import end_lease, save_lease


def _crumbs(*rows: Any, last: str = "") -> list[tuple[str, str]]:
    found = [(_("产业空间"), reverse("spaces"))]
    for row in rows:
        name = row.label if isinstance(row, Floor) else row.name
        found.append((name, row.get_absolute_url()))
    return [*found, (last, "")]


@require_safe
def park(request: HttpRequest, key: UUID) -> HttpResponse:
    """A park: its buildings with what is vacant in each."""
    actor = actor_of(request)
    row = park_for(key, actor)
    buildings = list(Building.objects.filter(park=row).select_related("park"))
    units = units_of(actor, floor__building__park=row)
    context = {
        "row": row,
        "groups": groups_of(units, buildings, "building"),
        "map": _map(row),
        "crumbs": _crumbs(last=row.name),
    }
    return render(request, "spaces/park.html", context)


def _map(row: Park) -> dict[str, Any] | None:
    if row.lon is None or row.lat is None:
        return None
    return points_on_streets([marked(row.code, row.name, row.lon, row.lat, mark="open")])


@require_safe
def building(request: HttpRequest, key: UUID) -> HttpResponse:
    """A building: its floors, the highest first."""
    actor = actor_of(request)
    row = building_for(key, actor)
    floors = list(Floor.objects.filter(building=row).select_related("building").order_by("-number"))
    units = units_of(actor, floor__building=row)
    context = {
        "row": row,
        "groups": groups_of(units, floors, "storey"),
        "crumbs": _crumbs(row.park, last=row.name),
    }
    return render(request, "spaces/building.html", context)


@require_safe
def floor(request: HttpRequest, key: UUID) -> HttpResponse:
    """A floor: its plan, and its units as a list."""
    actor = actor_of(request)
    row = floor_for(key, actor)
    units = units_of(actor, floor=row)
    context = {
        "row": row,
        "plan": floor_plan(row, units),
        "units": [(unit, *standing_of(unit), today_words(unit)) for unit in units],
        "crumbs": _crumbs(row.building.park, row.building, last=row.label),
    }
    return render(request, "spaces/floor.html", context)


@require_safe
def unit(request: HttpRequest, key: UUID) -> HttpResponse:
    """A unit: what it is, from when it is free, its leases."""
    actor = actor_of(request)
    row = unit_for(key, actor)
    the_park = row.floor.building.park
    plan = floor_plan(row.floor, units_of(actor, floor=row.floor))
    leases = leases_of(row, actor)
    tenants = enterprise_links([one.tenant_code for one in leases or ()], actor)
    context = {
        "row": row,
        "park": the_park,
        "standing": standing_of(row),
        "free": today_words(row),
        "plan": plan,
        "leases": None
        if leases is None
        else [(one, tenants.get(one.tenant_code, "")) for one in leases],
        "may_lease": permitted(actor, SAVE_LEASE, owned_park(the_park)),
        "crumbs": _crumbs(the_park, row.floor.building, row.floor, last=row.name),
    }
    return render(request, "spaces/unit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def lease_new(request: HttpRequest, key: UUID) -> HttpResponse:
    """Enter a lease of a unit."""
    actor = actor_of(request)
    row = unit_for(key, actor)
    authorise(actor, SAVE_LEASE, owned_park(row.floor.building.park))
    form = LeaseForm(request.POST or None)
    made = submitted(form, lambda data: save_lease({**data, "unit": row.code}, None, actor))
    if made is not None:
        messages.success(request, _("已登记租约。"))
        return redirect(row)
    title = _("登记租约")
    context = {
        "form": form,
        "title": title,
        "lead": row.name,
        "submit": _("登记租约"),
        "crumbs": _crumbs(row, last=title),
    }
    return _answer(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
def lease_end(request: HttpRequest, key: UUID) -> HttpResponse:
    """End a lease early."""
    actor = actor_of(request)
    lease = Lease.objects.filter(pk=key).first()
    if lease is None:
        raise NotFound(_("没有这份租约。"))
    row = unit_for(lease.unit_id, actor)
    authorise(actor, SAVE_LEASE, owned_park(row.floor.building.park))
    form = EndForm(request.POST or None)
    made = submitted(form, lambda data: end_lease(lease.pk, data["ends_on"], actor=actor))
    if made is not None:
        messages.success(request, _("已提前终止租约。"))
        return redirect(row)
    title = _("提前终止租约")
    context = {
        "form": form,
        "title": title,
        "lead": f"{lease.tenant} {lease.starts_on.isoformat()} – {lease.ends_on.isoformat()}",
        "submit": _("终止"),
        "crumbs": _crumbs(row, last=title),
    }
    return _answer(request, context)


def _answer(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "spaces/form.html", context, status=status)
