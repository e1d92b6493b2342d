"""Somebody with a browser: cookies, forms, and every request noted."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from benchmarks.year.day.forms import Page, Photo, Sending
from benchmarks.year.day.tally import Answer, Tally

_PATIENCE = 60.0  # seconds
_REDIRECTS = (301, 302, 303)


@dataclass(frozen=True)
class Reply:
    """An answer: its status (0: none came), text, and where it leads."""

    status: int
    address: str
    kind: str = ""
    body: bytes = b""
    location: str = ""
    taken: float = 0.0

    @property
    def text(self) -> str:
        """The body in words."""
        return self.body.decode("utf-8", "replace")

    @property
    def page(self) -> Page:
        """The body as a page."""
        return Page(self.address, self.text)

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Visitor:
    """Asks the product at `port` through a proxy, as `address`; connections are not kept, as a
    proxy without kept connections opens them."""

    port: int
    tally: Tally
    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Reply:
        """Open an address."""
        return self._ask("GET", path, None, headers)

    def open(self, path: str) -> Reply:
        """Open an address and go where it leads."""
        return self._followed(self.get(path))

    def send(self, sending: Sending) -> Reply:
        """Send a form; the answer itself, be it the way on."""
        if sending.files:
            body, kind = _multipart(sending.pairs, sending.files)
        else:
            body, kind = urlencode(sending.pairs).encode(), "application/x-www-form-urlencoded"
        return self._ask("POST", sending.address, body, {"Content-Type": kind})

    def send_json(self, path: str, data: Any, token: str) -> Reply:
        """Send JSON as a script of ours does."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": token}
        return self._ask("POST", path, json.dumps(data).encode(), headers)

    def _followed(self, reply: Reply) -> Reply:
        for _turn in range(5):
            if reply.status not in _REDIRECTS:
                return reply
            reply = self.get(reply.location)
        return reply

    def _ask(self, method: str, path: str, body: bytes | None, more: dict[str, str]) -> Reply:
        host = f"127.0.0.1:{self.port}"
        headers = {
            "Host": host,
            "Accept": "text/html,*/*",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"https://{host}{path}",
            "X-Forwarded-For": self.address,
            "X-Forwarded-Proto": "https",
            **more,
        }
        began, clock = time.time(), time.perf_counter()
        try:
            reply = self._answered(method, path, body, headers, clock)
        except (OSError, http.client.HTTPException) as error:
            reply = Reply(0, path, taken=(time.perf_counter() - clock) * 1000)
            self.tally.error(f"{method} {path}: {type(error).__name__}: {error}")
        if reply.status >= 500:
            said = " ".join(reply.text.split())[:600]
            self.tally.error(f"{method} {path}: {reply.status}: {said}")
        self.tally.note(Answer(method, path, reply.kind, reply.status, began, reply.taken))
        return reply

    def _answered(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], clock: float
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        taken = (time.perf_counter() - clock) * 1000
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        parts = urlsplit(urljoin(f"http://d{path}", answer.headers.get("Location") or ""))
        location = parts.path + (f"?{parts.query}" if parts.query else "")
        kind = (answer.headers.get("Content-Type") or "").split(";")[0]
        return Reply(answer.status, path, kind, content, location, taken)


def _multipart(
    pairs: Sequence[tuple[str, str]], files: Sequence[tuple[str, Photo]]
) -> tuple[bytes, str]:
    boundary = f"district-{secrets.token_hex(12)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    for name, photo in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; '
            f'filename="{photo.name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        )
        parts += [head.encode(), photo.content, b"\r\n"]
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
