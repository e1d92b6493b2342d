"""The wall: one screen after another, without anybody at the controls."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from district.kernel.base import clock
from district.kernel.organisation.public import Level, actor_of
from district.systems.operations_centre.board.pages.shared import answer, may_watch, unit_asked
from district.systems.operations_centre.board.rules import By
from district.systems.operations_centre.board.selectors.counting import matrix_of
from district.systems.operations_centre.board.selectors.mapping import (
    MapAsked,
    cases_of,
    ground,
    mapped,
)
from district.systems.operations_centre.board.selectors.moves import newest_moves, today_of

#: A screen on a wall stays logged in while it is there: its session notes the day on which the
#: wall was last shown, which saves and so prolongs it, once a day.
_SHOWN_ON = "operations_centre.wall"


@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """`?unit=`: totals, units by light, map and newest moves of a unit, for a screen on a wall.

    No title of a case is on it: people walk past.
    """
    may_watch(request)
    actor, unit = actor_of(request), unit_asked(request.GET.get("unit", ""))
    by: By = "place" if unit.level == Level.STREET else "lead"
    matrix, today = matrix_of(actor, unit, by), today_of(actor, unit, by)
    found = mapped(actor, MapAsked(unit), counted=False, listed=0)
    level = Level.COMMUNITY if by == "place" else Level.STREET
    context = {
        "matrix": matrix,
        "lines": [line for line in matrix.lines if line.level == level and not line.alone],
        "today": today,
        "moves": newest_moves(actor, unit, by),
        "data": {**ground(unit), "cases": cases_of(found)},
        "found": found,
    }
    today_is = clock.today().isoformat()
    if request.session.get(_SHOWN_ON) != today_is:
        request.session[_SHOWN_ON] = today_is
    return answer(request, "wall", unit, context)
