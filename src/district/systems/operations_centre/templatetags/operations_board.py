"""Tags of the board."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from district.kernel.registers.public import Figure
from district.systems.operations_centre.board.selectors.counting import Cell, Line
from district.ui.templatetags.district import icon, light

register = template.Library()
_DOT = SafeString(
    '<span class="board-zero" aria-hidden="true">·</span><span class="sr-only">0</span>'
)


@register.simple_tag
def count(figure: Figure, key: str = "", *, dot: bool = False) -> SafeString:
    """A count of the board that opens its cases, quicker than `c-figure` in a table of hundreds.

    `key` names the place of the number, so that the page can show which numbers changed. Nothing
    is a quiet zero, which opens nothing; with `dot` a dot, in a table that is mostly nothing.
    """
    if not figure.value and dot:
        return _DOT
    place = escape(key)
    if not figure.value:
        return SafeString(f'<span class="board-zero" data-k="{place}">0</span>')
    label = escape(figure.label or _("在办事件"))
    value = escape(figure.value)
    return SafeString(
        f'<a class="figure" href="{escape(figure.url)}" data-figure="{value}" '
        f'data-value="{value}" title="{label}" data-k="{place}">'
        f'<span class="digits">{figure.value:,}</span></a>'
    )


@register.simple_tag
def cells(line: Line, *, has_none: bool = False) -> SafeString:
    """The table cells of a unit: all, by kind (no light only where some have none), by type with
    how many of these are late. Drawn here, for a board has some five hundred."""
    return _cells(line, has_none, get_language())


# A line whose numbers did not change is the same as a moment ago.
@lru_cache(maxsize=2000)
def _cells(line: Line, has_none: bool, language: str | None) -> SafeString:
    kinds = (each for each in line.kinds if each[0] != "none" or has_none)
    return SafeString(
        f'<td class="number board-all">{count(line.all, line.key)}</td>'
        + "".join(_kind(kind, figure) for kind, figure in kinds)
        + "".join(_type(cell) for cell in line.cells)
    )


def _kind(kind: str, figure: Figure) -> str:
    shape = ""
    if figure.value:
        shape = icon("player-pause", "icon-sm") if kind == "paused" else light(kind, "bare")
    return f'<td class="number kind-{kind}">{shape}{count(figure, dot=True)}</td>'


def _type(cell: Cell) -> str:
    late = (("red", cell.red), ("yellow", cell.yellow))
    lights = "".join(f"{light(kind, 'shape')}{count(one)}" for kind, one in late if one.value)
    marked = f'<span class="cell-lights">{lights}</span>' if lights else ""
    return f'<td class="number">{count(cell.all, dot=True)}{marked}</td>'
