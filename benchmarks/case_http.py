"""Reports sent to a real server over HTTP, each by the form that residents use.

`prepare` makes the requests and `send` sends them, in a process of its own: many connections that
stay open, one request after the other on each. Nothing of the product runs in the sender.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.installation import ROOT, Installation

#: As many residents send at the same moment.
CONNECTIONS = 8
PAGE = "/appeals/report/"
_COOKIE = "c" * 32
#: What is reported, in words that the population does not use; street names are drawn from letters,
#: so that few of those that lie near sound alike.
_THINGS = (
    "井盖松动，车一过就响", "共享单车堵住盲道", "围挡挡住红绿灯", "流浪狗追咬小孩", "楼道堆放杂物",
    "健身器材断了一根杆", "公厕没有水冲", "电动车在楼下飞线充电", "广告牌摇摇欲坠", "河面漂着油污",
)  # fmt: skip
_PREPARE = """
import sys
from benchmarks import case_http
case_http.prepare(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
"""


def prepare(count: int, seed: int, path: str) -> None:
    """Write the bodies of `count` reports, tickets drawn a minute ago; runs with Django up."""
    from unittest import mock

    from district.systems.appeals.rules.tickets import new_ticket

    rng = random.Random(seed)  # noqa: S311  # made-up reports
    then = time.time() - 60
    bodies = []
    with mock.patch("django.core.signing.time.time", return_value=then):
        for _report in range(count):
            number, thing = rng.randrange(10**8), rng.choice(_THINGS)
            street = "".join(chr(rng.randrange(0x4E00, 0x5E00)) for _letter in range(12))
            bodies.append(
                urlencode(
                    {
                        "csrfmiddlewaretoken": _COOKIE,
                        "ticket": new_ticket(),
                        "text": f"{street}{number}号{thing}",
                        "lon": f"{114.02 + rng.random() * 0.36:.6f}",
                        "lat": f"{22.60 + rng.random() * 0.18:.6f}",
                        "name": "张三",
                        "phone": f"138{number:08d}",
                    }
                )
            )
    Path(path).write_text(json.dumps(bodies), encoding="utf-8")


def run(installation: Installation, address: str, count: int, seed: int) -> dict[str, Any]:
    """Send `count` reports to a serving installation; see `send`."""
    path = installation.var / f"bodies-{seed}.json"
    installation.call(_PREPARE, str(count), str(seed), str(path))
    code = "from benchmarks import case_http; import sys; case_http.send(*sys.argv[1:])"
    done = subprocess.run(  # noqa: S603  # our own interpreter and code, without a shell
        [sys.executable, "-c", code, address, str(path)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def send(address: str, path: str) -> None:
    """Send what was prepared; prints the answers by kind, seconds in all, milliseconds of each."""
    bodies = json.loads(Path(path).read_text(encoding="utf-8"))
    host, port = str(urlsplit(address).hostname), urlsplit(address).port
    taken: list[float] = []
    kinds: dict[str, int] = {}

    def hand(mine: list[str]) -> None:
        connection = HTTPConnection(host, port, timeout=60)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={_COOKIE}",
        }
        for body in mine:
            began = time.perf_counter()
            connection.request("POST", PAGE, body, headers)
            answer = connection.getresponse()
            page = answer.read()
            taken.append((time.perf_counter() - began) * 1000)
            kind = "received" if b"receipt-number" in page else f"other {answer.status}"
            kinds[kind] = kinds.get(kind, 0) + 1
        connection.close()

    hands = [Thread(target=hand, args=(bodies[at::CONNECTIONS],)) for at in range(CONNECTIONS)]
    began = time.perf_counter()
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "taken": taken, "kinds": kinds}))
