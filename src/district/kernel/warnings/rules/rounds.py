"""Whose acknowledgement an update asks for anew. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Round:
    """Units to call, and units whose waiting lines are taken back."""

    call: tuple[str, ...]
    withdraw: tuple[str, ...]


def round_of(
    before: Collection[str], after: Collection[str], *, colour_changed: bool, revived: bool
) -> Round:
    """What an update does to the lines of a warning's units.

    Another colour, or a warning that had ended, calls every unit anew. Else only units that were
    not concerned before are called. Lines of units that are called anew or no longer concerned and
    still wait are taken back.
    """
    if colour_changed or revived:
        return Round(tuple(after), tuple(before))
    known = set(before)
    staying = set(after)
    return Round(
        tuple(unit for unit in after if unit not in known),
        tuple(unit for unit in before if unit not in staying),
    )
