"""What early warning keeps."""

from importlib import import_module
from importlib.util import find_spec

from district.systems.early_warning.models.gas import GasPoint
from district.systems.early_warning.models.missions import Mission, MissionPhoto
from district.systems.early_warning.models.places import DroneNest, FrontEnd
from district.systems.early_warning.models.roads import RoadSurvey, RoadVoid
from district.systems.early_warning.models.water import (
    Forecast,
    ForecastRun,
    Station,
    StationInput,
)

__all__ = [
    "DroneNest",
    "Forecast",
    "ForecastRun",
    "FrontEnd",
    "GasPoint",
    "Mission",
    "MissionPhoto",
    "RoadSurvey",
    "RoadVoid",
    "Station",
    "StationInput",
]

# The coverage of the woods has its own models, where it is built in.
if find_spec("district.systems.early_warning.models.coverage") is not None:
    import_module("district.systems.early_warning.models.coverage")
