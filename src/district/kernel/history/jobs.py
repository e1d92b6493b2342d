"""What the worker does for history: seal, then let consumers read on."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.history.consumers import run_consumers
from district.kernel.history.sealing import seal_pending


def seal_and_deliver() -> int:
    """Seal what is pending and deliver what is sealed; returns how many messages were handled."""
    while seal_pending():
        pass
    return run_consumers()


declare_periodic("history.seal", timedelta(seconds=1), seal_and_deliver)
