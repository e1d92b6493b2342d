"""The map of what is under way."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from district.kernel.cases.public import units_kept
from district.kernel.organisation.public import Level, actor_of
from district.systems.operations_centre.board.pages.shared import (
    answer,
    may_watch,
    unit_asked,
)
from district.systems.operations_centre.board.rules import KINDS
from district.systems.operations_centre.board.selectors.figures import kind_words, types_of
from district.systems.operations_centre.board.selectors.mapping import (
    LISTED,
    MapAsked,
    cases_of,
    ground,
    honest_note,
    mapped,
)

_LEVELS = (Level.STREET, Level.DEPARTMENT)


@require_safe
def board_map(request: HttpRequest) -> HttpResponse:
    """`?unit=&type=&kind=`: the cases under way as points, the most pressing listed beside."""
    may_watch(request)
    actor, unit = actor_of(request), unit_asked(request.GET.get("unit", ""))
    types = types_of(actor)
    type_key = request.GET.get("type", "")
    kind = request.GET.get("kind", "")
    asked = MapAsked(
        unit,
        type_key if type_key in {one.key for one in types} else "",
        kind if kind in KINDS else "",
    )
    found, shapes = mapped(actor, asked), ground(unit)
    context = {
        "asked": asked,
        "found": found,
        "listed": found.spots,
        "rest": max(0, found.drawn - LISTED),
        "data": {**shapes, "cases": cases_of(found)},
        "note": honest_note(found, approximate=shapes["approximate"]),
        "types": types,
        "kinds": list(kind_words().items()),
        "units": [one for one in units_kept().values() if one.is_active and one.level in _LEVELS],
    }
    return answer(request, "map", unit, context)
