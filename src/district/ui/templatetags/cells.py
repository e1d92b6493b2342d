"""The cells of a register's list, drawn without a template of their own: a page has hundreds."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from district.ui.templatetags.district import light, moment, quantity

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


@register.filter
def cell_css(cell: Any) -> str:
    """The class of a cell's table cell, "" for none."""
    field, kind = cell.field, cell.draw
    if field.type in _NUMBERS:
        return "number"
    if kind in _NEVER_BREAK:
        return "nowrap"
    if kind == "long_text":
        return "wide"
    return "named" if field.is_worded else ""
