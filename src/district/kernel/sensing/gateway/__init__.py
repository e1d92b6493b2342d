"""The gateway: the process that takes readings in, over HTTP and MQTT, and writes the log."""

from __future__ import annotations

from district.kernel.sensing.gateway.gateway import Gateway, GatewayState, Settings
from district.kernel.sensing.gateway.ports import (
    Clock,
    Kind,
    Quarantine,
    Refusal,
    Register,
    SourceRow,
    StreamRows,
    SystemClock,
)
from district.kernel.sensing.gateway.taking import Answer, Bounds, Message, Refused

__all__ = [
    "Answer",
    "Bounds",
    "Clock",
    "Gateway",
    "GatewayState",
    "Kind",
    "Message",
    "Quarantine",
    "Refusal",
    "Refused",
    "Register",
    "Settings",
    "SourceRow",
    "StreamRows",
    "SystemClock",
]
