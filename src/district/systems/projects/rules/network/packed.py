"""How the approvals of a project stand and what was computed of them, in sixteen bytes each.

All approvals of ten thousand projects are read and written so in a moment. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from district.systems.projects.rules.network.days import DayTable
from district.systems.projects.rules.network.passes import (
    DONE,
    NEVER,
    WAIVED,
    Ints,
    Schedule,
    State,
)

#: Days are counted from here, so that 0 is none.
EPOCH = date(1999, 12, 31).toordinal()
#: Bits of `flags`: early intervention, tolerance, the clock stands still.
EARLY, TOLERATED, STOPPED = 1, 2, 4
_LAST = 65_535
#: `stood`: working days for which the clock stood still, without the stretch that lasts since
#: `since`. `expected`, `latest` and `slack` (-1: none) were computed.
RECORD = np.dtype(
    [
        ("state", "u1"), ("flags", "u1"), ("accepted", "<u2"), ("ended", "<u2"), ("stood", "<u2"),
        ("since", "<u2"), ("expected", "<u2"), ("latest", "<u2"), ("slack", "<i2"),
    ]
)  # fmt: skip
#: What happened, without what was computed of it.
HAPPENED = ["state", "flags", "accepted", "ended", "stood", "since"]
_COMPUTED = ["expected", "latest", "slack"]
Records = npt.NDArray[np.void]


def blank(projects: int, items: int) -> Records:
    """Nothing has happened and nothing was computed: projects x items."""
    found = np.zeros((projects, items), dtype=RECORD)
    found["slack"] = -1
    return found


def unpack(packed: Sequence[bytes], items: int) -> Records:
    """What was packed of projects of so many items each."""
    return np.frombuffer(b"".join(packed), dtype=RECORD).reshape(len(packed), items)


def day_number(day: date | None) -> int:
    """A day as records have it."""
    return 0 if day is None else min(max(day.toordinal() - EPOCH, 1), _LAST)


def dates(days: Ints) -> list[date | None]:
    """Days of records as dates."""
    listed = days.tolist()
    known = {one: date.fromordinal(one + EPOCH) if one else None for one in set(listed)}
    return [known[one] for one in listed]


def state_of(records: Records, table: DayTable, today: date) -> State:
    """How the projects stand, as the passes take it. Days before the table count as its first."""
    accepted = records["accepted"].astype(np.int64)
    flags = records["flags"]
    stopped = (flags & STOPPED) > 0
    stood = records["stood"].astype(np.int64)
    if stopped.any():
        first = np.maximum(records["since"].astype(np.int64), accepted + 1)
        until = today.toordinal() - EPOCH
        yesterday = table.number(today - timedelta(days=1))
        lasting = np.where(until > first, yesterday - _numbers(table, first - 1), 0)
        stood = stood + np.where(stopped, lasting, 0)
    return State(
        records["state"].astype(np.int64),
        np.where(accepted > 0, _numbers(table, accepted), 0),
        np.where(records["ended"] > 0, _numbers(table, records["ended"].astype(np.int64)), 0),
        stood,
        (flags & EARLY) > 0,
        (flags & TOLERATED) > 0,
        table.number(today),
    )


def _numbers(table: DayTable, days: Ints) -> Ints:
    return table.numbers(np.clip(days + EPOCH, table.first, table.last))


def placed(records: Records, found: Schedule, table: DayTable) -> Records:
    """The records with the days and the slack that came out; none of what is over."""
    over = (records["state"] == DONE) | (records["state"] == WAIVED)
    free = over | (found.slack >= NEVER)
    finish = np.where(over, found.start[:, None], found.earliest_finish)
    slack = np.where(free, 0, np.maximum(found.slack, 0))
    after = records.copy()
    after["expected"] = np.where(over, 0, table.ordinals(finish) - EPOCH)
    after["latest"] = np.where(free, 0, table.ordinals(finish + slack) - EPOCH)
    after["slack"] = np.where(free, -1, slack)
    return after


def moved(before: Records, after: Records) -> npt.NDArray[np.bool_]:
    """Of which approvals other things were computed: projects x items."""
    found = np.zeros(before.shape, dtype=np.bool_)
    for name in _COMPUTED:
        found |= before[name] != after[name]
    return found


def unchanged(before: Records, after: Records) -> npt.NDArray[np.bool_]:
    """Of which projects nothing has happened between: projects."""
    found = np.ones(len(before), dtype=np.bool_)
    for name in HAPPENED:
        found &= (before[name] == after[name]).all(axis=1)
    return found
