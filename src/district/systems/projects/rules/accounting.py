"""Investment by month: what is due, what the year will come to, what cannot be believed. Pure.

Money in 万元, always Decimal. A year is that of its months, 1 to 12.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Generic, TypeVar

_CENT = Decimal("0.01")
#: A pace beyond these is not carried on: a project that did nothing yet may still begin, and one
#: that ran ahead does not do so for ever.
SLOWEST, QUICKEST = Decimal("0.5"), Decimal("1.2")


@dataclass(frozen=True)
class Line:
    """A project's month; None: not filed."""

    month: date
    planned: Decimal
    done: Decimal | None = None
    counted: Decimal | None = None
    progress: Decimal | None = None


@dataclass(frozen=True)
class Outturn:
    """A year of a project. `plan` is the year's, `due` the plan up to the last full month, `done`
    and `counted` what was filed. `forecast` is what the year is expected to come to; `pace` the
    ratio that it carries on, `lost` what of the plan a later start pushes into the next year."""

    plan: Decimal
    due: Decimal
    done: Decimal
    counted: Decimal
    forecast: Decimal
    pace: Decimal
    lost: Decimal


def full_months(year: int, today: date) -> int:
    """How many months of the year are over: 0 to 12."""
    return 0 if today.year < year else 12 if today.year > year else today.month - 1


def delay(planned: date | None, likely: date | None) -> int:
    """By how many months a start is later than planned; 0 where either is not known."""
    if planned is None or likely is None:
        return 0
    return max((likely.year - planned.year) * 12 + likely.month - planned.month, 0)


def outturn(
    lines: Iterable[Line],
    *,
    through: int,
    left: Decimal,
    delayed: int = 0,
    over: bool = False,
) -> Outturn:
    """The year of a project after its first `through` months.

    What is done counts. Of the months to come the plan is carried on at the pace so far (done over
    due, within bounds; 1 before two months were planned), each month's part `delayed` months later,
    so that some falls out of the year. Never more than `left`, what is left of the whole
    investment at the year's beginning; `over`: completed or given up, nothing is added.
    """
    known = sorted(lines, key=lambda one: one.month)
    plan = sum((one.planned for one in known), Decimal(0))
    gone = [one for one in known if one.month.month <= through]
    due = sum((one.planned for one in gone), Decimal(0))
    done = sum((one.done or Decimal(0) for one in known), Decimal(0))
    counted = sum((one.counted or Decimal(0) for one in known), Decimal(0))
    pace = _pace(gone, due, done)
    ahead = [one for one in known if one.month.month > through and one.done is None]
    fits = sum((one.planned for one in ahead if one.month.month + delayed <= 12), Decimal(0))
    lost = sum((one.planned for one in ahead), Decimal(0)) - fits
    coming = Decimal(0) if over else fits * pace
    forecast = max(min(done + coming, left), done)
    return Outturn(plan, due, done, counted, forecast.quantize(_CENT), pace, lost)


def _pace(gone: Sequence[Line], due: Decimal, done: Decimal) -> Decimal:
    if sum(1 for one in gone if one.planned > 0) < 2 or due <= 0:
        return Decimal(1)
    return min(max(done / due, SLOWEST), QUICKEST).quantize(Decimal("0.0001"))


@dataclass(frozen=True)
class DoubtRules:
    """When a figure is doubted: a month of more than `jump_times` the median of the months before
    and of at least `jump_least` 万元, while the physical progress rose by less than `jump_points`
    percentage points; all that was done beyond `over_total` percent of the whole investment; before
    construction more than `before_start` percent of it."""

    jump_times: Decimal
    jump_least: Decimal
    jump_points: Decimal
    over_total: Decimal
    before_start: Decimal


@dataclass(frozen=True)
class Whole:
    """What of a project its months are held against."""

    total: Decimal
    earlier: Decimal
    started_on: date | None
    finished_on: date | None


def doubts(lines: Iterable[Line], whole: Whole, rules: DoubtRules) -> dict[date, str]:
    """What cannot be believed, by month: `after_finish`, `over_total`, `counted_more`,
    `before_start`, `falls` (the progress does) or `jump`; of several the first."""
    found: dict[date, str] = {}
    sofar, counted = whole.earlier, whole.earlier
    earlier: list[Decimal] = []
    progress: Decimal | None = None
    for one in sorted(lines, key=lambda line: line.month):
        done = one.done or Decimal(0)
        sofar += done
        counted += one.counted or Decimal(0)
        rise = None if one.progress is None else one.progress - (progress or Decimal(0))
        checks = (
            ("after_finish", done > 0 and _after(one.month, whole.finished_on)),
            ("over_total", done > 0 and sofar * 100 > whole.total * rules.over_total),
            ("counted_more", one.counted is not None and counted > sofar),
            ("before_start", done > 0 and _too_early(one.month, sofar, whole, rules)),
            ("falls", rise is not None and rise < 0),
            ("jump", _jumps(done, earlier, rise, rules)),
        )
        wrong = next((name for name, holds in checks if holds), "")
        if wrong:
            found[one.month] = wrong
        if done > 0:
            earlier.append(done)
        progress = one.progress if one.progress is not None else progress
    return found


def _after(month: date, finished: date | None) -> bool:
    return finished is not None and (month.year, month.month) > (finished.year, finished.month)


def _too_early(month: date, sofar: Decimal, whole: Whole, rules: DoubtRules) -> bool:
    started = whole.started_on
    begun = started is not None and (month.year, month.month) >= (started.year, started.month)
    return not begun and sofar * 100 > whole.total * rules.before_start


def _jumps(
    done: Decimal, earlier: Sequence[Decimal], rise: Decimal | None, rules: DoubtRules
) -> bool:
    if len(earlier) < 2 or done < rules.jump_least or done <= median(earlier) * rules.jump_times:
        return False
    return rise is None or rise < rules.jump_points


T = TypeVar("T")


@dataclass(frozen=True)
class Closer(Generic[T]):
    """A project that could close a gap: by how much it stays below its plan, and what it and those
    before it could bring together."""

    row: T
    could: Decimal
    together: Decimal


def closers(rows: Iterable[tuple[T, Decimal, Decimal]], gap: Decimal) -> list[Closer[T]]:
    """The fewest projects whose way back to their plan would close the gap: of (project, plan,
    forecast) those furthest below first. All of them where even together they do not; none where
    there is no gap."""
    short = [(row, plan - forecast) for row, plan, forecast in rows if plan > forecast]
    short.sort(key=lambda one: -one[1])
    found: list[Closer[T]] = []
    together = Decimal(0)
    for row, could in short:
        if together >= gap:
            break
        together += could
        found.append(Closer(row, could, together))
    return found
