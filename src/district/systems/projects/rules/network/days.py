"""Working days as numbers, so that many dates are computed at once.

The number of a day is how many working days of the calendar lie up to it and on it, from the
calendar's own origin: of two days the difference is what `tracking` counts as elapsed working days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

import numpy as np
import numpy.typing as npt

from district.kernel.tracking.public import Calendar

Days = npt.NDArray[np.int64]
#: The farthest that a table reaches: some eighty years.
_MOST = 30_000


class DayTable:
    """A calendar's working days between two dates, both among them.

    Asked for anything outside, it raises IndexError.
    """

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        low, high = first.toordinal(), last.toordinal()
        if not 0 <= high - low <= _MOST:
            raise ValueError(f"a table of days reaches over 1 to {_MOST} days")
        self._low = low
        #: The ordinals of both ends.
        self.first, self.last = low, high
        ordinals = np.arange(low, high + 1, dtype=np.int64)
        if calendar.kind == "24x7":
            works = np.ones(len(ordinals), dtype=np.bool_)
        else:
            works = (ordinals - 1) % 7 < 5
            works &= ~np.isin(ordinals, np.array(calendar.days.freed, dtype=np.int64))
            works |= np.isin(ordinals, np.array(calendar.days.made_up, dtype=np.int64))
        self._origin = calendar.worked_before(low)
        self._numbers: Days = self._origin + np.cumsum(works, dtype=np.int64)
        self._worked: Days = low + np.flatnonzero(works).astype(np.int64)

    def numbers(self, ordinals: Days) -> Days:
        """The numbers of days given as ordinals (`date.toordinal`)."""
        at = np.asarray(ordinals, dtype=np.int64) - self._low
        if at.size and (at.min() < 0 or at.max() >= len(self._numbers)):
            raise IndexError("a day outside the table")
        return self._numbers[at]

    def ordinals(self, numbers: Days) -> Days:
        """The working days with these numbers, as ordinals."""
        at = np.asarray(numbers, dtype=np.int64) - self._origin - 1
        if at.size and (at.min() < 0 or at.max() >= len(self._worked)):
            raise IndexError("a working day outside the table")
        return self._worked[at]

    def number(self, day: date) -> int:
        """The number of one day."""
        return int(self.numbers(np.array([day.toordinal()]))[0])

    def day(self, number: int) -> date:
        """The working day with this number."""
        return date.fromordinal(int(self.ordinals(np.array([number]))[0]))

    def due(self, accepted: Days, terms: Days) -> Days:
        """The last day (ordinals) of terms of at least one working day from days of acceptance
        (ordinals), which do not count themselves."""
        return self.ordinals(self.numbers(accepted) + terms)

    def stood(self, accepted: date, spans: Iterable[tuple[date, date]]) -> int:
        """For how many working days the clock of an item stood still: of each span the days from
        its first up to the day before the one on which it ran on, those after acceptance. Spans lie
        apart."""
        total = 0
        for since, until in spans:
            first = max(since.toordinal(), accepted.toordinal() + 1)
            if until.toordinal() > first:
                both = np.array([first - 1, until.toordinal() - 1])
                before, after = self.numbers(both)
                total += int(after - before)
        return total


def moment_of(day: date, now: datetime, turned: datetime) -> datetime | None:
    """When a clock was turned on an earlier day: at its beginning, so that whether the clock stands
    at the close of that day is what the event said; but not before it was `turned` last. None for
    today: then it is now. `now` is aware, and days are those of its zone."""
    if day >= now.date():
        return None
    return max(datetime.combine(day, time.min, now.tzinfo), turned)
