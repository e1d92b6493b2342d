"""Fixtures that every part's tests may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

import pytest

from district.kernel.history.public import Actor


@pytest.fixture
def system_actor() -> Actor:
    """The actor of jobs."""
    return Actor.system("tests")


@pytest.fixture
def remember() -> Callable[..., Any]:
    """`remember(make)`: what `make()` returned and wrote, made once in a process; see there."""
    from district.testing.remembered import remembered

    return remembered


@pytest.fixture
def guards_down() -> Callable[[], AbstractContextManager[None]]:
    """`with guards_down():` history's triggers step aside, so that a test can tamper with it."""
    from district.testing.flush import guards_down as lower

    return lower


@pytest.fixture
def at() -> Callable[[str], AbstractContextManager[None]]:
    """`with at("2025-09-26T09:00+08:00"):` the product's clock stands at that moment."""

    @contextmanager
    def stand(moment: str) -> Iterator[None]:
        fixed = datetime.fromisoformat(moment)
        with mock.patch("district.kernel.base.clock.now", return_value=fixed):
            yield

    return stand
