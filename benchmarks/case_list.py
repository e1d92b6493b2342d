"""How long a page of 50 cases takes, from 10,000 to 1,000,000 cases, and in how many statements.

Opened by Django's test client with the real middleware: the register of cases by a leader (all
cases) and by a street's officer (their own), in its own order, on page 20, filtered by stage, by
street and by lead unit. Held to: p95 under 150 ms and at most 8 statements, session, member and
bell included. SQLite is measured to 100,000. The peer reads the newest 50 cases with their units
and clocks by the ORM, without rights, count or page. The last line is JSON: {name, figure, unit,
rows, peer, peer_figure, ratio, holds}; the figure is the p95 of the slowest list.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from benchmarks.case_population import fill_cases, sizes
from benchmarks.harness import close, percentile
from benchmarks.installation import engines, installed

BOUND_MS, MOST = 150.0, 8
_RUNS = 30
_CODE = """
import json, sys
from benchmarks import case_list
print(json.dumps(case_list.measure(json.loads(sys.argv[1]))))
"""


def measure(made: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of each list, p50 and p95, and its statements; runs inside an installation."""
    import time

    from django.conf import settings
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.case_population import declare
    from district.kernel.cases.models import Case

    declare()
    street = made["street"]
    lists = {
        "leader, all": ("load-leader", ""),
        "leader, page 20": ("load-leader", "?page=20"),
        "leader, open stage": ("load-leader", "?stage=handling"),
        "leader, a street": ("load-leader", f"?street={street}"),
        "leader, a lead unit": ("load-leader", f"?lead_unit={street}"),
        "leader, by deadline": ("load-leader", "?sort=due_at"),
        "officer of a street": (f"load-officer-{street}", ""),
    }
    found: dict[str, Any] = {}
    for name, (who, query) in lists.items():
        client = Client()
        user = User.objects.get(username=who)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        address = f"/registers/cases-request/{query}"
        for _warm in range(3):
            answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        taken = []
        for _run in range(_RUNS):
            began = time.perf_counter()
            client.get(address)
            taken.append((time.perf_counter() - began) * 1000)
        found[name] = (
            percentile(taken, 0.5), percentile(taken, 0.95), len(captured.captured_queries),
        )  # fmt: skip
    began = time.perf_counter()
    for _run in range(_RUNS):
        list(Case.objects.select_related("lead_unit", "street_unit", "clock")[:50])
    found["peer"] = (time.perf_counter() - began) / _RUNS * 1000
    return found


def main() -> int:
    """Print the growth curve on each database and the JSON line."""
    worst, peer, size, holds = 0.0, 0.0, 0, True
    for engine in engines():
        with installed(engine) as installation:
            installation.env["DISTRICT_HOSTS"] = "testserver"
            present = 0
            for size in sizes(engine):
                made = fill_cases(installation, size - present)
                present = size
                found = installation.call(_CODE, json.dumps(made))
                peer, worst = found.pop("peer"), 0.0
                for name, (middle, slow, statements) in found.items():
                    worst = max(worst, slow)
                    holds &= slow <= BOUND_MS and statements <= MOST
                    print(
                        f"{engine:>10} {size:8d} cases, {name:20}: p50 {middle:6.1f} ms, "
                        f"p95 {slow:6.1f} ms, {statements} statements",
                        flush=True,
                    )
    return close(
        "case_list",
        worst,
        "ms at p95",
        size,
        peer="the newest 50 cases read plainly",
        peer_figure=peer,
        holds=holds,
    )


if __name__ == "__main__":
    sys.exit(main())
