"""The lists of things, datastreams and sources, what is in quarantine, and the map."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    actor_of,
    authorise_somewhere,
    permitted_somewhere,
)
from district.kernel.places.public import AreaLevel, ground
from district.kernel.registers.public import Figure, list_view
from district.kernel.sensing.models import ObservedProperty, Source
from district.kernel.sensing.names import (
    DATASTREAMS,
    QUARANTINE,
    SAVE,
    SOURCE_MANAGE,
    SOURCES,
    THINGS,
    VIEW,
)
from district.kernel.sensing.selectors import (
    MOST_ON_MAP,
    held_by_reason,
    held_newest,
    latest_points,
)

#: Of so many days the pages tell what was not accepted.
DAYS = 7


def sees(request: HttpRequest) -> bool:
    """Whether the member has anything to see here."""
    return permitted_somewhere(actor_of(request), VIEW)


@dataclass(frozen=True)
class Tab:
    """A way between the pages of sensing."""

    name: str
    label: str
    icon: str
    current: bool


def tabs(request: HttpRequest) -> list[Tab]:
    """The ways between the pages of sensing."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [
        Tab("sensing_things", _("设备"), icon="router", current=here == "sensing_things"),
        Tab(
            "sensing_datastreams",
            _("数据流"),
            icon="activity",
            current=here == "sensing_datastreams",
        ),
        Tab("sensing_map", _("最新值地图"), icon="map-2", current=here == "sensing_map"),
        Tab("sensing_sources", _("数据来源"), icon="plug", current=here == "sensing_sources"),
        Tab(
            "sensing_quarantine",
            _("隔离的观测"),
            icon="filter-off",
            current=here == "sensing_quarantine",
        ),
    ]


def _list(request: HttpRequest, key: str, **more: Any) -> HttpResponseBase:
    extra = {"tabs": tabs(request), **more}
    return list_view(request, key, template="sensing/list.html", extra=extra)


@require_safe
def things(request: HttpRequest) -> HttpResponseBase:
    """All things, as their register lists them."""
    return _list(request, THINGS, add=_add(request, SAVE, "sensing_thing_new", _("登记设备")))


@require_safe
def datastreams(request: HttpRequest) -> HttpResponseBase:
    """All datastreams with their newest values."""
    return _list(request, DATASTREAMS)


@require_safe
def sources(request: HttpRequest) -> HttpResponseBase:
    """All sources."""
    add = _add(request, SOURCE_MANAGE, "sensing_source_new", _("登记来源"))
    return _list(request, SOURCES, add=add)


def _add(request: HttpRequest, action: str, page: str, label: str) -> dict[str, str] | None:
    """The button that leads to a new row, for whoever may make one."""
    if not permitted_somewhere(actor_of(request), action):
        return None
    return {"url": reverse(page), "label": label}


def reason_figures(actor: Actor, source: Source | None = None) -> list[Figure]:
    """How much was not accepted in the last days, of a source or all, for each reason."""
    since = clock.today() - timedelta(days=DAYS - 1)
    of, q = (f'source = "{source.code}" and ', Q(source=source)) if source else ("", None)
    return [
        Figure(
            QUARANTINE,
            f'{of}reason = "{each.reason.value}" and day >= {since.isoformat()}',
            "sum:count",
            each.count,
            label=each.reason.label,
        )
        for each in held_by_reason(actor, days=DAYS, q=q)
    ]


@require_safe
def quarantined(request: HttpRequest) -> HttpResponse:
    """What was not accepted: how much for which reason, and the newest as it was sent."""
    actor = actor_of(request)
    context = {
        "figures": reason_figures(actor),
        "rows": held_newest(actor),
        "days": DAYS,
        "all_url": reverse("register_list", args=[QUARANTINE]),
        "tabs": tabs(request),
    }
    return render(request, "sensing/quarantine.html", context)


@require_safe
def latest_map(request: HttpRequest) -> HttpResponse:
    """The newest value of every datastream on a map, of one observed property or all."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW)
    chosen = _chosen(request)
    address = reverse("sensing_map_data") + (f"?property={chosen}" if chosen else "")
    context = {
        "properties": ObservedProperty.objects.order_by("name", "pk")[:200],
        "chosen": chosen,
        "data_url": address,
        "most": f"{MOST_ON_MAP:,}",
        "list_url": reverse("sensing_datastreams"),
        "tabs": tabs(request),
    }
    return render(request, "sensing/map.html", context)


@require_safe
def latest_map_data(request: HttpRequest) -> HttpResponse:
    """The map's data: the streets below, the newest values above."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW)
    body = latest_points(actor, observed_property=_chosen(request))
    if request.GET.get("ground") != "no":
        body = _with_ground(body)
    return HttpResponse(body, content_type="application/json")


def _with_ground(body: str) -> str:
    below = json.dumps(ground(AreaLevel.STREET), ensure_ascii=False)
    return f"{body[:-1]},{below[1:]}"


def _chosen(request: HttpRequest) -> int | None:
    text = request.GET.get("property", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Invalid("property", _("没有这个观测属性。"), _("请从列表中选择。"))
    return int(text)
