"""Where the bars of the network stand on paper, and the words of its lines apart. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise


@dataclass(frozen=True)
class Layout:
    """How a drawing is laid out, in its own units: where its bars begin, its width, the height of a
    row, of a bar and of a line of words, and how far below its row's top the bar lies. `above`: the
    words of a row stand above its bar and not at its left."""

    left: int
    width: int
    row: int
    bar: int
    drop: int
    above: bool
    font: int


#: On a desk the names stand at the left; on a phone above their bars, and everything is narrower.
WIDE = Layout(250, 1000, 30, 20, 4, above=False, font=11)
NARROW = Layout(4, 300, 42, 14, 20, above=True, font=11)
#: The line of the months, and the first of the words of marks.
_MONTHS, _FIRST = 14, 30
_GAP = 6.0


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
    """A bar with its slack behind it (`slack_width` 0: none); `text_y` is the line of its name, `y`
    the top of the bar."""

    span: Span
    text_y: float
    y: float
    height: float
    x: float
    width: float
    slack_x: float
    slack_width: float

    @property
    def slack_end(self) -> float:
        """Where the slack ends."""
        return round(self.slack_x + self.slack_width, 1)

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Mark:
    """A vertical line (today, the planned start, the beginning of a month) with its words, which
    begin at `text_x` on the line `text_y`."""

    x: float
    label: str
    kind: str
    text_x: float = 0.0
    text_y: float = 0.0


@dataclass(frozen=True)
class Chart:
    """A drawing of `width` x `height` with a bar for every span; lines begin at `top`."""

    width: int
    height: int
    top: int
    bars: tuple[Bar, ...]
    months: tuple[Mark, ...]
    marks: tuple[Mark, ...]


def words_width(words: str, font: int) -> float:
    """About how wide words are: a Chinese character is as wide as it is high, others not quite two
    thirds of it. Rather too wide than too narrow."""
    return sum(font * (1.0 if ord(one) > 0x2E80 else 0.64) for one in words)


def apart(
    marks: Sequence[tuple[float, str]], layout: Layout, first: int = _FIRST
) -> list[tuple[float, float]]:
    """Where the words of vertical lines stand, so that none runs into another: (left end, line).

    Words begin beside their line, on its left where the right edge is too near; each stands on the
    highest line on which nothing is in its way. In the order given.
    """
    taken: list[list[tuple[float, float]]] = []
    found: dict[int, tuple[float, float]] = {}
    for at in sorted(range(len(marks)), key=lambda one: (marks[one][0], one)):
        x, words = marks[at]
        wide = words_width(words, layout.font)
        left = x + 3 if x + 3 + wide <= layout.width else x - 3 - wide
        left = max(left, 0.0)
        row = next(
            (
                number
                for number, line in enumerate(taken)
                if all(left >= end + _GAP or left + wide + _GAP <= start for start, end in line)
            ),
            len(taken),
        )
        if row == len(taken):
            taken.append([])
        taken[row].append((left, left + wide))
        found[at] = (round(left, 1), float(first + row * (layout.font + 3)))
    return [found[at] for at in range(len(marks))]


def chart(
    spans: Sequence[Span],
    today: date,
    marks: Sequence[tuple[date, str, str]],
    layout: Layout = WIDE,
) -> Chart:
    """Lay the spans out, one a row; `marks` are (day, words, kind)."""
    days = [day for one in spans for day in (one.first, one.last, one.until) if day]
    days += [today, *(day for day, _words, _kind in marks)]
    low, high = min(days) - timedelta(days=3), max(days) + timedelta(days=10)
    scale = (layout.width - layout.left) / max((high - low).days, 1)

    def at(day: date) -> float:
        return round(layout.left + (day - low).days * scale, 1)

    places = apart([(at(day), words) for day, words, _kind in marks], layout)
    top = int(max((y for _x, y in places), default=_MONTHS)) + 8
    bars = [_bar(one, top + row * layout.row, at, layout) for row, one in enumerate(spans)]
    return Chart(
        layout.width,
        top + len(spans) * layout.row + 8,
        _MONTHS + 4,
        tuple(bars),
        _months(low, high, at, layout),
        tuple(
            Mark(at(day), words, kind, x, y)
            for (day, words, kind), (x, y) in zip(marks, places, strict=True)
        ),
    )


def _bar(one: Span, top: int, at: Callable[[date], float], layout: Layout) -> Bar:
    x, end = at(one.first), at(one.last)
    far = at(one.until) if one.until and one.until > one.last else end
    return Bar(
        one,
        top + (14 if layout.above else 19),
        top + layout.drop,
        layout.bar,
        x,
        max(round(end - x, 1), 3.0),
        end,
        round(far - end, 1),
    )


def _months(low: date, high: date, at: Callable[[date], float], layout: Layout) -> tuple[Mark, ...]:
    """The beginnings of months, as many of them as can be labelled evenly and apart."""
    first = (low.replace(day=1) + timedelta(days=32)).replace(day=1)
    found = []
    while first <= high:
        found.append(first)
        first = (first + timedelta(days=32)).replace(day=1)
    wide = words_width("2025-09", layout.font) + _GAP
    most = max(int((layout.width - layout.left) / wide), 1)
    step = max(-(-len(found) // most), 1)
    # A month is never shorter than 28 days, but its words may be wider than it.
    shown = [day for day in found[::step] if at(day) + wide <= layout.width]
    while any(at(b) - at(a) < wide for a, b in pairwise(shown)):
        shown = shown[::2]
    return tuple(Mark(at(day), f"{day:%Y-%m}", "month", at(day), float(_MONTHS)) for day in shown)
