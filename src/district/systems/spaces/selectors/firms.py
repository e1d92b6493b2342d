"""What a firm reads of spaces by its credit code: vacant units, its own demands and offers.

Nothing of leases: which firm sits where, for how much and until when is nobody else's to know, so
that only units that are vacant today are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import case_type_of, said
from district.systems.spaces.models import Demand, Hazard, Offer, SpaceUnit
from district.systems.spaces.names import OFFER
from district.systems.spaces.selectors.demands import Fitting, Near, ToConfirm, matched_among
from district.systems.spaces.selectors.vacancy import PARK, with_standing


def vacant_units() -> QuerySet[SpaceUnit]:
    """The units in use that are let to nobody today, with their parks."""
    rows = with_standing(SpaceUnit.objects.filter(is_active=True)).filter(vacant=True)
    return rows.select_related(f"{PARK}__street_unit").order_by("code")


def demands_of_firm(code: str) -> QuerySet[Demand]:
    """A firm's demands, the newest first."""
    return Demand.objects.filter(firm_code=code).exclude(firm_code="").select_related("lead_unit")


def demand_of_firm(code: str, key: UUID | str) -> Demand:
    """One of them; NotFound for any other."""
    try:
        found = demands_of_firm(code).filter(pk=key).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这条需求。"))
    return found


@dataclass(frozen=True)
class FitsForFirm:
    """Vacant units that fit a demand, the best first, those that would if what is not on record is
    confirmed, and those that miss one thing."""

    fitting: tuple[Fitting, ...]
    to_confirm: tuple[ToConfirm, ...]
    near: tuple[Near, ...]


def units_for_firm(demand: Demand, most: int = 10) -> FitsForFirm:
    """What of the vacant units fits a firm's demand. Three queries."""
    found = matched_among(demand, vacant_units(), most=most)
    return FitsForFirm(found.fitting, found.to_confirm, found.near)


@dataclass(frozen=True)
class OfferToFirm:
    """A unit that was offered to a firm: how it stands, and what the firm may still do."""

    case: Any
    unit: SpaceUnit
    demand: Demand
    stage: str
    offered_at: datetime
    is_open: bool


def _offer(row: Offer) -> OfferToFirm:
    stage = said(case_type_of(OFFER).stages[row.case.stage].label)
    is_open = row.case.stage in ("offered", "visited", "negotiating")
    return OfferToFirm(row.case, row.unit, row.demand, stage, row.offered_at, is_open)


def offers_to_firm(code: str) -> list[OfferToFirm]:
    """What a firm was offered, the newest first. One query."""
    rows = Offer.objects.filter(demand__firm_code=code).exclude(demand__firm_code="")
    rows = rows.select_related("case", "demand", f"unit__{PARK}__street_unit")
    return [_offer(row) for row in rows[:100]]


def offer_to_firm(code: str, case_id: UUID | str) -> OfferToFirm:
    """One of them by its case; NotFound for any other."""
    found = next((one for one in offers_to_firm(code) if str(one.case.pk) == str(case_id)), None)
    if found is None:
        raise NotFound(_("没有这份推荐。"))
    return found


def hazards() -> list[tuple[str, Any]]:
    """The fire hazard classes of production, as a form offers them."""
    return list(Hazard.choices)
