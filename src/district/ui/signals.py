"""The colours of warnings as shape, word and colour.

They are no lights: a signal says how grave a warning is, not how anybody's work stands.
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

#: Signals of warnings: circle, triangle, diamond, octagon; the graver, the more corners.
_SIGNALS = {
    "blue": '<circle class="signal-fill" cx="9" cy="9" r="7"/>',
    "yellow": '<path class="signal-fill" d="M9 1.8L17 15.8H1Z"/>',
    "orange": '<path class="signal-fill" d="M9 .8L17.2 9 9 17.2.8 9Z"/>',
    "red": '<path class="signal-fill" d="M5.6 1h6.8L17 5.6v6.8L12.4 17H5.6L1 12.4V5.6Z"/>',
}


def signal_word(colour: str) -> str:
    """The word of a warning's colour: 蓝色, 黄色, 橙色, 红色."""
    words = {
        "blue": pgettext("signal", "蓝色"),
        "yellow": pgettext("signal", "黄色"),
        "orange": pgettext("signal", "橙色"),
        "red": pgettext("signal", "红色"),
    }
    return words.get(colour, "")


def signal(colour: str, kind: str = "", word: str = "") -> SafeString:
    """The colour of a warning as shape, word and colour; `kind` "lg" is larger."""
    if colour not in _SIGNALS:
        return format_html("{}", word or colour)
    return format_html(
        '<span class="signal signal-{}{}">'
        '<svg class="signal-shape" viewBox="0 0 18 18" aria-hidden="true">{}</svg>{}</span>',
        colour,
        " signal-lg" if kind == "lg" else "",
        mark_safe(_SIGNALS[colour]),  # noqa: S308  # fixed drawings above
        word or signal_word(colour),
    )
