"""Maximal covering (Church and ReVelle 1974): which p sites add most, with a bound. Pure.

A cell that is not covered yet brings its weight when a site covers it first, and `second` times
its weight (0 to 1) when it is covered a second time. The value is that sum over the sites chosen.

- Greedy, lazily evaluated (Minoux 1978): marginal gains only fall, so a stale gain is a bound.
- Swaps: a chosen site for another, the best for each in turn, until none gains.
- An upper bound from Lagrangian relaxation of the covering constraints (Galvao and ReVelle 1996)
  with subgradient steps (Beasley 1993). For multipliers m >= 0:

      L(m) = sum over cells and covers of max(0, gain - m_j) + sum of the p largest c_i,
      c_i = sum of m_j over the cells that site i covers;

  every L(m) is at least the greatest value. Sites chosen by c_i are a further try for the value.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from district.systems.early_warning.coverage.projection import Floats
from district.systems.early_warning.coverage.woodland import Integers

_ROUNDS = 600
_PATIENCE = 20
#: So many choices of the relaxation are improved, if they reach this part of the best value.
_TRIES = 40
_NEAR = 0.9
_TINY = 1e-9


@dataclass(frozen=True)
class Problem:
    """Sites with the cells that each covers, what each cell is worth, and what covers it now.

    `reach[i]` are numbers of cells, each once; `weight[j]` >= 0; `now[j]` is how many stations
    cover cell j already; `second` in 0..1 is the worth of a second cover.
    """

    reach: Sequence[Integers] = field(repr=False)
    weight: Floats = field(repr=False)
    now: Integers = field(repr=False)
    sites: int
    second: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.second <= 1:
            raise ValueError("a second cover is worth from 0 to 1 of the first")
        if self.sites < 1:
            raise ValueError("at least one site is to be chosen")

    def gains(self, counts: Integers) -> Floats:
        """What one more cover of each cell brings."""
        share: Floats = np.where(counts == 0, 1.0, np.where(counts == 1, self.second, 0.0))
        return self.weight * share

    def value(self, chosen: Sequence[int]) -> float:
        """What the chosen sites add together."""
        counts = self.now.copy()
        for site in chosen:
            counts[self.reach[site]] += 1
        return float((self.weight * (_worth(counts, self) - _worth(self.now, self))).sum())


def _worth(counts: Integers, problem: Problem) -> Floats:
    worth: Floats = np.where(counts > 0, 1.0, 0.0) + problem.second * (counts > 1)
    return worth


@dataclass(frozen=True)
class Chosen:
    """Sites in the order in which they add most, what each adds, the value and its bound."""

    sites: tuple[int, ...]
    adds: tuple[float, ...]
    value: float
    bound: float
    greedy: float
    seconds: float
    rounds: int

    @property
    def gap(self) -> float:
        """By what part of the bound the value may fall short of the best; 0 is proven best."""
        return 0.0 if self.bound <= 0 else max(0.0, (self.bound - self.value) / self.bound)


class _Packed:
    """The sites' cells in one array, without the cells that can bring nothing any more."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        useful = problem.gains(problem.now) > 0
        number = np.cumsum(useful) - 1
        self.reach = [number[cells[useful[cells]]] for cells in problem.reach]
        self.weight, self.now = problem.weight[useful], problem.now[useful]
        self.flat = np.concatenate([*self.reach, np.zeros(0, np.int64)])
        sizes = np.array([cells.size for cells in self.reach])
        self.site = np.repeat(np.arange(len(self.reach)), sizes)
        self.first = np.where(self.now == 0, self.weight, 0.0)
        self.then = self.weight * problem.second

    def sums(self, by_cell: Floats) -> Floats:
        """For each site the sum over its cells."""
        found = np.bincount(self.site, weights=by_cell[self.flat], minlength=len(self.reach))
        return found.astype(np.float64)

    def counts(self, chosen: Sequence[int]) -> Integers:
        """How many stations and chosen sites cover each cell."""
        counts = self.now.copy()
        for site in chosen:
            counts[self.reach[site]] += 1
        return counts

    def marginal(self, counts: Integers) -> Floats:
        """What one more cover of each cell brings."""
        return np.where(counts == 0, self.weight, np.where(counts == 1, self.then, 0.0))

    def value(self, chosen: Sequence[int]) -> float:
        """What the chosen sites add together."""
        counts = self.counts(chosen)
        first = self.first[(counts > 0)].sum()
        return float(first + self.then[(counts > 1) & (self.now < 2)].sum())


def greedy(problem: Problem) -> tuple[int, ...]:
    """The sites that a greedy choice takes; fewer than asked for where no more adds anything."""
    return _greedy(_Packed(problem))


def _greedy(packed: _Packed) -> tuple[int, ...]:
    counts = packed.now.copy()
    queue = [(-gain, site) for site, gain in enumerate(packed.sums(packed.marginal(counts)))]
    heapq.heapify(queue)
    chosen: list[int] = []
    while queue and len(chosen) < packed.problem.sites:
        stale, site = heapq.heappop(queue)
        if stale >= -_TINY:
            break
        gain = _gain(packed, counts, site)
        if queue and -gain > queue[0][0] + _TINY:
            heapq.heappush(queue, (-gain, site))
            continue
        if gain > _TINY:
            chosen.append(site)
            counts[packed.reach[site]] += 1
    return tuple(chosen)


def _gain(packed: _Packed, counts: Integers, site: int) -> float:
    cells = packed.reach[site]
    have = counts[cells]
    return float(packed.weight[cells][have == 0].sum() + packed.then[cells][have == 1].sum())


def _swapped(packed: _Packed, chosen: Sequence[int], until: float) -> list[int]:
    """Exchange chosen sites for better ones until no exchange gains, or time is up."""
    best, counts, idle, turn = list(chosen), packed.counts(chosen), 0, 0
    while best and idle < len(best) and time.monotonic() < until:
        at = turn % len(best)
        old = best[at]
        counts[packed.reach[old]] -= 1
        gains = packed.sums(packed.marginal(counts))
        gains[[site for site in best if site != old]] = -1.0
        new = int(gains.argmax())
        idle += 1
        if gains[new] > gains[old] + _TINY * max(1.0, gains[old]):
            best[at], idle = new, 0
        counts[packed.reach[best[at]]] += 1
        turn += 1
    return best


def _bounded(packed: _Packed, best: list[int], until: float) -> tuple[float, list[int], int]:
    """The least bound found, the best sites known then, and the rounds that it took."""
    sites, value = packed.problem.sites, packed.value(best)
    # Where the choice is best, a cell's multiplier is what its next cover would have brought.
    most = np.maximum(packed.first, packed.then)
    lam = np.minimum(packed.marginal(packed.counts(best)) + packed.marginal(packed.now), most) / 2
    bound, scale, idle, rounds = np.inf, 1.0, 0, 0
    known: set[tuple[int, ...]] = set()
    while rounds < _ROUNDS:
        rounds += 1
        worth = packed.sums(lam)
        top = _largest(worth, sites)
        open_first = (packed.first > lam) & (packed.now == 0)
        open_then = (packed.then > lam) & (packed.now < 2)
        here = float(
            worth[top].sum()
            + (packed.first - lam)[open_first].sum()
            + (packed.then - lam)[open_then].sum()
        )
        if here < bound:
            bound, idle = here, 0
        else:
            idle += 1
        best, value = _tried(packed, top, best, value, known, until)
        if idle >= _PATIENCE:
            scale, idle = scale / 2, 0
        given = packed.counts(top.tolist()) - packed.now
        slope = given - open_first.astype(np.int64) - open_then
        slope = np.where((slope > 0) & (lam <= 0), 0, slope)
        norm = float((slope * slope).sum())
        closed = bound - value <= _TINY * max(1.0, bound)
        if closed or norm == 0 or scale < 1e-4 or time.monotonic() > until:
            break
        lam = np.clip(lam - scale * max(here - value, 0.0) / norm * slope, 0.0, most)
    return max(bound, value), best, rounds


def _tried(
    packed: _Packed,
    top: Integers,
    best: list[int],
    value: float,
    known: set[tuple[int, ...]],
    until: float,
) -> tuple[list[int], float]:
    """The better of the best sites so far and those of a relaxation, improved by swaps.

    Of the latter only such are improved that were not tried before and come near to the best.
    """
    key = tuple(sorted(int(site) for site in top))
    if key in known or len(known) >= _TRIES or packed.value(key) < _NEAR * value:
        return best, value
    known.add(key)
    other = _swapped(packed, key, until)
    worth = packed.value(other)
    return (other, worth) if worth > value + _TINY * max(1.0, value) else (best, value)


def _largest(worth: Floats, number: int) -> Integers:
    if number >= worth.size:
        return np.arange(worth.size)
    return np.argpartition(-worth, number)[:number]


def choose(problem: Problem, *, seconds: float = 50.0) -> Chosen:
    """The sites to add, with the bound; it ends by itself, after about `seconds` at the latest.

    The same problem gives the same answer as long as time does not run out.
    """
    began = time.monotonic()
    until = began + seconds
    packed = _Packed(problem)
    first = _greedy(packed)
    if not first:
        return Chosen((), (), 0.0, 0.0, 0.0, time.monotonic() - began, 0)
    best = _swapped(packed, first, until)
    bound, best, rounds = _bounded(packed, best, until)
    order, adds = _ordered(packed, best)
    return Chosen(
        order,
        adds,
        packed.value(order),
        bound,
        packed.value(first),
        time.monotonic() - began,
        rounds,
    )


def _ordered(packed: _Packed, chosen: Sequence[int]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The chosen sites in the order in which each adds most, and what it adds then."""
    left, counts = sorted(set(chosen)), packed.now.copy()
    order, adds = [], []
    while left:
        gains = [_gain(packed, counts, site) for site in left]
        at = int(np.argmax(gains))
        if gains[at] <= _TINY:
            break
        order.append(left[at])
        adds.append(gains[at])
        counts[packed.reach[left.pop(at)]] += 1
    return tuple(order), tuple(adds)
