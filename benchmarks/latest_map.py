"""How long the newest values of all datastreams take to a map, from 1,000 to 20,000 of them.

The map's data as the product's own server gives it (granian, two workers, loopback) to a signed-in
planner who sees all: name, value with unit, time and place of each; the client reads every byte.
Held to: 10,000 of them at p95 below 300 ms when warm, on both databases. Drawing is the browser's
and not in it.

The peer makes the same JSON by plain iteration over the ORM, without HTTP. The last line is JSON:
{name, figure, unit, rows, peer, peer_figure, ratio, holds}.
"""

from __future__ import annotations

import json
import os

from benchmarks.first_page import Browser, timed
from benchmarks.harness import close, percentile
from benchmarks.installation import PASSWORD, engines, installed, serving
from benchmarks.sensing_population import fill_sensing

BOUND_MS, HELD = 300.0, 10_000
#: The last is as many as a map shows.
SIZES = (1_000, HELD, 20_000)
_PEER = """
import json, time
from district.kernel.sensing.models import Datastream
taken = []
for _ in range(3):
    began = time.perf_counter()
    rows = Datastream.objects.filter(latest__isnull=False)
    features = [
        {
            "type": "Feature",
            "properties": {
                "id": row.pk,
                "title": row.name,
                "note": f"{row.latest.value} {row.unit_symbol} {row.latest.time:%Y-%m-%d %H:%M}",
                "url": f"/sensing/datastreams/{row.pk}/",
            },
            "geometry": {
                "type": "Point",
                "coordinates": [float(row.thing.location.lon), float(row.thing.location.lat)],
            },
        }
        for row in rows.select_related("latest", "thing__location")
    ]
    json.dumps({"points": {"type": "FeatureCollection", "features": features}})
    taken.append(time.perf_counter() - began)
print(json.dumps(min(taken)))
"""


def main() -> int:
    """Print the growth on each database and the JSON line."""
    worst, peer = 0.0, 0.0
    for engine in engines():
        for size in SIZES:
            with installed(engine) as installation:
                made = fill_sensing(installation, size, seen=True)
                with serving(installation) as address:
                    browser = Browser(address)
                    browser.log_in(made["user"], PASSWORD)
                    text = browser.get("/sensing/map.json")
                    shown = len(json.loads(text)["latest"]["rows"])
                    if shown != size:
                        raise AssertionError(f"{shown} of {size} datastreams are on the map")
                    taken = timed(browser, "/sensing/map.json")
                    page = timed(browser, "/sensing/map/")
                plain = installation.call(_PEER) * 1000
            p50, p95, p99 = (percentile(taken, share) for share in (0.5, 0.95, 0.99))
            print(
                f"{engine}: {size:6,d} datastreams, {len(text) / 2**20:.1f} MiB: "
                f"p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f} ms; the page p95 "
                f"{percentile(page, 0.95):.0f} ms; plain iteration {plain:.0f} ms; "
                f"load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
            if size == HELD and p95 > worst:
                worst, peer = p95, plain
    return close(
        "latest_map",
        worst,
        "ms",
        HELD,
        peer="the same JSON by plain iteration over the ORM, without HTTP",
        peer_figure=peer,
        holds=worst < BOUND_MS,
    )


if __name__ == "__main__":
    raise SystemExit(main())
