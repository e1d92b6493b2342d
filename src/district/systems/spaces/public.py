"""What other systems may use of spaces: demands that they write down, what fits, parcels to offer,
and what a firm reads and does itself.

Demands are kept, matched and offered by the rules and rights of spaces; what a demand must have is
never broken. For a firm the caller knows who may act: services take its credit code and an `actor`
that is the calling system, selectors the credit code alone.
"""

from district.systems.spaces.names import PARCELS, SAVE_DEMAND
from district.systems.spaces.sections import ParcelSection, declare_parcel_section
from district.systems.spaces.selectors.firms import (
    FitsForFirm,
    OfferToFirm,
    demand_of_firm,
    demands_of_firm,
    hazards,
    offer_to_firm,
    offers_to_firm,
    units_for_firm,
    vacant_units,
)
from district.systems.spaces.selectors.land import KnownParcel, parcels_known, parcels_like
from district.systems.spaces.selectors.outside import (
    Parcel,
    SpaceDemand,
    SpaceFit,
    SpaceOutlook,
    parcel_offered,
    parcels_offered,
    space_outlook,
)
from district.systems.spaces.services.firms import (
    decline_by_firm,
    save_demand_by_firm,
    wish_to_visit,
    withdraw_by_firm,
)
from district.systems.spaces.services.outside import offer_units_for, save_demand_for

__all__ = [
    "PARCELS",
    "SAVE_DEMAND",
    "FitsForFirm",
    "KnownParcel",
    "OfferToFirm",
    "Parcel",
    "ParcelSection",
    "SpaceDemand",
    "SpaceFit",
    "SpaceOutlook",
    "declare_parcel_section",
    "decline_by_firm",
    "demand_of_firm",
    "demands_of_firm",
    "hazards",
    "offer_to_firm",
    "offer_units_for",
    "offers_to_firm",
    "parcel_offered",
    "parcels_known",
    "parcels_like",
    "parcels_offered",
    "save_demand_by_firm",
    "save_demand_for",
    "space_outlook",
    "units_for_firm",
    "vacant_units",
    "wish_to_visit",
    "withdraw_by_firm",
]
