"""Pages of places: the areas as a list, and their shapes for maps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from district.kernel.organisation.public import actor_of, authorise
from district.kernel.places import selectors
from district.kernel.places.models import AreaLevel


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """All areas as a list, street by street: what the map shows, for those who cannot see it."""
    authorise(actor_of(request), "places.area.view")
    rows = list(selectors.areas().defer("geometry"))
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
    return _answer(
        request,
        (level, crs),
        lambda: selectors.areas_geojson(level, crs),
        content_type="application/geo+json",
    )


@require_safe
def map_data(request: HttpRequest) -> HttpResponse:
    """`?level=street`: the shapes of a level as the page's map takes them, each with its page."""
    level = request.GET.get("level", AreaLevel.STREET)
    authorise(actor_of(request), "places.area.view")

    def data() -> dict[str, Any]:
        features = [
            feature | {"properties": feature["properties"] | {"id": code, "url": url}}
            for feature in selectors.areas_geojson(level)["features"]
            for code in [feature["properties"]["code"]]
            for url in [reverse("unit", args=[code])]
        ]
        return {
            "areas": {"type": "FeatureCollection", "features": features},
            "approximate": any(f["properties"]["approximate"] for f in features),
        }

    return _answer(request, (level, "map"), data, content_type="application/json")


def _answer(
    request: HttpRequest,
    what: tuple[str, str],
    data: Callable[[], dict[str, Any]],
    *,
    content_type: str,
) -> HttpResponse:
    """`data` as JSON, or 304 where the reader already has it."""
    state = repr((what, selectors.stamp(what[0])))
    tag = f'"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = JsonResponse(
            data(),
            content_type=content_type,
            json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
        )
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer
