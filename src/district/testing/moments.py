"""Moments as tests write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock
from zoneinfo import ZoneInfo

_CHINA = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    """A local time of China, aware: `moment("2025-09-26 17:30")`."""
    return datetime.fromisoformat(text).replace(tzinfo=_CHINA)


@contextmanager
def standing(text: str) -> Iterator[None]:
    """The product's clock stands at that local moment, `2025-09-26 09:00`."""
    with mock.patch("district.kernel.base.clock.now", return_value=moment(text)):
        yield
