"""How other processes of the product hand readings to the gateway, which alone writes the log."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


class GatewayAway(Exception):
    """The gateway does not answer, or took nothing: nothing is known to be accepted.

    `status` is its answer's (503 busy, 507 the disk is full), 0 without one; `wait` the seconds
    after which it may be asked again. Whoever sends again relies on the check for duplicates.
    """

    def __init__(self, text: str, status: int = 0, wait: int = 1) -> None:
        super().__init__(text)
        self.status, self.wait = status, wait


@dataclass(frozen=True, slots=True)
class Appended:
    """`accepted` readings are durable in the frame at `position` (None where none was accepted);
    `refused` are (index, reason's code) of those in quarantine."""

    accepted: int
    position: int | None
    refused: tuple[tuple[int, str], ...]


class GatewayClient:
    """Appends over loopback. Any thread may use it; each keeps a connection of its own."""

    def __init__(self, url: str, token: str, timeout: float = 30.0) -> None:
        """`url` is `http://127.0.0.1:8002`; `token` the secret that both processes know."""
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._token, self._timeout = token, timeout
        self._local = threading.local()

    def append(
        self,
        source: int,
        stream: Sequence[int],
        time: Sequence[int],
        value: Sequence[float],
        sequence: Sequence[int | None] | None = None,
    ) -> Appended:
        """Have readings of a source taken in; returns once what is accepted is durable.

        `time` in microseconds since 1970 UTC; a `sequence` of None or -1 is none. At most
        100,000. Raises GatewayAway.
        """
        columns: dict[str, object] = {
            "time_unit": "us",
            "stream": list(stream),
            "time": list(time),
            "value": list(value),
        }
        if sequence is not None:
            columns["sequence"] = [None if n is None or n < 0 else n for n in sequence]
        body = json.dumps(columns).encode()
        headers = {"X-District-Source": str(source), "Content-Type": "application/json"}
        told = self._ask("POST", "/readings", body, headers)
        refused = tuple((item["item"], item["reason"]) for item in told["items"])
        return Appended(told["accepted"], told["position"], refused)

    def state(self) -> dict[str, Any]:
        """How the gateway stands: the fields of `GatewayState`. Raises GatewayAway."""
        return self._ask("GET", "/state", b"", {})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        headers = {**headers, "Authorization": f"District {self._token}"}
        for attempt in range(2):
            connection = getattr(self._local, "connection", None)
            is_fresh = connection is None
            if connection is None:
                connection = http.client.HTTPConnection(
                    self._host, self._port, timeout=self._timeout
                )
                self._local.connection = connection
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                status, data = answer.status, answer.read()
                break
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self._local.connection = None
                # A kept connection may have ended meanwhile; once more is safe: what came in
                # already is told as a duplicate then.
                if attempt or is_fresh:
                    raise GatewayAway(f"the gateway does not answer: {error}") from error
        try:
            told: dict[str, Any] = json.loads(data)
        except ValueError as error:  # what serves the gateway says of itself is no JSON
            raise GatewayAway("the gateway fails", status) from error
        if status != 200:
            wait = int(answer.headers.get("Retry-After") or 1)
            raise GatewayAway(str(told.get("error", status)), status, wait)
        return told
