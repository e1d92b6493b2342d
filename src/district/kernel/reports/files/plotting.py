"""A chart drawn on a page of a PDF, so that it reads in black and white: lines differ by dashes and
points, columns by shades. Lengths are points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from district.kernel.reports.rules.manuscript import Chart

if TYPE_CHECKING:
    from fpdf import FPDF

HEIGHT = 220.0
_AXIS, _BELOW, _ABOVE = 46.0, 22.0, 30.0
_SHADES = ((27, 82, 153), (140, 140, 140), (208, 133, 30), (60, 60, 60), (150, 190, 230))
_DASHES = ((0.0, 0.0), (6.0, 3.0), (2.0, 2.0), (9.0, 2.0), (4.0, 4.0))
_TICKS = 5


def steps(low: float, high: float) -> list[float]:
    """Round numbers that an axis from `low` to `high` is marked with; nought is among them where
    the numbers lie on both sides of it, and they enclose both."""
    span = (high - low) or abs(high) or 1.0
    size = 10.0 ** math.floor(math.log10(span / _TICKS))
    for factor in (1, 2, 5, 10):
        step = size * factor
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= _TICKS + 1:
            break
    if first == last:
        last += 1
    return [each * step for each in range(first, last + 1)]


@dataclass(frozen=True)
class _Frame:
    """Where the drawing is and what its axis spans."""

    left: float
    top: float
    width: float
    height: float
    marks: list[float]
    count: int

    def y(self, value: float) -> float:
        low, high = self.marks[0], self.marks[-1]
        return self.top + self.height * (1 - (value - low) / (high - low))

    def x(self, at: int) -> float:
        return self.left + self.width * (at + 0.5) / max(1, self.count)


def plot(page: FPDF, chart: Chart, left: float, top: float, width: float) -> None:
    """Draw the chart into a box HEIGHT high, in the typeface that is chosen."""
    numbers = [float(one) for _name, values in chart.series for one in values if one is not None]
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    if chart.kind == "bar":
        low, high = min(low, 0.0), max(high, 0.0)
    frame = _Frame(
        left + _AXIS, top + _ABOVE, width - _AXIS, HEIGHT - _ABOVE - _BELOW, steps(low, high),
        len(chart.labels),
    )  # fmt: skip
    _axes(page, chart, frame)
    _legend(page, chart, left + _AXIS, top)
    draw = _line if chart.kind == "line" else _bars
    for at, (_name, values) in enumerate(chart.series):
        draw(page, frame, at, values, len(chart.series))
    page.set_dash_pattern()
    page.set_draw_color(0)
    page.set_fill_color(0)


def _axes(page: FPDF, chart: Chart, frame: _Frame) -> None:
    page.set_font_size(9)
    page.set_line_width(0.4)
    for mark in frame.marks:
        page.set_draw_color(200)
        page.line(frame.left, frame.y(mark), frame.left + frame.width, frame.y(mark))
        text = f"{mark:,g}"
        page.text(frame.left - 4 - page.get_string_width(text), frame.y(mark) + 3, text)
    page.set_draw_color(0)
    page.line(frame.left, frame.top, frame.left, frame.top + frame.height)
    base = frame.y(min(max(0.0, frame.marks[0]), frame.marks[-1]))
    page.line(frame.left, base, frame.left + frame.width, base)
    page.text(frame.left - _AXIS, frame.top - 6, chart.unit)
    widest = max((page.get_string_width(label) for label in chart.labels), default=1.0)
    every = max(1, math.ceil((widest + 4) * frame.count / frame.width))
    for at in range(0, frame.count, every):
        label = chart.labels[at]
        x = frame.x(at) - page.get_string_width(label) / 2
        page.text(x, frame.top + frame.height + 12, label)


def _legend(page: FPDF, chart: Chart, left: float, top: float) -> None:
    x = left + 40
    for at, (name, _values) in enumerate(chart.series):
        _choose(page, at)
        if chart.kind == "line":
            page.line(x, top + 8, x + 20, top + 8)
            _point(page, at, x + 10, top + 8)
        else:
            page.rect(x + 6, top + 3, 10, 10, style="F")
        page.text(x + 24, top + 12, name)
        x += 34 + page.get_string_width(name)


def _choose(page: FPDF, at: int) -> None:
    shade = _SHADES[at % len(_SHADES)]
    page.set_draw_color(*shade)
    page.set_fill_color(*shade)
    page.set_line_width(1.4)
    dash, gap = _DASHES[at % len(_DASHES)]
    page.set_dash_pattern(dash, gap)


def _point(page: FPDF, at: int, x: float, y: float) -> None:
    page.set_dash_pattern()
    if at % 2:
        page.rect(x - 2, y - 2, 4, 4, style="F")
    else:
        page.circle(x, y, 2.2, style="F")


def _line(
    page: FPDF, frame: _Frame, at: int, values: Sequence[Decimal | None], _of: int
) -> None:  # fmt: skip
    before: tuple[float, float] | None = None
    for place, value in enumerate(values):
        if value is None:
            before = None
            continue
        here = (frame.x(place), frame.y(float(value)))
        _choose(page, at)
        if before is not None:
            page.line(*before, *here)
        _point(page, at, *here)
        before = here


def _bars(
    page: FPDF, frame: _Frame, at: int, values: Sequence[Decimal | None], of: int
) -> None:  # fmt: skip
    _choose(page, at)
    page.set_dash_pattern()
    wide = frame.width / max(1, frame.count) * 0.7 / of
    base = frame.y(min(max(0.0, frame.marks[0]), frame.marks[-1]))
    for place, value in enumerate(values):
        if value is not None:
            y = frame.y(float(value))
            x = frame.x(place) + (at - of / 2) * wide
            page.rect(x, min(y, base), wide, abs(base - y), style="F")
