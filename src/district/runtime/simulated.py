"""What a demo has beside the product's own processes: a broker, and sensors that are simulated."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from django.conf import settings

from district.conf.paths import VAR
from district.kernel.base import clock
from district.simulation import broker, secrets_file
from district.simulation.broker import Prepared


def wanted() -> bool:
    """Whether there are simulated sensors, and this is a demo; DISTRICT_SIMULATION=off says no."""
    if os.environ.get("DISTRICT_SIMULATION") == "off":
        return False
    is_demo = clock.is_demo() and (settings.VAR / "demo-logins.json").exists()
    return bool(is_demo and secrets_file.known(settings.VAR))


def a_broker() -> Prepared | None:
    """The demo's own broker, unless the operator has named one; says where there is none."""
    if os.environ.get("DISTRICT_MQTT_URL"):
        print(
            "district: DISTRICT_MQTT_URL names a broker, so the simulated sensors send over HTTP",
            flush=True,
        )
        return None
    found = broker.prepare(VAR, secrets_file.known(VAR))
    if found is None:
        print(
            "district: neither mosquitto nor nats-server is here, so the simulated sensors send "
            "over HTTP alone",
            flush=True,
        )
    return found


def command() -> list[str]:
    """How the process that sends is started."""
    return [sys.executable, "-m", "district.cli", "simulate"]


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The process's own environment: curves by the minute are not to take every core."""
    return {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **given}
