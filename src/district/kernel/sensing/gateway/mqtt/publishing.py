"""A sender over MQTT, as a device is one: publishes at QoS 1 and waits until the broker has it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.link import Broker, Link, Refused
from district.kernel.sensing.gateway.mqtt.packets import Control, ProtocolError, Session, Type

#: So many messages are under way at once; the least that a broker must allow is more.
_WINDOW = 200
#: A sender that has nothing to say for so long (s) is let go by the broker, and connects anew.
_KEPT_ALIVE = 600


class NotPublished(Exception):
    """The broker did not take everything: it is away, refuses us, or was too slow.

    What it took before may be there: send all of it again, twice is told as duplicates.
    """


class Publisher:
    """One sender's connection, opened when it is needed. For one thread."""

    def __init__(
        self, host: str, port: int, *, user: str, password: str, client_id: str = ""
    ) -> None:
        session = Session(
            client_id or user,
            user,
            password,
            level=packets.V3,
            clean=True,
            keep_alive=_KEPT_ALIVE,
        )
        self._broker = Broker(host, port, session)
        self._link: Link | None = None

    def publish(self, messages: Sequence[tuple[str, bytes]], timeout: float = 10.0) -> None:
        """Publish (topic, payload) in this order; returns when the broker acknowledged each.

        Raises NotPublished.
        """
        kept = self._link is not None
        try:
            self._publish(messages, timeout)
        except (OSError, ProtocolError, Refused) as error:
            self.close()
            if not kept:
                raise NotPublished(str(error)) from error
            # The connection may have ended while nothing was said.
            self.publish(messages, timeout)

    def _publish(self, messages: Sequence[tuple[str, bytes]], timeout: float) -> None:
        link = self._link = self._link or Link(self._broker, timeout)
        for at in range(0, len(messages), _WINDOW):
            self._send(link, messages[at : at + _WINDOW], timeout)

    def _send(self, link: Link, messages: Sequence[tuple[str, bytes]], timeout: float) -> None:
        link.socket.settimeout(timeout)
        parts = [
            packets.publish(packets.V3, topic, payload, number=number)
            for number, (topic, payload) in enumerate(messages, start=1)
        ]
        link.socket.sendall(b"".join(parts))
        missing, until = set(range(1, len(parts) + 1)), time.monotonic() + timeout
        while missing:
            for packet in link.read():
                if isinstance(packet, Control) and packet.type == Type.PUBACK:
                    missing.discard(packet.body[0] << 8 | packet.body[1])
            if missing and time.monotonic() > until:
                raise TimeoutError(f"{len(missing)} messages were not acknowledged")

    def close(self) -> None:
        """Let go of the connection; the next publish opens another."""
        if self._link is not None:
            self._link.close()
            self._link = None
