"""Names that the parts of spaces share."""

from district.kernel.history.public import Actor

#: The case type of a unit offered to a firm.
OFFER = "space_offer"

VIEW = "spaces.space.view"
SAVE = "spaces.space.save"
VIEW_LEASE = "spaces.lease.view"
SAVE_LEASE = "spaces.lease.save"
VIEW_DEMAND = "spaces.demand.view"
SAVE_DEMAND = "spaces.demand.save"
VIEW_PARCEL = "spaces.parcel.view"
SAVE_PARCEL = "spaces.parcel.save"

#: Registers.
PARKS = "spaces-parks"
BUILDINGS = "spaces-buildings"
FLOORS = "spaces-floors"
UNITS = "spaces-units"
LEASES = "spaces-leases"
DEMANDS = "spaces-demands"
OFFERS = "cases-space_offer"
PARCELS = "spaces-parcels"

#: The system's own acts.
SYSTEM = Actor.system("spaces")
#: What comes free within so many days is "soon".
SOON_DAYS = 90
