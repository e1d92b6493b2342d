"""The themes of the plan: the compiler's keys with labels for people."""

from __future__ import annotations

from collections.abc import Iterable

from district.compiler.topics import THEMES


def theme_options() -> Iterable[tuple[str, str]]:
    """(key, label) of every theme, in the compiler's order."""
    return [(key, theme_label(key)) for key in THEMES]


def theme_label(key: str) -> str:
    """What people call a theme; the key itself for one that is no longer known."""
    return str(THEMES.get(key, key))
