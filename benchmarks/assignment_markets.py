"""Hard constraints broken: 0 in 10,000 random markets.

Every market has up to 12 demands and 12 supplies, three constraints, needs that are not asked for
and facts that are not known, every second one capacities and quantities. Each pair that is offered
or assigned is looked at again in plain Python, one comparison after another, and so are capacities
and quantities; of markets with at most 4 demands (2 with quantities) the greatest total is found
by trying every choice, and must lie between value and bound. Every third market is cut to a few
pairs, so that the rest come by their prices. The peer is that plain check's own time. The last
line is JSON: {name, figure, unit, rows, peer, peer_figure, ratio, holds}.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from benchmarks.harness import close
from district.kernel.matching.assignment.tests.markets import broken_in, invented
from district.kernel.matching.public import assign, best_offers

MARKETS = 10_000


def main() -> int:
    """Print what was broken (nothing, it is to be hoped) and the JSON line."""
    rng = np.random.default_rng(10_000)
    broken = outside = tried = pairs = unproven = 0
    engine = checking = 0.0
    for number in range(MARKETS):
        several = number % 2 == 1
        made = invented(rng, int(rng.integers(1, 13)), int(rng.integers(1, 13)), several=several)
        began = time.perf_counter()
        found = assign(made.market, most_pairs=5 if number % 3 == 0 else 4_000_000)
        offers = best_offers(made.market, 3)
        engine += time.perf_counter() - began
        began = time.perf_counter()
        broken += broken_in(made, found.demand.tolist(), found.supply.tolist())
        for demand in range(made.market.demands):
            broken += sum(not made.fits(demand, supply) for supply, _ in offers.of(demand))
        pairs += len(found.demand) + len(offers.supply)
        unproven += not found.proven
        if made.market.demands <= (2 if several else 4):
            best = made.best()
            tried += 1
            outside += not found.value - 1e-9 <= best <= found.bound + 1e-9
        checking += time.perf_counter() - began
    print(
        f"{MARKETS} markets, {pairs} pairs offered or assigned: {broken} constraints, capacities "
        f"or quantities broken; of {tried} markets with every choice tried {outside} lie outside "
        f"value and bound; wished gap not reached in {unproven}; engine {engine:.1f} s",
        flush=True,
    )
    return close(
        "assignment_markets",
        engine,
        "s",
        MARKETS,
        peer="the plain check of the same pairs and choices",
        peer_figure=checking,
        holds=broken == outside == 0,
    )


if __name__ == "__main__":
    sys.exit(main())
