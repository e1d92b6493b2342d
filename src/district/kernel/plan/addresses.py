"""Where the plan's pages stand; the system plan_tracking serves them."""

from __future__ import annotations

from uuid import UUID


def commitment_url(key: UUID | str) -> str:
    """The page of a commitment: its history, sentence, adjustments and values."""
    return f"/plan_tracking/commitments/{key}/"


def statement_url(key: UUID | str) -> str:
    """The report reader, opened at a statement."""
    return f"/plan_tracking/statements/{key}/"


def report_url(key: UUID | str) -> str:
    """The report reader."""
    return f"/plan_tracking/reports/{key}/"


def succession_url(key: UUID | str) -> str:
    """What became of a commitment in the next year's plan, and what can be decided of it."""
    return f"/plan_tracking/successions/{key}/"
