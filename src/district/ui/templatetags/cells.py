"""The rows and cells of a register's list, drawn without templates of their own: a page has
hundreds."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from district.ui.templatetags.district import icon, light, moment, quantity

register = template.Library()
_EMPTY = SafeString('<span class="text-muted">-</span>')
_NUMBERS = ("integer", "decimal")
_NEVER_BREAK = ("date", "datetime", "light", "reference")


@register.simple_tag
def drawn(cell: Any) -> SafeString:
    """A cell (`registers.cells.Cell`) as its field says; progress has a component of its own."""
    kind, value = cell.draw, cell.value
    if kind == "light":
        return light(value)
    if kind == "number":
        return quantity(value, cell.field.unit)
    if kind == "percent":
        return quantity(value, "%", 1)
    if kind in ("date", "datetime"):
        return moment(value)
    text = escape(cell.text)
    if kind == "long_text":
        return format_html('<span class="clamp-2" title="{}">{}</span>', text, text)
    return text or _EMPTY


@register.simple_tag
def table_row(line: Any) -> SafeString:
    """A row of a list (`registers.presenting.Line`) as a table row."""
    return SafeString(f"<tr>{''.join(_table_cell(line, cell) for cell in line.cells)}</tr>")


def _table_cell(line: Any, cell: Any) -> str:
    css = _css(cell)
    if cell is line.title:
        text = escape(cell.text) or "-"
        inside = f'<a class="row-link" href="{escape(line.url)}">{text}</a>'
    elif cell.draw == "progress":
        inside = render_to_string("registers/cell.html", {"cell": cell})
    else:
        inside = drawn(cell)
    return f'<td class="{css}">{inside}</td>' if css else f"<td>{inside}</td>"


def _css(cell: Any) -> str:
    """The class of a cell's table cell, "" for none."""
    field, kind = cell.field, cell.draw
    if field.type in _NUMBERS:
        return "number"
    if kind in _NEVER_BREAK:
        return "nowrap"
    if kind == "long_text":
        return "wide"
    return "named" if field.is_worded else ""


@register.simple_tag
def phone_row(line: Any) -> SafeString:
    """A row of a list as a phone shows it: light, title, a few cells."""
    shape = light(line.light, "shape") if line.light else ""
    brief = "".join(_brief(cell) for cell in line.brief)
    return SafeString(
        f'<a class="phone-row" href="{escape(line.url)}" data-feature="{escape(line.id)}">{shape}'
        f'<span class="phone-row-text"><span class="phone-row-title">'
        f'{escape(line.title.text) or "-"}</span><span class="phone-row-meta">{brief}</span></span>'
        f"{icon('chevron-right', 'icon-sm text-muted')}</a>"
    )


def _brief(cell: Any) -> str:
    css = ' class="digits"' if cell.draw else ""
    if cell.draw in ("number", "percent"):
        shown = f"{escape(cell.field.label)} {quantity(cell.value, cell.field.unit)}"
    else:
        shown = escape(cell.text)
    return f"<span{css}>{shown}</span>"
