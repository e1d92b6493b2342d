"""How many reports a second become cases: over HTTP, looked at for duplicates, routed, recorded.

Residents' forms are sent to the product's own server, two workers on two cores, from a sender on
the same machine (see `case_http`): throttle, search for duplicates, grade and routing, the case
with its reporter (encrypted), clock, history and outbox in one transaction, the receipt as a page.
PostgreSQL waits for the disk at every commit. Held to: 200 reports a second with p95 under 100 ms
on PostgreSQL, and at most 10 statements; SQLite, which has one writer at a time, to 100 a second.
The peer writes a bare case and one event of history in a transaction, in two processes without
HTTP. The last line is JSON: {name, figure, unit, rows, peer, peer_figure, ratio, holds}; the
figure is reports a second on PostgreSQL (on SQLite where that is all there is).
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks import case_http
from benchmarks.case_population import SIZES, SQLITE_LIMIT, fill_cases
from benchmarks.harness import close, percentile
from benchmarks.installation import Installation, engines, installed, serving

BOUND = {"postgresql": 200.0, "sqlite": 100.0}
BOUND_MS, MOST = 100.0, 10
PROCESSES, THREADS = 2, 4
_REPORTS = int(os.environ.get("DISTRICT_BENCH_REPORTS") or 2000)
#: The sender is one address, and no bound is about the throttle.
_RATES = "appeals.report.address=100000/1,appeals.near.address=100000/1"
_BARE = """
import json, sys
from benchmarks import case_creation
print(json.dumps(case_creation.bare(int(sys.argv[1]), json.loads(sys.argv[2]))))
"""
_STATEMENTS = """
import json
from benchmarks import case_creation
print(json.dumps(case_creation.statements()))
"""


def bare(count: int, made: dict[str, Any]) -> dict[str, Any]:
    """The peer: write `count` bare cases by several threads; when that began and ended."""
    import time

    from django.db import connections

    def hand(at: int) -> None:
        for _case in range(at, count, THREADS):
            _write_bare(made)
        connections.close_all()

    _write_bare(made)  # warm
    began = time.time()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(hand, range(THREADS)))
    return {"began": began, "ended": time.time()}


def _write_bare(made: dict[str, Any]) -> None:
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


def statements() -> int:
    """SQL statements of one report that becomes a case; runs inside an installation."""
    import random
    from pathlib import Path
    from tempfile import TemporaryDirectory
    from urllib.parse import parse_qsl

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, found = Client(), 0
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bodies.json"
        case_http.prepare(20, random.Random().randrange(10**6), str(path))  # noqa: S311  # made-up reports
        bodies = json.loads(path.read_text(encoding="utf-8"))
    for body in bodies:
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(case_http.PAGE, dict(parse_qsl(body)))
        if b"receipt-number" in answer.content:
            # The last one counts: what a process reads once it has read by then.
            begins = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
            found = sum(not q["sql"].startswith(begins) for q in captured.captured_queries)
    return found


def _bare_rate(installation: Installation, made: dict[str, Any]) -> float:
    each = str(_REPORTS // PROCESSES)
    with ThreadPoolExecutor(PROCESSES) as pool:
        found = list(
            pool.map(lambda _at: installation.call(_BARE, each, json.dumps(made)), range(PROCESSES))
        )
    # While both ran, or one after the other: the whole span counts.
    span = max(one["ended"] for one in found) - min(one["began"] for one in found)
    return float(_REPORTS / span)


def _measure(installation: Installation, size: int) -> dict[str, Any]:
    """The rate and milliseconds of each report, after a few that warm the workers."""
    with serving(installation) as address:
        case_http.run(installation, address, 80, seed=size)
        return case_http.run(installation, address, _REPORTS, seed=size + 1)


def main() -> int:
    """Print the growth curve on each database and the JSON line."""
    last: dict[str, tuple[int, float, float]] = {}
    holds = True
    for engine in engines():
        with installed(engine) as installation:
            installation.env.pop("DISTRICT_SYSTEMS")
            installation.env["DISTRICT_HOSTS"] = "127.0.0.1,testserver"
            installation.env["DISTRICT_RATES"] = _RATES
            present = 0
            for size in SIZES:
                if engine == "sqlite" and size > SQLITE_LIMIT:
                    continue
                made = fill_cases(installation, size - present, type_key="appeal")
                present = size
                count = installation.call(_STATEMENTS)
                found = _measure(installation, size)
                peer = _bare_rate(installation, made)
                rate = sum(found["kinds"].values()) / found["seconds"]
                p95 = percentile(found["taken"], 0.95)
                last[engine] = (size, rate, peer)
                opened = found["kinds"].get("received", 0)
                holds &= rate >= BOUND[engine] and p95 <= BOUND_MS and count <= MOST
                holds &= opened >= 0.95 * _REPORTS
                print(
                    f"{engine:>10} {size:8d} cases: {rate:6.0f} reports/s "
                    f"({opened} opened, of {_REPORTS}), "
                    f"p50 {percentile(found['taken'], 0.5):5.1f} ms, p95 {p95:5.1f} ms, "
                    f"{count} statements; bare {peer:6.0f}/s; load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
    size, rate, peer = list(last.values())[-1]
    return close(
        "case_creation",
        rate,
        "reports a second",
        size,
        peer="a bare case and an event of history in one transaction, without HTTP",
        peer_figure=peer,
        holds=holds,
    )


if __name__ == "__main__":
    sys.exit(main())
