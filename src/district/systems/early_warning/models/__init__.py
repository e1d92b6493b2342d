"""What early warning keeps."""

from district.systems.early_warning.models.coverage import (
    CandidateSite,
    CoverageCell,
    CoverageData,
    CoverageProposal,
    CoverageRun,
    CoverageSettings,
    CoverageStation,
    ProposedSite,
    StationKind,
)
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
    "CandidateSite",
    "CoverageCell",
    "CoverageData",
    "CoverageProposal",
    "CoverageRun",
    "CoverageSettings",
    "CoverageStation",
    "DroneNest",
    "Forecast",
    "ForecastRun",
    "FrontEnd",
    "GasPoint",
    "Mission",
    "MissionPhoto",
    "ProposedSite",
    "RoadSurvey",
    "RoadVoid",
    "Station",
    "StationInput",
    "StationKind",
]
