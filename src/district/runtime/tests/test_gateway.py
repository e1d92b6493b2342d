"""The process that takes readings in: when it is started, where it listens, what is told."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from district.runtime import gateway, run

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("", "_PORT", "_HOST", "_URL"):
        monkeypatch.delenv(f"DISTRICT_GATEWAY{name}", raising=False)
    monkeypatch.delenv("DISTRICT_MQTT_URL", raising=False)


def test_it_is_started_where_a_source_has_a_datastream_or_a_broker_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "gateway_is_wanted", lambda: False)
    assert gateway.port_beside(8000) == 0
    monkeypatch.setenv("DISTRICT_MQTT_URL", "mqtt://broker")
    assert gateway.port_beside(8000) == 8002
    monkeypatch.setenv("DISTRICT_GATEWAY", "off")
    assert gateway.port_beside(8000) == 0
    monkeypatch.delenv("DISTRICT_MQTT_URL")
    monkeypatch.setenv("DISTRICT_GATEWAY", "on")
    monkeypatch.setenv("DISTRICT_GATEWAY_PORT", "9300")
    assert gateway.port_beside(8000) == 9300
    monkeypatch.delenv("DISTRICT_GATEWAY")
    monkeypatch.setattr(gateway, "gateway_is_wanted", lambda: True)
    assert gateway.port_beside(8000) == 9300


def test_without_a_database_it_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> bool:
        raise DatabaseError("away")

    monkeypatch.setattr(gateway, "gateway_is_wanted", away)
    assert gateway.port_beside(8000) == 0


def test_the_others_are_told_where_it_is_and_a_wrong_variable_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gateway.environment(8002)["DISTRICT_GATEWAY_URL"] == "http://127.0.0.1:8002"
    assert gateway.command(8002)[-1] == "district.conf.gateway:application"
    monkeypatch.setenv("DISTRICT_MQTT_URL", "broker:1883")
    assert run._takes_in(8002) == 0
    assert "DISTRICT_MQTT_URL" in capsys.readouterr().out
    assert gateway.serve(8002) == 2


def test_the_others_are_told_the_address_on_which_it_listens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = {"10.1.2.3": "10.1.2.3", "::": "127.0.0.1", "fd00::1": "[fd00::1]"}
    for host, shown in wanted.items():
        monkeypatch.setenv("DISTRICT_GATEWAY_HOST", host)
        assert gateway.environment(8002)["DISTRICT_GATEWAY_URL"] == f"http://{shown}:8002"


def test_started_alone_it_listens_where_the_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(
        "district.runtime.gateway.os.execve", lambda _path, given, _env: started.append(given)
    )
    gateway.serve(0)
    monkeypatch.setenv("DISTRICT_GATEWAY_PORT", "9300")
    gateway.serve(0)
    gateway.serve(9400)
    assert [given[given.index("--port") + 1] for given in started] == ["8002", "9300", "9400"]
