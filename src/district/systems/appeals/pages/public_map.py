"""The public map: where things are being handled, told so that nobody can be made out."""

from __future__ import annotations

import hashlib
import json

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from district.kernel.cases.public import Case
from district.systems.appeals.pages.public import page
from district.systems.appeals.selectors.places import street_shapes, streets
from district.systems.appeals.selectors.public import MAP_FIELDS, Spot, public_cases, spot_of
from district.ui.access import public_page

_ON_A_PAGE = 100
#: The marker of a case: by shape as well as by colour.
_MARKS = {
    Case.Category.OPEN: "open",
    Case.Category.PAUSED: "paused",
    Case.Category.DONE: "done",
}


@public_page
@require_safe
def public_map(request: HttpRequest) -> HttpResponse:
    """`?street=440307003&page=2`: the cases of the last 30 days, a hundred at a time."""
    known = {street.unit.pk: street.unit.display_name for street in streets()}
    street = request.GET.get("street", "")
    street = street if street in known else ""
    rows = public_cases(street).values(*MAP_FIELDS)
    shown = Paginator(rows, _ON_A_PAGE).get_page(request.GET.get("page"))
    spots = [spot_of(row) for row in shown]
    context = {
        "page": shown,
        "spots": [(spot, _MARKS[Case.Category(spot.category)]) for spot in spots],
        "streets": known.items(),
        "street": street,
        "data": {**street_shapes(), "points": _points(spots)},
    }
    return page(request, "map", context)


def _points(spots: list[Spot]) -> dict[str, object]:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [spot.lon, spot.lat]},
            "properties": {
                "id": spot.number,
                "title": spot.matter,
                "mark": _MARKS[Case.Category(spot.category)],
                "note": f"{spot.stage} · {spot.day.isoformat()} · {spot.number}",
            },
        }
        for spot in spots
    ]
    return {"type": "FeatureCollection", "features": features}


@public_page
@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    """The streets' shapes for the map of the report page; 304 while nothing changed."""
    body = json.dumps(street_shapes(), ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(body, content_type="application/json")
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer
