"""Tags of the board."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from district.kernel.registers.public import Figure

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
    if not figure.value:
        return format_html('<span class="board-zero" data-k="{}">0</span>', key)
    return format_html(
        '<a class="figure" href="{}" data-figure="{}" data-value="{}" title="{}" data-k="{}">'
        '<span class="digits">{}</span></a>',
        figure.url,
        figure.value,
        figure.value,
        figure.label or _("在办事件"),
        key,
        f"{figure.value:,}",
    )
