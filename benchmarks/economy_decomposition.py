"""A target taken apart to 120 industries, 11 streets and 12 months, with numbers set by hand.

python -m benchmarks.economy_decomposition
"""

from __future__ import annotations

import time

import numpy as np

from district.systems.economy.rules.decomposition.bounds import Frame
from district.systems.economy.rules.decomposition.cube import decomposed
from district.systems.economy.rules.decomposition.wishes import Node, Wish

TURNS = 7


def main() -> None:
    """Print the median seconds of a decomposition and its largest relative residual."""
    rng = np.random.default_rng(440307)
    frame = Frame(
        tuple((month, month) for month in range(1, 13)),
        tuple(f"i{at}" for at in range(120)),
        tuple(f"s{at}" for at in range(11)),
    )
    bases = rng.lognormal(3, 1.5, frame.shape)
    bases[rng.random(frame.shape[:2]) < 0.3] = 0
    target = int(bases.sum() * 1.08e4)
    wishes = [
        Wish(Node(primary="i3"), "fixed", int(bases[3].sum() * 1.2e4)),
        Wish(Node(1, 3), "floor", int(target * 0.3)),
        Wish(Node(5, 5, "i7"), "floor", int(bases[7, :, 4].sum() * 2e4)),
        Wish(Node(secondary="s4"), "floor", int(bases[:, 4].sum() * 1.2e4)),
    ]
    took = []
    for _turn in range(TURNS):
        began = time.perf_counter()
        found = decomposed(target, bases, frame, wishes)
        took.append(time.perf_counter() - began)
    kept = all(
        found.value(one.node) == one.value
        if one.kind == "fixed"
        else found.value(one.node) >= one.value
        for one in wishes
    )
    residual = abs(found.whole - target) / target
    print(f"120 x 11 x 12: {sorted(took)[TURNS // 2]:.3f} s, residual {residual:.1e}, kept {kept}")


if __name__ == "__main__":
    main()
