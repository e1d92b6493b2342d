"""How long the sweep takes over the clocks of 10,000 and 100,000 open cases.

Every case is open with one running clock. Measured are a first sweep, which gives every clock its
light and reasons, a sweep that finds nothing new, and one an hour later, when some have turned.
Held to: under 5 s for the one an hour later. The peer refreshes clocks one by one with the same
service, on a sample. The last line is JSON: {name, figure, unit, rows, peer, peer_figure, ratio,
holds}; the figure is seconds of the sweep an hour later.
"""

from __future__ import annotations

import sys
from typing import Any

from benchmarks.case_population import SIZES, fill_cases
from benchmarks.harness import close
from benchmarks.installation import engines, installed

BOUND_S, LIMIT = 5.0, 100_000
_SAMPLE = 100
_CODE = "import json\nfrom benchmarks import case_sweep\nprint(json.dumps(case_sweep.measure()))\n"


def measure() -> dict[str, Any]:
    """Seconds of the sweeps and of a clock on its own; runs inside an installation."""
    import time
    from datetime import timedelta

    from benchmarks.case_population import declare
    from district.kernel.base import clock
    from district.kernel.base.planner import look_over_tables
    from district.kernel.tracking.public import TrackedRow, refresh_lights

    declare()
    rows = TrackedRow.objects.filter(subject_type="cases.clock", state="open")
    taken: dict[str, Any] = {}
    for name, ahead in (("first", 0), ("quiet", 0), ("later", 1)):
        began = time.perf_counter()
        done = refresh_lights(rows, now=clock.now() + timedelta(hours=ahead))
        taken[name] = time.perf_counter() - began
        taken[f"{name}_turned"] = done.turned
        taken["rows"] = done.seen
        look_over_tables()
    sample = list(rows.values_list("pk", flat=True)[:_SAMPLE])
    began = time.perf_counter()
    for key in sample:
        refresh_lights(TrackedRow.objects.filter(pk=key))
    taken["alone"] = (time.perf_counter() - began) / len(sample)
    return taken


def main() -> int:
    """Print the growth curve on each database and the JSON line."""
    worst, holds = {"later": 0.0, "rows": 0, "alone": 0.0}, True
    for engine in engines():
        for size in (size for size in SIZES if size <= LIMIT):
            with installed(engine) as installation:
                fill_cases(installation, size, 1.0)
                found = installation.call(_CODE)
            print(
                f"{engine:>10} {found['rows']:7d} open cases: first {found['first']:6.2f} s "
                f"({found['first_turned']} turned), nothing new {found['quiet']:6.2f} s, an hour "
                f"later {found['later']:6.2f} s ({found['later_turned']} turned)",
                flush=True,
            )
            holds &= found["later"] <= BOUND_S
            if found["later"] > worst["later"]:
                worst = found
    return close(
        "case_sweep",
        worst["later"],
        "s",
        int(worst["rows"]),
        peer="the same clocks refreshed one by one",
        peer_figure=worst["alone"] * worst["rows"],
        holds=holds,
    )


if __name__ == "__main__":
    sys.exit(main())
