"""The gateway over fakes as a process of its own: `served:application`, as granian serves it.

SERVED_FOLDER is the log's; SERVED_REFUSED a file that stands for the quarantine; SERVED_MQTT the
port of a broker, where there is one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from district.kernel.sensing.gateway import Gateway, Refusal, Settings
from district.kernel.sensing.gateway.configuration import entrance
from district.kernel.sensing.gateway.http import Entrance
from district.kernel.sensing.gateway.mqtt.link import Broker
from district.kernel.sensing.gateway.mqtt.packets import Session
from district.kernel.sensing.gateway.tests.fakes import FakeRegister
from district.kernel.sensing.log import Limits

YEAR = 366 * 86_400_000_000


class FileQuarantine:
    """Rows as lines of a file."""

    def put(self, rows: Sequence[Refusal]) -> None:
        with Path(os.environ["SERVED_REFUSED"]).open("a") as file:
            file.writelines(json.dumps(asdict(row)) + "\n" for row in rows)


def made() -> Entrance:
    """The entrance, with a register that takes readings of any age."""
    settings = Settings(tick=0.2, sealing=0.3, limits=Limits(segment_frames=60))
    register = FakeRegister(lateness=50 * YEAR)
    folder = Path(os.environ["SERVED_FOLDER"])
    gateway = Gateway(folder, register, FileQuarantine(), settings=settings)
    port = os.environ.get("SERVED_MQTT")
    broker = Broker("127.0.0.1", int(port), Session("gateway")) if port else None
    return entrance(gateway, "token", broker, examine=False)


application = made()
