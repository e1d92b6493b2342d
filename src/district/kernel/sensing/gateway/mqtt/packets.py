"""MQTT packets, 3.1.1 (level 4) and 5: those that a subscriber needs. Pure.

Incoming packets are cut out of what the socket gave, many at once: a loop over them costs about
two microseconds each, where a general client takes twenty-five (see ADR 23).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum

V3, V5 = 4, 5


class Type(IntEnum):
    """The kinds of packets, by the number in their first byte."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    SUBACK = 9
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


class ProtocolError(Exception):
    """What came is not MQTT, or not what was to come."""


PING = bytes([Type.PINGREQ << 4, 0])
DISCONNECT = bytes([Type.DISCONNECT << 4, 0])
_LONGEST = 268_435_455


@dataclass(frozen=True, slots=True)
class Session:
    """How a connection is asked for. `expiry` (s) and `receive_maximum` are said by level 5."""

    client_id: str
    user: str = ""
    password: str = ""
    level: int = V5
    clean: bool = False
    keep_alive: int = 30
    expiry: int = 7 * 86_400
    receive_maximum: int = 65_535


@dataclass(frozen=True, slots=True)
class Publish:
    """A message that was published: its topic, payload, and its number (0 at QoS 0).

    `ack` is the acknowledgement, empty at QoS 0.
    """

    topic: bytes
    payload: bytes
    number: int
    ack: bytes


@dataclass(frozen=True, slots=True)
class Control:
    """Any other packet."""

    type: Type
    flags: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Connected:
    """What the broker answered to CONNECT: 0 is yes; `session` whether it had kept one."""

    code: int
    session: bool


def length_of(size: int) -> bytes:
    """A remaining length as it is written; ValueError where it is beyond what MQTT knows."""
    if not 0 <= size <= _LONGEST:
        raise ValueError(f"a packet of {size} bytes")
    found = bytearray()
    while True:
        size, digit = size >> 7, size & 127
        found.append(digit | 128 if size else digit)
        if not size:
            return bytes(found)


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("!H", len(data)) + data


def _packet(first: int, body: bytes) -> bytes:
    return bytes([first]) + length_of(len(body)) + body


def connect(session: Session) -> bytes:
    """CONNECT."""
    flags = (2 if session.clean else 0) | (128 if session.user else 0)
    flags |= 64 if session.password else 0
    body = _text("MQTT") + bytes([session.level, flags]) + struct.pack("!H", session.keep_alive)
    if session.level == V5:
        expiry = struct.pack("!BI", 0x11, session.expiry)
        most = struct.pack("!BH", 0x21, session.receive_maximum)
        body += length_of(len(expiry + most)) + expiry + most
    body += _text(session.client_id)
    body += _text(session.user) if session.user else b""
    body += _text(session.password) if session.password else b""
    return _packet(Type.CONNECT << 4, body)


def subscribe(level: int, number: int, topics: list[str], qos: int = 1) -> bytes:
    """SUBSCRIBE; level 5 asks for kept messages only when the subscription is new."""
    options = qos | (0x10 if level == V5 else 0)
    body = struct.pack("!H", number) + (b"\0" if level == V5 else b"")
    body += b"".join(_text(topic) + bytes([options]) for topic in topics)
    return _packet(Type.SUBSCRIBE << 4 | 2, body)


def publish(level: int, topic: str, payload: bytes, number: int = 0) -> bytes:
    """PUBLISH, QoS 1 where a number is given."""
    body = _text(topic) + (struct.pack("!H", number) if number else b"")
    body += (b"\0" if level == V5 else b"") + payload
    return _packet(Type.PUBLISH << 4 | (2 if number else 0), body)


def connected(packet: Control) -> Connected:
    """What a CONNACK says; ProtocolError for anything else."""
    if packet.type != Type.CONNACK or len(packet.body) < 2:
        raise ProtocolError(f"{packet.type.name} where CONNACK was to come")
    return Connected(packet.body[1], bool(packet.body[0] & 1))


def granted(level: int, packet: Control) -> list[int]:
    """What a SUBACK says of each topic: the QoS, or from 128 on why not."""
    start = 2
    if level == V5:
        size, start = _length_at(packet.body, 2)
        start += size
    return list(packet.body[start:])


def _length_at(data: bytes, at: int) -> tuple[int, int]:
    """(a length of MQTT's, the offset behind it); ProtocolError where there is none."""
    found = shift = 0
    while at < len(data) and shift <= 21:
        byte = data[at]
        at += 1
        found |= (byte & 127) << shift
        if byte < 128:
            return found, at
        shift += 7
    raise ProtocolError("a length that is none")


@dataclass(slots=True)
class Inbox:
    """Packets out of a stream of bytes.

    Of a packet longer than `most` bytes only the beginning is kept; the rest is passed over, so
    that its payload is longer than anybody takes, and nobody has to hold it.
    """

    level: int
    most: int
    _rest: bytes = b""
    _passing: int = field(default=0)

    def feed(self, data: bytes) -> list[Publish | Control]:
        """The packets that are complete now, in order. Raises ProtocolError."""
        if self._passing:
            passed = min(self._passing, len(data))
            self._passing -= passed
            data = data[passed:]
        data = self._rest + data if self._rest else data
        found: list[Publish | Control] = []
        position, end = 0, len(data)
        is_v5 = self.level == V5
        while position + 2 <= end:
            size, start, shift, byte = 0, position + 1, 0, 128
            while byte >= 128 and start < end and shift <= 21:
                byte = data[start]
                start += 1
                size |= (byte & 127) << shift
                shift += 7
            if byte >= 128:
                if shift > 21:
                    raise ProtocolError("a length of more than four bytes")
                break
            stop = start + size
            if stop > end:
                if size <= self.most or end - start <= self.most:
                    break
                # What is held is enough to say that it is too long.
                self._passing, stop = stop - end, end
            first = data[position]
            if first >> 4 == Type.PUBLISH:
                found.append(_published(first, data, start, stop, is_v5))
            else:
                found.append(_control(first, data[start:stop]))
            position = stop
        self._rest = data[position:]
        return found


def _published(first: int, data: bytes, start: int, stop: int, is_v5: bool) -> Publish:
    body = start + 2 + (data[start] << 8 | data[start + 1]) if stop - start >= 2 else stop + 1
    topic = data[start + 2 : body]
    number, ack = 0, b""
    if first & 6:
        if body + 2 > stop:
            raise ProtocolError("a PUBLISH without its number")
        number = data[body] << 8 | data[body + 1]
        ack = b"\x40\x02" + data[body : body + 2]
        body += 2
    if is_v5:
        if body < stop and data[body] == 0:
            body += 1
        else:
            size, body = _length_at(data, body)
            body += size
    if body > stop:
        raise ProtocolError("a PUBLISH that ends early")
    return Publish(topic, data[body:stop], number, ack)


def _control(first: int, body: bytes) -> Control:
    try:
        return Control(Type(first >> 4), first & 15, body)
    except ValueError as error:
        raise ProtocolError(f"a packet of type {first >> 4}") from error
