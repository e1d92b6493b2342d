"""The pages of measures, filing duties and filings."""

from district.kernel.measures.pages import duties, editing
from district.kernel.measures.pages.filings import (
    desk,
    evidence,
    evidence_add,
    evidence_remove,
    filing,
)
from district.kernel.measures.pages.measures import changes, measure, measures, revise

__all__ = [
    "changes",
    "desk",
    "duties",
    "editing",
    "evidence",
    "evidence_add",
    "evidence_remove",
    "filing",
    "measure",
    "measures",
    "revise",
]
