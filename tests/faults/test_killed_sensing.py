"""From a device to a case, with everything on the way killed, stopped, filled up and confused.

Devices send numbered readings over HTTP and over a broker; gateway, follower and worker are the
product's own processes on one log and one database. `DISTRICT_KILLS=200` disturbs so often.

What ends a process says nothing about a machine that loses its power: what the kernel had not yet
written is then lost where fsync was not asked for (docs/sensing-log.md says where it is).
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from tests.faults.alarm_steps import HURRIED
from tests.faults.devices import Device, HttpDevice, MqttDevice, storm
from tests.faults.installation import Installation, Started, free_port
from tests.faults.reference import FOLLOW, Undisturbed, begun, position, waiting

from district.kernel.sensing.gateway.tests.brokers import mosquitto, needs_mosquitto
from district.kernel.sensing.gateway.tests.fakes import logged
from district.kernel.sensing.gateway.tests.processes import Process
from district.kernel.sensing.log import LogReader

pytestmark = [
    needs_mosquitto,
    pytest.mark.slow,
    pytest.mark.one_database,
    pytest.mark.timeout(7200),
]
KILLS = int(os.environ.get("DISTRICT_KILLS") or 4)
#: Seconds that a reading may be late: longer than anything here takes to come back.
LATENESS = 60
#: What a segment may grow to on the full disk, bytes; less than is there.
FULL = 2_000


class Plant:
    """The processes between device and case, each of which can be disturbed."""

    def __init__(self, installation: Installation, broker: Process) -> None:
        self.broker, self.port = broker, free_port()
        self._installation = installation
        installation.more = {"DISTRICT_MQTT_URL": f"mqtt://127.0.0.1:{broker.port}"}
        self.running: dict[str, Started] = {}
        self.gateway()
        self.follower()
        self.worker()

    def gateway(self, ahead: int = 0, largest_file: int | None = None) -> None:
        """Start the gateway, its clock `ahead` by so many seconds, its disk perhaps full."""
        env = {"DISTRICT_CLOCK_OFFSET": str(ahead), "DISTRICT_ALARMS": "on"}
        self._installation.more |= env
        self.running["gateway"] = self._installation.start(
            *("-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--no-ws"),
            *("--port", str(self.port), "--workers", "1", "--log-level", "warning"),
            "district.conf.gateway:application",
            largest_file=largest_file,
        )
        self._installation.more["DISTRICT_CLOCK_OFFSET"] = "0"

    def follower(self) -> None:
        """Start what follows the log."""
        self.running["follower"] = self._installation.fork("-c", FOLLOW)

    def worker(self) -> None:
        """Start the worker."""
        self.running["worker"] = self._installation.worker()

    def kill(self, name: str) -> None:
        """kill -9."""
        self._installation.kill(self.running.pop(name))

    def again(self, name: str) -> None:
        """Kill it and start it anew."""
        self.kill(name)
        getattr(self, name)()


def kill_gateway(plant: Plant, _chance: random.Random) -> None:
    plant.again("gateway")


def kill_follower(plant: Plant, chance: random.Random) -> None:
    plant.again("follower")
    if chance.random() < 0.5:  # while it starts, too
        time.sleep(chance.uniform(0.2, 2.5))
        plant.again("follower")


def kill_worker(plant: Plant, _chance: random.Random) -> None:
    plant.again("worker")


def kill_all(plant: Plant, _chance: random.Random) -> None:
    for name in list(plant.running):
        plant.kill(name)
    plant.gateway()
    plant.follower()
    plant.worker()


def stall_follower(plant: Plant, chance: random.Random) -> None:
    """It reads nothing for a while, then goes on as if nothing had been."""
    group = os.getpgid(plant.running["follower"].pid)
    os.killpg(group, signal.SIGSTOP)
    time.sleep(chance.uniform(0.5, 2.0))
    os.killpg(group, signal.SIGCONT)


def fill_disk(plant: Plant, chance: random.Random) -> None:
    """The log can grow no further; then there is room again."""
    plant.kill("gateway")
    plant.gateway(largest_file=FULL)
    time.sleep(chance.uniform(2.0, 4.0))
    plant.again("gateway")


def storm_of_connections(plant: Plant, _chance: random.Random) -> None:
    storm([plant.port, plant.broker.port])


def jump_clock(plant: Plant, chance: random.Random) -> None:
    """The gateway's clock is off for a while, forwards or backwards."""
    plant.kill("gateway")
    plant.gateway(ahead=chance.choice((-4, -2, 3, 5)))
    time.sleep(chance.uniform(2.0, 4.0))
    plant.again("gateway")


def restart_broker(plant: Plant, _chance: random.Random) -> None:
    """Orderly: what a killed broker loses is tried apart (test_mqtt.py)."""
    plant.broker.end()
    plant.broker.start()


DISTURB: tuple[Callable[[Plant, random.Random], None], ...] = (
    kill_gateway, kill_follower, kill_worker, kill_all, stall_follower, fill_disk,
    storm_of_connections, jump_clock, restart_broker,
)  # fmt: skip


@pytest.fixture
def broker(tmp_path: Any) -> Iterator[Process]:
    made = mosquitto(tmp_path / "broker")
    yield made
    with suppress(ProcessLookupError):
        made.end()


@contextmanager
def sending(devices: list[Device]) -> Iterator[None]:
    for device in devices:
        device.start()
    try:
        yield
    finally:
        for device in devices:
            device.ended.set()
        for device in devices:
            device.join(30)


def test_what_was_taken_is_there_once_and_every_episode_has_one_case_after_all_of_it(
    installation: Installation, broker: Process, chance: random.Random
) -> None:
    installation.step("prepare_cases")
    sources = installation.step("prepare_devices", lateness=LATENESS)
    http, mqtt = sources["http"], sources["mqtt"]
    streams = sorted(http["streams"] + mqtt["streams"])
    plant = Plant(installation, broker)
    devices: list[Device] = [
        HttpDevice(plant.port, "http", http["secret"], http["streams"], 0, chance),
        MqttDevice(broker.port, "mqtt", mqtt["streams"], 1_000_000, chance),
    ]
    folder = installation.home / "readings"
    # Before the gateway has a session the broker keeps nothing for it.
    installation.until((folder / "mqtt.json").exists, "the gateway is at the broker")
    installation.until(lambda: begun(installation) == len(HURRIED), "the rules run")
    since = installation.look("SELECT MAX(since) FROM kernel_alarms_run")
    # Each once in turn before chance decides, so that few disturbances are not all alike.
    order = chance.sample(DISTURB, len(DISTURB))
    hit: Counter[str] = Counter()
    with sending(devices):
        for at in range(KILLS):
            time.sleep(chance.uniform(0.2, 2.0))
            disturb = order[at] if at < len(order) else chance.choice(DISTURB)
            disturb(plant, chance)
            hit[disturb.__name__] += 1
        # Everything has come back: each device is answered for once more.
        seen = [len(device.taken) for device in devices]
        installation.until(
            lambda: all(len(d.taken) > n + 8 for d, n in zip(devices, seen, strict=True)),
            "devices are answered",
        )
    taken = set().union(*(device.taken for device in devices))
    with suppress(AssertionError):
        installation.until(lambda: not missing(installation, folder, taken), "all is there", 30)
    assert not missing(installation, folder, taken), f"lost, after {dict(hit)}"
    plant.kill("gateway")
    end = LogReader(folder).end()
    installation.until(lambda: position(installation) >= end - 1, "the log is read to its end")
    installation.until(lambda: waiting(installation) == 0, "every episode is handed over")
    for name in list(plant.running):
        plant.kill(name)
    numbers = [row[3] for row in logged(folder)]
    assert len(numbers) == len(set(numbers)), "a reading is there twice"
    assert set(numbers) <= set().union(*(device.sent for device in devices))
    told = installation.step("alarms_told")
    cases = Undisturbed(HURRIED, streams, LATENESS, since).compare(told, folder)
    assert installation.step("verified") == {"sound": True, "problems": []}
    print(json.dumps({"hit": hit, "taken": len(taken), "episodes": len(told["episodes"]),
                      "cases": cases, "refused": installation.step("quarantined")}))  # fmt: skip


def missing(installation: Installation, folder: Any, taken: set[int]) -> list[int]:
    """The numbers that were answered for and are neither in the log nor counted in quarantine."""
    gone = taken - {row[3] for row in logged(folder)}
    refused = installation.step("quarantined") if gone else {}
    counted = sum(count for why, count in refused.items() if why in ("late", "future"))
    return sorted(gone)[counted:]
