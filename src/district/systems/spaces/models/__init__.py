"""What spaces keeps."""

from district.systems.spaces.models.demands import Demand, Offer
from district.systems.spaces.models.land import LandParcel
from district.systems.spaces.models.leases import Lease
from district.systems.spaces.models.supply import Building, Floor, Hazard, Park, SpaceUnit

__all__ = [
    "Building",
    "Demand",
    "Floor",
    "Hazard",
    "LandParcel",
    "Lease",
    "Offer",
    "Park",
    "SpaceUnit",
]
