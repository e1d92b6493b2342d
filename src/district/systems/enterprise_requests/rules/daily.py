"""企业诉求每日速报: what each of its numbers counts, as conditions over the register. Pure.

The same text selects the rows when the report is made and when a number is opened, so the two
cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

#: The numbers of the report, in their order; the last two only stand on the day itself.
KEYS = ("fresh", "solved", "closed", "open", "overdue", "waiting", "coordination")
NOW_ONLY = frozenset({"waiting", "coordination"})


@dataclass(frozen=True)
class Cut:
    """The day of a report and the moment, in the district's time, up to which it counts.

    `at` is None for a day that is over: then the whole of it counts.
    """

    day: date
    at: datetime | None = None

    @property
    def is_today(self) -> bool:
        """Whether the day is still running."""
        return self.at is not None

    def conditions(self) -> dict[str, str]:
        """The condition of every number that this day can have."""
        day, until = self.day.isoformat(), self._until()
        standing = f"not merged known and reported_at <= {day}"
        open_ = f"{standing} and (not finished_at known or finished_at > {day})"
        late = f'{open_} and category != "paused" and due_at {until}'
        found = {
            "fresh": f"reported_at >= {day} and reported_at <= {day}",
            "solved": f'finished_at >= {day} and finished_at <= {day} and stage != "declined"',
            "closed": f'closed_at >= {day} and closed_at <= {day} and stage = "closed"',
            "open": open_,
            "overdue": late,
        }
        if self.is_today:
            found["waiting"] = 'stage = "triage"'
            found["coordination"] = (
                f'stage in ("coordination", "returned") or (grade = "major" and {late})'
            )
        return found

    def _until(self) -> str:
        if self.at is None:
            return f"<= {self.day.isoformat()}"
        return f"< {self.at.strftime('%Y-%m-%dT%H:%M')}"
