"""The board of a unit: what is under way by unit, light and type, and what happens now."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from district.kernel.organisation.public import Level, actor_of
from district.systems.operations_centre.board.pages.shared import (
    answer,
    crumbs_of,
    may_watch,
    unit_asked,
)
from district.systems.operations_centre.board.rules import By
from district.systems.operations_centre.board.selectors.counting import matrix_of
from district.systems.operations_centre.board.selectors.moves import newest_moves, today_of


@require_safe
def board(request: HttpRequest, code: str = "") -> HttpResponse:
    """`?by=place` counts by where it happened, `?by=lead` by who handles it.

    A street is shown by its communities, where things happen, unless asked otherwise.
    """
    may_watch(request)
    unit, actor = unit_asked(code), actor_of(request)
    places = unit.level in (Level.STREET, Level.COMMUNITY)
    asked = request.GET.get("by", "")
    by = cast("By", asked if asked in ("lead", "place") else ("place" if places else "lead"))
    if unit.level == Level.DEPARTMENT:
        by = "lead"
    matrix = matrix_of(actor, unit, by)
    today = today_of(actor, unit, by)
    context = {
        "matrix": matrix,
        "by": by,
        "today": today,
        "moves": newest_moves(actor, unit, by),
        "crumbs": crumbs_of(unit),
        "places": unit.level != Level.DEPARTMENT,
    }
    return answer(request, "board", unit, context)
