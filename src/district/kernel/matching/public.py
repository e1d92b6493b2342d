"""What other parts may use of matching."""

from district.kernel.matching.assignment.assigning import Assignment, assign
from district.kernel.matching.assignment.market import (
    Constraint,
    Explained,
    Market,
    Part,
    ShownPart,
    allowed,
    at_least,
    at_most,
)
from district.kernel.matching.assignment.ranking import (
    Offers,
    best_offers,
    nearly_fitting,
    refusals,
)

__all__ = [
    "Assignment",
    "Constraint",
    "Explained",
    "Market",
    "Offers",
    "Part",
    "ShownPart",
    "allowed",
    "assign",
    "at_least",
    "at_most",
    "best_offers",
    "nearly_fitting",
    "refusals",
]
