"""How long it takes to find what is likely the same thing, from 10,000 to 1,000,000 cases.

`near_cases` is asked about reports at the very places where cases are dense, by place and by
community. Held to: p95 under 100 ms. SQLite is measured to 100,000. The peer compares the report
with every open case of the last two weeks, without squares. The last line is JSON: {name, figure,
unit, rows, peer, peer_figure, ratio, holds}; the figure is the p95 of the slower way.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from benchmarks.case_population import fill_cases, sizes
from benchmarks.harness import close, percentile
from benchmarks.installation import engines, installed

BOUND_MS = 100.0
_ASKED = 200
_CODE = """
import json, sys
from benchmarks import case_duplicates
print(json.dumps(case_duplicates.measure(json.loads(sys.argv[1]))))
"""


def measure(made: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of each question, by place and by community; runs inside an installation."""
    import time

    from benchmarks.case_population import declare
    from district.kernel.base import clock
    from district.kernel.cases.models import Case
    from district.kernel.cases.public import near_cases
    from district.kernel.cases.rules.nearness import LONG, Spot, likeness

    declare()
    since = clock.now() - LONG
    spots = list(Case.objects.exclude(category="done").order_by("-reported_at")[:_ASKED])

    def asked(**where: Any) -> list[float]:
        taken = []
        for case in spots:
            given = {key: getattr(case, name) for key, name in where.items()}
            began = time.perf_counter()
            near_cases("request", case.text, matter=case.matter, **given)
            taken.append((time.perf_counter() - began) * 1000)
        return taken

    asked(lon="lon", lat="lat")
    by_place, by_community = asked(lon="lon", lat="lat"), asked(community="community_unit_id")
    spot = spots[0]
    here = Spot(spot.text, spot.reported_at, float(spot.lon or 0), float(spot.lat or 0))
    began = time.perf_counter()
    rows = Case.objects.filter(reported_at__gte=since).exclude(category="done")
    for row in rows:
        there = Spot(row.text, row.reported_at, float(row.lon or 0), float(row.lat or 0))
        likeness(here, there)
    peer = (time.perf_counter() - began) * 1000
    found = {
        name: (percentile(taken, 0.5), percentile(taken, 0.95))
        for name, taken in (("by place", by_place), ("by community", by_community))
    }
    return {"found": found, "peer": peer}


def main() -> int:
    """Print the growth curve on each database and the JSON line."""
    worst, peer, size, holds = 0.0, 0.0, 0, True
    for engine in engines():
        with installed(engine) as installation:
            present = 0
            for size in sizes(engine):
                made = fill_cases(installation, size - present)
                present = size
                measured = installation.call(_CODE, json.dumps(made))
                peer, worst = measured["peer"], 0.0
                for name, (middle, slow) in measured["found"].items():
                    worst = max(worst, slow)
                    holds &= slow <= BOUND_MS
                    print(
                        f"{engine:>10} {size:8d} cases, {name:12}: p50 {middle:6.2f} ms, "
                        f"p95 {slow:6.2f} ms; plainly {peer:7.1f} ms",
                        flush=True,
                    )
    return close(
        "case_duplicates",
        worst,
        "ms at p95",
        size,
        peer="every open case of two weeks compared",
        peer_figure=peer,
        holds=holds,
    )


if __name__ == "__main__":
    sys.exit(main())
