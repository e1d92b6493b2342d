"""What a member may do on a commitment: for buttons; the services authorise again."""

from __future__ import annotations

from collections.abc import Iterable

from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, Unit, permitted
from district.kernel.plan.public import Commitment

_ACTIONS = {
    "manage": "plan.commitment.manage",
    "contact": "plan.commitment.contact",
    "propose": "plan.adjustment.propose",
    "decide": "plan.adjustment.decide",
    "progress": "plan.progress.report",
    "supervise": "supervision.run.start",
    "file": "measures.filing.file",
}


def owned_of(row: Commitment, co_units: Iterable[Unit] = ()) -> Owned:
    """To whom a commitment belongs, from what the page has read already."""
    if row.lead_unit is None:
        return Owned(None)
    codes = frozenset(unit.code for unit in co_units)
    return Owned(row.lead_unit.code, codes, path=row.lead_unit.path)


def actions_on(row: Commitment, co_units: Iterable[Unit], actor: Actor) -> dict[str, bool]:
    """Which of the page's actions the member may do on this commitment; no query."""
    on = owned_of(row, co_units)
    return {name: permitted(actor, key, on) for name, key in _ACTIONS.items()}
