"""The best supplies of each demand, and those that break exactly one constraint. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from district.kernel.matching.assignment.market import Constraint, Floats, Integers, Market


@dataclass(frozen=True, eq=False)
class Offers:
    """Pairs in the order of demands, the best first: `supply[start[i]:start[i + 1]]` are i's."""

    start: Integers
    supply: Integers
    score: Floats

    def of(self, demand: int) -> list[tuple[int, float]]:
        """One demand's supplies with their scores, the best first."""
        here = slice(self.start[demand], self.start[demand + 1])
        return list(zip(self.supply[here].tolist(), self.score[here].tolist(), strict=True))


def best_offers(market: Market, k: int) -> Offers:
    """The k best supplies of every demand (of equal ones the first). Breaks no constraint.

    Works through the demands in blocks; only the kept pairs of earlier blocks are in memory.
    """
    counts = np.zeros(market.demands + 1, np.int64)
    supplies, scores = [np.zeros(0, np.int64)], [np.zeros(0)]
    for block in market.blocks():
        demand, supply = market.pairs(block)
        score = market.scores(demand, supply)
        kept = largest_of_each(demand, supply, score, k)
        np.add.at(counts, demand[kept] + 1, 1)
        supplies.append(supply[kept])
        scores.append(score[kept])
    return Offers(np.cumsum(counts), np.concatenate(supplies), np.concatenate(scores))


def largest_of_each(group: Integers, tie: Integers, score: Floats, k: int) -> Integers:
    """Which pairs are the k largest of their group, by group, the largest first, ties by `tie`."""
    order = np.lexsort((tie, -score, group))
    sorted_ = group[order]
    first = np.flatnonzero(np.r_[True, sorted_[1:] != sorted_[:-1]]) if len(order) else order
    lengths = np.diff(np.r_[first, len(order)])
    rank = np.arange(len(order)) - np.repeat(first, lengths)
    kept: Integers = order[rank < k]
    return kept


def nearly_fitting(market: Market, demand: int) -> list[tuple[int, Constraint]]:
    """The supplies that break exactly one constraint of a demand, with which; by score."""
    block = slice(demand, demand + 1)
    supply = np.flatnonzero(market.unpacked(market.missing_one(block))[0])
    score = market.scores(np.full(len(supply), demand), supply)
    found: list[tuple[int, Constraint]] = []
    bits = [(one, market.unpacked(one.packed(block))[0]) for one in market.constraints]
    for at in np.lexsort((supply, -score)):
        number = int(supply[at])
        found.append((number, next(one for one, holds in bits if not holds[number])))
    return found


def missing_nothing(market: Market, demand: int) -> list[tuple[int, tuple[Constraint, ...]]]:
    """The supplies that are known to break no constraint of a demand, with those constraints of
    which it is not known; those of which the least is unknown first, then by score."""
    missed, unknown = np.zeros(market.supplies, np.bool_), np.zeros(market.supplies, np.int64)
    open_ = []
    for one in market.constraints:
        misses, lacks = one.missed_and_unknown(demand)
        missed |= misses
        unknown += lacks
        open_.append((one, lacks))
    supply = np.flatnonzero(~missed)
    score = market.scores(np.full(len(supply), demand), supply)
    return [
        (at, tuple(one for one, lacks in open_ if lacks[at]))
        for at in supply[np.lexsort((supply, -score, unknown[supply]))].tolist()
    ]


def refusals(market: Market, demand: int) -> dict[str, int]:
    """How many supplies each constraint alone refuses a demand; constraints may overlap."""
    block = slice(demand, demand + 1)
    return {
        one.key: int((~market.unpacked(one.packed(block))[0]).sum()) for one in market.constraints
    }
