"""The MQTT entrance with a real broker: what the broker has arrives, once, whatever is killed."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from district.kernel.sensing.gateway import Gateway, Settings
from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.entrance import MqttEntrance
from district.kernel.sensing.gateway.mqtt.link import Broker, Link
from district.kernel.sensing.gateway.mqtt.packets import V3, V5, Session
from district.kernel.sensing.gateway.tests.brokers import (
    RIGHT,
    Publisher,
    mosquitto,
    needs_mosquitto,
    single,
)
from district.kernel.sensing.gateway.tests.certificates import certified
from district.kernel.sensing.gateway.tests.fakes import (
    AT,
    FakeQuarantine,
    FakeRegister,
    HandClock,
    logged,
    message,
    wait_for,
)
from district.kernel.sensing.gateway.tests.processes import Process, free_port, served
from district.kernel.sensing.log import folder
from district.kernel.sensing.log.tests.samples import kills

pytestmark = [needs_mosquitto, pytest.mark.one_database]


class Entered:
    """A gateway over fakes with an MQTT entrance, in this process."""

    def __init__(
        self, where: Path, port: int, level: int = V5, authorities: str = "", **bounds: int
    ) -> None:
        self.folder, self.quarantine = where / "log", FakeQuarantine()
        settings = Settings(tick=0.5, register=0.05)
        self.gateway = Gateway(self.folder, FakeRegister(), self.quarantine, HandClock(), settings)
        session = Session("gateway", level=level, keep_alive=2)
        broker = Broker("127.0.0.1", port, session, bool(authorities), authorities)
        self.mqtt = MqttEntrance(self.gateway, broker, **bounds)
        self.gateway.start()
        self.mqtt.start()

    def stop(self) -> None:
        self.mqtt.stop()
        self.gateway.stop()

    def sequences(self) -> list[int]:
        return [row[3] for row in logged(self.folder)]


@contextmanager
def entered(
    where: Path, port: int, level: int = V5, authorities: str = "", **bounds: int
) -> Iterator[Entered]:
    made = Entered(where, port, level, authorities, **bounds)
    wait_for(lambda: made.mqtt.state().connected)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    made = mosquitto(tmp_path_factory.mktemp("broker"))
    yield made
    made.end()


def publish(port: int, *messages: tuple[str, bytes]) -> None:
    """Publish at QoS 0 and leave."""
    link = Link(Broker("127.0.0.1", port, Session("other", clean=True, level=V3)))
    link.socket.sendall(b"".join(packets.publish(V3, *each) for each in messages))
    link.socket.sendall(packets.DISCONNECT)
    link.close()


@pytest.mark.parametrize("level", [V3, V5])
def test_batches_and_singles_come_in_and_nobody_writes_for_another(
    broker: Process, tmp_path: Path, level: int
) -> None:
    with entered(tmp_path, broker.port, level) as made:
        publish(
            broker.port,
            ("district/readings/one", message((1, AT, 1.0, 1), (2, AT, 1.0, 2))),
            single(3),
            ("district/readings/two", message((3, AT, 1.0, 4))),
            ("district/readings/two/3", b'{"time_unit": "us", "readings": [[0, 1]]}'),
            ("district/readings/one/4", message((5, AT, 1.0, 5))),
            ("district/readings/nobody", message((6, AT, 1.0, 6))),
            ("district/readings/three", message((7, AT, 1.0, 7))),
            ("district/readings/one/8", b"21.5"),
            ("district/readings/one", b" " * (8 << 20) + message((9, AT, 1.0, 9))),
            ("elsewhere/readings/one", message((9, AT, 1.0, 9))),
        )
        wait_for(lambda: sum(made.quarantine.counts().values()) == 7)
        assert sorted(made.sequences()) == [1, 2, 3]
        assert made.quarantine.counts() == {
            "foreign": 3,
            "unknown_source": 1,
            "suspended": 1,
            "malformed": 2,
        }
        assert made.mqtt.state().level == level


def test_over_tls_only_a_broker_that_is_trusted_is_spoken_to(tmp_path: Path) -> None:
    certificate, key = certified(tmp_path)
    tls = f"certfile {certificate}\nkeyfile {key}\n"
    own = mosquitto(tmp_path / "broker", RIGHT + tls)
    session = Session("other", clean=True)
    with pytest.raises(ssl.SSLCertVerificationError):
        Link(Broker("127.0.0.1", own.port, session, tls=True))
    with entered(tmp_path, own.port, authorities=str(certificate)) as made:
        link = Link(Broker("127.0.0.1", own.port, session, True, str(certificate)))
        for first in range(0, 20_000, 5_000):
            many = message(*((1, AT + n, 1.0, n) for n in range(first, first + 5_000)))
            link.socket.sendall(packets.publish(V5, "district/readings/one", many))
        link.socket.sendall(packets.publish(V5, *single(20_000)))
        wait_for(lambda: len(made.sequences()) == 20_001)
        link.close()
    assert made.sequences() == list(range(20_001))
    own.end()


def test_while_the_disk_is_full_nothing_is_acknowledged_and_nothing_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = mosquitto(tmp_path / "broker")
    real = folder.write_all
    is_full = threading.Event()

    def write(descriptor: int, data: bytes) -> None:
        if is_full.is_set():
            raise OSError(28, "No space left on device")
        real(descriptor, data)

    monkeypatch.setattr(folder, "write_all", write)
    with entered(tmp_path, own.port, most_messages=50) as made:
        is_full.set()
        Publisher(own.port).publish(range(1000))
        wait_for(lambda: "No space" in (made.mqtt.state().error or ""))
        held = made.mqtt.state()
        # It has stopped reading: the broker keeps the rest, for longer than it waits for a ping.
        time.sleep(2 * 1.6)
        assert made.mqtt.state().messages == held.messages < 1000
        assert made.mqtt.state().reconnected == 0
        is_full.clear()
        wait_for(lambda: len(made.sequences()) == 1000, 20)
        assert made.mqtt.state().error is None
    assert sorted(made.sequences()) == list(range(1000))
    own.end()


def test_what_came_while_the_gateway_was_away_or_the_broker_restarted_arrives(
    tmp_path: Path,
) -> None:
    own = mosquitto(tmp_path / "broker")
    with entered(tmp_path, own.port):
        pass
    publisher = Publisher(own.port)
    publisher.publish(range(500))
    own.end()
    own.start()
    with entered(tmp_path, own.port) as made:
        assert made.mqtt.state().lost_sessions == 0
        wait_for(lambda: len(made.sequences()) == 500)
        own.end()
        own.start()
        publisher.publish(range(500, 600))
        wait_for(lambda: len(made.sequences()) == 600)
        assert made.mqtt.state().reconnected == 1
        own.kill()
        (tmp_path / "broker" / "mosquitto.db").unlink()
        own.start()
        wait_for(lambda: made.mqtt.state().lost_sessions == 1)
    assert sorted(made.sequences()) == list(range(600))
    own.end()


def test_a_broker_that_is_killed_loses_at_most_what_came_after_its_last_save(
    tmp_path: Path,
) -> None:
    own = mosquitto(tmp_path / "broker", RIGHT + "autosave_interval 1\n")
    with entered(tmp_path, own.port):
        pass
    publisher = Publisher(own.port)
    publisher.publish(range(200))
    time.sleep(2.5)
    publisher.publish(range(200, 400))
    own.kill()
    own.start()
    with entered(tmp_path, own.port) as made:
        assert made.mqtt.state().lost_sessions == 0
        publisher.publish(range(400, 401))
        wait_for(lambda: 400 in made.sequences())
        lost = set(range(400)) - set(made.sequences())
    # This the broker had acknowledged to the device: District has promised nothing of it yet.
    print(f"a killed broker lost {len(lost)} of 400 messages")
    assert not lost & set(range(200))
    own.end()


def test_what_the_broker_took_arrives_once_though_the_gateway_is_killed_at_any_moment(
    tmp_path: Path,
) -> None:
    count, rng = kills(3)
    own = mosquitto(tmp_path / "broker")
    port, log = free_port(), tmp_path / "log"
    refused = tmp_path / "refused"
    refused.touch()
    gateway = served(log, refused, port, SERVED_MQTT=str(own.port))
    wait_for((log / "mqtt.json").exists)
    publisher = Publisher(own.port, window=200)
    sending = threading.Thread(target=publisher.publish, args=(range(1_000_000), 0.005))
    sending.start()
    try:
        for _ in range(count):
            time.sleep(rng.uniform(0.05, 0.8))
            gateway.kill()
            gateway.start()
        time.sleep(0.3)
    finally:
        publisher.stop.set()
        sending.join()
    wait_for(lambda: len(logged(log)) >= len(publisher.taken), 20)
    gateway.end()
    found = [row[3] for row in logged(log)]
    assert len(found) == len(set(found))
    assert publisher.taken <= set(found)
    assert len(publisher.taken) > 100
    rows = [json.loads(line) for line in refused.read_text().splitlines()]
    # What was durable and not yet acknowledged came twice; nothing else was refused.
    assert {row["reason"] for row in rows} <= {"duplicate"}
    own.end()
