"""A Mosquitto of the test's own, and a publisher that remembers what the broker took."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.link import Broker, Link
from district.kernel.sensing.gateway.mqtt.packets import Control, Session, Type
from district.kernel.sensing.gateway.tests.fakes import AT
from district.kernel.sensing.gateway.tests.processes import Process, free_port

MOSQUITTO = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")
needs_mosquitto = pytest.mark.skipif(
    MOSQUITTO is None, reason="no mosquitto on this machine: apt-get install mosquitto"
)
#: As docs/sensing-gateway.md says that a broker must be set.
RIGHT = "max_queued_messages 0\nmax_inflight_messages 0\npersistence true\n"


def mosquitto(where: Path, settings: str = RIGHT) -> Process:
    """A broker that listens."""
    port = free_port()
    where.mkdir(parents=True, exist_ok=True)
    file = where / "mosquitto.conf"
    file.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\nlog_type error\n"
        f"persistence_location {where}/\n{settings}"
    )
    return Process([str(MOSQUITTO), "-c", str(file)], port)


def single(number: int, stream: int = 1) -> tuple[str, bytes]:
    """The topic and payload of one reading of source one, which has that sequence number."""
    reading = [[AT + number, 1.0, number]]
    payload = json.dumps({"time_unit": "us", "readings": reading}).encode()
    return f"district/readings/one/{stream}", payload


def send_all(
    link: Link, messages: Sequence[tuple[str, bytes]], taken: Callable[[int], None]
) -> None:
    """Publish at QoS 1 and wait until the broker has acknowledged each, the n-th by `taken(n)`."""
    link.socket.sendall(
        b"".join(
            packets.publish(packets.V3, *message, number=1 + n)
            for n, message in enumerate(messages)
        )
    )
    missing = len(messages)
    while missing:
        for packet in link.read():
            if isinstance(packet, Control) and packet.type == Type.PUBACK:
                taken((packet.body[0] << 8 | packet.body[1]) - 1)
                missing -= 1


class Publisher:
    """Publishes at QoS 1, with a few hundred under way."""

    def __init__(self, port: int, name: str = "publisher", window: int = 300) -> None:
        self._broker = Broker("127.0.0.1", port, Session(name, clean=True, level=packets.V3))
        self._window = window
        #: What the broker has acknowledged.
        self.taken: set[int] = set()
        self.stop = threading.Event()

    def publish(self, numbers: range, pause: float = 0.0) -> None:
        """Publish readings of these numbers until the broker has taken each; connects anew."""
        left = list(numbers)
        while left and not self.stop.is_set():
            try:
                self._publish(left, pause)
            except OSError:
                time.sleep(0.05)
            left = [number for number in left if number not in self.taken]

    def _publish(self, numbers: list[int], pause: float) -> None:
        link = Link(self._broker, timeout=5)
        try:
            for at in range(0, len(numbers), self._window):
                if self.stop.is_set():
                    return
                part = numbers[at : at + self._window]
                send_all(link, [single(number) for number in part], partial(self._took, part))
                time.sleep(pause)
        finally:
            link.close()

    def _took(self, part: Sequence[int], at: int) -> None:
        self.taken.add(part[at])
