"""The pages on which things and their datastreams are registered and changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, actor_of, authorise, authorise_somewhere
from district.kernel.sensing import services
from district.kernel.sensing.forms import DatastreamForm, NewDatastreamForm, ThingForm
from district.kernel.sensing.models import Datastream, Thing
from district.kernel.sensing.names import SAVE
from district.kernel.sensing.selectors import datastream_for, property_names, thing_for

Crumbs = list[tuple[str, str]]


def _things() -> Crumbs:
    return [(_("设备"), reverse("sensing_things"))]


def _own(key: int, actor: Actor) -> Thing:
    """A thing that the actor may change; NotFound, NotPermitted."""
    row = thing_for(key, actor)
    authorise(actor, SAVE, Owned(row.lead_unit_id, path=row.lead_unit.path))
    return row


def _thing_crumbs(row: Thing, last: str) -> Crumbs:
    return [*_things(), (row.name, reverse("sensing_thing", args=[row.pk])), (last, "")]


def _page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Thing | Datastream],
    *,
    said: str,
    goes: str,
    heading: str,
    crumbs: Crumbs,
    **more: object,
) -> HttpResponse:
    """The form, or, where `act` took what it sends, the page `goes` of what was made. The way
    back is the last of the crumbs that leads anywhere."""
    made = submitted(form, act)
    if made is not None:
        messages.success(request, said % {"name": made.name})
        return redirect(goes, made.pk)
    back = next(address for _name, address in reversed(crumbs) if address)
    context = {"form": form, "heading": heading, "crumbs": crumbs, "back": back, **more}
    status = 422 if request.method == "POST" else 200
    return render(request, "sensing/register.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def thing_new(request: HttpRequest) -> HttpResponse:
    """Make a thing known."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE)
    return _page(
        request,
        ThingForm(request.POST or None, actor=actor),
        lambda values: services.save_thing_row(values, None, actor),
        said=_("已登记“%(name)s”，请登记它的数据流。"),
        goes="sensing_thing",
        heading=_("登记设备"),
        crumbs=[*_things(), (_("登记设备"), "")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def thing_edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change a thing's name, unit, description, and the point where it stands."""
    actor = actor_of(request)
    row = _own(key, actor)
    return _page(
        request,
        ThingForm(request.POST or None, actor=actor, fixed=True, initial=_now(row)),
        lambda values: services.save_thing_row(values, row, actor),
        said=_("已保存“%(name)s”。"),
        goes="sensing_thing",
        heading=_("修改设备"),
        crumbs=_thing_crumbs(row, _("修改")),
    )


def _now(row: Thing) -> dict[str, Any]:
    place = row.location
    at = {"lon": float(place.lon), "lat": float(place.lat)} if place is not None else {}
    plain = {"name": row.name, "lead_unit": row.lead_unit_id, "description": row.description}
    return {**plain, **at}


@require_http_methods(["GET", "HEAD", "POST"])
def datastream_new(request: HttpRequest, key: int) -> HttpResponse:
    """Make a datastream of a thing known; a property or sensor that is not there is made."""
    actor = actor_of(request)
    row = _own(key, actor)
    return _page(
        request,
        NewDatastreamForm(request.POST or None),
        lambda values: services.save_datastream_row({**values, "thing": row.code}, None, actor),
        said=_("已登记数据流“%(name)s”。"),
        goes="sensing_datastream",
        heading=_("登记数据流"),
        crumbs=_thing_crumbs(row, _("登记数据流")),
        properties=property_names(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def datastream_edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change a datastream's name, bounds and source."""
    actor = actor_of(request)
    row = datastream_for(key, actor)
    authorise(actor, SAVE, Owned(row.lead_unit_id, path=row.lead_unit.path))
    names = ("name", "description", "unit_symbol", "lateness", "skew")
    initial = {name: getattr(row, name) for name in names}
    initial["source"] = row.source.code if row.source else ""
    here, streams = reverse("sensing_datastream", args=[row.pk]), reverse("sensing_datastreams")
    return _page(
        request,
        DatastreamForm(request.POST or None, initial=initial),
        lambda values: services.change_datastream(row.pk, values, actor=actor),
        said=_("已保存“%(name)s”。"),
        goes="sensing_datastream",
        heading=_("修改数据流"),
        crumbs=[(_("数据流"), streams), (row.name, here), (_("修改"), "")],
    )
