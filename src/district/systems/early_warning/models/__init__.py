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
from district.systems.early_warning.models.places import DroneNest, FrontEnd

__all__ = [
    "CandidateSite",
    "CoverageCell",
    "CoverageData",
    "CoverageProposal",
    "CoverageRun",
    "CoverageSettings",
    "CoverageStation",
    "DroneNest",
    "FrontEnd",
    "ProposedSite",
    "StationKind",
]
