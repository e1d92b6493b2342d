"""Devices: datastreams that speak at their intervals, over MQTT and HTTP, and now and then wrongly.

A process of its own: `python -m benchmarks.year.day.readings PLAN OUT`. Every reading has a number
that no other has, so that the log can be asked for it afterwards.
"""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.year.day.rates import INTERVALS
from benchmarks.year.day.senders import Numbers, OverHttp, OverMqtt, Sent

_STEP = 0.25  # seconds between two looks at what is due
_IN_BATCH = 1000
#: Of ten datastreams so many send each reading by itself, and in batches over MQTT; others by HTTP.
_SINGLES, _BATCHES = 4, 3
#: Seconds between two rounds of wrong readings.
_WRONG_EVERY = 30.0
_HOUR = 3600 * 1_000_000
#: What a wrong reading is set aside for, over either way.
WRONG = ("duplicate", "unknown", "late", "future", "malformed")


@dataclass(frozen=True)
class Plan:
    """What to send: `streams` of `source`; `ahead` is the district's clock before the machine's
    (seconds); `level` is what a probe says, each once. Waits for `begins` (seconds of the wall)."""

    source: str
    secret: str
    streams: list[int]
    probes: list[int]
    level: float
    broker: int
    gateway: int
    ahead: float
    begins: float
    seconds: float
    pace: float
    base: int


class Due:
    """The datastreams of one interval and way, evenly spread over it: which speak next."""

    def __init__(self, streams: Sequence[int], period: float) -> None:
        self._streams, self._period, self._at = streams, period, 0

    def until(self, seconds: float) -> list[int]:
        """Those that spoke since the last look, so many seconds after the beginning."""
        end = int(len(self._streams) * seconds / self._period)
        found = [self._streams[at % len(self._streams)] for at in range(self._at, end)]
        self._at = max(self._at, end)
        return found


def _way(tenth: int) -> str:
    if tenth < _SINGLES:
        return "single"
    return "batch" if tenth < _SINGLES + _BATCHES else "http"


def dues(streams: Sequence[int], pace: float) -> dict[str, list[Due]]:
    """By way, the datastreams of each interval."""
    found: dict[str, list[Due]] = {"single": [], "batch": [], "http": []}
    start = 0
    for number, (every, share) in enumerate(INTERVALS):
        last = number == len(INTERVALS) - 1
        end = len(streams) if last else start + round(len(streams) * share / 100)
        mine, start = streams[start:end], end
        ways: dict[str, list[int]] = {"single": [], "batch": [], "http": []}
        for at, stream in enumerate(mine):
            ways[_way(at % 10)].append(stream)
        for way, those in ways.items():
            if those:
                found[way].append(Due(those, every / pace))
    return found


class Devices:
    """All devices of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.sent, self._numbers = plan, Sent(), Numbers()
        self._mqtt, self._http = (
            OverMqtt(plan.broker, self.sent),
            OverHttp(plan.gateway, plan.source, plan.secret, self.sent),
        )
        self._dice = np.random.default_rng(7)
        self._topic = f"district/readings/{plan.source}"
        self._last: tuple[int, int, int, float] | None = None
        self._over_http = False

    def _now(self) -> int:
        return int((time.time() + self.plan.ahead) * 1_000_000)

    def speak_once(self) -> None:
        """Every datastream says something harmless: a rule lays out what it knows of one then."""
        everything = [*self.plan.streams, *self.plan.probes]
        for start in range(0, len(everything), _IN_BATCH):
            self._batch(everything[start : start + _IN_BATCH], "batch")
        self._mqtt.finish(120)
        self._mqtt = OverMqtt(self.plan.broker, self.sent)

    def run(self) -> None:
        """A day long."""
        plan = self.plan
        time.sleep(max(0.0, plan.begins - time.time()))
        left, ways = deque(plan.probes), dues(plan.streams, plan.pace)
        every = plan.seconds / (len(plan.probes) + 1)
        began, wrong = time.monotonic(), 0.0
        looked = began
        while (at := time.monotonic() - began) < plan.seconds:
            self.sent.late = max(self.sent.late, time.monotonic() - looked - _STEP)
            looked = time.monotonic()
            for due in ways["single"]:
                for stream in due.until(at):
                    self._single(stream, self._value())
            for way in ("batch", "http"):
                found = [stream for due in ways[way] for stream in due.until(at)]
                for start in range(0, len(found), _IN_BATCH):
                    self._batch(found[start : start + _IN_BATCH], way)
            while left and at >= every * (len(plan.probes) - len(left) + 1):
                probe = left.popleft()
                self.sent.probes[probe] = time.time()
                self._single(probe, plan.level)
            if at >= wrong:
                wrong = at + min(_WRONG_EVERY, plan.seconds / 3)
                self._say_wrong()
            self._mqtt.hear()
            time.sleep(max(0.0, looked + _STEP - time.monotonic()))
        self._mqtt.finish(60)
        self._http.finish()

    def _value(self) -> float:
        return round(float(self._dice.normal(0, 0.5)), 2)

    def _single(self, stream: int, value: float) -> None:
        number, now = self._numbers.take(1), self._now()
        self.sent.waiting.add(number)
        self.sent.ways["MQTT, single"] += 1
        self._last = (stream, now, number, value)
        self._publish_one(stream, now, value, number)

    def _publish_one(self, stream: object, at: int, value: object, number: int) -> None:
        told = [[at, value, self.plan.base + number]]
        body = json.dumps({"time_unit": "us", "readings": told}).encode()
        self._mqtt.publish(f"{self._topic}/{stream}", body, [number])

    def _batch(self, streams: Sequence[int], way: str) -> None:
        first, now = self._numbers.take(len(streams)), self._now()
        numbers = range(first, first + len(streams))
        self.sent.waiting.update(numbers)
        columns = {
            "time_unit": "us",
            "stream": list(streams),
            # A datastream may speak twice within a look.
            "time": [now + at for at in range(len(streams))],
            "value": self._dice.normal(0, 0.5, len(streams)).round(2).tolist(),
            "sequence": [self.plan.base + number for number in numbers],
        }
        body = json.dumps(columns, separators=(",", ":")).encode()
        self.sent.ways["HTTP, batches" if way == "http" else "MQTT, batches"] += len(streams)
        if way == "http":
            self._http.post(body, numbers)
        else:
            self._mqtt.publish(self._topic, body, numbers)

    def _say_wrong(self) -> None:
        """One of each kind, over one way and then the other: what was said before, nobody's, of
        yesterday, of tomorrow, no number."""
        if self._last is None:
            return
        stream, at, number, value = self._last
        now = self._now()
        rows: list[tuple[str, object, int, object, int]] = [
            ("duplicate", stream, at, value, number)
        ]
        others: list[tuple[str, object, int, object]] = [
            ("unknown", 99_999_999, now, 1.0),
            ("late", stream, now - 30 * _HOUR, 1.0),
            ("future", stream, now + 30 * _HOUR, 1.0),
            ("malformed", stream, now, "damp"),
        ]
        for reason, whose, when, what in others:
            own = self._numbers.take(1)
            self.sent.wrong_numbers.append(own)
            rows.append((reason, whose, when, what, own))
        # The good one must have come in before it is said again.
        self._mqtt.finish(20)
        self._mqtt = OverMqtt(self.plan.broker, self.sent)
        over_http, self._over_http = self._over_http, not self._over_http
        if over_http:
            self._post_wrong(rows)
        for reason, whose, when, what, own in rows:
            self.sent.wrong[reason] += 1
            if not over_http:
                self._publish_one(whose, when, what, own)

    def _post_wrong(self, rows: Sequence[tuple[str, object, int, object, int]]) -> None:
        _reasons, streams, times, values, numbers = zip(*rows, strict=True)
        columns = {
            "time_unit": "us", "stream": streams, "time": times, "value": values,
            "sequence": [self.plan.base + number for number in numbers],
        }  # fmt: skip
        self._http.post(json.dumps(columns).encode(), [])


def _result(devices: Devices) -> dict[str, Any]:
    sent = devices.sent
    return {
        "count": devices._numbers.next,
        "acknowledged": sent.acknowledged,
        "waiting": sorted(sent.waiting),
        "refused": dict(sent.refused),
        "wrong": dict(sent.wrong),
        "wrong_numbers": sent.wrong_numbers,
        "probes": {str(stream): at for stream, at in sent.probes.items()},
        "problems": sent.problems[:50],
        "ways": dict(sent.ways),
        "taken": sent.taken,
        "late": sent.late,
    }


def main(plan: str, out: str) -> int:
    """Say once, tell so by a line, wait for one on the input, then send for a day."""
    devices = Devices(Plan(**json.loads(Path(plan).read_text(encoding="utf-8"))))
    devices.speak_once()
    print("spoken", flush=True)
    begins = float(sys.stdin.readline() or time.time())
    devices.plan = Plan(**{**vars(devices.plan), "begins": begins})
    devices.run()
    Path(out).write_text(json.dumps(_result(devices)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
