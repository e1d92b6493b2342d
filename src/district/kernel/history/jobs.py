"""What the worker does for history: seal, then let consumers read on."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import DELIVERY, declare_periodic
from district.kernel.history.consumers import run_consumers
from district.kernel.history.sealing import seal_pending


def seal() -> int:
    """Seal what is pending; returns how many events and messages that were."""
    sealed = 0
    while count := seal_pending():
        sealed += count
    return sealed


def seal_and_deliver() -> int:
    """Seal what is pending and deliver what is sealed; returns how many messages were handled."""
    seal()
    return run_consumers()


declare_periodic("history.seal", timedelta(seconds=1), seal)
# A consumer may take seconds over its messages; sealing, which boards wait for, goes on meanwhile.
declare_periodic("history.deliver", timedelta(seconds=1), run_consumers, lane=DELIVERY)
