"""What a firm does about spaces by itself, through a system that let it sign in.

`code` is the credit code of the firm for which that system has found the account to act; what
belongs to another firm is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.cases.public import Case, perform
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise_outside
from district.systems.spaces.models import Demand
from district.systems.spaces.selectors.firms import demand_of_firm, demands_of_firm, offer_to_firm
from district.systems.spaces.services.demands import save_demand, withdraw_demand

#: So many demands of one firm may be open at once.
MOST_OPEN = 10


@transaction.atomic
def save_demand_by_firm(
    code: str,
    name: str,
    unit: str,
    values: Mapping[str, Any],
    known: UUID | None,
    *,
    actor: Actor,
) -> Demand:
    """Write a firm's demand down, which `unit` handles, or change its own of the key `known`.

    Raises NotPermitted, NotFound for another firm's, Invalid naming the field, Conflict where it
    is settled or too many are open.
    """
    authorise_outside(actor)
    row = demand_of_firm(code, known) if known is not None else None
    if row is None:
        standing = demands_of_firm(code).filter(state=Demand.State.OPEN)
        if standing.count() >= MOST_OPEN:
            raise Conflict(_("已有太多没有办结的需求。请先撤回不用的。"))
    asked = {**values, "firm": name[:120], "firm_code": code}
    asked["lead_unit"] = row.lead_unit_id if row is not None else unit
    return save_demand(asked, row, actor)


@transaction.atomic
def withdraw_by_firm(code: str, key: UUID | str, reason: str, *, actor: Actor) -> Demand:
    """A firm looks no more. Raises NotPermitted, NotFound, Conflict, Invalid."""
    authorise_outside(actor)
    return withdraw_demand(demand_of_firm(code, key).pk, reason, actor=actor)


@transaction.atomic
def wish_to_visit(code: str, case_id: UUID | str, day: date, text: str, *, actor: Actor) -> Case:
    """A firm wishes to see a unit that it was offered on a day; whoever shows it is told.

    Raises NotPermitted, NotFound, Invalid for the day, Conflict where the offer is over.
    """
    authorise_outside(actor)
    offer = offer_to_firm(code, case_id)
    if day < clock.today():
        raise Invalid("day", _("日期已经过去。"), _("请填写今天或以后的日期。"))
    data = {"wish_on": day.isoformat(), "text": text.strip() or "企业希望看房"}
    return perform(offer.case.pk, "wish", actor=actor, data=data)


@transaction.atomic
def decline_by_firm(code: str, case_id: UUID | str, reason: str, *, actor: Actor) -> Case:
    """A firm does not want a unit that it was offered. As `wish_to_visit`."""
    authorise_outside(actor)
    offer = offer_to_firm(code, case_id)
    if not 2 <= len(reason.strip()) <= 200:
        raise Invalid("reason", _("还没有写明原因。"), _("请填写2到200个字。"))
    data = {"decline_reason": "firm", "result": reason.strip()}
    return perform(offer.case.pk, "decline", actor=actor, data=data)
