"""Where supervision's pages stand; the system plan_tracking serves them."""

from __future__ import annotations

from uuid import UUID


def run_url(key: UUID | str) -> str:
    """The page of a run."""
    return f"/plan_tracking/supervision/{key}/"


def circular_url(key: UUID | str) -> str:
    """The page of a circular."""
    return f"/plan_tracking/supervision/circulars/{key}/"
