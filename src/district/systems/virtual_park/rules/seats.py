"""Seats of an activity: first come, first served, never more than there are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Key = TypeVar("Key")


def fits(seats: int, taken: int, persons: int) -> bool:
    """Whether so many persons find a seat now."""
    return taken + persons <= seats


def moved_up(seats: int, taken: int, waiting: Sequence[tuple[Key, int]]) -> list[Key]:
    """Who of those that wait (key and persons, in the order in which they came) gets seats.

    The order is kept strictly: where the first does not fit nobody behind is taken before them.
    """
    found: list[Key] = []
    for key, persons in waiting:
        if not fits(seats, taken, persons):
            break
        taken += persons
        found.append(key)
    return found
