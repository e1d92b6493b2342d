"""What the virtual park keeps."""

from district.systems.virtual_park.models.activities import (
    Activity,
    ActivityLimit,
    ActivityPush,
    Registration,
)
from district.systems.virtual_park.models.partners import PartnerRequest
from district.systems.virtual_park.models.people import (
    Claim,
    Firm,
    Mandate,
    MonthOfUse,
    OneTimeCode,
    Representative,
)
from district.systems.virtual_park.models.requests import FirmRequest
from district.systems.virtual_park.models.returns import (
    Return,
    ReturnFiling,
    ReturnForm,
    ReturnFormVersion,
    ReturnRound,
    ReturnTable,
)

__all__ = [
    "Activity",
    "ActivityLimit",
    "ActivityPush",
    "Claim",
    "Firm",
    "FirmRequest",
    "Mandate",
    "MonthOfUse",
    "OneTimeCode",
    "PartnerRequest",
    "Registration",
    "Representative",
    "Return",
    "ReturnFiling",
    "ReturnForm",
    "ReturnFormVersion",
    "ReturnRound",
    "ReturnTable",
]
