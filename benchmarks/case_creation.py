"""How many reports a second become cases: graded, routed, looked at for duplicates, recorded.

Two processes of four threads, as two workers of the server are, call the service that the public
page will call: a search for duplicates, then the case with its reporter (encrypted), clock,
history and outbox in one transaction. PostgreSQL waits for the disk at every commit. Over HTTP the
page's own cost comes on top. The peer writes a bare case and one event of history in a transaction,
in the same processes. The last line is JSON: {name, figure, unit, rows, peer, peer_figure, ratio,
holds}; the figure is reports a second on PostgreSQL (on SQLite where that is all there is).
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.case_population import SIZES, SQLITE_LIMIT, fill_cases
from benchmarks.harness import close, percentile
from benchmarks.installation import Installation, engines, installed

BOUND, BOUND_MS = 200.0, 100.0
PROCESSES, THREADS = 2, 4
_REPORTS = int(os.environ.get("DISTRICT_BENCH_REPORTS") or 1200)
_CODE = """
import json, sys
from benchmarks import case_creation
print(json.dumps(case_creation.measure(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]))))
"""


def measure(what: str, count: int, made: dict[str, Any]) -> dict[str, Any]:
    """Open `count` cases by several threads; milliseconds of each, and when it began and ended."""
    import random
    import time

    from django.db import connections

    from benchmarks.case_population import declare

    declare()
    work = _report if what == "report" else _bare
    rng = random.Random(os.getpid())  # noqa: S311  # made-up reports
    todo = [
        (rng.randrange(10**6), 114.0 + rng.random() * 0.4, 22.6 + rng.random() * 0.2)
        for _report in range(count + 1)
    ]

    def hand(at: int) -> list[float]:
        taken = []
        for job in todo[at + 1 :: THREADS]:
            began = time.perf_counter()
            work(job, made)
            taken.append((time.perf_counter() - began) * 1000)
        connections.close_all()
        return taken

    work(todo[0], made)  # warm
    began = time.time()
    with ThreadPoolExecutor(THREADS) as pool:
        taken = [one for some in pool.map(hand, range(THREADS)) for one in some]
    return {"began": began, "ended": time.time(), "taken": taken}


def _report(job: tuple[int, float, float], made: dict[str, Any]) -> None:
    from district.kernel.cases.public import Contact, Report, near_cases, report_case
    from district.kernel.history.public import Actor

    number, lon, lat = job
    text = f"第{number}号路口水管爆裂，路面积水"
    near_cases("request", text, lon=lon, lat=lat, matter="01")
    report = Report("request", text, lon=lon, lat=lat, matter="01", street=made["street"])
    contact = Contact("张三", f"138{number:08d}")
    report_case(report, actor=Actor.anonymous(), contact=contact, key=f"{os.getpid()}-{job}")


def _bare(job: tuple[int, float, float], made: dict[str, Any]) -> None:
    from uuid import uuid4

    from django.db import transaction
    from django.utils import timezone

    from district.kernel.cases.models import Case
    from district.kernel.history.public import Actor, Entry, Subject, record_many

    now = timezone.now()
    with transaction.atomic():
        case = Case(
            number=uuid4().hex[:24], type_key="bare", type_version="",
            title="路灯不亮", text="路灯不亮", stage="open", category="done", source="web",
            centre_unit_id=made["street"], lead_unit_id=made["street"],
            holder_unit_id=made["street"], reported_at=now,
        )  # fmt: skip
        case.save(force_insert=True)
        entry = Entry(Subject("bare", str(case.pk)), "cases.case.reported", {"number": case.number})
        record_many([entry], actor=Actor.system("benchmarks"), fresh=True)


def _run(installation: Installation, what: str, made: dict[str, Any]) -> tuple[float, list[float]]:
    """Reports a second of all processes together, and milliseconds of each report."""
    each = str(_REPORTS // PROCESSES)
    with ThreadPoolExecutor(PROCESSES) as pool:
        found = list(
            pool.map(
                lambda _at: installation.call(_CODE, what, each, json.dumps(made)),
                range(PROCESSES),
            )
        )
    # While both ran, or one after the other: the whole span counts.
    span = max(one["ended"] for one in found) - min(one["began"] for one in found)
    taken = [one for some in found for one in some["taken"]]
    return len(taken) / span, taken


def main() -> int:
    """Print the growth curve on each database and the JSON line."""
    figures: dict[str, tuple[int, float, float, float]] = {}
    for engine in engines():
        with installed(engine) as installation:
            present = 0
            for size in SIZES:
                if engine == "sqlite" and size > SQLITE_LIMIT:
                    continue
                made = fill_cases(installation, size - present)
                present = size
                bare, _taken = _run(installation, "bare", made)
                rate, taken = _run(installation, "report", made)
                p95 = percentile(taken, 0.95)
                figures[engine] = (size, rate, p95, bare)
                print(
                    f"{engine:>10} {size:8d} cases: {rate:6.0f} reports/s, "
                    f"p50 {percentile(taken, 0.5):5.1f} ms, p95 {p95:5.1f} ms; "
                    f"bare {bare:6.0f}/s; load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
    size, rate, p95, bare = list(figures.values())[-1]
    return close(
        "case_creation",
        rate,
        "reports a second",
        size,
        peer="a bare case and an event of history in one transaction",
        peer_figure=bare,
        holds=all(one[1] >= BOUND and one[2] <= BOUND_MS for one in figures.values()),
    )


if __name__ == "__main__":
    sys.exit(main())
