"""A few seconds of a working day, everything at once: nothing is lost, nothing goes wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from benchmarks.year.day.plant import Ports
from benchmarks.year.day.replay import Day, Options, replay

from district.kernel.sensing.gateway.tests.brokers import needs_mosquitto
from district.runtime import events, gateway
from district.runtime.web import web_command
from district.testing.demo import laid_out, loaded, standing_in_demo

#: Processes over a copy of the demo's file: SQLite alone has one.
pytestmark = [needs_mosquitto, pytest.mark.slow, pytest.mark.one_database, pytest.mark.timeout(900)]
SHORT = Options(
    minutes=0.15, every=1.0, rules=2, streams=40, webs=1, hearing=1, settle=120, picture=(320, 240)
)


@pytest.fixture
def home(tmp_path: Path, demo_folder: Path, django_db_setup: None, django_db_blocker: Any) -> Path:
    """The demo in a folder of its own."""
    with django_db_blocker.unblock(), standing_in_demo(demo_folder), loaded(demo_folder):
        pass
    made = tmp_path / "var"
    made.mkdir()
    laid_out(demo_folder, made)
    return made


def test_a_day_with_all_sources_loses_nothing_and_raises_no_error(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "DJANGO_SETTINGS_MODULE": "district.conf.test",
        "DISTRICT_VAR": str(home),
        "DISTRICT_DATABASE": f"sqlite:///{home / 'district.sqlite3'}",
    }.items():
        monkeypatch.setenv(name, value)
    work = tmp_path / "work"
    work.mkdir()
    day = replay(os.environ, home, work, SHORT, started_at_once)
    assert day.tally.errors == []
    assert day.faults == []
    assert day.problems == []
    outcomes = {source.key: day.tally.of(source.key) for source, _count in day.planned}
    assert not [key for key, found in outcomes.items() if found.get("failed", 0) or not found]
    # In so few seconds a source may find nothing that waits, or be refused with a reason.
    done = [key for key, found in outcomes.items() if found.get("done", 0)]
    assert len(done) >= len(outcomes) - 3, day.tally.reasons
    readings_came_in_once(day)
    every_probe_became_a_case(day)


def started_at_once(ports: Ports) -> dict[str, list[str]]:
    """The servers as `district` starts them, without importing the product for that alone."""
    given = {
        "web": web_command("127.0.0.1", ports.web),
        "live": events.command("127.0.0.1", ports.live),
        "gateway": gateway.command(ports.gateway),
    }
    return {name: command[1:] for name, command in given.items()}


def readings_came_in_once(day: Day) -> None:
    assert day.log["answered"] == day.log["sent"] == day.log["in_log"]
    assert day.log["lost"] == day.log["twice"] == day.log["wrong_taken"] == 0
    assert set(day.sent["ways"]) == {"MQTT, single", "MQTT, batches", "HTTP, batches"}
    assert set(day.sent["wrong"]) <= set(day.told["refused"])


def every_probe_became_a_case(day: Day) -> None:
    assert len(day.sent["probes"]) >= 5
    assert set(day.told["seen"]) == set(day.sent["probes"])
