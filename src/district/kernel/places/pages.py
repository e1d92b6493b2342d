"""Pages of places: the areas as a list, and their shapes for maps."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from district.kernel.organisation.public import actor_of, authorise, units
from district.kernel.places import selectors
from district.kernel.places.models import Area, AreaLevel


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """All areas as a list, street by street: what the map shows, for those who cannot see it."""
    authorise(actor_of(request), "places.area.view")
    rows = _named(list(selectors.areas().defer("geometry")))
    communities: dict[str, list[object]] = {}
    for area in rows:
        if area.level == AreaLevel.COMMUNITY:
            communities.setdefault(area.parent_code, []).append(area)
    return render(
        request,
        "places/places.html",
        {
            "districts": [a for a in rows if a.level == AreaLevel.DISTRICT],
            "streets": [
                (a, communities.get(a.code, [])) for a in rows if a.level == AreaLevel.STREET
            ],
            "approximate": any(area.approximate for area in rows),
            "count": len(rows),
        },
    )


@require_safe
def areas_geojson(request: HttpRequest) -> HttpResponse:
    """`?level=street&crs=wgs84`: the shapes of a level; answers 304 while nothing changed."""
    level, crs = request.GET.get("level", AreaLevel.STREET), request.GET.get("crs", "wgs84")
    authorise(actor_of(request), "places.area.view")
    return _answer(request, selectors.areas_geojson(level, crs), "application/geo+json")


@require_safe
def map_data(request: HttpRequest) -> HttpResponse:
    """`?level=street`: the shapes of a level as the page's map takes them, each with its page."""
    level = request.GET.get("level", AreaLevel.STREET)
    authorise(actor_of(request), "places.area.view")

    features = []
    names = _unit_names()
    for feature in selectors.areas_geojson(level)["features"]:
        facts = feature["properties"]
        code = facts["code"]
        more = {
            "id": code,
            "name": names.get(code, facts["name"]),
            "url": reverse("unit", args=[code]),
            "note": "",
        }
        features.append(feature | {"properties": facts | more})
    data = {
        "areas": {"type": "FeatureCollection", "features": features},
        "approximate": any(f["properties"]["approximate"] for f in features),
    }
    return _answer(request, data, "application/json")


def _unit_names() -> dict[str, str]:
    """The names of units by code, in the language of the page."""
    return {unit.code: unit.display_name for unit in units()}


def _named(rows: list[Area]) -> list[Area]:
    """The areas with the names of their units in the language of the page."""
    names = _unit_names()
    for area in rows:
        area.name = names.get(area.code, area.name)
    return rows


def _answer(request: HttpRequest, data: dict[str, Any], content_type: str) -> HttpResponse:
    """`data` as JSON, or 304 where the reader already has just this."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(body, content_type=content_type)
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer
