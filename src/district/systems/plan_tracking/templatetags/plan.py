"""Small words of the plan's pages."""

from __future__ import annotations

from decimal import Decimal

from django import template

from district.systems.plan_tracking.selectors.reviewing import BANDS

register = template.Library()


@register.filter
def confidence_band(value: Decimal | None) -> str:
    """high, middle or low, by the same limits as the desk's filter."""
    for band, (low, below) in BANDS.items():
        if value is not None and low <= value < below:
            return band
    return "low"


@register.filter
def section_tail(path: str | None) -> str:
    """The last two headings of a section's path: the report's own title says nothing there."""
    return " / ".join((path or "").split(" / ")[-2:])
