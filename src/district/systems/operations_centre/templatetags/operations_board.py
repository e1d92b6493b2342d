"""Tags of the board."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.urls import reverse
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
def table_line(line: Line, *, has_none: bool = False, name: str = "") -> SafeString:
    """A unit as a row of the table: its name (or another, which opens nothing), all, by kind (no
    light only where some have none), by type with how many of these are late.

    Drawn here, for a board has some five hundred numbers.
    """
    return _table_line(line, has_none, name, get_language())


# A line whose numbers did not change is the same as a moment ago.
@lru_cache(maxsize=2000)
def _table_line(line: Line, has_none: bool, name: str, language: str | None) -> SafeString:
    kinds = (each for each in line.kinds if each[0] != "none" or has_none)
    return SafeString(
        f'<tr><th scope="row">{escape(name) or _name(line, "row-link")}</th>'
        f'<td class="number board-all">{count(line.all, line.key)}</td>'
        + "".join(_kind(kind, figure) for kind, figure in kinds)
        + "".join(_type(cell) for cell in line.cells)
        + "</tr>"
    )


@register.simple_tag
def phone_line(line: Line) -> SafeString:
    """A unit as a telephone shows it: its name, what there is of each kind, all."""
    return _phone_line(line, get_language())


@lru_cache(maxsize=2000)
def _phone_line(line: Line, language: str | None) -> SafeString:
    kinds = "".join(
        f"<span>{_worded(kind)} {count(figure)}</span>"
        for kind, figure in line.kinds
        if figure.value
    )
    return SafeString(
        '<div class="phone-row board-phone"><span class="phone-row-text">'
        f'<span class="phone-row-title">{_name(line)}</span>'
        f'<span class="phone-row-meta board-phone-kinds">{kinds}</span></span>'
        f'<span class="board-phone-all">{count(line.all)}</span></div>'
    )


def _name(line: Line, css: str = "") -> str:
    """The unit's name; it opens its own board where there is one."""
    if not line.opens or line.alone:
        return escape(line.name)
    marked = f' class="{css}"' if css else ""
    return (
        f'<a{marked} href="{reverse("operations_unit", args=[line.code])}">{escape(line.name)}</a>'
    )


def _worded(kind: str) -> str:
    if kind != "paused":
        return light(kind)
    return icon("player-pause", "icon-sm") + escape(_("挂起"))


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
