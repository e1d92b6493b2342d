"""A stand-in for a city platform: HTTP on the loopback, ends with the test, misbehaves on demand.

What it counts is what the city would see: `calls` that reached it, and `effects`, the results
that it took, each key once however often it came.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: How the next call is answered. `drop`: taken, then the line is cut without an answer; `lose`:
#: cut before it is read; `late`: taken, answered after the caller has given up.
PLANS = ("ok", "drop", "lose", "late", "500", "422", "409", "redirect", "rubbish")


class CityServer:
    """The platform's state; `plan` holds how the next calls are answered, then all are well."""

    def __init__(self) -> None:
        self.plan: deque[str] = deque()
        self.calls: list[str] = []
        self.effects: list[dict[str, Any]] = []
        self.by_key: dict[str, dict[str, Any]] = {}
        self.orders: list[dict[str, Any]] = []
        self.page_size = 2
        self.secret = "city-secret"  # noqa: S105  # the stand-in's own
        self.seconds_late = 0.6
        self.lock = threading.Lock()
        self.url = ""

    def taken(self, key: str, result: dict[str, Any]) -> bool:
        """Take a result under its key; False where it was taken before."""
        with self.lock:
            if key in self.by_key:
                assert self.by_key[key] == result, "the same key came with another result"
                return False
            self.by_key[key] = result
            self.effects.append(result)
            return True

    def listed(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """A page of orders from the place that the caller names."""
        since = int(query.get("since", [""])[0] or 0)
        some = self.orders[since : since + self.page_size]
        after = since + len(some)
        return {"orders": some, "next": str(after), "more": after < len(self.orders)}


class _Handler(BaseHTTPRequestHandler):
    city: CityServer

    def log_message(self, *args: Any) -> None:
        """Nothing: a test's output is for its failures."""

    def do_GET(self) -> None:  # the base class names it
        parts = urlsplit(self.path)
        how = self._begin()
        if how is not None:
            self._answer(how, self.city.listed(parse_qs(parts.query, keep_blank_values=True)))

    def do_POST(self) -> None:  # as above
        how = self._begin()
        if how is None:
            return
        result = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if how in ("ok", "drop", "late", "409") and not self.city.taken(
            self.headers["Idempotency-Key"], result
        ):
            how = "409" if how == "ok" else how
        self._answer(how, {"received": True})

    def _begin(self) -> str | None:
        with self.city.lock:
            how = self.city.plan.popleft() if self.city.plan else "ok"
            self.city.calls.append(f"{self.command} {urlsplit(self.path).path} {how}")
        if self.headers.get("Authorization") != f"Bearer {self.city.secret}":
            self._send(401, b'{"message": "who are you?"}')
            return None
        if how == "lose":
            self.close_connection = True
            return None
        return how

    def _answer(self, how: str, body: dict[str, Any]) -> None:
        if how == "drop":
            self.close_connection = True
            return
        if how == "late":
            time.sleep(self.city.seconds_late)
        if how == "redirect":
            self.send_response(302)
            self.send_header("Location", f"{self.city.url}/elsewhere")
            self.end_headers()
            return
        if how == "rubbish":
            self._send(200, b"<html>maintenance</html>")
            return
        code = int(how) if how.isdigit() else 200
        words = {"500": "boom", "422": "no such order", "409": "known"}.get(how, "")
        self._send(code, words.encode() if words else json.dumps(body).encode())

    def _send(self, code: int, body: bytes) -> None:
        try:
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # the caller has gone


@contextmanager
def running() -> Iterator[CityServer]:
    """A city platform at `url`, until the block ends."""
    city = CityServer()
    handler = type("Handler", (_Handler,), {"city": city})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    city.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield city
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
