"""Simulated sensors send through the real entrances, and end with whoever started them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.faults.installation import ROOT, Installation, free_port

from district.kernel.sensing.public import History, LogReader
from district.simulation import broker, secrets_file, state_file

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
HOUR = 3600 * 1_000_000
PARENT = """
import json, os, sys
from district.runtime.processes import Processes
processes = Processes(grace=2.0)
for name, command in json.loads(sys.argv[1]).items():
    processes.start(name, command, os.environ, comfort=True)
print("started", *(child.pid for child in processes._children.values()), flush=True)
sys.exit(processes.wait())
"""


@pytest.fixture
def demo(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The installation as a demo with sensors; the number of each datastream."""
    (installation.home / "demo-logins.json").write_text("[]", encoding="utf-8")
    monkeypatch.setenv("DISTRICT_CLOCK_OFFSET", "-86400")
    for name in ("DISTRICT_MQTT_URL", "DISTRICT_READINGS", broker.BROKER):
        monkeypatch.delenv(name, raising=False)
    found: dict[str, int] = installation.step("sensors")
    return found


def gateway(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the real gateway, as `district run` does, and say where it is."""
    port = free_port()
    monkeypatch.setenv("DISTRICT_GATEWAY_URL", f"http://127.0.0.1:{port}")
    installation.start(
        *("-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)),
        *(
            "--workers",
            "1",
            "--no-ws",
            "--log-level",
            "warning",
            "district.conf.gateway:application",
        ),
    )
    installation.until(lambda: listens(port), "the gateway listens")


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def told(installation: Installation, number: int) -> list[float]:
    """What the log has of a datastream's last hour."""
    folder = installation.home / "readings"
    now = round((time.time() - 86400) * 1_000_000)
    found = History(LogReader(folder)).readings([number], now - HOUR, now + HOUR)
    values: list[float] = found["value"].to_list()
    return values


def everything_came(installation: Installation, demo: dict[str, int]) -> None:
    """All sensors spoke, those that see the fire of the fire, and wrong readings were refused."""
    wanted = [name for name in demo if not name.endswith((".fire_bearing", ".fire_distance"))]

    def came() -> bool:
        state = state_file.read(installation.home)
        if state is None or any(each.problem for each in state.senders.values()):
            return False
        return all(told(installation, demo[name]) for name in wanted)

    installation.until(came, "every sensor spoke")
    assert max(told(installation, demo["LH-1.smoke"])) > 50
    assert max(told(installation, demo["LH-1.heat"])) > 90
    assert len(told(installation, demo["LH-1.fire_distance"])) >= 1
    # An hour of 25 streams holds some that are wrong; none of them is in the log.
    refused = installation.step("quarantined")
    assert set(refused) <= {"duplicate", "late", "future", "malformed"}
    assert sum(refused.values()) >= 1


def test_over_http(
    installation: Installation, demo: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(installation, monkeypatch)
    installation.start("-m", "district.cli", "simulate")
    everything_came(installation, demo)
    state = state_file.read(installation.home)
    assert state is not None
    assert {each.transport for each in state.senders.values()} == {"http"}
    assert len(state.senders) == 6


@pytest.mark.parametrize("name", ["mosquitto", "nats-server"])
def test_over_mqtt_by_a_broker_of_its_own(
    installation: Installation,
    demo: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    path = broker.find(name)
    if path is None:
        pytest.skip(f"no {name} on this machine")
    monkeypatch.setattr(broker, "program", lambda: (name, path))
    prepared = broker.prepare(installation.home, secrets_file.known(installation.home))
    assert prepared is not None
    for variable, value in prepared.environment.items():
        monkeypatch.setenv(variable, value)
    installation.start(
        "-c", "import os, sys; os.execv(sys.argv[1], sys.argv[1:])", *prepared.command
    )
    port = int(prepared.environment[broker.BROKER].rpartition(":")[2])
    installation.until(lambda: listens(port), "the broker listens")
    gateway(installation, monkeypatch)
    installation.start("-m", "district.cli", "simulate")
    everything_came(installation, demo)
    state = state_file.read(installation.home)
    assert state is not None
    transports = {code: each.transport for code, each in state.senders.items()}
    assert transports["sim-forest"] == transports["sim-weather"] == "mqtt"
    assert transports["sim-air"] == "http"


def test_it_ends_with_its_parent_even_when_that_is_killed(
    installation: Installation, demo: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISTRICT_GATEWAY_URL", f"http://127.0.0.1:{free_port()}")
    commands = {"simulation": [sys.executable, "-m", "district.cli", "simulate"]}
    prepared = broker.prepare(installation.home, secrets_file.known(installation.home))
    if prepared is not None:
        commands["broker"] = prepared.command
    parent = subprocess.Popen(  # noqa: S603  # our own code
        [sys.executable, "-c", PARENT, json.dumps(commands)],
        env=installation.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    children = [int(part) for part in parent.stdout.readline().split()[1:]]
    try:
        installation.until(lambda: state_file.read(installation.home), "it runs")
        parent.kill()
        parent.wait()
        installation.until(lambda: not any(map(lives, children)), "the children have ended", 15)
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)


def lives(process: int) -> bool:
    """Whether it runs; one that has ended and waits to be asked for does not."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_outside_a_demo_nothing_is_sent(installation: Installation, demo: dict[str, int]) -> None:
    (installation.home / "demo-logins.json").unlink()
    process = installation.start("-m", "district.cli", "simulate")
    assert process.wait(60) == 2
    assert state_file.read(installation.home) is None
