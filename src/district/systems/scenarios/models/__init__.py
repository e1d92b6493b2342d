"""What scenarios keep."""

from district.systems.scenarios.models.entries import Edition, Entry, Keeper, Line
from district.systems.scenarios.models.matching import Feedback, Landing
from district.systems.scenarios.models.recognition import (
    Application,
    Expert,
    Interest,
    Objection,
    Paper,
    Recognition,
    Review,
    Round,
)

__all__ = [
    "Application",
    "Edition",
    "Entry",
    "Expert",
    "Feedback",
    "Interest",
    "Keeper",
    "Landing",
    "Line",
    "Objection",
    "Paper",
    "Recognition",
    "Review",
    "Round",
]
