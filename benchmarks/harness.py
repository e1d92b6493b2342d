"""What every benchmark shares: timing, percentiles, and the closing JSON line."""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Result:
    """The closing line: a figure held against a bound and against a named peer.

    `ratio` is `figure / peer_figure`; `holds` says whether the bound of the issue holds.
    """

    name: str
    figure: float
    unit: str
    rows: int
    peer: str
    peer_figure: float
    ratio: float
    holds: bool


def close(
    name: str, figure: float, unit: str, rows: int, *, peer: str, peer_figure: float, holds: bool
) -> int:
    """Print the closing JSON line; returns 0, for timings never fail a run."""
    ratio = figure / peer_figure if peer_figure else math.inf
    result = Result(
        name, round(figure, 4), unit, rows, peer, round(peer_figure, 4), round(ratio, 3), holds
    )
    print(json.dumps(asdict(result), ensure_ascii=False), flush=True)
    return 0


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest value with at least `share` at or below it."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def seconds(call: Callable[[], object], runs: int = 5, warmup: int = 1) -> float:
    """The median wall time of `call` over `runs`, after `warmup` uncounted ones."""
    for _ in range(warmup):
        call()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
