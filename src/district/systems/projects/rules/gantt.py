"""Where the bars of the network stand on paper. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: Of the drawing, in its own units: the words at the left, the whole width, a row's height.
LEFT, WIDTH, ROW, TOP = 250, 1000, 30, 44


@dataclass(frozen=True)
class Span:
    """What a bar stands for: an approval from its acceptance to its approval, known or expected.

    `state` is done, running, stopped or waiting; `until` the latest approval (None: nothing hangs
    on it).
    """

    key: str
    name: str
    first: date
    last: date
    state: str
    critical: bool
    until: date | None = None
    words: str = ""


@dataclass(frozen=True)
class Bar:
    """A bar with its slack behind it (`slack_width` 0: none)."""

    span: Span
    y: int
    x: float
    width: float
    slack_x: float
    slack_width: float

    @property
    def slack_end(self) -> float:
        """Where the slack ends."""
        return round(self.slack_x + self.slack_width, 1)

    @property
    def text_y(self) -> int:
        """The line of the words."""
        return self.y + 19


@dataclass(frozen=True)
class Mark:
    """A vertical line: today, the planned start, or the beginning of a month."""

    x: float
    label: str
    kind: str


@dataclass(frozen=True)
class Chart:
    """A drawing of `width` x `height` with a bar for every span."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    months: tuple[Mark, ...]
    marks: tuple[Mark, ...]


def chart(spans: Sequence[Span], today: date, marks: Sequence[tuple[date, str, str]]) -> Chart:
    """Lay the spans out, one a row; `marks` are (day, words, kind)."""
    days = [day for one in spans for day in (one.first, one.last, one.until) if day]
    days += [today, *(day for day, _words, _kind in marks)]
    low, high = min(days) - timedelta(days=3), max(days) + timedelta(days=10)
    scale = (WIDTH - LEFT) / max((high - low).days, 1)

    def at(day: date) -> float:
        return round(LEFT + (day - low).days * scale, 1)

    bars = []
    for row, one in enumerate(spans):
        x, end = at(one.first), at(one.last)
        far = at(one.until) if one.until and one.until > one.last else end
        bars.append(
            Bar(one, TOP + row * ROW, x, max(round(end - x, 1), 3.0), end, round(far - end, 1))
        )
    return Chart(
        WIDTH,
        TOP + len(spans) * ROW + 8,
        tuple(bars),
        _months(low, high, at),
        tuple(Mark(at(day), words, kind) for day, words, kind in marks),
    )


def _months(low: date, high: date, at: Callable[[date], float]) -> tuple[Mark, ...]:
    """The beginnings of months, at most fourteen of them labelled evenly."""
    first = (low.replace(day=1) + timedelta(days=32)).replace(day=1)
    found = []
    while first <= high:
        found.append(first)
        first = (first + timedelta(days=32)).replace(day=1)
    step = max(-(-len(found) // 14), 1)
    return tuple(Mark(at(day), f"{day:%Y-%m}", "month") for day in found[::step])
