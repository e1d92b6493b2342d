"""What an append-only, hash-chained history costs: recording, sealing and verifying events.

Recorded are events of a tenth as many subjects, in transactions of 500 and one by one; then all
are sealed and verified. It grows with the events: verifying one of 100,000 may cost at most half
as much again as one of 10,000. The peer inserts the same finished rows into the same table
without looking up heads or hashing, in a transaction that is rolled back. The last line is JSON:
{name, figure, unit, rows, peer, peer_figure, ratio, holds}; the figure is an event recorded in
bulk.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from benchmarks.harness import close
from benchmarks.installation import engines, installed

SIZES = (1_000, 10_000, 100_000)
SLACK = 1.5
_BATCH, _ALONE = 500, 300
_CODE = (
    "import json, sys\nfrom benchmarks import history\n"
    "print(json.dumps(history.measure(int(sys.argv[1]))))\n"
)


def measure(count: int) -> dict[str, float]:
    """Microseconds an event of each step; runs inside an empty installation."""
    from django.db import transaction

    from district.kernel.history.public import (
        Actor,
        Entry,
        Subject,
        record,
        record_many,
        seal_all,
        verify,
    )

    actor = Actor.system("benchmarks")
    subjects = [Subject("benchmarks.thing", str(number)) for number in range(count // 10)]
    entries = [
        Entry(
            subjects[number % len(subjects)], "benchmarks.done", {"value": number, "单位": "亿元"}
        )
        for number in range(count)
    ]
    began = time.perf_counter()
    for start in range(0, count, _BATCH):
        with transaction.atomic():
            record_many(entries[start : start + _BATCH], actor=actor)
    bulk = (time.perf_counter() - began) / count
    began = time.perf_counter()
    for number in range(_ALONE):
        with transaction.atomic():
            record(subjects[number % len(subjects)], "benchmarks.done", {"n": number}, actor=actor)
    alone = (time.perf_counter() - began) / _ALONE
    plain = _plain()
    began = time.perf_counter()
    sealed = seal_all()
    seal = (time.perf_counter() - began) / sealed
    began = time.perf_counter()
    report = verify()
    check = (time.perf_counter() - began) / report.events
    if report.problems or report.events != count + _ALONE:
        raise RuntimeError(f"history does not hold: {report.problems[:3]}")
    steps = {"bulk": bulk, "alone": alone, "plain": plain, "seal": seal, "verify": check}
    return {name: value * 1e6 for name, value in steps.items()}


def _plain() -> float:
    """Seconds an event for inserting finished rows; nothing of it stays."""
    from django.db import transaction

    from district.kernel.history.models import Event

    rows = list(Event.objects.order_by("pk")[: 10 * _BATCH])
    for row in rows:
        row.pk, row.subject_type = None, "benchmarks.plain"
    with transaction.atomic():
        began = time.perf_counter()
        for start in range(0, len(rows), _BATCH):
            Event.objects.bulk_create(rows[start : start + _BATCH])
        taken = (time.perf_counter() - began) / len(rows)
        transaction.set_rollback(True)
    return taken


def main() -> int:
    """Print the growth curve on each database and the JSON line."""
    worst: dict[str, Any] = {}
    steady = True
    for engine in engines():
        verified: dict[int, float] = {}
        for size in SIZES:
            with installed(engine) as installation:
                found = installation.call(_CODE, str(size))
            verified[size] = found["verify"]
            print(
                f"{engine:>10} {size:7d} events, us each: recorded {found['bulk']:6.0f}, "
                f"one by one {found['alone']:6.0f}, sealed {found['seal']:6.0f}, "
                f"verified {found['verify']:6.0f}, plainly inserted {found['plain']:6.0f}",
                flush=True,
            )
        steady &= verified[SIZES[-1]] <= SLACK * verified[SIZES[-2]]
        if not worst or found["bulk"] > worst["bulk"]:
            worst = found
    return close(
        "history",
        worst["bulk"],
        "us an event",
        SIZES[-1],
        peer="the same finished rows inserted without chain and seal",
        peer_figure=worst["plain"],
        holds=steady,
    )


if __name__ == "__main__":
    sys.exit(main())
