"""How long the sweep takes to look at every light, from 500 to 50,000 tracked rows.

Measured are a sweep that finds nothing to change, and one a month later, when most lights have
other figures and many have turned (history and changes of light are written for those). It grows
with the rows: a row among 50,000 may cost at most half as much again as one among 5,000. The peer
refreshes the same rows one by one with the same service, on a sample. The last line is JSON: {name,
figure, unit, rows, peer, peer_figure, ratio, holds}; the figure is a row of the later sweep.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import Any

from benchmarks.harness import close
from benchmarks.installation import SIZES, engines, fill, installed

SLACK = 1.5
_SAMPLE = 200
_CODE = "import json\nfrom benchmarks import lights\nprint(json.dumps(lights.measure()))\n"


def measure() -> dict[str, Any]:
    """Seconds of the two sweeps and of a row on its own; runs inside a filled installation."""
    from district.kernel.base import clock
    from district.kernel.tracking.public import TrackedRow, refresh_lights

    began = time.perf_counter()
    still = refresh_lights()
    quiet = time.perf_counter() - began
    later = clock.now() + timedelta(days=30)
    sample = list(TrackedRow.objects.order_by("?").values_list("pk", flat=True)[:_SAMPLE])
    began = time.perf_counter()
    for key in sample:
        refresh_lights(TrackedRow.objects.filter(pk=key), now=later)
    alone = (time.perf_counter() - began) / len(sample)
    began = time.perf_counter()
    moved = refresh_lights(now=later)
    busy = time.perf_counter() - began
    return {
        "rows": still.seen,
        "quiet": quiet,
        "busy": busy,
        "turned": moved.turned,
        "alone": alone,
    }


def main() -> int:
    """Print the growth curve on each database and the JSON line."""
    worst: dict[str, Any] = {}
    steady = True
    for engine in engines():
        each: dict[int, float] = {}
        for size in SIZES:
            with installed(engine) as installation:
                fill(installation, size)
                found = installation.call(_CODE)
            each[size] = found["busy"] / found["rows"]
            print(
                f"{engine:>10} {found['rows']:6d} lights: nothing new {found['quiet']:6.2f} s, "
                f"a month later {found['busy']:6.2f} s ({found['turned']} turned, "
                f"{each[size] * 1e6:.0f} us a row; alone {found['alone'] * 1e6:.0f} us)",
                flush=True,
            )
        if len(SIZES) > 1:
            steady &= each[SIZES[-1]] <= SLACK * each[SIZES[-2]]
        if not worst or found["busy"] > worst["busy"]:
            worst = found
    return close(
        "lights",
        worst["busy"] / worst["rows"] * 1e6,
        "us a row",
        worst["rows"],
        peer="the same rows refreshed one by one",
        peer_figure=worst["alone"] * 1e6,
        holds=steady,
    )


if __name__ == "__main__":
    sys.exit(main())
