"""The pages of one thing and of one datastream."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.base import clock
from district.kernel.history.public import events_of
from district.kernel.organisation.public import Owned, actor_of, permitted
from district.kernel.places.public import marked, points_on_streets
from district.kernel.sensing import services
from district.kernel.sensing.models import Datastream, State, Thing
from district.kernel.sensing.names import SAVE, SOURCE_VIEW, VIEW, subject
from district.kernel.sensing.selectors import (
    datastream_for,
    opens,
    series_of,
    streams_seen,
    thing_for,
)
from district.kernel.sensing.selectors.series import MOST_READ
from district.kernel.sensing.store import NotConfigured

_SHOWN = 100


def _spans() -> list[tuple[int, str]]:
    """The times that a chart can be of, in hours, in the words of the page's language."""
    return [(6, _("6小时")), (24, _("24小时")), (168, _("7天")), (744, _("31天"))]


@require_safe
def thing(request: HttpRequest, key: int) -> HttpResponse:
    """One thing: where it stands and stood, its datastreams with their newest values."""
    actor = actor_of(request)
    row = thing_for(key, actor)
    owned = Owned(row.lead_unit_id, path=row.lead_unit.path)
    context = {
        "row": row,
        "streams": streams_seen(row, actor).order_by("state", "pk")[:_SHOWN],
        "stood": row.historical_locations.select_related("location")[:20],
        "point": _point(row),
        "may_save": row.state == State.ACTIVE and permitted(actor, SAVE, owned),
        "events": events_of(subject("thing", row.pk), limit=_SHOWN),
        "crumbs": [(_("设备"), reverse("sensing_things")), (row.name, "")],
    }
    return render(request, "sensing/thing.html", context)


def _point(row: Thing) -> dict[str, Any] | None:
    if row.location is None:
        return None
    return points_on_streets([marked(row.pk, row.name, row.location.lon, row.location.lat)])


@require_POST
def thing_retire(request: HttpRequest, key: int) -> HttpResponse:
    """Take a thing and its datastreams out of use."""
    row = services.retire_thing(key, actor=actor_of(request))
    messages.success(request, _("已停用“%(name)s”和它的数据流。") % {"name": row.name})
    return redirect("sensing_thing", row.pk)


@require_safe
def datastream(request: HttpRequest, key: int) -> HttpResponse:
    """One datastream: its newest value, and its readings over a chosen time."""
    actor = actor_of(request)
    row = datastream_for(key, actor)
    spans = _spans()
    asked = request.GET.get("hours", "")
    hours = next((hours for hours, _label in spans if str(hours) == asked), 24)
    owned = Owned(row.lead_unit_id, path=row.lead_unit.path)
    sees_thing = opens(actor, VIEW, row.thing.lead_unit)
    context = {
        "row": row,
        "sees_thing": sees_thing,
        "sees_source": row.source is not None and opens(actor, SOURCE_VIEW, row.source.lead_unit),
        "latest": getattr(row, "latest", None),
        "hours": hours,
        "spans": spans,
        **_chart(row, hours),
        "may_save": row.state == State.ACTIVE and permitted(actor, SAVE, owned),
        "events": events_of(subject("datastream", row.pk), limit=_SHOWN),
        "crumbs": [
            (_("数据流"), reverse("sensing_datastreams")),
            (row.thing.name, reverse("sensing_thing", args=[row.thing_id]) if sees_thing else ""),
            (row.name, ""),
        ],
    }
    return render(request, "sensing/datastream.html", context)


def _chart(row: Datastream, hours: int) -> dict[str, Any]:
    """The chart of the last hours, or why there is none."""
    now = clock.now()
    try:
        series = series_of(row.pk, now - timedelta(hours=hours), now + timedelta(seconds=1))
    except NotConfigured as error:
        return {"no_log": str(error)}
    if not series.moments:
        return {"series": series}
    form = "%H:%M:%S" if hours <= 24 else "%m-%d %H:%M"
    chart = {
        "kind": "line",
        "categories": [timezone.localtime(at).strftime(form) for at in series.moments],
        "series": [{"name": row.observed_property.name, "values": list(series.values)}],
        "unit": row.unit_symbol,
    }
    return {"chart": chart, "series": series, "most_read": MOST_READ}


@require_POST
def datastream_retire(request: HttpRequest, key: int) -> HttpResponse:
    """Take a datastream out of use."""
    row = services.retire_datastream(key, actor=actor_of(request))
    messages.success(request, _("已停用“%(name)s”。") % {"name": row.name})
    return redirect("sensing_datastream", row.pk)
