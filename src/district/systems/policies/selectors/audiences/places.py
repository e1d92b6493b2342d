"""Names of places as texts of policies have them."""

from __future__ import annotations

from django.utils.translation import override

from district.kernel.organisation.public import Level, units


def places() -> dict[str, str]:
    """The codes of the district, its streets and communities by their Chinese names. One query."""
    with override("zh-hans"):
        return {
            unit.name: unit.pk
            for unit in units()
            if unit.level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY)
        }
