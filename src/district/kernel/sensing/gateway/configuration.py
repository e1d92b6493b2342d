"""What the environment says of the gateway, and the gateway made of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from district.kernel.sensing.gateway.gateway import Gateway, Settings
from district.kernel.sensing.gateway.http import Entrance
from district.kernel.sensing.gateway.mqtt.entrance import MqttEntrance
from district.kernel.sensing.gateway.mqtt.link import Broker
from district.kernel.sensing.gateway.mqtt.packets import V3, V5, Session
from district.kernel.sensing.gateway.mqtt.probe import Examination
from district.kernel.sensing.gateway.ports import Clock, Quarantine, Register
from district.kernel.sensing.log import LogReader
from district.kernel.sensing.log.folder import folder_of

_LEVELS = {"5": V5, "3.1.1": V3}
_DAY = 86_400


class Misconfigured(Exception):
    """A variable says what cannot be; the text names it and what to write."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """`folder` is the log's, `broker` None without MQTT, `keep` seconds or None for ever."""

    folder: Path
    keep: float | None = None
    broker: Broker | None = None
    examine: bool = True


def read(environment: Mapping[str, str], var: Path) -> Configuration:
    """The configuration of these variables; `var` is the installation's folder.

    Raises Misconfigured.
    """
    days = _number(environment, "DISTRICT_READINGS_KEEP_DAYS", 0, 36_500)
    return Configuration(
        folder_of(environment, var),
        days * _DAY if days else None,
        _broker(environment),
        environment.get("DISTRICT_MQTT_CHECK", "on") != "off",
    )


def _number(environment: Mapping[str, str], name: str, least: int, most: int) -> int:
    given = environment.get(name, "")
    if not given:
        return 0
    if not given.isdecimal() or not least <= int(given) <= most:
        raise Misconfigured(f"{name}: {given!r} is no number from {least} to {most}")
    return int(given)


def _broker(environment: Mapping[str, str]) -> Broker | None:
    url = environment.get("DISTRICT_MQTT_URL", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise Misconfigured("DISTRICT_MQTT_URL: write mqtt://user@host:1883 or mqtts://...")
    version = environment.get("DISTRICT_MQTT_VERSION", "5")
    if version not in _LEVELS:
        raise Misconfigured(f"DISTRICT_MQTT_VERSION: {version!r} is neither 5 nor 3.1.1")
    secret = environment.get("DISTRICT_MQTT_PASSWORD_FILE", "")
    try:
        password = Path(secret).read_text(encoding="utf-8").strip() if secret else ""
    except OSError as error:
        raise Misconfigured(f"DISTRICT_MQTT_PASSWORD_FILE: {error}") from error
    tls = parts.scheme == "mqtts"
    expiry = _number(environment, "DISTRICT_MQTT_SESSION_DAYS", 1, 3650) or 7
    inflight = _number(environment, "DISTRICT_MQTT_INFLIGHT", 1, 65_535) or 65_535
    session = Session(
        # It must be the same after every restart, and another on every machine.
        environment.get("DISTRICT_MQTT_CLIENT_ID") or f"district-{socket.gethostname()}"[:60],
        unquote(parts.username or ""),
        password or unquote(parts.password or ""),
        _LEVELS[version],
        expiry=expiry * _DAY,
        receive_maximum=inflight,
    )
    authorities = environment.get("DISTRICT_MQTT_CA_FILE", "")
    return Broker(parts.hostname, parts.port or (8883 if tls else 1883), session, tls, authorities)


def make(
    configuration: Configuration,
    register: Register,
    quarantine: Quarantine,
    clock: Clock,
    token: str,
    *,
    floor: Callable[[int], int] | None = None,
) -> Entrance:
    """The application that is served: it starts and stops everything with its server.

    `floor` answers, of the position behind the log's last frame, the first one that its readers
    still need; retention waits for them.
    """
    reader = LogReader(configuration.folder)
    # What was answered is durable, so the process may end at once; it is started again.
    settings = Settings(
        keep=configuration.keep,
        floor=(lambda: floor(reader.end())) if floor else None,
        on_death=lambda: os._exit(70),
    )
    gateway = Gateway(configuration.folder, register, quarantine, clock, settings)
    return entrance(gateway, token, configuration.broker, examine=configuration.examine)


def entrance(gateway: Gateway, token: str, broker: Broker | None, *, examine: bool) -> Entrance:
    """The entrances of a gateway as one application; `examine` the broker's settings, or not."""
    if broker is None:
        return Entrance(gateway, token)
    mqtt = MqttEntrance(gateway, broker)
    examination = Examination(broker, mqtt)

    def start() -> None:
        gateway.start()
        mqtt.start()
        if examine:
            examination.start()

    def stop() -> None:
        mqtt.stop()
        gateway.stop()

    def state() -> dict[str, object]:
        return {"mqtt": {**asdict(mqtt.state()), "warnings": examination.warnings}}

    return Entrance(gateway, token, start, stop, state)
