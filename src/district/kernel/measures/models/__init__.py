"""The tables of measures: what is measured, its values with vintages, duties and filings."""

from district.kernel.measures.models.filings import Evidence, Filing, FilingDuty
from district.kernel.measures.models.measures import (
    Frequency,
    Measure,
    MeasureDefinition,
    MeasureValue,
    Span,
    Status,
)

__all__ = [
    "Evidence",
    "Filing",
    "FilingDuty",
    "Frequency",
    "Measure",
    "MeasureDefinition",
    "MeasureValue",
    "Span",
    "Status",
]
