"""Answers that are kept for a few seconds, for facts that hardly ever change."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_KEPT: list[Kept[..., Any]] = []
_OTHERS: list[Callable[[], object]] = []


class Kept(Generic[P, R]):
    """A function whose answers are kept for `seconds`, in this process alone.

    For reading what a load changes once a month (areas, calendars, the root of the tree) on the
    way of every report. Whoever decides something that must not be stale asks the plain function.
    """

    def __init__(self, function: Callable[P, R], seconds: float) -> None:
        self._function, self._seconds = function, seconds
        self._answers: dict[Any, tuple[float, R]] = {}
        wraps(function)(self)
        _KEPT.append(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (args, tuple(sorted(kwargs.items())))
        now = time.monotonic()
        kept = self._answers.get(key)
        if kept is not None and kept[0] > now:
            return kept[1]
        answer = self._function(*args, **kwargs)
        self._answers[key] = (now + self._seconds, answer)
        return answer

    def forget(self) -> None:
        """Ask anew the next time."""
        self._answers.clear()


def kept_for(seconds: float) -> Callable[[Callable[P, R]], Kept[P, R]]:
    """Keep a function's answers for so many seconds; its arguments must be hashable."""
    return lambda function: Kept(function, seconds)


def forgets(forget: Callable[[], object]) -> None:
    """Have `forget_all` call this too, for what a part keeps in this process by other means."""
    _OTHERS.append(forget)


def forget_all() -> None:
    """Forget every kept answer: after a load, and between tests."""
    for kept in _KEPT:
        kept.forget()
    for forget in _OTHERS:
        forget()
