"""Where 20 more cameras go: from terrain to sites with a bound, to 15,000 cells and 600 sites.

Hills and woodland are made from a fixed seed on ground as large as the cells need; candidate sites
are high points (and some places in the woods, where those are fewer), 40 cameras stand already.
Timed is all of it: reading the surface, the lines of sight of every site, and the choice (greedy,
swaps, Lagrangian bound), in a process of its own whose peak memory is printed. Held to: 60 seconds
and 1 GB at 15,000 cells and 600 sites. The peer chooses the same number greedily from the same
lines of sight, counting every site anew with Python sets for each choice; it has no bound and no
swaps. The last line is JSON: {name, figure, unit, rows, peer, peer_figure, ratio, holds}.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.harness import close

BOUND_SECONDS, BOUND_BYTES = 60.0, 1_000_000_000
_ROOT = Path(__file__).resolve().parents[1]
#: Cells and sites.
SIZES = ((3_750, 150), (7_500, 300), (15_000, 600))
_CHOSEN, _STANDING, _REACH = 20, 40, 5000.0


def measure(cells_wanted: int, sites_wanted: int) -> dict[str, Any]:
    """Seconds by step, memory, value, bound and gap; runs in a process of its own."""
    import numpy as np
    from django.conf import settings

    settings.configure(USE_TZ=True, USE_I18N=False)
    from district.systems.early_warning.coverage.candidates import Site, Sought, high_points
    from district.systems.early_warning.coverage.covering import Problem, choose
    from district.systems.early_warning.coverage.figures import Assumptions, cover_of
    from district.systems.early_warning.coverage.grids import Grid
    from district.systems.early_warning.coverage.sight import surface_of
    from district.systems.early_warning.coverage.stations import Sensor
    from district.systems.early_warning.coverage.woodland import Woods, cells_of, frame_of

    rng = np.random.default_rng(15_000)
    # Ground in degrees so large that woodland, a third of it, has as many cells of a hectare.
    side = (cells_wanted * 3) ** 0.5 * 100 / 105_000
    step = 0.0003
    number = int(side / step)
    ground, row, column = np.full((number, number), 30.0), *np.mgrid[:number, :number]
    for _hill in range(max(4, int((side * 105_000 / 2500) ** 2))):
        y, x = rng.uniform(0, number, 2)
        tall, wide = rng.uniform(80, 350), rng.uniform(12, 40)
        away = ((row - y) ** 2 + (column - x) ** 2) / (2 * wide**2)
        ground += tall * np.exp(-away)
    ground += rng.normal(0, 2, ground.shape)
    terrain = Grid(np.rint(ground), 114.0, 22.5, step, step)
    line = np.quantile(ground, 2 / 3)
    woods = Woods(grid=Grid((ground > line).astype(float), 114.0, 22.5, step, step))
    began, started = time.perf_counter(), time.process_time()
    given, frame = Assumptions(), frame_of(woods)
    cells = cells_of(woods, given.cell_m, frame)
    surface = surface_of(terrain, woods, frame, canopy=given.canopy_m, margin=_REACH)
    spacing = side * 105_000 / sites_wanted**0.5
    sites = high_points(surface, cells, (), Sought(0.9 * spacing, 0, 400))[:sites_wanted]
    lons, lats = cells.degrees
    more = rng.choice(len(cells), sites_wanted - len(sites), replace=False)
    sites += [Site("", "", float(lons[at]), float(lats[at])) for at in more]
    made = time.perf_counter()
    places = [Sensor(one.code, "", one.lon, one.lat, 30, _REACH) for one in sites]
    reach = cover_of(cells, surface, places, (), given).seen
    standing = rng.choice(len(places), _STANDING, replace=False)
    now = np.bincount(np.concatenate([reach[at] for at in standing]), minlength=len(cells)).astype(
        np.int64
    )
    looked = time.perf_counter()
    chosen = choose(Problem(reach, cells.weight, now, _CHOSEN))
    done = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "cells": len(cells),
        "sites": len(places),
        "pairs": int(sum(one.size for one in reach)),
        "scene": made - began,
        "sight": looked - made,
        "choice": done - looked,
        "memory": memory,
        "value": chosen.value,
        "bound": chosen.bound,
        "gap": chosen.gap,
        "processor": time.process_time() - started,
        "peer": _peer(reach, now),
    }


def _peer(reach: Any, now: Any) -> float:
    """Seconds of a greedy choice that counts every site anew each time."""
    began = time.perf_counter()
    left = {at: set(cells.tolist()) for at, cells in enumerate(reach)}
    covered = {cell for cell, number in enumerate(now.tolist()) if number}
    for _choice in range(_CHOSEN):
        best = max(left, key=lambda at: len(left[at] - covered))
        covered |= left.pop(best)
    return time.perf_counter() - began


def main() -> int:
    """Print the growth curve and the JSON line."""
    total, peer, size, holds = 0.0, 0.0, 0, True
    for cells, sites in SIZES:
        code = (
            "import json, sys; from benchmarks import coverage; "
            "print(json.dumps(coverage.measure(int(sys.argv[1]), int(sys.argv[2]))))"
        )
        environment = {**os.environ, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT}"}
        answer = subprocess.run(  # noqa: S603  # our own interpreter and code
            [sys.executable, "-c", code, str(cells), str(sites)],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        )
        found = json.loads(answer.stdout.splitlines()[-1])
        total, peer, size = found["scene"] + found["sight"] + found["choice"], found["peer"], cells
        holds &= total <= BOUND_SECONDS and found["memory"] <= BOUND_BYTES
        print(
            f"{found['cells']:7d} cells, {found['sites']:4d} sites, {found['pairs']:9d} pairs: "
            f"scene {found['scene']:5.2f} s, sight {found['sight']:6.2f} s, "
            f"choice {found['choice']:6.2f} s, of the processor {found['processor']:5.1f} s, "
            f"{found['memory'] / 1e6:4.0f} MB; "
            f"value {found['value']:8.0f} ha, bound {found['bound']:8.0f} ha, "
            f"gap {100 * found['gap']:.3f} %; greedy by sets {peer:5.2f} s",
            flush=True,
        )
    return close(
        "coverage",
        total,
        "s",
        size,
        peer="greedy choice alone, every site counted anew with Python sets",
        peer_figure=peer,
        holds=holds,
    )


if __name__ == "__main__":
    sys.exit(main())
