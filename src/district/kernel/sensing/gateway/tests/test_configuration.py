"""What the environment says of the gateway, and what is wrong with a broker's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from district.kernel.sensing.gateway import configuration
from district.kernel.sensing.gateway.configuration import Misconfigured
from district.kernel.sensing.gateway.mqtt import probe
from district.kernel.sensing.gateway.mqtt.link import Broker, Refused
from district.kernel.sensing.gateway.mqtt.packets import V3, V5, Session
from district.kernel.sensing.gateway.mqtt.probe import examine
from district.kernel.sensing.gateway.tests.brokers import mosquitto, needs_mosquitto

pytestmark = pytest.mark.one_database


def test_without_a_word_readings_come_over_http_alone_and_stay_for_ever(tmp_path: Path) -> None:
    found = configuration.read({}, tmp_path)
    assert found == configuration.Configuration(tmp_path / "readings")


def test_a_broker_is_named_by_its_address_and_the_password_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("pass word\n")
    found = configuration.read(
        {
            "DISTRICT_READINGS": "/data/log",
            "DISTRICT_READINGS_KEEP_DAYS": "30",
            "DISTRICT_MQTT_URL": "mqtts://gate%40way@broker.example",
            "DISTRICT_MQTT_PASSWORD_FILE": str(tmp_path / "password"),
            "DISTRICT_MQTT_VERSION": "3.1.1",
            "DISTRICT_MQTT_CLIENT_ID": "g1",
            "DISTRICT_MQTT_CHECK": "off",
        },
        tmp_path,
    )
    assert (found.folder, found.keep, found.examine) == (Path("/data/log"), 30 * 86_400, False)
    broker = found.broker
    assert broker is not None
    assert (broker.host, broker.port, broker.tls) == ("broker.example", 8883, True)
    session = broker.session
    assert (session.client_id, session.user, session.password) == ("g1", "gate@way", "pass word")
    assert (session.level, session.clean) == (V3, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISTRICT_READINGS_KEEP_DAYS", "soon"),
        ("DISTRICT_MQTT_URL", "http://broker"),
        ("DISTRICT_MQTT_URL", "broker:1883"),
        ("DISTRICT_MQTT_VERSION", "4"),
        ("DISTRICT_MQTT_PASSWORD_FILE", "/nowhere/at/all"),
        ("DISTRICT_MQTT_INFLIGHT", "0"),
    ],
)
def test_what_cannot_be_is_named_with_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        configuration.read({"DISTRICT_MQTT_URL": "mqtt://broker", name: value}, tmp_path)


@needs_mosquitto
@pytest.mark.parametrize("level", [V3, V5])
def test_a_broker_as_it_should_be_passes(tmp_path: Path, level: int) -> None:
    broker = mosquitto(tmp_path)
    assert examine(Broker("127.0.0.1", broker.port, Session("g", level=level))) == []
    broker.end()


@needs_mosquitto
def test_a_broker_as_it_comes_is_warned_of(tmp_path: Path) -> None:
    broker = mosquitto(tmp_path, "persistence true\n")
    found = examine(Broker("127.0.0.1", broker.port, Session("g", level=V3)))
    broker.end()
    assert len(found) == 2
    assert "max_queued_messages 0" in found[0]
    assert "only 20 messages" in found[1]


@needs_mosquitto
def test_a_broker_that_does_not_let_itself_be_tried_is_said_to_be_unknown(tmp_path: Path) -> None:
    (tmp_path / "acl").write_text("topic read district/readings/#\n")
    broker = mosquitto(tmp_path, f"acl_file {tmp_path}/acl\n")
    for level in (V3, V5):
        found = examine(Broker("127.0.0.1", broker.port, Session("g", level=level)))
        assert len(found) == 1
        assert "district/check/#" in found[0]
    broker.end()


def test_a_broker_that_lets_no_other_client_in_is_said_to_be_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refusing(_broker: Broker) -> None:
        raise Refused("the broker refuses the connection (code 2)", 2)

    monkeypatch.setattr(probe, "Link", refusing)
    (found,) = examine(Broker("127.0.0.1", 1, Session("g")))
    assert "could not be tried: the broker refuses the connection" in found
