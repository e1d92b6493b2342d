"""What the economy keeps."""

from district.systems.economy.models.decompositions import Decomposition, DecompositionCell
from district.systems.economy.models.imports import SeriesImport
from district.systems.economy.models.meetings import Decision, Meeting, Supposition
from district.systems.economy.models.nowcasts import Nowcast
from district.systems.economy.models.packs import Pack, PackFigure
from district.systems.economy.models.series import Series, SeriesValue, Setting

__all__ = [
    "Decision",
    "Decomposition",
    "DecompositionCell",
    "Meeting",
    "Nowcast",
    "Pack",
    "PackFigure",
    "Series",
    "SeriesImport",
    "SeriesValue",
    "Setting",
    "Supposition",
]
