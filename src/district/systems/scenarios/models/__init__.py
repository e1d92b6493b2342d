"""What scenarios keep."""

from district.systems.scenarios.models.entries import Edition, Entry, Keeper, Line

__all__ = ["Edition", "Entry", "Keeper", "Line"]
