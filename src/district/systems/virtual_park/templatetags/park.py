"""Words of the virtual park in templates."""

from __future__ import annotations

from django import template

from district.systems.virtual_park.rules.roles import ParkRole

register = template.Library()


@register.filter
def park_role(key: str) -> str:
    """A role in words."""
    return str(dict(ParkRole.choices).get(key, key))
