"""The units as of a few seconds ago, for names and choices that every page of a case shows."""

from __future__ import annotations

from district.kernel.base.recent import kept_for
from district.kernel.organisation.public import Unit


@kept_for(5)
def units_kept() -> dict[str, Unit]:
    """All units by code in their order, with the one above each; as of a few seconds ago.

    For reading alone: whoever changes a unit asks for it anew.
    """
    return {
        unit.pk: unit for unit in Unit.objects.select_related("parent").order_by("sort", "code")
    }
