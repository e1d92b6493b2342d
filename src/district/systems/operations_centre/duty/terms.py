"""The terms of the duty desk, read once from the data file beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from district.systems.operations_centre.duty.rules.terms import Terms, read_terms


@cache
def terms() -> Terms:
    """The terms in force."""
    return read_terms((Path(__file__).parent / "terms.toml").read_text(encoding="utf-8"))
