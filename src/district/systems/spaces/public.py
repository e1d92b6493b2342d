"""What other systems may use of spaces: what a firm reads and does itself.

The caller knows who may act for a firm: services take its credit code and an `actor` that is the
calling system, selectors take the credit code alone. What a demand must have is never broken.
"""

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
from district.systems.spaces.services.firms import (
    decline_by_firm,
    save_demand_by_firm,
    wish_to_visit,
    withdraw_by_firm,
)

__all__ = [
    "FitsForFirm",
    "OfferToFirm",
    "decline_by_firm",
    "demand_of_firm",
    "demands_of_firm",
    "hazards",
    "offer_to_firm",
    "offers_to_firm",
    "save_demand_by_firm",
    "units_for_firm",
    "vacant_units",
    "wish_to_visit",
    "withdraw_by_firm",
]
