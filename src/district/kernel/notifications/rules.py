"""When a failed delivery is tried again, and which messages a channel carries. Pure."""

from __future__ import annotations

from datetime import timedelta

_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
_ORDER = ("normal", "important", "urgent")


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after the `attempts`-th try failed (1 is the first); None: give up."""
    if attempts < 1:
        raise ValueError("attempts are counted from 1")
    return _WAITS[attempts - 1] if attempts <= len(_WAITS) else None


def carries(at_least: str, urgency: str) -> bool:
    """Whether a channel for messages of `at_least` that urgency carries one of `urgency`."""
    return _ORDER.index(urgency) >= _ORDER.index(at_least)


def is_own_path(url: str) -> bool:
    """Whether `url` is empty or a path of this installation, so that a link leads nowhere else."""
    return not url or (url.startswith("/") and not url.startswith(("//", "/\\")))
