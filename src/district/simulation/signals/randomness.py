"""Chance that is the same at every call: numbers from a seed, a name and a place in time. Pure."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_WHOLE = float(2**53)


def key_of(*words: object) -> int:
    """A number of 63 bits for these words, the same in every process."""
    digest = hashlib.sha256("\n".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def uniform(key: int, slots: Ints) -> Floats:
    """A number from 0 to 1 (excluded) for each slot; splitmix64 of slot and key."""
    with np.errstate(over="ignore"):
        mixed = slots.astype(np.uint64) * _STEP + np.full(slots.shape, key, np.uint64)
        mixed ^= mixed >> np.uint64(30)
        mixed *= _FIRST
        mixed ^= mixed >> np.uint64(27)
        mixed *= _SECOND
        mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) / _WHOLE


def normal(key: int, slots: Ints) -> Floats:
    """A number of the standard normal distribution for each slot."""
    radius = np.sqrt(-2.0 * np.log(1.0 - uniform(key, slots)))
    found: Floats = radius * np.cos(2.0 * np.pi * uniform(key ^ 0x5DEECE66D, slots))
    return found


def wandering(key: int, times: Ints, span: int) -> Floats:
    """From -1 to 1, changing smoothly, with a new aim every `span` microseconds."""
    at = np.floor_divide(times, span)
    share = (times - at * span) / span
    share = share * share * (3.0 - 2.0 * share)
    found: Floats = 2.0 * (uniform(key, at) * (1.0 - share) + uniform(key, at + 1) * share) - 1.0
    return found


def one(key: int, slot: int = 0) -> float:
    """A single number from 0 to 1 (excluded)."""
    return float(uniform(key, np.array([slot], np.int64))[0])
