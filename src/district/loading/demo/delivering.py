"""Delivers what a demo's steps leave, so that the worker starts with an empty outbox."""

from __future__ import annotations

from district.kernel.history.public import run_consumers, seal_all


def deliver() -> int:
    """Seal and deliver what waits; returns how many messages were handled."""
    seal_all()
    total = 0
    while handled := run_consumers():
        total += handled
    return total
