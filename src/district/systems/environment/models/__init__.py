"""What environment keeps."""

from district.systems.environment.models.air import AirDay, AirSpan, AirStation
from district.systems.environment.models.noise import NoisePart, NoisePoint, Site
from district.systems.environment.models.permits import (
    Application,
    MeltDecision,
    MeltRuleVersion,
)
from district.systems.environment.models.places import Estate, WastePoint
from district.systems.environment.models.shared import Computed, Vintage
from district.systems.environment.models.water import (
    RiverSection,
    SectionMonth,
    WaterSample,
    WaterValue,
)

__all__ = [
    "AirDay",
    "AirSpan",
    "AirStation",
    "Application",
    "Computed",
    "Estate",
    "MeltDecision",
    "MeltRuleVersion",
    "NoisePart",
    "NoisePoint",
    "RiverSection",
    "SectionMonth",
    "Site",
    "Vintage",
    "WastePoint",
    "WaterSample",
    "WaterValue",
]
