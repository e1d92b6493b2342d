"""Small words of the plan's pages."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from district.systems.plan_tracking.selectors.reviewing import BANDS
from district.ui.templatetags.district import figure_link

if TYPE_CHECKING:
    from district.systems.plan_tracking.selectors.lights import Lights

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


_ZERO = '<span class="heat-zero" aria-hidden="true">0</span>'


@register.simple_tag
def heat_row(lights: Lights) -> SafeString:
    """A unit or theme with its lights as a bar and as numbers, of which the cockpit has some
    sixty."""
    name = escape(lights.name)
    bar = "".join(
        f'<rect class="fill-{piece["light"]}" x="{piece["x"]}%" width="{piece["width"]}%" '
        'height="100%"/>'
        for piece in lights.bar
    )
    counts = "".join(figure_link(figure) if figure.value else _ZERO for figure in lights.figures)
    return SafeString(
        f'<div class="heat-row"><span class="heat-name" title="{name}">{name}</span>'
        f'<svg class="heat-bar" aria-hidden="true" preserveAspectRatio="none">{bar}</svg>'
        f'<span class="heat-counts">{counts}</span></div>'
    )
