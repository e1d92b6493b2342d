"""Who gets what where many compete: the greatest total score, with a bound and its gap. Pure.

Prices y >= 0 of the supplies bound every assignment (the dual of the transportation problem):

    bound(y) = sum of capacity_j * y_j + sum of quantity_i * max(0, max over j of score_ij - y_j).

The prices of the auction are such prices. Where a market has more pairs than are kept at once, the
auction runs over the best pairs of each demand and of each supply; the bound is then taken over
all pairs, block by block, and pairs that would have been better at these prices are added until
the gap is small (column generation, Dantzig and Wolfe 1960).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from district.kernel.matching.assignment.auction import Graph, Sold, auction
from district.kernel.matching.assignment.market import Floats, Integers, Market
from district.kernel.matching.assignment.ranking import largest_of_each

#: So many of the best pairs of each demand and supply begin; so many a demand are added at once.
_FIRST, _ADDED = 40, 20
_FINER = 4.0
_TINY = 1e-9
#: Demands, supplies and scores of some pairs.
_Some = tuple[Integers, Integers, Floats]


@dataclass(frozen=True, eq=False)
class Assignment:
    """Pairs of demands and supplies with scores, by demand; `bound` is what no assignment exceeds.

    `pairs` is how many pairs break no constraint, `kept` how many of them the choice was made of,
    `proven` whether the wished gap was reached in time.
    """

    demand: Integers
    supply: Integers
    score: Floats
    value: float
    bound: float
    wished: float
    pairs: int
    kept: int
    rounds: int
    seconds: float
    prices: Floats = field(repr=False)

    @property
    def gap(self) -> float:
        """By what part of the bound the value falls short at most; 0 is proven best."""
        return 0.0 if self.bound <= 0 else max(0.0, (self.bound - self.value) / self.bound)

    @property
    def proven(self) -> bool:
        """Whether the gap is as small as was wished."""
        return self.gap <= self.wished


@dataclass(eq=False)
class _Pairs:
    """Kept pairs, each once, by demand and supply."""

    supplies: int
    key: Integers
    score: Floats

    def add(self, demand: Integers, supply: Integers, score: Floats) -> int:
        """Keep these too; how many are new."""
        before = len(self.key)
        key = np.r_[self.key, demand * self.supplies + supply]
        self.key, first = np.unique(key, return_index=True)
        self.score = np.r_[self.score, score][first]
        return len(self.key) - before

    def graph(self, market: Market) -> Graph:
        """As the auction takes them."""
        demand, supply = np.divmod(self.key, max(1, self.supplies))
        many = np.bincount(demand, minlength=market.demands)
        return Graph(
            np.r_[0, np.cumsum(many)], supply, self.score, _quantity(market), _capacity(market)
        )


def _quantity(market: Market) -> Integers:
    given = market.quantity
    return np.ones(market.demands, np.int64) if given is None else given.astype(np.int64)


def _capacity(market: Market) -> Integers:
    given = market.capacity
    return np.ones(market.supplies, np.int64) if given is None else given.astype(np.int64)


def assign(
    market: Market, *, gap: float = 0.005, seconds: float = 25.0, most_pairs: int = 4_000_000
) -> Assignment:
    """Give supplies to demands so that the total score is within `gap` of the greatest.

    Each supply goes to at most its capacity, each demand gets at most its quantity, no constraint
    is broken. It ends after about `seconds` at the latest with what it has; the gap that it tells
    holds always. The same market gives the same answer as long as time does not run out.
    """
    if not 0 < gap < 1:
        raise ValueError("a gap is a part of the bound, between 0 and 1")
    began = time.monotonic()
    until = began + seconds
    kept, total = _begun(market, most_pairs)
    step = _first_step(kept.score, gap)
    best: tuple[float, Sold | None] = (0.0, None)
    bound, rounds = np.inf, 0
    prices = np.zeros(market.supplies)
    while True:
        graph = kept.graph(market)
        sold = auction(graph, step, until)
        rounds += sold.rounds
        value = float(_scores_of(kept, sold).sum())
        if value > best[0] or best[1] is None:
            best = (value, sold)
        here, more = _priced(market, kept, sold.price, complete=len(kept.key) == total)
        if here < bound:
            bound, prices = here, sold.price
        reached = bound - best[0] <= gap * bound + _TINY
        if reached or time.monotonic() > until or step < _TINY:
            break
        # New pairs first; the auction is made finer when there are none to speak of.
        added = kept.add(*more) if more is not None else 0
        if added < 1 + len(kept.key) // 1000:
            step /= _FINER
    return _answer(market, kept, best[1], (float(bound), gap, total, rounds, began, prices))


def _first_step(score: Floats, gap: float) -> float:
    """A gap of the whole is a step of about that part of what a pair is worth."""
    positive = score[score > 0]
    return float(gap * positive.mean()) if len(positive) else 1.0


def _begun(market: Market, most_pairs: int) -> tuple[_Pairs, int]:
    """All pairs where they are few enough, else the best of each demand and each supply."""
    total = sum(
        int(np.bitwise_count(market.fitting(block)).sum(dtype=np.int64))
        for block in market.blocks()
    )
    whole = total <= most_pairs
    demands: list[_Some] = []
    supplies: _Some = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    for block in market.blocks():
        demand, supply = market.pairs(block)
        score = market.scores(demand, supply)
        if whole:
            demands.append((demand, supply, score))
            continue
        chosen = largest_of_each(demand, supply, score, _FIRST)
        demands.append((demand[chosen], supply[chosen], score[chosen]))
        supplies = _joined([supplies, (demand, supply, score)])
        chosen = largest_of_each(supplies[1], supplies[0], supplies[2], _FIRST)
        supplies = (supplies[0][chosen], supplies[1][chosen], supplies[2][chosen])
    kept = _Pairs(market.supplies, np.zeros(0, np.int64), np.zeros(0))
    kept.add(*_joined([*demands, supplies]))
    return kept, total


def _joined(parts: Sequence[_Some]) -> _Some:
    return (
        np.concatenate([one[0] for one in parts]),
        np.concatenate([one[1] for one in parts]),
        np.concatenate([one[2] for one in parts]),
    )


def _scores_of(kept: _Pairs, sold: Sold) -> Floats:
    key = sold.demand * kept.supplies + sold.supply
    found: Floats = kept.score[np.searchsorted(kept.key, key)]
    return found


def _priced(
    market: Market, kept: _Pairs, price: Floats, *, complete: bool
) -> tuple[float, _Some | None]:
    """The bound at these prices over all pairs, and pairs left out that would be better."""
    profit = np.zeros(market.demands)
    demand, supply = np.divmod(kept.key, max(1, market.supplies))
    np.maximum.at(profit, demand, kept.score - price[supply])
    more: list[_Some] = []
    for block in () if complete else market.blocks():
        demand, supply = market.pairs(block)
        score = market.scores(demand, supply)
        gain = score - price[supply]
        better = np.flatnonzero(gain > profit[demand] + _TINY)
        of_each = largest_of_each(demand[better], supply[better], gain[better], _ADDED)
        chosen = better[of_each]
        more.append((demand[chosen], supply[chosen], score[chosen]))
        np.maximum.at(profit, demand, gain)
    bound = float((_capacity(market) * price).sum() + (_quantity(market) * profit).sum())
    if not more:
        return bound, None
    return bound, _joined(more)


def _answer(
    market: Market,
    kept: _Pairs,
    sold: Sold | None,
    told: tuple[float, float, int, int, float, Floats],
) -> Assignment:
    bound, wished, total, rounds, began, prices = told
    if sold is None:  # the loop runs at least once
        raise AssertionError("an auction was run")
    order = np.lexsort((sold.supply, sold.demand))
    score = _scores_of(kept, sold)[order]
    value = float(score.sum())
    return Assignment(
        sold.demand[order],
        sold.supply[order],
        score,
        value,
        max(bound, value),
        wished,
        total,
        len(kept.key),
        rounds,
        time.monotonic() - began,
        prices,
    )
