"""Devices of the fault tests: they send numbered readings until somebody has taken them."""

from __future__ import annotations

import base64
import http.client
import json
import random
import socket
import threading
import time
from contextlib import suppress

from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.link import Broker, Link
from district.kernel.sensing.gateway.mqtt.packets import Session
from district.kernel.sensing.gateway.tests.brokers import send_all

#: datastream, microseconds since 1970 UTC, value, number.
Reading = tuple[int, int, float, int]
_PAUSE = 0.05


class Device(threading.Thread):
    """Makes readings of its datastreams and sends each until it is answered for.

    `taken` are the numbers that were answered for; `sent` all that ever left.
    """

    def __init__(self, streams: list[int], first: int, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.taken: set[int] = set()
        self.sent: set[int] = set()
        self.ended = threading.Event()
        self._streams, self._next = streams, first
        # Its own, so that what it sends does not hang on what the test draws meanwhile.
        self._chance = random.Random(chance.random())  # noqa: S311  # readings, not secrets

    def run(self) -> None:
        """Send until it is told to end; what nobody answered for is sent again, later."""
        left: list[Reading] = []
        while not self.ended.is_set():
            if not left:
                left = self._made()
            with suppress(OSError, http.client.HTTPException):
                self._send(left)
                left = [reading for reading in left if reading[3] not in self.taken]
            time.sleep(_PAUSE)

    def _made(self) -> list[Reading]:
        now = time.time_ns() // 1000
        chosen = self._chance.sample(self._streams, 4)
        values = [self._chance.choice((1.0, 1.5, 2.5, 3.5)) for _stream in chosen]
        numbers = range(self._next, self._next + len(chosen))
        self._next = numbers.stop
        self.sent.update(numbers)
        late = [self._chance.choice((0, 0, 0, 300_000, 900_000)) for _stream in chosen]
        return list(zip(chosen, [now - each for each in late], values, numbers, strict=True))

    def _send(self, readings: list[Reading]) -> None:
        raise NotImplementedError


class HttpDevice(Device):
    """Over HTTP: answered for is what the answer accepts, or knows already."""

    def __init__(
        self, port: int, code: str, secret: str, streams: list[int], first: int,
        chance: random.Random,
    ) -> None:  # fmt: skip
        super().__init__(streams, first, chance)
        word = base64.b64encode(f"{code}:{secret}".encode()).decode()
        self._port, self._headers = port, {"Authorization": f"Basic {word}"}

    def _send(self, readings: list[Reading]) -> None:
        stream, at, value, sequence = zip(*readings, strict=True)
        columns = {"stream": stream, "time": at, "value": value, "sequence": sequence}
        body = json.dumps({"time_unit": "us", **columns})
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("POST", "/readings", body, self._headers)
            answer = connection.getresponse()
            told = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            return
        refused = {item["item"]: item["reason"] for item in told["items"]}
        for at_item, reading in enumerate(readings):
            if refused.get(at_item, "duplicate") == "duplicate":
                self.taken.add(reading[3])
        # What is refused for good (late, while the clock jumped) is not sent for ever.
        if any(reason != "duplicate" for reason in refused.values()):
            readings[:] = [one for n, one in enumerate(readings) if n not in refused]


class MqttDevice(Device):
    """Over a broker at QoS 1: answered for is what the broker acknowledged."""

    def __init__(
        self, port: int, code: str, streams: list[int], first: int, chance: random.Random
    ) -> None:
        super().__init__(streams, first, chance)
        session = Session(f"device-{code}", clean=True, level=packets.V3)
        self._broker, self._code = Broker("127.0.0.1", port, session), code

    def _send(self, readings: list[Reading]) -> None:
        link = Link(self._broker, timeout=5)
        try:
            messages = [self._message(reading) for reading in readings]
            send_all(link, messages, lambda at: self.taken.add(readings[at][3]))
        finally:
            link.close()

    def _message(self, reading: Reading) -> tuple[str, bytes]:
        stream, at, value, number = reading
        body = json.dumps({"time_unit": "us", "readings": [[at, value, number]]})
        return f"district/readings/{self._code}/{stream}", body.encode()


def storm(ports: list[int], count: int = 150) -> None:
    """Everybody connects at once and is gone again, in the middle of a word."""
    opened = []
    for at in range(count):
        with suppress(OSError):
            one = socket.create_connection(("127.0.0.1", ports[at % len(ports)]), timeout=2)
            one.sendall(b"POST /readings HTTP/1.1\r\nContent-Le"[: 1 + at % 34])
            opened.append(one)
    for one in opened:
        one.close()
