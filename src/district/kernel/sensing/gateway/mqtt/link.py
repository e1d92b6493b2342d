"""One connection to a broker: opened, asked to subscribe, then read and written without waiting."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass

from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.packets import Control, Inbox, Publish, Session, Type

# Few large reads: each may have to wait for the thread that parses.
_CHUNK = 1 << 20
_LEVEL_UNKNOWN = {1, 0x84}
#: A whole message of the intake's size, and its topic.
MOST_PACKET = (8 << 20) + (1 << 16)


class Refused(Exception):
    """The broker does not let us in, or not subscribe; `code` as it said."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code

    @property
    def level_unknown(self) -> bool:
        """Whether it may let us in by another level of the protocol."""
        return self.code in _LEVEL_UNKNOWN


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is, and as whom we come."""

    host: str
    port: int
    session: Session
    tls: bool = False
    #: A file with the authorities that may sign its certificate; "" for those of the system.
    authorities: str = ""


class Link:
    """An open connection; for one thread. Everything may raise OSError and ProtocolError."""

    def __init__(self, broker: Broker, timeout: float = 10.0) -> None:
        """Connect and introduce ourselves; raises Refused when the broker says no."""
        self.session = broker.session
        self._inbox = Inbox(broker.session.level, MOST_PACKET)
        self._early: list[Publish | Control] = []
        self._out = b""
        plain = socket.create_connection((broker.host, broker.port), timeout=timeout)
        try:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * _CHUNK)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket = _wrapped(plain, broker) if broker.tls else plain
            self.socket.sendall(packets.connect(broker.session))
            answer = packets.connected(self._await(timeout, Type.CONNACK))
        except BaseException:
            plain.close()
            raise
        self.had_session = answer.session
        if answer.code:
            self.close()
            raise Refused(f"the broker refuses the connection (code {answer.code})", answer.code)
        self.written = self.heard = time.monotonic()

    def _await(self, timeout: float, wanted: Type) -> Control:
        """The next packet of that type; what else comes meanwhile is kept for `read`."""
        until = time.monotonic() + timeout
        while True:
            data = self.socket.recv(_CHUNK)
            if not data:
                raise ConnectionError("the broker closed the connection")
            found: Control | None = None
            for packet in self._inbox.feed(data):
                if found is None and isinstance(packet, Control) and packet.type == wanted:
                    found = packet
                else:
                    self._early.append(packet)
            if found is not None:
                return found
            if time.monotonic() > until:
                raise TimeoutError(f"no {wanted.name} from the broker")

    def subscribe(self, topics: Sequence[str], timeout: float = 10.0) -> None:
        """Have what is published under these topics sent to us, at QoS 1."""
        self.socket.sendall(packets.subscribe(self.session.level, 1, list(topics)))
        answer = packets.granted(self.session.level, self._await(timeout, Type.SUBACK))
        for topic, code in zip(topics, answer, strict=False):
            if code >= 128:
                raise Refused(f"the broker refuses the subscription to {topic}", code)

    def begin(self) -> None:
        """From now on nothing waits."""
        self.socket.setblocking(False)

    def read(self) -> list[Publish | Control]:
        """What has come, perhaps nothing; ConnectionError when the broker has closed."""
        early, self._early = self._early, []
        try:
            data = self.socket.recv(_CHUNK)
            # What TLS holds unpacked already, no selector tells.
            while isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
                data += self.socket.recv(_CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return early
        if not data:
            raise ConnectionError("the broker closed the connection")
        self.heard = time.monotonic()
        return early + self._inbox.feed(data)

    @property
    def has_early(self) -> bool:
        """Whether `read` has something that no selector tells of."""
        return bool(self._early)

    def write(self, data: bytes) -> bool:
        """Send this behind what waits; whether all is gone now."""
        self._out += data
        if self._out:
            self.written = time.monotonic()
            try:
                sent = self.socket.send(self._out)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                sent = 0
            self._out = self._out[sent:]
        return not self._out

    def close(self) -> None:
        """Let go of the socket; the broker keeps the session."""
        self.socket.close()


def _wrapped(plain: socket.socket, broker: Broker) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=broker.authorities or None)
    return context.wrap_socket(plain, server_hostname=broker.host)
