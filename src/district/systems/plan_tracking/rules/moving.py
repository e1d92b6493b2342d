"""Which statements of an amended report stand elsewhere than before. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def moved(places: Sequence[tuple[int, int]]) -> list[int]:
    """The places in `places` of pairs (old position, new position) that left their order.

    The longest run of pairs that kept their order stays put (longest increasing subsequence);
    every other pair moved.
    """
    order = sorted(range(len(places)), key=lambda at: places[at][1])
    tails: list[int] = []
    last: list[int] = []
    before: dict[int, int | None] = {}
    for at in order:
        old = places[at][0]
        spot = bisect_left(tails, old)
        before[at] = last[spot - 1] if spot else None
        tails[spot : spot + 1] = [old]
        last[spot : spot + 1] = [at]
    kept = set()
    step: int | None = last[-1] if last else None
    while step is not None:
        kept.add(step)
        step = before[step]
    return [at for at in range(len(places)) if at not in kept]
