"""Things that are due at their moments, done by a few threads, each as soon as one is free."""

from __future__ import annotations

import heapq
import threading
import time
import traceback
from collections.abc import Callable
from itertools import count

from benchmarks.year.day.tally import Tally

Act = Callable[[], None]
_LOOK = 0.2


class Pool:
    """An open loop: what is due is done whether or not earlier things were slow; how much later
    than due anything began is in the tally."""

    def __init__(self, threads: int, tally: Tally) -> None:
        self._due: list[tuple[float, int, str, Act]] = []
        self._numbers, self._lock = count(), threading.Condition()
        self._tally, self._ended, self._busy = tally, False, 0
        self._threads = [
            threading.Thread(target=self._work, name=f"source-{n}", daemon=True)
            for n in range(threads)
        ]

    def add(self, at: float, source: str, act: Act) -> None:
        """Have something done at a moment (of `time.monotonic`)."""
        with self._lock:
            heapq.heappush(self._due, (at, next(self._numbers), source, act))
            self._lock.notify()

    def run(self, patience: float) -> int:
        """Do everything that is due; what was left undone after `patience` seconds is counted."""
        for thread in self._threads:
            thread.start()
        until = time.monotonic() + patience
        with self._lock:
            while (self._due or self._busy) and time.monotonic() < until:
                self._lock.wait(_LOOK)
            left, self._ended = len(self._due) + self._busy, True
            self._lock.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)
        return left

    def _work(self) -> None:
        while True:
            taken = self._next()
            if taken is None:
                return
            at, source, act = taken
            self._tally.lag(time.monotonic() - at)
            try:
                act()
            except Exception:  # noqa: BLE001  # a fault of a source is told at the end and must not stop the day
                self._tally.error(f"{source}: {traceback.format_exc(limit=-4)}")
                self._tally.outcome(source, "failed", "a fault of the source")
            with self._lock:
                self._busy -= 1
                self._lock.notify_all()

    def _next(self) -> tuple[float, str, Act] | None:
        with self._lock:
            while not self._ended:
                wait = self._due[0][0] - time.monotonic() if self._due else _LOOK
                if self._due and wait <= 0:
                    at, _number, source, act = heapq.heappop(self._due)
                    self._busy += 1
                    return at, source, act
                self._lock.wait(min(max(wait, 0.001), _LOOK))
        return None
