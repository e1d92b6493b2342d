"""The pages of measures and filings."""

from district.kernel.measures.pages.filings import (
    desk,
    evidence,
    evidence_add,
    evidence_remove,
    filing,
)
from district.kernel.measures.pages.measures import measure, measures, revise

__all__ = [
    "desk",
    "evidence",
    "evidence_add",
    "evidence_remove",
    "filing",
    "measure",
    "measures",
    "revise",
]
