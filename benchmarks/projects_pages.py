"""How long the pages of investment projects take with 10,000 projects, and in how many statements.

Opened by Django's test client with the real middleware, by an officer of the coordinating unit: the
board, the list (also by another order and on a late page), warnings, steering, a leader's page, the
year's investment, a project before construction with its network drawn, and one under
construction. 10,000 projects of 60 approvals and 12 months, 40 percent of them under construction,
500 problems. Held to: p95 under 300 ms and at most 10 statements. The peer reads the newest 50
projects with units and clocks by the ORM. The last line is JSON; its figure is the p95 of the
slowest page. `python -m benchmarks.projects_pages 1000` is a small run.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from benchmarks.harness import close, percentile
from benchmarks.installation import engines, installed

PROJECTS, ITEMS = 10_000, 60
BOUND_MS, MOST = 300.0, 10
_RUNS = 30
_FILL = """
import json, sys
from benchmarks.projects_population import fill_projects
print(json.dumps(fill_projects(int(sys.argv[1]), int(sys.argv[2]), building=0.4)))
"""
_MEASURE = """
import json, sys
from benchmarks import projects_pages
print(json.dumps(projects_pages.measure(json.loads(sys.argv[1]))))
"""


def measure(made: dict[str, Any]) -> dict[str, Any]:
    """Of each page milliseconds at p50 and p95, those of processor, and statements; runs inside an
    installation."""
    import time

    from django.conf import settings
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from district.systems.projects.models import Project

    client = Client()
    user = User.objects.get(username=made["reader"])
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    built = Project.objects.filter(stage="building").order_by("pk").first()
    pages = {
        "board": "/projects/",
        "list": "/projects/list/",
        "list, page 40": "/projects/list/?page=40",
        "list, red": "/projects/list/?light=red",
        "list, by chance": "/projects/list/?sort=chance",
        "warnings": "/projects/warnings/",
        "steering": "/projects/steering/",
        "leader": f"/projects/leaders/{made['leader']}/",
        "investment": "/projects/investment/",
        "project and Gantt": f"/projects/{made['project']}/",
        "approvals": "/registers/projects-items/",
    }
    if built is not None:
        pages["project, building"] = f"/projects/{built.pk}/"
    found: dict[str, Any] = {}
    for name, address in pages.items():
        for _warm in range(2):
            answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        statements = len(captured.captured_queries)
        taken, used = [], []
        for _run in range(_RUNS):
            cpu, began = time.process_time(), time.perf_counter()
            client.get(address)
            taken.append((time.perf_counter() - began) * 1000)
            used.append((time.process_time() - cpu) * 1000)
        found[name] = (
            percentile(taken, 0.5), percentile(taken, 0.95), percentile(used, 0.5), statements,
        )  # fmt: skip
    began = time.perf_counter()
    for _run in range(_RUNS):
        list(Project.objects.select_related("lead_unit", "street", "clock").order_by("-pk")[:50])
    found["peer"] = (time.perf_counter() - began) / _RUNS * 1000
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print the pages on each database and the JSON line."""
    projects = int(arguments[0]) if arguments else PROJECTS
    worst, peer, holds = 0.0, 0.0, True
    for engine in engines():
        with installed(engine) as installation:
            installation.env["DISTRICT_HOSTS"] = "testserver"
            made = installation.call(_FILL, str(projects), str(ITEMS))
            found = installation.call(_MEASURE, json.dumps(made))
        peer = max(peer, found.pop("peer"))
        for name, (middle, slow, used, statements) in found.items():
            worst = max(worst, slow)
            holds &= slow <= BOUND_MS and statements <= MOST
            print(
                f"{engine:>10} {name:18}: p50 {middle:6.1f}, p95 {slow:6.1f} ms, "
                f"{used:6.1f} ms of processor, {statements} statements; "
                f"load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
    return close(
        "projects_pages", worst, "ms at p95", projects,
        peer="the newest 50 projects read plainly", peer_figure=peer, holds=holds,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
