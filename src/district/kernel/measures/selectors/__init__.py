"""All reads of measures."""

from district.kernel.measures.selectors.filings import (
    Desk,
    desk_of,
    doubts_about,
    evidence_by_id,
    filing_by_id,
    filings_owed,
    visible_filings,
)
from district.kernel.measures.selectors.values import (
    has_values,
    last_values,
    latest_value,
    measure_by_key,
    measures_in_use,
    series,
    vintages,
)

__all__ = [
    "Desk",
    "desk_of",
    "doubts_about",
    "evidence_by_id",
    "filing_by_id",
    "filings_owed",
    "has_values",
    "last_values",
    "latest_value",
    "measure_by_key",
    "measures_in_use",
    "series",
    "vintages",
    "visible_filings",
]
