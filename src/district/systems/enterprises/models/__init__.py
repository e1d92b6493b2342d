"""What enterprises keep."""

from district.systems.enterprises.models.catalogue import Catalogue
from district.systems.enterprises.models.doubling import DoublingTarget
from district.systems.enterprises.models.enterprises import Enterprise, NameRecord, PastState
from district.systems.enterprises.models.imports import ImportRun
from district.systems.enterprises.models.qualifications import Qualification
from district.systems.enterprises.models.sources import Source, SourceRecord

__all__ = [
    "Catalogue",
    "DoublingTarget",
    "Enterprise",
    "ImportRun",
    "NameRecord",
    "PastState",
    "Qualification",
    "Source",
    "SourceRecord",
]
