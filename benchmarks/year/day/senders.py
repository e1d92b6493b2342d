"""How devices send: over MQTT to a broker, over HTTP to the gateway, each answered for."""

from __future__ import annotations

import base64
import http.client
import json
import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.link import Broker, Link
from district.kernel.sensing.gateway.mqtt.packets import Control, Session, Type

_WINDOW, _SENDERS = 4000, 2


@dataclass
class Sent:
    """What was sent and answered for. Numbers count from the plan's base."""

    acknowledged: int = 0
    waiting: set[int] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    wrong_numbers: list[int] = field(default_factory=list)
    probes: dict[int, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    ways: Counter[str] = field(default_factory=Counter)
    taken: list[float] = field(default_factory=list)
    count: int = 0
    late: float = 0.0


class Numbers:
    """The next number; any thread may ask."""

    def __init__(self) -> None:
        self._lock, self.next = threading.Lock(), 0

    def take(self, count: int) -> int:
        """The first of so many."""
        with self._lock:
            first, self.next = self.next, self.next + count
            return first


class OverMqtt:
    """Publishes at QoS 1 and remembers what the broker has acknowledged; sends again what it has
    not when the connection broke."""

    def __init__(self, port: int, sent: Sent) -> None:
        self._broker = Broker(
            "127.0.0.1", port, Session("day", clean=True, level=packets.V3, keep_alive=0)
        )
        self._sent, self._free = sent, deque(range(1, 2 * _WINDOW))
        self._under_way: dict[int, tuple[str, bytes, Sequence[int]]] = {}
        self._link = self._opened()

    def _opened(self) -> Link:
        link = Link(self._broker)
        link.begin()
        return link

    def publish(self, topic: str, body: bytes, numbers: Sequence[int]) -> None:
        """Send a message with readings of these numbers; waits where too much is under way."""
        while len(self._under_way) >= _WINDOW:
            self.hear()
            time.sleep(0.001)
        key = self._free.popleft()
        self._under_way[key] = (topic, body, numbers)
        self._write(packets.publish(packets.V3, topic, body, key))

    def _write(self, data: bytes) -> None:
        try:
            self._link.write(data)
        except OSError as error:
            self._again(error)

    def _again(self, error: Exception) -> None:
        self._sent.problems.append(f"the broker's connection broke: {error}")
        with suppress(OSError):
            self._link.close()
        time.sleep(0.5)
        self._link = self._opened()
        for key, (topic, body, _numbers) in self._under_way.items():
            self._link.write(packets.publish(packets.V3, topic, body, key))

    def hear(self) -> None:
        """Take what the broker has acknowledged, and go on writing."""
        try:
            self._link.write(b"")
            found = self._link.read()
        except OSError as error:
            self._again(error)
            return
        for packet in found:
            if isinstance(packet, Control) and packet.type == Type.PUBACK:
                key = packet.body[0] << 8 | packet.body[1]
                gone = self._under_way.pop(key, None)
                if gone is not None:
                    self._free.append(key)
                    self._sent.waiting.difference_update(gone[2])
                    self._sent.acknowledged += len(gone[2])

    def finish(self, patience: float) -> None:
        """Until all is acknowledged."""
        until = time.monotonic() + patience
        while self._under_way and time.monotonic() < until:
            self.hear()
            time.sleep(0.002)
        self._link.close()


class OverHttp:
    """Batches over HTTP by a few senders; what is refused is told by its reason."""

    def __init__(self, port: int, source: str, secret: str, sent: Sent) -> None:
        word = base64.b64encode(f"{source}:{secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {word}", "Content-Type": "application/json"}
        self._port, self._sent, self._lock = port, sent, threading.Lock()
        self._queue: queue.Queue[tuple[bytes, Sequence[int]] | None] = queue.Queue()
        self._threads = [threading.Thread(target=self._send, daemon=True) for _n in range(_SENDERS)]
        for thread in self._threads:
            thread.start()

    def post(self, body: bytes, numbers: Sequence[int]) -> None:
        """Have a batch sent."""
        self._queue.put((body, numbers))

    def finish(self) -> None:
        """Until all is answered."""
        for _thread in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        while (taken := self._queue.get()) is not None:
            body, numbers = taken
            for attempt in range(5):
                began = time.perf_counter()
                try:
                    connection.request("POST", "/readings", body, self._headers)
                    answer = connection.getresponse()
                    said = answer.read()
                except (OSError, http.client.HTTPException) as error:
                    connection.close()
                    self._problem(f"the gateway: {error}", attempt)
                    continue
                if answer.status == 200:
                    self._answered(json.loads(said), numbers, time.perf_counter() - began)
                    break
                self._problem(f"the gateway answers {answer.status}: {said[:200]!r}", attempt)
        connection.close()

    def _problem(self, text: str, attempt: int) -> None:
        with self._lock:
            self._sent.problems.append(text)
        time.sleep(0.2 * (attempt + 1))

    def _answered(self, told: dict[str, Any], numbers: Sequence[int], seconds: float) -> None:
        with self._lock:
            self._sent.taken.append(seconds * 1000)
            self._sent.acknowledged += int(told["accepted"])
            self._sent.waiting.difference_update(numbers)
            self._sent.refused.update(told["reasons"])
