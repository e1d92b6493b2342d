"""Which days and hours count. Pure: a `Calendar` is made from rows or by hand in a test.

Working days are counted in closed form (weekdays by arithmetic, announced days by bisection),
so a count over ten years costs the same as one over a week.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

Kind = Literal["24x7", "working_hours", "working_days"]
KINDS: tuple[Kind, ...] = ("24x7", "working_hours", "working_days")
DAY = 24 * 60 * 60 * 1_000_000  # microseconds
_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class DaySet:
    """The announced days of a country: holidays, make-up workdays, and which years are known.

    Only announced years' days belong in it; a year outside `announced` counts as weekdays.
    """

    announced: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    @cached_property
    def freed(self) -> list[int]:
        """Ordinals of weekdays that are holidays, ascending."""
        return sorted(d.toordinal() for d in self.holidays if d.weekday() < 5)

    @cached_property
    def made_up(self) -> list[int]:
        """Ordinals of weekend days that are worked, ascending."""
        return sorted(d.toordinal() for d in self.workdays if d.weekday() >= 5)


@dataclass(frozen=True)
class Calendar:
    """A way of counting time; `hours` are a working day's open spans (`working_hours` only).

    Spans are local to `zone`, in order and apart; a span may end at time(0, 0), midnight. The
    zone must have a fixed offset over the clock's life (Asia/Shanghai has had one since 1991).
    Raises ValueError on spans that overlap, are empty or are missing where the kind needs them.
    """

    key: str
    kind: Kind
    hours: tuple[tuple[time, time], ...] = ()
    days: DaySet = field(default_factory=DaySet)
    zone: ZoneInfo = _SHANGHAI

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of calendar: {self.kind!r}")
        if (self.kind == "working_hours") != bool(self.hours):
            raise ValueError("hours belong to a calendar of kind working_hours, and only there")
        if any(start >= end for start, end in self.spans):
            raise ValueError("an open span must end after it starts")
        if any(a[1] > b[0] for a, b in pairwise(self.spans)):
            raise ValueError("open spans must be in order and must not overlap")

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """A working day's open spans in microseconds after midnight."""
        if not self.hours:
            return ((0, DAY),)
        return tuple((_micros(start), _micros(end) or DAY) for start, end in self.hours)

    @cached_property
    def day_length(self) -> int:
        """Open microseconds of a working day."""
        return sum(end - start for start, end in self.spans)

    @property
    def closing(self) -> int:
        """Microseconds after midnight at which a day is over for day terms."""
        return self.spans[-1][1]

    # Days, as proleptic ordinals (date.toordinal).

    def works(self, ordinal: int) -> bool:
        """Whether the day counts."""
        return self.worked_before(ordinal + 1) > self.worked_before(ordinal)

    def is_workday(self, day: date) -> bool:
        """Whether the day counts."""
        return self.works(day.toordinal())

    def worked_before(self, ordinal: int) -> int:
        """How many days before `ordinal` count, from a fixed origin: differences mean something."""
        if self.kind == "24x7":
            return ordinal
        weeks, rest = divmod(ordinal - 1, 7)  # ordinal 1 is a Monday
        weekdays = weeks * 5 + min(rest, 5)
        freed, made_up = self.days.freed, self.days.made_up
        return weekdays - bisect_left(freed, ordinal) + bisect_left(made_up, ordinal)

    def nth_after(self, ordinal: int, n: int) -> int:
        """The n-th counting day after `ordinal` (n >= 1)."""
        wanted = self.worked_before(ordinal + 1) + n
        step = n + 7
        while self.worked_before(ordinal + step + 1) < wanted:
            step *= 2
        low, high = ordinal + 1, ordinal + step
        while low < high:
            middle = (low + high) // 2
            if self.worked_before(middle + 1) >= wanted:
                high = middle
            else:
                low = middle + 1
        return low

    # Instants.

    def split(self, at: datetime) -> tuple[int, int]:
        """An aware instant as (ordinal, microseconds after local midnight)."""
        if at.tzinfo is None:
            raise ValueError("a clock needs aware times")
        local = at.astimezone(self.zone)
        return local.toordinal(), _micros(local.time())

    def join(self, ordinal: int, micros: int) -> datetime:
        """The aware instant of (ordinal, microseconds after local midnight)."""
        midnight = datetime.combine(date.fromordinal(ordinal), time(0), self.zone)
        return midnight + timedelta(microseconds=micros)

    def open_before(self, at: datetime) -> int:
        """Open microseconds before `at`, from a fixed origin: differences mean something."""
        ordinal, micros = self.split(at)
        total = self.worked_before(ordinal) * self.day_length
        if self.works(ordinal):
            total += sum(min(micros, end) - start for start, end in self.spans if micros > start)
        return total

    def at_open(self, after: datetime, amount: int) -> datetime:
        """The earliest instant with `amount` open microseconds since `after` (amount >= 1)."""
        wanted = self.open_before(after) + amount
        ordinal, _ = self.split(after)
        whole = -(-wanted // self.day_length) - self.worked_before(ordinal)
        day = self.nth_after(ordinal - 1, whole)
        rest = wanted - self.worked_before(day) * self.day_length
        for start, end in self.spans:
            if rest <= end - start:
                return self.join(day, start + rest)
            rest -= end - start
        raise AssertionError("a day's spans hold its length")

    def unannounced(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """The years from `start` to `end` whose days are not announced; none for 24x7."""
        if self.kind == "24x7":
            return ()
        first = start.astimezone(self.zone).year
        last = end.astimezone(self.zone).year
        return tuple(y for y in range(first, last + 1) if y not in self.days.announced)


def _micros(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


def parse_hours(pairs: Iterable[Iterable[str]]) -> tuple[tuple[time, time], ...]:
    """Spans from `[["09:00", "12:00"], ...]`; "24:00" is midnight. ValueError on other text."""
    spans = []
    for pair in pairs:
        start, end = (time(0) if text == "24:00" else time.fromisoformat(text) for text in pair)
        spans.append((start, end))
    return tuple(spans)
