"""Who gets what: 5,000 firms and 2,000 units, within 1 % of the bound in 30 seconds.

Firms ask for an area, a load, a hazard class, a street, a rent at most; about one unit in twelve
fits one of them, and two firms in five can be served, so that they compete. Timed is all of it:
bitmaps, scores, auction, bound. The peer is the greedy choice by score over the same pairs (the
best pair first, then the best of what is left); its share of the bound is printed. A second market
has places (500 courses of 6 to 60 places and 15,000 applicants who want up to two), a third more
pairs than are kept at once (20,000 x 5,000). The last line is JSON:
{name, figure, unit, rows, peer, peer_figure, ratio, holds}.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from benchmarks.harness import close
from district.kernel.matching.public import (
    Assignment,
    Market,
    Part,
    allowed,
    assign,
    at_least,
    at_most,
)

BOUND_SECONDS, BOUND_GAP = 30.0, 0.01
_STREETS = 11


def firms_and_units(firms: int, units: int) -> Market:
    """An invented market of factory floors; areas in m2, rents in yuan/m2/month."""
    rng = np.random.default_rng(5_000)
    area, want = rng.lognormal(6.5, 0.8, units), rng.lognormal(6.5, 0.8, firms)
    rent, most = rng.normal(35, 8, units), rng.normal(42, 8, firms)
    street, near = rng.integers(0, _STREETS, units), rng.integers(0, _STREETS, firms)

    def size(i: np.ndarray, j: np.ndarray) -> np.ndarray:
        return np.asarray(np.clip(1 - np.abs(area[j] - want[i]) / want[i], 0, 1))

    def cheap(i: np.ndarray, j: np.ndarray) -> np.ndarray:
        return np.asarray(np.clip((most[i] - rent[j]) / most[i] * 2, 0, 1))

    return Market(
        firms,
        units,
        (
            at_least("least", "", want * 0.85, area),
            at_most("most", "", want * 1.5, area),
            at_least(
                "load", "", rng.choice([3, 5, 8], firms), rng.choice([3, 5, 8, 10, 15], units)
            ),
            at_most("rent", "", most, rent),
            allowed(
                "hazard",
                "",
                rng.choice(3, firms, p=[0.2, 0.6, 0.2]),
                rng.integers(0, 3, units),
                ((True, False, False), (True, True, False), (True, True, True)),
            ),
        ),
        (
            Part("size", "", 40, size),
            Part("cheap", "", 35, cheap),
            Part("street", "", 25, lambda i, j: (near[i] == street[j]).astype(float)),
        ),
    )


def applicants_and_courses(applicants: int, courses: int) -> Market:
    """Seats: courses of 6 to 60 places, applicants for up to two of them at their level."""
    rng = np.random.default_rng(1_000)
    taste, what = rng.random((applicants, 4)), rng.random((courses, 4))
    level, need = rng.integers(0, 5, applicants), rng.integers(0, 5, courses)
    return Market(
        applicants,
        courses,
        (
            at_least("level", "", np.full(applicants, np.nan), need),
            at_most("most", "", level, need),
        ),
        (
            Part("taste", "", 3, lambda i, j: 1 - np.abs(taste[i] - what[j]).mean(axis=1)),
            Part("near", "", 1, lambda i, j: 1 - (level[i] - need[j]) / 5),
        ),
        capacity=rng.integers(6, 61, courses),
        quantity=rng.integers(1, 3, applicants),
    )


def greedy(market: Market) -> tuple[float, float]:
    """The total of the greedy choice by score, and its seconds."""
    began = time.perf_counter()
    found = [market.pairs(block) for block in market.blocks()]
    demand = np.concatenate([one[0] for one in found])
    supply = np.concatenate([one[1] for one in found])
    score = market.scores(demand, supply)
    order = np.argsort(-score, kind="stable")
    many = [1] * market.demands if market.quantity is None else market.quantity.tolist()
    room = [1] * market.supplies if market.capacity is None else market.capacity.tolist()
    total, taken = 0.0, set()
    for i, j, worth in zip(
        demand[order].tolist(), supply[order].tolist(), score[order].tolist(), strict=True
    ):
        while many[i] and room[j]:
            many[i] -= 1
            room[j] -= 1
            total += worth
            taken.add((i, j))
    return total, time.perf_counter() - began


def _line(name: str, market: Market, found: Assignment, peer: float, peer_seconds: float) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:10s} {market.demands:6d} x {market.supplies:5d}, {found.pairs:9d} pairs fit, "
        f"{found.kept:8d} kept: {len(found.demand):6d} given, total {found.value:9.1f}, bound "
        f"{found.bound:9.1f}, gap {100 * found.gap:.3f} %, {found.seconds:5.2f} s, "
        f"{found.rounds} rounds, peak {memory:4.0f} MB; greedy by score "
        f"{100 * peer / found.bound:.2f} % of the bound in {peer_seconds:.2f} s",
        flush=True,
    )


def main() -> int:
    """Print the growth curve and the JSON line."""
    seconds = gap = peer_seconds = 0.0
    rows = 0
    for firms, units in ((1_250, 500), (2_500, 1_000), (5_000, 2_000)):
        market = firms_and_units(firms, units)
        found = assign(market)
        peer, peer_seconds = greedy(market)
        _line("units", market, found, peer, peer_seconds)
        seconds, gap, rows = found.seconds, found.gap, firms
    market = applicants_and_courses(15_000, 500)
    _line("places", market, assign(market), *greedy(market))
    market = firms_and_units(20_000, 5_000)
    _line("large", market, assign(market, seconds=60.0), *greedy(market))
    return close(
        "assignment",
        seconds,
        "s",
        rows,
        peer="greedy choice by score over the same pairs, in plain Python",
        peer_figure=peer_seconds,
        holds=seconds <= BOUND_SECONDS and gap <= BOUND_GAP,
    )


if __name__ == "__main__":
    sys.exit(main())
