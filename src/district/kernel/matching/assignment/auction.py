"""An auction over pairs of demands and supplies (Bertsekas 1988; similar objects: Bertsekas and
Castanon 1989). Pure.

Supplies have places, each with a price that begins at 0 and only rises. A bidder without a place
bids for its most profitable supply by as much as it prefers that to its next best choice, and
`step` more; it displaces whoever held the cheapest place there. Who profits nowhere leaves. At the
end the total score is within `step` times the number of places given of the greatest, because
every holder is within `step` of its best choice at these prices and unused places cost nothing.
All bidders without a place bid at once (Jacobi), so a round is a few array operations.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from district.kernel.matching.assignment.market import Bools, Floats, Integers

_FOREVER = -1e18


@dataclass(frozen=True, eq=False)
class Graph:
    """The pairs, by demand: demand i has `supply[start[i]:start[i + 1]]`, with their scores."""

    start: Integers
    supply: Integers
    score: Floats
    quantity: Integers
    capacity: Integers


@dataclass(frozen=True, eq=False)
class Sold:
    """Who took what: demands and supplies in pairs; the price of each supply; rounds; whether it
    ended by itself."""

    demand: Integers
    supply: Integers
    price: Floats
    rounds: int
    ended: bool


class _Places:
    """The places of supplies, their prices and holders."""

    def __init__(self, capacity: Integers) -> None:
        self.capacity = capacity
        self.start = np.r_[0, np.cumsum(capacity)]
        self.supply = np.repeat(np.arange(len(capacity)), capacity)
        self.price = np.zeros(int(self.start[-1]))
        self.holder = np.full(int(self.start[-1]), -1, np.int64)
        # The cheapest place of each supply, and the next: none is dearer than anything.
        self.low = np.where(capacity > 0, 0.0, -_FOREVER)
        self.next = np.where(capacity > 1, 0.0, -_FOREVER)

    def ordered(self, supplies: Integers) -> tuple[Integers, Integers]:
        """The places of these supplies, cheapest first within each, and where each begins."""
        many = self.capacity[supplies]
        begins = np.cumsum(many) - many
        places = np.repeat(self.start[supplies] - begins, many) + np.arange(int(many.sum()))
        return places[np.lexsort((self.price[places], self.supply[places]))], begins

    def refresh(self, supplies: Integers) -> None:
        """Look up the cheapest places of these supplies anew."""
        places, begins = self.ordered(supplies)
        self.low[supplies] = self.price[places[begins]]
        several = self.capacity[supplies] > 1
        self.next[supplies[several]] = self.price[places[begins[several] + 1]]


def auction(graph: Graph, step: float, until: float) -> Sold:
    """Run the auction; past the monotonic time `until` it stops with what it has."""
    degree = np.diff(graph.start)
    demand_of = np.repeat(np.arange(len(degree)), graph.quantity)
    places = _Places(graph.capacity)
    waiting = np.flatnonzero(degree[demand_of] > 0)
    rounds = 0
    while len(waiting) and time.monotonic() < until:
        rounds += 1
        wanted, bid, goes = _bids(graph, places, demand_of[waiting], step)
        bidder, wanted, bid = waiting[goes], wanted[goes], bid[goes]
        order = np.lexsort((bidder, -bid, wanted))
        bidder, wanted, bid = bidder[order], wanted[order], bid[order]
        won, place = _won(places, wanted, bid, step)
        displaced = places.holder[place[won]]
        places.holder[place[won]] = bidder[won]
        places.price[place[won]] = bid[won]
        places.refresh(np.unique(wanted[won]))
        waiting = np.r_[bidder[~won], displaced[displaced >= 0]]
    held = np.flatnonzero(places.holder >= 0)
    # A supply without places costs what nobody profits from.
    low = np.where(graph.capacity > 0, places.low, graph.score.max(initial=0.0))
    return Sold(demand_of[places.holder[held]], places.supply[held], low, rounds, not len(waiting))


def _bids(
    graph: Graph, places: _Places, demands: Integers, step: float
) -> tuple[Integers, Floats, Bools]:
    """For each bidder the supply that it wants, its bid, and whether it profits at all."""
    lengths = graph.start[demands + 1] - graph.start[demands]
    begins = np.cumsum(lengths) - lengths
    at = np.repeat(graph.start[demands] - begins, lengths) + np.arange(int(lengths.sum()))
    supply, score = graph.supply[at], graph.score[at]
    profit = score - places.low[supply]
    best = np.maximum.reduceat(profit, begins)
    group = np.repeat(np.arange(len(demands)), lengths)
    reaching = np.flatnonzero(profit == best[group])
    first = np.zeros(len(demands), np.int64)
    first[group[reaching][::-1]] = reaching[::-1]
    # What it would do else: another supply, the next place there, or nothing.
    profit[first] = np.maximum(score[first] - places.next[supply[first]], _FOREVER)
    other = np.maximum(np.maximum.reduceat(profit, begins), 0.0)
    wanted = supply[first]
    return wanted, places.low[wanted] + best - other + step, best > 0


def _won(places: _Places, wanted: Integers, bid: Floats, step: float) -> tuple[Bools, Integers]:
    """Which bids (by supply, the highest first) win a place, and which place."""
    if not len(wanted):
        return np.zeros(0, np.bool_), np.zeros(0, np.int64)
    first = np.flatnonzero(np.r_[True, wanted[1:] != wanted[:-1]])
    lengths = np.diff(np.r_[first, len(wanted)])
    rank = np.arange(len(wanted)) - np.repeat(first, lengths)
    sorted_places, begins = places.ordered(wanted[first])
    fits = rank < places.capacity[wanted]
    place = sorted_places[np.repeat(begins, lengths) + np.where(fits, rank, 0)]
    return fits & (bid >= places.price[place] + step / 2), place
