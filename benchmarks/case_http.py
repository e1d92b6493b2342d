"""Reports sent to a real server over HTTP, each by the form that residents use.

`prepare` makes the requests and `send` sends them, in a process of its own: many connections that
stay open, one request after the other on each. Nothing of the product runs in the sender.
"""

from __future__ import annotations

import json
import random
import re
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.installation import ROOT, Installation

#: As many residents send at the same moment.
CONNECTIONS = 8
PAGE = "/appeals/report/"
_COOKIE = "c" * 32
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
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

    from district.systems.appeals.rules.tickets import TICKETS

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
                        "ticket": TICKETS.new(),
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
    """Send what was prepared; prints the answers by kind, seconds in all, milliseconds of each.

    One thread and plain sockets: the sender lives on the server's own cores, and Python's HTTP
    client costs as much there as half of the database.
    """
    host, port = str(urlsplit(address).hostname), urlsplit(address).port
    requests = [
        _request(body, f"{host}:{port}")
        for body in json.loads(Path(path).read_text(encoding="utf-8"))
    ]
    requests.reverse()
    taken: list[float] = []
    kinds: dict[str, int] = {}
    ready = selectors.DefaultSelector()
    began = time.perf_counter()
    for _connection in range(min(CONNECTIONS, len(requests))):
        line = _Line(socket.create_connection((host, port), timeout=60))
        ready.register(line.socket, selectors.EVENT_READ, line)
        line.ask(requests.pop())
    while ready.get_map():
        for key, _events in ready.select():
            line = key.data
            if not line.hear():
                continue
            taken.append((time.perf_counter() - line.asked) * 1000)
            kind = line.kind()
            kinds[kind] = kinds.get(kind, 0) + 1
            if requests:
                line.ask(requests.pop())
            else:
                ready.unregister(line.socket)
                line.socket.close()
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "taken": taken, "kinds": kinds}))


def _request(body: str, host: str) -> bytes:
    head = (
        f"POST {PAGE} HTTP/1.1\r\nHost: {host}\r\nCookie: csrftoken={_COOKIE}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


@dataclass
class _Line:
    """A connection that stays open: one request, then its answer as far as it has come."""

    socket: socket.socket
    asked: float = 0.0
    answer: bytes = b""

    def ask(self, request: bytes) -> None:
        self.answer, self.asked = b"", time.perf_counter()
        self.socket.sendall(request)

    def hear(self) -> bool:
        """Read what has come; whether the answer is whole."""
        heard = self.socket.recv(65536)
        if not heard:
            raise ConnectionError("the server closed the connection within an answer")
        self.answer += heard
        head, _gap, page = self.answer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if _gap and length is None:
            raise ValueError(f"an answer without its length: {head[:200]!r}")
        return length is not None and len(page) >= int(length[1])

    def kind(self) -> str:
        if b"receipt-number" in self.answer:
            return "received"
        return f"other {self.answer[9:12].decode()}"
