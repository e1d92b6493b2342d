"""What is published, and the table of flows that the models read. Pure.

A published figure covers some months of a year: a month, a quarter, the year to date, January and
February jointly. Each is a difference between two points of the year's cumulated curve, so whatever
is published is brought to one form by following the figures from point to point; what two figures
say of the same point must agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: By how much two figures may differ before they contradict each other: rounding of what is
#: published, relative to the larger, or an absolute step of the last decimal.
AGREE_RELATIVE = 2e-3
#: The parts of a year that may be filled in before the year is of no use.
MOST_FILLED = 0.25


class Unusable(ValueError):
    """Readings that nothing can be said from; `problem` is a key, `values` what it speaks of.

    Problems: `nowcast.contradiction` (year, month), `nowcast.no_whole_year`, `nowcast.bad_reading`
    (year, first, last), `nowcast.sums` (key).
    """

    def __init__(self, problem: str, **values: str) -> None:
        super().__init__(f"{problem} {values}")
        self.problem = problem
        self.values = values


@dataclass(frozen=True)
class Reading:
    """A published figure of the months `first` to `last` (1 to 12, both included) of a year.

    `value` in the series' own unit, None where it is missing. `base` is last year's figure of the
    same months on this year's basis (同口径基数); without one last year's own figure is the base.
    """

    year: int
    first: int
    last: int
    value: Decimal | None
    base: Decimal | None = None


@dataclass(frozen=True)
class History:
    """A series as it stood on the day that is asked about.

    `festival`: whether the Spring Festival moves its first months; how much is learned from the
    series, and nothing is moved where nothing shows.
    """

    key: str
    readings: tuple[Reading, ...]
    festival: bool = True


@dataclass(frozen=True)
class Table:
    """A series as flows on this year's basis.

    `ends` are the last months of the year's parts: (1, 2, ... 12), (2, 3, ... 12) where January and
    February come jointly, (3, 6, 9, 12) for quarters. `flows` has a row for each of the whole years
    `years`, on the basis of `year`; `current` are the parts of `year` that are known. `so_far` is
    what is published of `year` as far as month `after`, exactly. `factors` times a year's published
    figures gives those on this year's basis. `filled` are parts (year, last month) that were not
    published and stand in by the pattern of other years. `base` is the whole last year on this
    year's basis, as published or by the factor.
    """

    key: str
    year: int
    ends: tuple[int, ...]
    years: tuple[int, ...]
    flows: Floats
    current: Floats
    so_far: Decimal
    after: int
    base: Decimal | None
    factors: Floats
    filled: tuple[tuple[int, int], ...]

    @property
    def parts(self) -> int:
        """Into how many parts the year falls."""
        return len(self.ends)

    @property
    def known(self) -> int:
        """How many parts of the year asked about are known."""
        return len(self.current)


def table_of(history: History, year: int) -> Table:
    """The flows of a series for a nowcast of `year`; raises Unusable."""
    curves = {at: _Curve(at, rows) for at, rows in _by_year(history.readings, year).items()}
    ends = _common_ends([curve for at, curve in curves.items() if at < year], curves.get(year))
    pattern = _pattern([curve for at, curve in curves.items() if at < year], ends)
    years: list[int] = []
    rows: list[Floats] = []
    filled: list[tuple[int, int]] = []
    for at in range(year - 1, min(curves, default=year) - 1, -1):
        row = curves[at].flows(ends, pattern, until=12) if at in curves else None
        if row is None:
            break
        years.insert(0, at)
        rows.insert(0, row[0])
        filled += [(at, end) for end in row[1]]
    if not rows:
        raise Unusable("nowcast.no_whole_year", key=history.key)
    factors = _factors(curves, [*years, year])
    flows = np.array(rows) * factors[:-1, None]
    so_far, after, current, made = _current(curves.get(year), ends, flows.mean(axis=0))
    base = _base(curves, year, rows[-1], float(factors[-2]))
    return Table(
        history.key, year, ends, tuple(years), flows, current, so_far, after, base, factors[:-1],
        (*filled, *((year, end) for end in made)),
    )  # fmt: skip


def indexed(growths: Mapping[tuple[int, int], Decimal]) -> tuple[Reading, ...]:
    """Readings of a series that is published as growth of the year to date alone.

    `growths` gives percent by (year, last month). Whole years are chained by their December
    growth, the year before the first is 100, spread evenly; within a year the curve of the year
    before is carried on. The readings are comparable by their making, so they have no base.
    """
    readings: list[Reading] = []
    before = {month: Decimal(100) * month / 12 for month in range(1, 13)}
    first = min((year for year, _month in growths), default=0)
    readings += [Reading(first - 1, 1, month, before[month]) for month in range(1, 13)]
    for year in sorted({year for year, _month in growths}):
        found = {
            month: before[month] * (1 + growths[year, month] / 100)
            for month in range(1, 13)
            if (year, month) in growths and month in before
        }
        readings += [Reading(year, 1, month, value) for month, value in found.items()]
        before = found
    return tuple(readings)


def _by_year(readings: Iterable[Reading], year: int) -> dict[int, list[Reading]]:
    found: dict[int, list[Reading]] = {}
    for one in readings:
        if not 1 <= one.first <= one.last <= 12:
            values = {"year": str(one.year), "first": str(one.first), "last": str(one.last)}
            raise Unusable("nowcast.bad_reading", **values)
        if one.year <= year:
            found.setdefault(one.year, []).append(one)
    return found


class _Curve:
    """The cumulated curve of a year: what is known between which of the points 0 to 12.

    Points that figures connect lie in one group; `at[point]` is its height above the group's first
    point. Whatever lies in the group of point 0 is known as year to date.
    """

    def __init__(self, year: int, readings: Sequence[Reading]) -> None:
        self.year = year
        self.readings = readings
        edges: dict[int, list[tuple[int, Decimal]]] = {}
        for one in readings:
            if one.value is not None:
                edges.setdefault(one.first - 1, []).append((one.last, one.value))
                edges.setdefault(one.last, []).append((one.first - 1, -one.value))
        self.group: dict[int, int] = {0: 0}
        self.at: dict[int, Decimal] = {0: Decimal(0)}
        self._follow(0, edges)
        for point in sorted(edges):
            if point not in self.group:
                self.group[point], self.at[point] = point, Decimal(0)
                self._follow(point, edges)

    def _follow(self, start: int, edges: Mapping[int, Sequence[tuple[int, Decimal]]]) -> None:
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for there, step in edges.get(here, ()):
                height = self.at[here] + step
                if there not in self.group:
                    self.group[there], self.at[there] = self.group[start], height
                    waiting.append(there)
                elif not _agree(self.at[there], height, step):
                    values = {"year": str(self.year), "month": str(max(here, there))}
                    raise Unusable("nowcast.contradiction", **values)

    def between(self, first: int, last: int) -> Decimal | None:
        """What the months after point `first` as far as `last` come to, None where unknown."""
        if self.group.get(first, -1) != self.group.get(last, -2):
            return None
        return self.at[last] - self.at[first]

    def to_date(self) -> tuple[int, Decimal]:
        """The last month known as year to date, and the amount; (0, 0) where none is."""
        last = max(point for point, group in self.group.items() if group == 0)
        return last, self.at[last]

    def flows(
        self, ends: Sequence[int], pattern: Floats, until: int | None = None
    ) -> tuple[Floats, list[int]] | None:
        """The parts as far as anything is known (or `until`), and the ends of those filled in.

        A span that is known as a whole is divided by the pattern; a part inside no known span gets
        the pattern's amount at the level of the parts that are known. None where too many do.
        """
        last = max((end for end in ends if end in self.group), default=0)
        used = [end for end in ends if end <= (last if until is None else until)]
        row = np.full(len(used), np.nan)
        made: list[int] = []
        points = [0, *(end for end in used if end in self.group)]
        for index, first in enumerate(points):
            following = next(
                (p for p in points[index + 1 :] if self.group[p] == self.group[first]), None
            )
            if following is None:
                continue
            inside = [i for i, end in enumerate(used) if first < end <= following]
            if np.isnan(row[inside]).all():
                row[inside] = _divide(float(self.at[following] - self.at[first]), pattern[inside])
                made += [used[i] for i in inside] if len(inside) > 1 else []
        open_parts = np.isnan(row)
        if open_parts.sum() > MOST_FILLED * len(ends):
            return None
        if open_parts.any():
            shape = np.ones(len(used)) if not pattern[: len(used)].any() else pattern[: len(used)]
            level = row[~open_parts].sum() / (shape[~open_parts].sum() or 1.0)
            row[open_parts] = level * shape[open_parts]
            made += [end for end, is_open in zip(used, open_parts, strict=True) if is_open]
        return row, sorted(set(made))


def _agree(one: Decimal, other: Decimal, step: Decimal) -> bool:
    size = max(abs(one), abs(other), abs(step))
    return abs(one - other) <= Decimal(str(AGREE_RELATIVE)) * size


def _divide(amount: float, pattern: Floats) -> Floats:
    total = float(pattern.sum())
    if len(pattern) == 1:
        return np.array([amount])
    if total <= 0 or (pattern < 0).any():
        return np.full(len(pattern), amount / len(pattern))
    return amount * pattern / total


def _common_ends(past: Sequence[_Curve], current: _Curve | None) -> tuple[int, ...]:
    """The parts that most years have: points known as year to date in more than half of them."""
    whole = [curve for curve in past if curve.between(0, 12) is not None] or list(past)
    counted = whole or ([current] if current is not None else [])
    ends = [
        month
        for month in range(1, 12)
        if sum(month in curve.group for curve in counted) * 2 > len(counted)
    ]
    return (*ends, 12)


def _pattern(past: Sequence[_Curve], ends: Sequence[int]) -> Floats:
    """The mean share of each part in the years that know it; by months where none does."""
    shares: list[list[float]] = [[] for _ in ends]
    for curve in past:
        total = curve.between(0, 12)
        for index, (first, last) in enumerate(pairwise([0, *ends])):
            part = curve.between(first, last)
            if part is not None and total:
                shares[index].append(float(part / total))
    lengths = [last - first for first, last in pairwise([0, *ends])]
    return np.array(
        [
            sum(found) / len(found) if found else length / 12
            for found, length in zip(shares, lengths, strict=True)
        ]
    )


def _factors(curves: Mapping[int, _Curve], years: Sequence[int]) -> Floats:
    """What brings each year's published figures onto the last year's basis."""
    factors = np.ones(len(years))
    for index in range(len(years) - 2, -1, -1):
        later = curves.get(years[index + 1])
        link = _link(curves[years[index]], later.readings if later is not None else ())
        factors[index] = factors[index + 1] * link
    return factors


def _link(before: _Curve, readings: Sequence[Reading]) -> float:
    """Comparable base over published figure of the same months: the reading of most months says."""
    known = [
        (one.last - one.first, one.last, float(one.base), float(published))
        for one in readings
        if one.base is not None
        and (published := before.between(one.first - 1, one.last)) is not None
    ]
    if not known:
        return 1.0
    _length, _last, comparable, own = max(known)
    return comparable / own if own and comparable / own > 0 else 1.0


def _current(
    curve: _Curve | None, ends: Sequence[int], mean: Floats
) -> tuple[Decimal, int, Floats, list[int]]:
    """So far, after which month, the parts, and which of them are filled in."""
    nothing = np.array([], dtype=np.float64)
    if curve is None:
        return Decimal(0), 0, nothing, []
    found = curve.flows(ends, mean) or curve.flows(ends, mean, until=curve.to_date()[0])
    if found is None:
        return Decimal(0), 0, nothing, []
    row, made = found
    exact = [end for end in ends[: len(row)] if curve.between(0, end) is not None]
    after = ends[len(row) - 1] if len(row) else 0
    if exact and exact[-1] == after:
        return curve.at[after], after, row, made
    return Decimal(str(round(float(row.sum()), 6))), after, row, made


def _base(curves: Mapping[int, _Curve], year: int, last: Floats, factor: float) -> Decimal | None:
    """The whole last year on this year's basis."""
    for one in curves[year].readings if year in curves else ():
        if (one.first, one.last) == (1, 12) and one.base is not None:
            return one.base
    exact = curves[year - 1].between(0, 12)
    if factor == 1.0 and exact is not None:
        return exact
    return Decimal(str(round(float(last.sum()) * factor, 6)))
