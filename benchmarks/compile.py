"""How long the report compiler takes, from one report to a hundred copies of it.

Held to: below 1 s for one report, and linear to 100 copies. The peer is one plain regular
expression pass that finds numbers with units on the same text. It finds the numbers only:
no subject, measure, target or deadline, so the ratio says what understanding costs.
Times are processor seconds of this one thread, so that neighbours on the machine do not
count; the work waits for nothing else.
The last line is JSON: {name, figure, unit, rows, peer, peer_figure, ratio, holds}.
"""

from __future__ import annotations

import gc
import json
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from district.compiler import compile_text  # noqa: E402 - the path is set just above
from district.compiler.units import UNIT_PATTERN  # noqa: E402

COPIES = (1, 2, 5, 10, 20, 50, 100)
REPORTS = (
    ROOT.parent / "shared" / "report" / "longgang-2025-plan-report.txt",
    ROOT / "districts" / "longgang" / "report-2025.md",
)
PEER = re.compile(rf"[-+]?\d+(?:[.,]\d+)*(?:余|多)?(?:[十百千万亿]*)(?:{UNIT_PATTERN})")
#: Time for 100 copies may be this many times 100 single runs and still count as linear.
SLACK = 1.5


def best_of(times: int, work: Callable[[], object]) -> float:
    """The shortest of several runs in seconds; the collector runs between, not inside."""
    shortest = float("inf")
    for _ in range(times):
        gc.collect()
        begun = time.process_time()
        work()
        shortest = min(shortest, time.process_time() - begun)
    return shortest


def main() -> int:
    """Print the growth curve and the JSON line; status 1 where a bound does not hold."""
    path = next((report for report in REPORTS if report.exists()), None)
    if path is None:
        print("no report to compile: neither the real one nor the sample is here")
        return 1
    text = path.read_text("utf-8")
    print(f"{path.name}: {len(text)} characters")
    compile_text(text)  # the first run builds the word tables
    curve: dict[int, float] = {}
    for copies in COPIES:
        whole = "\n".join([text] * copies)
        curve[copies] = best_of(5 if copies == 1 else 1, partial(compile_text, whole))
        each = curve[copies] / copies
        bar = "#" * round(40 * each / curve[1])
        print(f"{copies:4d} copies {curve[copies]:8.3f} s  {each * 1000:7.1f} ms each  {bar}")
    rows = len(compile_text(text).statements)
    peer = best_of(5, lambda: PEER.findall(text))
    linear = curve[100] <= SLACK * 100 * curve[1]
    holds = curve[1] < 1.0 and linear
    print(f"{rows} statements; 100 copies cost {curve[100] / curve[1]:.0f} times one")
    print(
        json.dumps(
            {
                "name": "compile",
                "figure": round(curve[1], 4),
                "unit": "s",
                "rows": rows,
                "peer": "one regular expression pass that finds numbers with units only",
                "peer_figure": round(peer, 4),
                "ratio": round(curve[1] / peer, 1),
                "holds": holds,
            }
        )
    )
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
