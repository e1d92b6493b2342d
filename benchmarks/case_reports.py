"""How long the daily five, a month's analysis and the hourly measures take over a year's appeals.

A year of 400,000 appeals, as the district has, and a tenth of it before. Pages are opened by
Django's test client as a leader, who sees all; files are made whole. Held to: under 10 s each.
The peer reads every appeal as a row and counts the month in Python. The last line is JSON:
{name, figure, unit, rows, peer, peer_figure, ratio, holds}; the figure is seconds of the slowest.
"""

from __future__ import annotations

import sys
from typing import Any

from benchmarks.case_population import SQLITE_LIMIT, fill_cases
from benchmarks.harness import close
from benchmarks.installation import engines, installed

BOUND_S = 10.0
SIZES = (40_000, 400_000)
_CODE = """
import json
from benchmarks import case_reports
print(json.dumps(case_reports.measure()))
"""


def measure() -> dict[str, Any]:
    """Seconds of each report, the median of three; runs inside an installation."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from benchmarks.harness import seconds
    from district.kernel.base import clock
    from district.kernel.history.public import Actor
    from district.kernel.measures.public import compute_measures

    client = Client()
    user = User.objects.get(username="load-leader")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    last = clock.today().replace(day=1)
    month = f"/appeals/analysis/?month={last.year}-{last.month:02d}"

    def opened(address: str) -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        answer.getvalue()  # of one that streams, all of it

    keys = [f"appeals_{one}" for one in ("reported", "finished", "in_time", "satisfaction")]
    reports = {
        "daily five": lambda: opened("/appeals/daily-five/"),
        "month": lambda: opened(month),
        "month, xlsx": lambda: opened(f"{month}&format=xlsx"),
        "month, docx": lambda: opened(f"{month}&format=docx"),
        "measures": lambda: compute_measures(keys=keys, actor=Actor.system("measures")),
    }
    found: dict[str, Any] = {name: seconds(call, runs=3) for name, call in reports.items()}
    found["peer"] = seconds(lambda: _plainly(last), runs=1, warmup=0)
    return found


def _plainly(first: Any) -> None:
    from collections import Counter

    from district.kernel.cases.models import Case

    rows = Case.objects.filter(type_key="appeal").select_related("lead_unit")
    counts: Counter[str] = Counter()
    for case in rows.iterator():
        if case.reported_at.date() >= first:
            counts[case.matter] += 1
            counts[case.lead_unit.name] += 1


def main() -> int:
    """Print the growth curve on each database and the JSON line."""
    worst, peer, size, holds = 0.0, 0.0, 0, True
    for engine in engines():
        with installed(engine) as installation:
            installation.env.pop("DISTRICT_SYSTEMS")
            installation.env["DISTRICT_HOSTS"] = "testserver"
            present = 0
            for size in SIZES:
                if engine == "sqlite" and size > SQLITE_LIMIT:
                    continue
                fill_cases(installation, size - present, days=365, type_key="appeal")
                present = size
                found = installation.call(_CODE)
                peer = found.pop("peer")
                worst = max(found.values())
                holds &= worst <= BOUND_S
                told = ", ".join(f"{name} {taken:.2f} s" for name, taken in found.items())
                print(f"{engine:>10} {size:8d} appeals: {told}; plainly {peer:.1f} s", flush=True)
    return close(
        "case_reports",
        worst,
        "s",
        size,
        peer="every appeal read, the month counted in Python",
        peer_figure=peer,
        holds=holds,
    )


if __name__ == "__main__":
    sys.exit(main())
