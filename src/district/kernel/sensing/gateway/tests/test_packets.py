"""MQTT packets: written as the standard says, and read however the bytes are cut."""

from __future__ import annotations

import random

import pytest

from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.packets import (
    V3,
    V5,
    Control,
    Inbox,
    ProtocolError,
    Publish,
    Session,
    Type,
)


def test_packets_are_written_as_the_standard_shows() -> None:
    asked = packets.connect(Session("g", "u", "p", level=V3))
    assert asked == b"\x10\x13\0\4MQTT\4\xc0\0\x1e\0\1g\0\1u\0\1p"
    asked = packets.connect(Session("g", level=V5, expiry=16, receive_maximum=258))
    assert asked == b"\x10\x16\0\4MQTT\5\0\0\x1e\x08\x11\0\0\0\x10\x21\1\2\0\1g"
    assert packets.subscribe(V3, 1, ["a/#"]) == b"\x82\x08\0\1\0\3a/#\1"
    assert packets.subscribe(V5, 1, ["a/#"]) == b"\x82\x09\0\1\0\0\3a/#\x11"
    assert packets.publish(V3, "a", b"xy", 5) == b"\x32\7\0\1a\0\5xy"
    assert [packets.length_of(n) for n in (0, 127, 128, 16_384)] == [
        b"\0",
        b"\x7f",
        b"\x80\1",
        b"\x80\x80\1",
    ]
    with pytest.raises(ValueError, match="bytes"):
        packets.length_of(1 << 28)


@pytest.mark.parametrize("level", [V3, V5])
def test_packets_are_read_however_the_bytes_are_cut(level: int) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)  # noqa: S311  # makes inputs, no secret
    expected: list[Publish | Control] = []
    data = b""
    for _ in range(300):
        payload, number = rng.randbytes(rng.choice([0, 1, 100, 20_000])), rng.choice([0, 0x1234])
        ack = b"\x40\x02\x12\x34" if number else b""
        expected.append(Publish(b"a/b", payload, number, ack))
        data += packets.publish(level, "a/b", payload, number)
        if rng.random() < 0.1:
            expected.append(Control(Type.PINGRESP, 0, b""))
            data += b"\xd0\0"
    inbox, found, at = Inbox(level, 1 << 20), [], 0
    while at < len(data):
        step = rng.choice([1, 2, 3, 50, 5_000, 100_000])
        found += inbox.feed(data[at : at + step])
        at += step
    assert found == expected


def test_properties_of_level_5_are_passed_over() -> None:
    properties = b"\x26\0\1k\0\1v" * 30
    body = b"\0\1t\0\7" + packets.length_of(len(properties)) + properties + b"payload"
    data = b"\x32" + packets.length_of(len(body)) + body
    assert Inbox(V5, 1000).feed(data) == [Publish(b"t", b"payload", 7, b"\x40\x02\0\7")]
    suback = Control(Type.SUBACK, 0, b"\0\1" + b"\x04\x1f\0\1x" + b"\1\x87")
    assert packets.granted(V5, suback) == [1, 0x87]


def test_of_a_packet_that_is_too_long_only_the_beginning_is_kept() -> None:
    long = packets.publish(V3, "t", b"x" * 50_000, 9)
    short = packets.publish(V3, "t", b"y", 10)
    inbox = Inbox(V3, 1000)
    found: list[Publish] = []
    data = long + short + long + short
    for at in range(0, len(data), 700):
        part = inbox.feed(data[at : at + 700])
        found += [packet for packet in part if isinstance(packet, Publish)]
    assert [packet.number for packet in found] == [9, 10, 9, 10]
    assert 900 < len(found[0].payload) < 2500
    assert (found[1].payload, found[3].payload) == (b"y", b"y")


@pytest.mark.parametrize(
    "data",
    [b"\x32\xff\xff\xff\xff\1", b"\x32\1\0", b"\x32\3\0\5a", b"\x32\3\0\1a", b"\0\0", b"\xf0\0"],
)
def test_what_is_no_mqtt_is_refused(data: bytes) -> None:
    for level in (V3, V5):
        with pytest.raises(ProtocolError):
            Inbox(level, 1000).feed(data)


def test_noise_raises_nothing_else() -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)  # noqa: S311  # makes inputs, no secret
    for _ in range(3000):
        inbox = Inbox(rng.choice([V3, V5]), 100)
        try:
            for packet in inbox.feed(rng.choice([b"\x32", b"\x30", b"\x90"]) + rng.randbytes(40)):
                if isinstance(packet, Control) and packet.type == Type.SUBACK:
                    packets.granted(V5, packet)
        except ProtocolError:
            pass
