"""Moments as tests write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

_CHINA = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    """A local time of China, aware: `moment("2025-09-26 17:30")`."""
    return datetime.fromisoformat(text).replace(tzinfo=_CHINA)
