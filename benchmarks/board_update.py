"""How long until a board shows a change: from the commit to the hint, and to the fetched parts.

The process of events and the server run as `district run` starts them; a leader listens and
fetches as a browser does, with 20 other connections beside. Cases are reported by the service in
another process, one every 1.2 s; measured are the milliseconds from each commit to the event, and
to the answer with the board's parts, fetched as the page fetches them (250 ms after the hint).
Besides, the board, its parts and the map themselves.
Held to: p95 of the whole under 2 s, a page at p95 under 500 ms. At 10,000 cases;
`DISTRICT_BENCH_CASES=10000,1000000` measures more (SQLite to 100,000). The peer is the same page
without an event stream, which asks every 10 s: 5 s on average. The last line is JSON: {name,
figure, unit, rows, peer, peer_figure, ratio, holds}; the figure is the p95 of the whole.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.case_population import SQLITE_LIMIT, fill_cases
from benchmarks.harness import close, percentile
from benchmarks.installation import (
    ROOT,
    Installation,
    answering,
    engines,
    free_port,
    installed,
    serving,
)

BOUND_MS, PAGE_MS = 2000.0, 500.0
SIZES = tuple(int(size) for size in os.environ.get("DISTRICT_BENCH_CASES", "10000").split(","))
_CHANGES, _OTHERS, _PAUSE, _DEBOUNCE = 40, 20, 1.2, 0.25
_PAGES = 30
_STREAM = "/events/operations_centre/"
_SESSIONS = """
import json, sys
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
def session(name):
    client = Client()
    user = User.objects.get(username=name)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps({name: session(name) for name in sys.argv[1:]}))
"""
#: Reports a case and prints the moment after its commit, so many times.
_CHANGE = """
import sys, time
from benchmarks import board_update
board_update.change(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
"""


def change(count: int, pause: float, street: str) -> None:
    """Report appeals one after another; prints each commit's moment. In an installation."""
    from district.kernel.cases.public import Report, report_case
    from district.kernel.history.public import Actor

    for number in range(count):
        text = f"第{number}次看板测量：路口护栏松动，请处理"
        report_case(Report("appeal", text, street=street), actor=Actor.anonymous())
        print(time.time(), flush=True)
        time.sleep(pause)
    print("null")


class Listener:
    """A page that listens: the moments at which it heard of changes, and had its parts."""

    def __init__(self, pages: int, port: int, session: str, *, fetches: bool) -> None:
        self.heard: list[float] = []
        self.had: list[float] = []
        self._pages, self._cookie, self._fetches = pages, f"sessionid={session}", fetches
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._connection.request("GET", _STREAM, headers={"Cookie": self._cookie})
        self._answer = self._connection.getresponse()
        if self._answer.status != 200:
            raise RuntimeError(f"the stream answered {self._answer.status}")
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        rest = b""
        while piece := self._piece():
            *whole, rest = (rest + piece).split(b"\n\n")
            if any(b"event: changed" in block for block in whole):
                self.heard.append(time.time())
                if self._fetches:
                    time.sleep(_DEBOUNCE)
                    self.fetch("/operations_centre/", part=True)
                    self.had.append(time.time())

    def _piece(self) -> bytes:
        try:
            return self._answer.read1(65536)
        except (OSError, http.client.HTTPException):
            return b""  # the process has ended, as it does last of all

    def fetch(self, address: str, *, part: bool = False) -> float:
        """Open a page or its parts; the milliseconds that it took."""
        headers = {"Cookie": self._cookie, **({"X-Board-Part": "1"} if part else {})}
        began = time.perf_counter()
        opened = http.client.HTTPConnection("127.0.0.1", self._pages, timeout=60)
        opened.request("GET", address, headers=headers)
        answer = opened.getresponse()
        answer.read()
        opened.close()
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return (time.perf_counter() - began) * 1000


@contextmanager
def events(installation: Installation, pages: int) -> Iterator[int]:
    """The process of events beside the server as `district run` starts it; yields its port."""
    from district.runtime.events import command

    port = free_port()
    env = {**installation.env, "DISTRICT_PAGES_PORT": str(pages), "DISTRICT_LISTENERS_EACH": "60"}
    with answering(command("127.0.0.1", port), port, env):
        yield port


def measure(installation: Installation, made: dict[str, Any]) -> dict[str, list[float]]:
    """Milliseconds from commit to hint and to parts, and of the pages."""
    street = made["street"]
    names = ("load-leader",)
    sessions = installation.call(_SESSIONS, *names)
    found: dict[str, list[float]] = {}
    with serving(installation) as address:
        pages = int(address.rpartition(":")[2])
        with events(installation, pages) as port:
            began = time.perf_counter()
            leader = Listener(pages, port, sessions[names[0]], fetches=True)
            others = [
                Listener(pages, port, sessions[names[0]], fetches=False)
                for _other in range(_OTHERS)
            ]
            for page in ("/operations_centre/", "/operations_centre/map/"):
                found[page] = [leader.fetch(page) for _run in range(_PAGES)][3:]
            found["/operations_centre/ (parts)"] = [
                leader.fetch("/operations_centre/", part=True) for _run in range(_PAGES)
            ][3:]
            time.sleep(max(0.0, 5 - (time.perf_counter() - began)))
            committed = _changes(installation, street)
            time.sleep(2)
    found["hint"] = _after(committed, leader.heard)
    found["hint to 20 others"] = [
        taken for other in others for taken in _after(committed, other.heard)
    ]
    found["board"] = _after(committed, leader.had)
    return found


def _changes(installation: Installation, street: str) -> list[float]:
    script = f"import django; django.setup()\n{_CHANGE}"
    arguments = [str(_CHANGES), str(_PAUSE), street]
    done = subprocess.run(  # noqa: S603  # our own interpreter and code, without a shell
        [sys.executable, "-c", script, *arguments],
        env=installation.env,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [float(line) for line in done.stdout.split() if line != "null"]


def _after(committed: list[float], moments: list[float]) -> list[float]:
    """For each commit the milliseconds until the first moment after it; endless where none."""
    return [
        min((at - commit for at in moments if at >= commit), default=float("inf")) * 1000
        for commit in committed
    ]


def main() -> int:
    """Print the growth curve on each database and the JSON line."""
    worst, rows, holds, first = 0.0, 0, True, dict[str, float]()
    for engine in engines():
        with installed(engine) as installation:
            present = 0
            for size in (one for one in SIZES if engine != "sqlite" or one <= SQLITE_LIMIT):
                made = fill_cases(installation, size - present, type_key="appeal")
                present = size
                for name, taken in measure(installation, made).items():
                    slow = percentile(taken, 0.95)
                    base = first.setdefault(f"{engine} {name}", slow)
                    print(
                        f"{engine:>10} {size:8d} cases, {name:30}: p50 "
                        f"{percentile(taken, 0.5):7.1f} ms, p95 {slow:7.1f} ms, "
                        f"{slow / base:5.2f} of the smallest size",
                        flush=True,
                    )
                    if name == "board":
                        worst, rows = max(worst, slow), size
                    holds &= slow <= (PAGE_MS if name.startswith("/") else BOUND_MS)
    return close(
        "board_update",
        worst,
        "ms at p95 from commit to the shown number",
        rows,
        peer="a page that asks every 10 s",
        peer_figure=5000.0,
        holds=holds,
    )


if __name__ == "__main__":
    sys.exit(main())
