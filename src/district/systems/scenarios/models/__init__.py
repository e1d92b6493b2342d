"""What scenarios keep."""

from district.systems.scenarios.models.entries import Edition, Entry, Keeper, Line
from district.systems.scenarios.models.matching import Feedback, Landing

__all__ = ["Edition", "Entry", "Feedback", "Keeper", "Landing", "Line"]
