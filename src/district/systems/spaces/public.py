"""What other systems may use of spaces: demands that they write down, what fits, parcels to offer.

Demands are kept, matched and offered by the rules and rights of spaces; what a demand must have is
never broken. `SpaceDemand` and `Parcel` are plain values.
"""

from district.systems.spaces.names import PARCELS, SAVE_DEMAND
from district.systems.spaces.selectors.outside import (
    Parcel,
    SpaceDemand,
    SpaceFit,
    SpaceOutlook,
    parcel_offered,
    parcels_offered,
    space_outlook,
)
from district.systems.spaces.services.outside import offer_units_for, save_demand_for

__all__ = [
    "PARCELS",
    "SAVE_DEMAND",
    "Parcel",
    "SpaceDemand",
    "SpaceFit",
    "SpaceOutlook",
    "offer_units_for",
    "parcel_offered",
    "parcels_offered",
    "save_demand_for",
    "space_outlook",
]
