"""Builds a year and opens every page over it: `make year`, or `python -m benchmarks.year`.

A full year (`--share 1`) is 400,000 cases, 942,000 enterprises, 1,000 policies, 10,000 projects
with their approvals, and 100,000 datastreams with readings (`--readings` a datastream), beside the
demo of Longgang, from a seed. Everything goes through the product's services or bulk paths
(`filling`). Then the crawler walks all pages as each role (`walking`): p95, the slowest, pages that
cost more than fifteen statements. With `--growth` a tenth is built and walked first, and the twenty
routes that most links of the pages lead to are printed beside each other; `--over` takes a whole
year that was kept instead of building it again.

The database is PostgreSQL where it is installed; what was made is gone at the end unless `--keep`
names a folder, which must not exist: there it is made and left, database included, for
`benchmarks.year.day`. Held to: built in 60 minutes on two cores; p95 below 400 ms,
no page above 2 s, no error, at most 15 statements a page.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.harness import close
from benchmarks.installation import Installation, at_home, engines, installed
from benchmarks.year.building import build, run

BUILT_MINUTES, PAGE_MS, SLOWEST_MS, STATEMENTS = 60.0, 400.0, 2000.0, 15
_MOST_USED = 20
_WALK = """
import sys
from pathlib import Path
from benchmarks.year.walking import walk
walk(Path(sys.argv[1]))
"""


def main(arguments: list[str] | None = None) -> int:
    """Build, walk, print; 1 where a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--share", type=float, default=1.0, help="of a whole year, e.g. 0.1")
    parser.add_argument("--readings", type=int, default=1000, help="readings of each datastream")
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument("--engine", choices=engines(), default=engines()[-1])
    parser.add_argument("--growth", action="store_true", help="a tenth first, then the whole")
    parser.add_argument("--no-walk", action="store_true", help="build alone")
    parser.add_argument("--keep", type=Path, help="make the installation there and leave it")
    parser.add_argument("--over", type=Path, help="walk the year that was kept there, build none")
    options = parser.parse_args(arguments)
    shares = [options.share / 10, options.share] if options.growth else [options.share]
    walks: list[dict[str, Any]] = []
    minutes = 0.0
    for share in shares:
        whole = share == options.share
        with ExitStack() as opened:
            if whole and options.over:
                installation = opened.enter_context(at_home(options.over))
            else:
                keep = options.keep if whole else None
                installation = opened.enter_context(installed(options.engine, keep))
                minutes = build(installation, share, options.readings, options.seed)
            if not options.no_walk:
                walks.append(_walk(installation, share))
    if len(walks) == 2:
        _growth(*walks)
    return _judged(None if options.over else minutes, walks[-1] if walks else None)


def _walk(installation: Installation, share: float) -> dict[str, Any]:
    out = installation.var / f"walk-{share:.3g}.json"
    run(installation, _WALK, str(out))
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def _growth(tenth: dict[str, Any], whole: dict[str, Any]) -> None:
    """The twenty routes that people come by most, over a tenth and over the whole."""
    print(f"{'most used pages':50} {'links':>7} {'tenth':>14} {'whole':>14}  p50, p95 in ms")
    most = sorted(whole["routes"].items(), key=lambda pair: -pair[1]["linked"])[:_MOST_USED]
    for route, now in most:
        before = tenth["routes"].get(route)
        first = f"{before['p50']:6.0f} {before['p95']:6.0f}" if before else f"{'–':>13}"
        grown = f"{now['p50'] / before['p50']:6.2f}" if before and before["p50"] else f"{'–':>6}"
        print(
            f"{route or '/':50.50} {now['linked']:7,} {first:>14} {now['p50']:7.0f} "
            f"{now['p95']:6.0f}  x {grown}"
        )


def _judged(minutes: float | None, walk: dict[str, Any] | None) -> int:
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f"load {os.getloadavg()[0]:.1f} at the end, at most {memory} MB in a process")
    failed = 0
    if minutes is not None:
        holds = minutes < BUILT_MINUTES
        failed = close("year_built", minutes, "minutes", 0, peer="", peer_figure=0.0, holds=holds)
    if walk is None:
        return failed
    holds = (
        walk["p95"] < PAGE_MS
        and walk["worst"] < SLOWEST_MS
        and not walk["errors"]
        and not walk["costly"]
    )
    return failed or close(
        "year_pages", walk["p95"], "ms at p95", walk["pages"], peer="", peer_figure=0.0, holds=holds
    )


if __name__ == "__main__":
    sys.exit(main())
