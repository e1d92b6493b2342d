"""What the economy keeps."""

from district.systems.economy.models.decompositions import Decomposition, DecompositionCell
from district.systems.economy.models.imports import SeriesImport
from district.systems.economy.models.nowcasts import Nowcast
from district.systems.economy.models.series import Series, SeriesValue, Setting

__all__ = [
    "Decomposition",
    "DecompositionCell",
    "Nowcast",
    "Series",
    "SeriesImport",
    "SeriesValue",
    "Setting",
]
