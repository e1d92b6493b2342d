"""Every page over a year, found by the crawler and opened as each role; runs in an installation."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.http import Http404
from django.test import Client, override_settings
from django.urls import resolve

from benchmarks.harness import percentile
from benchmarks.year.__main__ import STATEMENTS
from district.testing.crawler import Crawler, Visit, inside
from district.testing.demo import PEOPLE

#: Addresses of one route that are opened, and the slowest that are printed.
_MOST, _SLOWEST = 12, 10


def walk(out: Path) -> None:
    """Walk as each role, print what came of it, and write it to `out` as JSON.

    Times are those of the application in this process, statements included, without the network
    and the server in front. Files of lists are left out: an export of a hundred thousand rows is
    no page.
    """
    visits: list[tuple[str, Visit]] = []
    for role in PEOPLE:
        found = _walked(role)
        visits += [(role, visit) for visit in found]
        times = [visit.seconds * 1000 for visit in found]
        print(
            f"  as {role}: {len(found)} pages, p50 {median(times):.0f} ms, "
            f"p95 {percentile(times, 0.95):.0f} ms",
            flush=True,
        )
    told = _told(visits)
    _print(told)
    out.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _walked(role: str) -> list[Visit]:
    client, name = Client(), PEOPLE[role]
    with override_settings(ALLOWED_HOSTS=["*"], DISTRICT_DEMO=True):
        if name is not None:
            client.force_login(User.objects.get(username=name))
        walker = Crawler(client, figures=False, lists=False, most=_MOST)
        return walker.crawl(["/", "/home/"]).visits


def _told(visits: list[tuple[str, Visit]]) -> dict[str, Any]:
    shown = [(role, one) for role, one in visits if one.status < 400]
    times = [one.seconds * 1000 for _role, one in shown]
    slowest = sorted(shown, key=lambda pair: -pair[1].seconds)[:_SLOWEST]
    linked = _links([one for _role, one in shown])
    by_route: dict[str, list[float]] = {}
    for _role, one in shown:
        by_route.setdefault(one.route, []).append(one.seconds * 1000)
    return {
        "pages": len(shown),
        "p50": median(times),
        "p95": percentile(times, 0.95),
        "worst": max(times),
        "errors": [_line(role, one) for role, one in visits if one.status >= 400],
        "costly": [_line(role, one) for role, one in shown if one.statements > STATEMENTS],
        "slowest": [_line(role, one) for role, one in slowest],
        "problems": Counter(
            problem.split(":")[0] for _role, one in visits for problem in one.problems
        ).most_common(_SLOWEST),
        "routes": {
            route: {
                "opened": len(each),
                "linked": linked[route],
                "p50": median(each),
                "p95": percentile(each, 0.95),
            }
            for route, each in by_route.items()
        },
    }


def _links(visits: list[Visit]) -> Counter[str]:
    """How many links of the pages lead to each route: what people come by most."""
    routes: dict[str, str] = {}
    found: Counter[str] = Counter()
    for one in visits:
        for link in one.reading.links if one.reading else ():
            path = urlsplit(inside(one.address, link)).path
            if path and path not in routes:
                try:
                    routes[path] = resolve(path).route
                except Http404:
                    routes[path] = ""
            found[routes.get(path, "")] += 1
    return found


def _line(role: str, one: Visit) -> str:
    return f"{one.seconds * 1000:6.0f} ms {one.statements:3d} statements {one.address} ({role})"


def _print(told: dict[str, Any]) -> None:
    print(
        f"{told['pages']} pages: p50 {told['p50']:.0f} ms, p95 {told['p95']:.0f} ms, the slowest "
        f"{told['worst']:.0f} ms; {len(told['errors'])} errors, {len(told['costly'])} with more "
        f"than {STATEMENTS} statements"
    )
    for title, lines in (
        ("the slowest", told["slowest"]),
        ("errors", told["errors"]),
        (f"more than {STATEMENTS} statements", told["costly"]),
    ):
        for line in lines:
            print(f"  {title}: {line}")
