"""The gateway that `readings_in` measures: 100,000 datastreams of one source, no database."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from district.kernel.sensing.gateway import Gateway, Refusal, SourceRow, StreamRows
from district.kernel.sensing.gateway.configuration import entrance
from district.kernel.sensing.gateway.http import Entrance
from district.kernel.sensing.gateway.mqtt.link import Broker
from district.kernel.sensing.gateway.mqtt.packets import Session

STREAMS, HOUR = 100_000, 3_600_000_000


class _Register:
    def changed(self) -> int:
        return 0

    def streams(self) -> StreamRows:
        everything = np.arange(STREAMS)
        hour = np.full(STREAMS, HOUR)
        kind, active = np.zeros(STREAMS, np.int8), np.ones(STREAMS, np.bool_)
        return StreamRows(everything, np.ones(STREAMS, np.int64), hour, hour, kind, active)

    def sources(self) -> Sequence[SourceRow]:
        return [SourceRow(1, "one", True, (("one:secret", None),))]

    def digest(self, code: str, secret: str) -> str:
        return f"{code}:{secret}"


class _Quarantine:
    def put(self, rows: Sequence[Refusal]) -> None:
        raise AssertionError(f"refused: {rows[0]}")


def _made() -> Entrance:
    # As the gateway's process does.
    sys.setswitchinterval(0.001)
    gateway = Gateway(Path(os.environ["BENCH_FOLDER"]), _Register(), _Quarantine())
    port = int(os.environ["BENCH_BROKER"])
    broker = Broker("127.0.0.1", port, Session("gateway")) if port else None
    return entrance(gateway, "token", broker, examine=False)


if "BENCH_FOLDER" in os.environ:
    application = _made()
