"""To whom a commitment belongs, as far as rights go."""

from __future__ import annotations

from district.kernel.organisation.public import Owned
from district.kernel.plan.models import Commitment


def owned(row: Commitment) -> Owned:
    """The lead unit and the co-units; nobody's yet where no lead unit is named."""
    if row.lead_unit is None:
        return Owned(None)
    codes = frozenset(row.co_units.values_list("pk", flat=True))
    return Owned(row.lead_unit_id, codes, path=row.lead_unit.path)
