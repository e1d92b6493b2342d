"""Pages of places: the areas as a list, and their shapes for maps."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
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
    authorise(actor_of(request), "places.area.view")
    level = request.GET.get("level", AreaLevel.STREET)
    crs = request.GET.get("crs", "wgs84")
    collection = selectors.areas_geojson(level, crs)
    state = repr((level, crs, selectors.stamp(level)))
    tag = f'"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = JsonResponse(
            collection,
            content_type="application/geo+json",
            json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
        )
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer
