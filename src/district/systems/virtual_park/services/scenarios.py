"""A firm's own entries in the lists of scenarios; the unit that keeps the list takes them up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from district.systems.scenarios.public import (
    change_by_enterprise,
    offer_by_enterprise,
    withdraw_by_enterprise,
)
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.services.doing import note


@transaction.atomic
def offer_entry(acting: Acting, values: Mapping[str, Any]) -> UUID:
    """Offer an entry; its key. NotPermitted, NotFound, Invalid, Conflict."""
    acting.require("scenarios.do")
    ref = acting.enterprise
    said = {**values, "organisation": ref.name[:120]}
    row = offer_by_enterprise(ref.code, said, actor=acting.actor)
    note(acting, "entry", number=row.number)
    return row.pk


@transaction.atomic
def change_entry(acting: Acting, entry_id: UUID | str, values: Mapping[str, Any]) -> UUID:
    """Change an own entry; its key. As `offer_entry`."""
    acting.require("scenarios.do")
    ref = acting.enterprise
    said = {**values, "organisation": ref.name[:120]}
    row = change_by_enterprise(ref.code, entry_id, said, actor=acting.actor)
    note(acting, "entry_changed", number=row.number)
    return row.pk


@transaction.atomic
def withdraw_entry(acting: Acting, entry_id: UUID | str, reason: str) -> UUID:
    """Take an own entry back; its key. As `offer_entry`."""
    acting.require("scenarios.do")
    row = withdraw_by_enterprise(
        acting.enterprise.code, entry_id, actor=acting.actor, reason=reason
    )
    note(acting, "entry_withdrawn", number=row.number)
    return row.pk
