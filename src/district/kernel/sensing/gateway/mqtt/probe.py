"""Whether a broker keeps what QoS 1 promises: no broker tells its settings, so it is tried.

A session of its own is left behind, more messages than a cautious broker queues are published
to it, and what is there on return is counted. That takes a second or two and touches no topic
under which readings come.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
import time
from dataclasses import replace

from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.entrance import MqttEntrance
from district.kernel.sensing.gateway.mqtt.link import Broker, Link, Refused
from district.kernel.sensing.gateway.mqtt.packets import Control, ProtocolError, Publish, Type

log = logging.getLogger(__name__)

ROOT = "district/check/"
#: More than the 1,000 that Mosquitto queues for a client by default.
NUMBER = 1_500
_FEW_IN_FLIGHT = 500
_SILENCE = 0.7


class Examination(threading.Thread):
    """Examines the broker once, when the entrance is first connected; `warnings` says what for."""

    def __init__(self, broker: Broker, entrance: MqttEntrance) -> None:
        super().__init__(name="mqtt-check", daemon=True)
        self._broker, self._entrance = broker, entrance
        self.warnings: list[str] = []

    def run(self) -> None:
        """Wait for the entrance, then try the broker."""
        while not self._entrance.state().connected:
            time.sleep(0.5)
        level = self._entrance.state().level
        session = replace(self._broker.session, level=level)
        try:
            self.warnings = examine(replace(self._broker, session=session))
        except (OSError, ProtocolError) as error:
            self.warnings = [f"the broker's settings could not be tried: {error}"]
        for warning in self.warnings:
            log.warning("MQTT: %s", warning)


def examine(broker: Broker) -> list[str]:
    """What is wrong with the broker's settings, a sentence each; empty when all is well.

    Raises OSError and ProtocolError when the broker goes away meanwhile. What it would not let
    us tidy up ends by itself.
    """
    name = f"{broker.session.client_id[:40]}-check-{secrets.token_hex(4)}"
    kept = replace(broker, session=replace(broker.session, client_id=name, expiry=60))
    topic = ROOT + name
    try:
        _leave(kept, topic)
        _publish(replace(kept, session=replace(kept.session, client_id=f"{name}-out")), topic)
        in_flight, arrived = _count(kept)
    except Refused as refused:
        return [f"the broker's settings could not be tried: {refused}; allow {ROOT}#"]
    finally:
        clean = replace(kept.session, clean=True, expiry=0)
        with contextlib.suppress(OSError, ProtocolError, Refused):
            Link(replace(kept, session=clean)).close()
    found = []
    if not arrived:
        return [f"the broker kept nothing of {NUMBER} messages; allow {ROOT}#, keep sessions"]
    if arrived < NUMBER:
        found.append(
            f"the broker dropped {NUMBER - arrived} of {NUMBER} messages for a session that was "
            "away; set max_queued_messages 0"
        )
    if in_flight < min(_FEW_IN_FLIGHT, broker.session.receive_maximum):
        found.append(
            f"the broker sends only {in_flight} messages before it waits; set "
            "max_inflight_messages 0, or at least 1000"
        )
    return found


def _leave(broker: Broker, topic: str) -> None:
    """Leave a session behind that wants this topic."""
    link = Link(broker)
    try:
        link.subscribe([topic])
        link.socket.sendall(packets.DISCONNECT)
    finally:
        link.close()


def _publish(broker: Broker, topic: str) -> None:
    clean = replace(broker.session, clean=True, expiry=0)
    link = Link(replace(broker, session=clean))
    try:
        level = clean.level
        for first in range(1, NUMBER + 1, 100):
            numbers = range(first, min(first + 100, NUMBER + 1))
            link.socket.sendall(
                b"".join(packets.publish(level, topic, b"{}", number) for number in numbers)
            )
            missing = len(numbers)
            while missing:
                for packet in link.read():
                    if isinstance(packet, Control) and packet.type == Type.PUBACK:
                        missing -= 1
                        if len(packet.body) > 2 and packet.body[2] >= 128:
                            raise Refused("publishing is refused", packet.body[2])
    finally:
        link.close()


def _count(broker: Broker) -> tuple[int, int]:
    """(how many come before any is acknowledged, how many come in all)."""
    link = Link(broker)
    try:
        link.socket.settimeout(_SILENCE)
        acks = _until_silent(link)
        in_flight = arrived = len(acks)
        while acks:
            link.socket.sendall(b"".join(acks))
            acks = _until_silent(link)
            arrived += len(acks)
            if in_flight * 5 < NUMBER and arrived > in_flight * 2:
                # Few at a time: the rest is acknowledged as it comes.
                return in_flight, arrived + _drain(link, acks)
        return in_flight, arrived
    finally:
        link.close()


def _until_silent(link: Link) -> list[bytes]:
    acks: list[bytes] = []
    try:
        while True:
            acks += [packet.ack for packet in link.read() if isinstance(packet, Publish)]
    except TimeoutError:
        return acks


def _drain(link: Link, acks: list[bytes]) -> int:
    count = 0
    link.socket.sendall(b"".join(acks))
    try:
        while True:
            found = [packet.ack for packet in link.read() if isinstance(packet, Publish)]
            count += len(found)
            link.socket.sendall(b"".join(found))
    except TimeoutError:
        return count
