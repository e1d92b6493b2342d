"""Small words of the plan's pages."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def section_tail(path: str | None) -> str:
    """The last two headings of a section's path: the report's own title says nothing there."""
    return " / ".join((path or "").split(" / ")[-2:])
