"""Forecasts of a hierarchy made to add up. Pure.

Minimum trace reconciliation (Wickramasuriya, Athanasopoulos and Hyndman 2019) in its form with
constraints: of all forecasts that add up, the nearest to those made, where a series weighs by the
inverse of the spread of its past errors (WLS). A total may be the sum of several groups of parts
(industries, streets), whether or not the groups have cells in common.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from district.systems.economy.rules.nowcasting.history import Floats, Unusable

STEP = Decimal("0.000001")


@dataclass(frozen=True)
class Sum:
    """A total and the parts that add up to it, by the keys of their series."""

    total: str
    parts: tuple[str, ...]


def constraints(keys: Sequence[str], sums: Sequence[Sum]) -> Floats:
    """A row for each sum: 1 at its total, -1 at its parts. Raises Unusable for a key unknown."""
    at = {key: index for index, key in enumerate(keys)}
    rows = np.zeros((len(sums), len(keys)))
    for row, one in zip(rows, sums, strict=True):
        for key, sign in ((one.total, 1.0), *((part, -1.0) for part in one.parts)):
            if key not in at:
                raise Unusable("nowcast.sums", key=key)
            row[at[key]] += sign
    return rows


def connected(sums: Sequence[Sum]) -> list[list[Sum]]:
    """The sums in groups that have no series in common."""
    groups: list[tuple[set[str], list[Sum]]] = []
    for one in sums:
        keys, members = {one.total, *one.parts}, [one]
        apart = []
        for group in groups:
            if group[0] & keys:
                keys |= group[0]
                members = [*group[1], *members]
            else:
                apart.append(group)
        groups = [*apart, (keys, members)]
    return [members for _keys, members in groups]


def reconciled(
    said: Floats, spreads: Floats, rows: Floats, *, least: Floats | None = None
) -> Floats:
    """The nearest amounts with `rows @ amounts == 0`; `spreads` are variances (positive).

    With `least`, no amount falls below it, where that can be: what would is held there, and the
    rest is made to add up.
    """
    held = np.zeros(len(said), dtype=bool)
    amounts = _projected(said, spreads, rows, held)
    if least is None:
        return amounts
    for _ in range(len(said)):
        short = (amounts < least - 1e-12 * (1 + np.abs(said))) & ~held
        if not short.any():
            return amounts
        held |= short
        tried = _projected(np.where(held, least, said), spreads, rows, held)
        if np.abs(rows @ tried).max(initial=0.0) > 1e-6 * (1 + np.abs(said).max()):
            return amounts
        amounts = tried
    return amounts


def _projected(said: Floats, spreads: Floats, rows: Floats, held: Floats | np.ndarray) -> Floats:
    width = np.where(held, 0.0, spreads)
    across = width[:, None] * rows.T
    gap = rows @ said
    moved = across @ (np.linalg.pinv(rows @ across, hermitian=True) @ gap)
    return np.asarray(said - moved, dtype=np.float64)


def closed(amounts: Mapping[str, float], sums: Sequence[Sum]) -> dict[str, Decimal]:
    """The amounts in steps of a millionth, every sum exact.

    Leaves are rounded; a total is the sum of its first group. What another group of the same total
    is off by rounding goes to that group's largest leaf that stands in no other sum. Raises
    Unusable where sums run in a circle or cannot all be met.
    """
    found = {
        key: Decimal(repr(float(value))).quantize(STEP, ROUND_HALF_EVEN)
        for key, value in amounts.items()
    }
    totals = {one.total for one in sums}
    times: dict[str, int] = {}
    for one in sums:
        for part in one.parts:
            times[part] = times.get(part, 0) + 1
    done: set[str] = set()
    for one in _upwards(sums):
        come_to = sum((found[part] for part in one.parts), Decimal(0))
        if one.total not in done:
            found[one.total] = come_to
            done.add(one.total)
        elif come_to != found[one.total]:
            free = [part for part in one.parts if part not in totals and times[part] == 1]
            if not free:
                raise Unusable("nowcast.sums", key=one.total)
            largest = max(free, key=lambda part: abs(found[part]))
            found[largest] += found[one.total] - come_to
    return found


def _upwards(sums: Sequence[Sum]) -> list[Sum]:
    """The sums in an order in which every part that is a total comes before; stable."""
    left, done, ordered = list(sums), set[str](), list[Sum]()
    while left:
        waiting = {one.total for one in left}
        ready = [one for one in left if not waiting & set(one.parts)]
        if not ready:
            raise Unusable("nowcast.sums", key=left[0].total)
        ordered += ready
        done |= {one.total for one in ready}
        left = [one for one in left if one not in ready]
    return ordered
