"""Sends readings through the real entrances: HTTP to the gateway, MQTT to the broker."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from district.kernel.sensing.public import MqttPublisher, NotPublished
from district.simulation.feed import Reading, columns, messages

_MOST = 5000


class NotSent(Exception):
    """Nothing is known to have come in; the same may be sent again."""


class Way(Protocol):
    """How one sender sends."""

    transport: str

    def send(self, readings: Sequence[Reading]) -> None:
        """Send them in this order; returns once they are taken. Raises NotSent."""
        ...


class OverHttp:
    """To the gateway, with the sender's code and secret."""

    transport = "http"

    def __init__(self, url: str, code: str, secret: str, timeout: float = 15.0) -> None:
        """`url` is `http://127.0.0.1:8002`."""
        parts = urlsplit(url)
        self._host, self._port, self._timeout = parts.hostname, parts.port or 80, timeout
        both = base64.b64encode(f"{code}:{secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {both}", "Content-Type": "application/json"}

    def send(self, readings: Sequence[Reading]) -> None:
        """As `Way.send`."""
        for at in range(0, len(readings), _MOST):
            self._send(columns(readings[at : at + _MOST]))

    def _send(self, body: bytes) -> None:
        connection = http.client.HTTPConnection(
            self._host or "127.0.0.1", self._port, timeout=self._timeout
        )
        try:
            connection.request("POST", "/readings", body, self._headers)
            answer = connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise NotSent(f"the gateway does not answer: {error}") from error
        finally:
            connection.close()
        if answer.status != http.client.OK:
            raise NotSent(f"the gateway answers {answer.status}: {_told(said)}")


def _told(said: bytes) -> str:
    try:
        return str(json.loads(said).get("error", ""))[:200]
    except (ValueError, AttributeError):
        return said[:200].decode(errors="replace")


class OverMqtt:
    """To the broker, which acknowledges each message."""

    transport = "mqtt"

    def __init__(self, host: str, port: int, code: str, secret: str) -> None:
        self._code = code
        self._publisher = MqttPublisher(host, port, user=code, password=secret)

    def send(self, readings: Sequence[Reading]) -> None:
        """As `Way.send`."""
        parts = messages(self._code, readings)
        try:
            self._publisher.publish(parts)
        except NotPublished as error:
            raise NotSent(f"the broker does not take it: {error}") from error
