"""Live boards that listen: some fetch what is new as the page's script does, others only hear."""

from __future__ import annotations

import http.client
import random
import socket
import threading
import time
from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from benchmarks.year.day.tally import Tally
from benchmarks.year.day.visitor import Visitor

_STREAM, _BOARD = "/events/operations_centre/", "/operations_centre/"
#: The page's script waits so long after a hint, for more of them (seconds), fetches again no
#: sooner than so long after the last, later where that took long, and by chance a little later.
_PAUSE, _LEAST, _TIMES, _SPREAD = 0.25, 1.05, 3, 0.4
_AGAIN = 3.0


@dataclass
class Board:
    """A board before somebody: hints by their moments, and fetches by their beginning and end
    (seconds of the wall)."""

    port: int
    visitor: Visitor
    tally: Tally
    fetches: bool
    heard: list[float] = field(default_factory=list)
    fetched: list[tuple[float, float]] = field(default_factory=list)
    connections: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _socket: socket.socket | None = None

    def start(self) -> None:
        """Listen until `end`; a stream that breaks is opened again, as a browser does."""
        self._thread = threading.Thread(target=self._run, name="board", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Go away."""
        self._ended.set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=20)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._listen()
            except (OSError, http.client.HTTPException, ValueError) as error:
                if not self._ended.is_set():
                    self.tally.error(f"a board's stream broke: {type(error).__name__}: {error}")
            self._ended.wait(_AGAIN)

    def _listen(self) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in self.visitor.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.connect()
        # The answer takes the socket over, and it must be found to end a wait for the next event.
        self._socket = connection.sock
        connection.request("GET", _STREAM, headers={"Cookie": cookies})
        answer = connection.getresponse()
        if answer.status != 200:
            self.tally.error(f"a board's stream answers {answer.status}")
            return
        self.connections += 1
        rest = b""
        while not self._ended.is_set():
            piece = answer.read1(65536)
            if not piece:
                return
            *whole, rest = (rest + piece).split(b"\n\n")
            if any(b"event: changed" in block for block in whole):
                self.heard.append(time.time())
                if self.fetches:
                    self._fetch()

    def _fetch(self) -> None:
        began, ended = self.fetched[-1] if self.fetched else (0.0, 0.0)
        again = ended + max(_LEAST, _TIMES * (ended - began))
        spread = _SPREAD * random.random()  # noqa: S311  # chance, no secret
        self._ended.wait(max(_PAUSE, again - time.time()) + spread)
        began = time.time()
        self.visitor.get(_BOARD, **{"X-Board-Part": "1"})
        self.fetched.append((began, time.time()))


def waits(
    changes: Sequence[float], fetched: Sequence[tuple[float, float]], ended: float
) -> list[float]:
    """For each change the milliseconds until the board showed it: until the end of the first fetch
    that began after it. What nothing fetched before `ended` is left out where there was no time
    for it (two seconds), else it is endless."""
    begins = [began for began, _end in fetched]
    found = []
    for change in changes:
        at = bisect_left(begins, change)
        if at < len(fetched):
            found.append((fetched[at][1] - change) * 1000)
        elif change < ended - 2:
            found.append(float("inf"))
    return found
