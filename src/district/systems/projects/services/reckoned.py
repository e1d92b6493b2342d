"""Projects computed in memory: network, chance of the start, year; written in few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from hashlib import blake2b
from math import isnan
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from district.kernel.base import clock
from district.kernel.base.bulk import update_columns
from district.kernel.base.inserting import insert
from district.kernel.tracking.public import Calendar, recent_calendars
from district.systems.projects.models import Item, Project, Reckoning
from district.systems.projects.names import RUNS
from district.systems.projects.rules.lights import BEFORE
from district.systems.projects.rules.network import packed
from district.systems.projects.rules.network.chance import Outlook, outlook
from district.systems.projects.rules.network.packed import Records
from district.systems.projects.rules.network.passes import RUNNING, Schedule, State, schedule
from district.systems.projects.rules.network.single import schedule_one
from district.systems.projects.rules.network.template import Template
from district.systems.projects.selectors.network import (
    CALENDAR,
    Approval,
    approvals_of,
    day_table,
    past_durations,
    records_of,
)
from district.systems.projects.selectors.settings import settings, template_of
from district.systems.projects.services.years import delay_of, set_years

_STARTS = ("start_early", "start_likely", "start_safe", "chance")
_YEAR = ("year", "year_plan", "year_due", "year_done", "year_counted", "year_forecast")
#: What a project's network needs of it, and what its year needs besides.
LIGHTLY = ("stage", "template", "planned_start", "clock", *_STARTS)
FOR_YEAR = (*_YEAR, "total", "earlier", "started_on", "finished_on")
#: Raised when records change, so that all are made anew.
_LAYOUT = 1


class Kept(NamedTuple):
    """What was computed last of a project."""

    project: UUID
    basis: str
    drawn: str
    packed: bytes
    shown: bytes


def kept_of(keys: Sequence[UUID], *, shown: bool = True) -> dict[UUID, Kept]:
    """What was computed last of projects; what of it is shown only where asked for. One query."""
    rows = Reckoning.objects.filter(project__in=keys)
    names = ("project_id", "basis", "drawn", "packed", *(("shown",) if shown else ()))
    return {
        key: Kept(key, basis, drawn, bytes(packed_), bytes(more[0]) if more else b"")
        for key, basis, drawn, packed_, *more in rows.values_list(*names)
    }


def basis_of(today: date) -> str:
    """What everything computed rests on besides the project's own rows."""
    return _basis(recent_calendars()[CALENDAR], repr(settings().doubts), f"{today:%Y-%m}")


@lru_cache(maxsize=8)
def _basis(calendar: Calendar, rules: str, month: str) -> str:
    days = sorted(calendar.days.freed), sorted(calendar.days.made_up), calendar.kind
    return blake2b(f"{_LAYOUT} {month} {rules} {days}".encode(), digest_size=16).hexdigest()


@dataclass
class Part:
    """Projects of one template: how they stand, what came out, which of them were drawn."""

    template: Template
    rows: list[Project]
    before: Records
    after: Records
    found: Schedule
    likely: Outlook | None
    drawn: list[int]
    signs: list[str]


class Run:
    """Projects computed in memory.

    `kept` is what was computed of them last; of those `trusted` it is believed how their approvals
    stand, but for the approvals `told`, of the others the rows are read.
    """

    def __init__(
        self,
        projects: Sequence[Project],
        kept: Mapping[UUID, Kept],
        trusted: frozenset[UUID],
        told: Sequence[Item] = (),
    ) -> None:
        self.projects, self.kept, self.trusted, self.told = projects, kept, trusted, told
        self.today = clock.today()
        self.table = day_table(self.today)
        self.approvals: list[Approval] = []
        self._before = {row.pk: _values(row, _STARTS) for row in projects}
        delays = {row.pk: delay_of(row) for row in projects}
        before = [row for row in projects if row.stage in BEFORE]
        self.parts = [
            self._part(template_of(template), rows) for template, rows in _by_template(before)
        ]
        for row in projects:
            if row.stage not in BEFORE:
                row.start_early = row.start_likely = row.start_safe = row.chance = None
        self.moved = [row for row in projects if _values(row, _STARTS) != self._before[row.pk]]
        self.counted = self._years(
            [row for row in projects if row.pk not in trusted or delay_of(row) != delays[row.pk]]
        )

    def _years(self, rows: Sequence[Project]) -> list[Project]:
        """The years of projects; those whose figures are others than before."""
        by_key = {row.pk: row for row in rows if "year" in row.get_deferred_fields()}
        read = Project.objects.filter(pk__in=list(by_key)).values_list("pk", *FOR_YEAR)
        for key, *values in read if by_key else ():
            for name, value in zip(FOR_YEAR, values, strict=True):
                setattr(by_key[key], name, value)
        before = {row.pk: _values(row, _YEAR) for row in rows}
        set_years(rows, self.today)
        return [row for row in rows if _values(row, _YEAR) != before[row.pk]]

    @cached_property
    def _past(self) -> Any:
        return past_durations()

    def _part(self, template: Template, rows: list[Project]) -> Part:
        before = self._records(template, rows)
        given = packed.state_of(before, self.table, self.today)
        found = (schedule if len(rows) > 1 else schedule_one)(template, given)
        planned = np.array(
            [self.table.number(row.planned_start) if row.planned_start else -1 for row in rows],
            dtype=np.int64,
        )
        signs = self._signs(template, given, planned)
        same = self._same(template, rows, before, signs)
        drawn = [at for at in range(len(rows)) if not same[at]]
        likely = None
        if drawn:
            some = np.array(drawn)
            likely = outlook(template, given.of(some), self._past, planned[some], RUNS)
        after = packed.placed(before, found, self.table)
        part = Part(template, rows, before, after, found, likely, drawn, signs)
        self._set_starts(part)
        return part

    def _records(self, template: Template, rows: Sequence[Project]) -> Records:
        records = packed.blank(len(rows), len(template.items))
        size = records.itemsize * len(template.items)
        trusted = [
            at
            for at, row in enumerate(rows)
            if row.pk in self.trusted and len(self.kept[row.pk].packed) == size
        ]
        if trusted:
            held = [self.kept[rows[at].pk].packed for at in trusted]
            records[trusted] = packed.unpack(held, len(template.items))
        others = sorted(set(range(len(rows))) - set(trusted))
        if others:
            keys = [rows[at].pk for at in others]
            read = approvals_of(keys)
            self.approvals += read
            records[others] = records_of(template, keys, read)
        if self.told:
            self._tell(template, rows, records)
        return records

    def _tell(self, template: Template, rows: Sequence[Project], records: Records) -> None:
        """Put in how the approvals stand that something happened to."""
        places = {row.pk: at for at, row in enumerate(rows)}
        told = [one for one in self.told if one.project_id in places]
        now = records_of(template, list(places), told)
        for one in told:
            at, j = places[one.project_id], template.places.get(one.key)
            if j is not None:
                for name in packed.HAPPENED:
                    records[name][at, j] = now[name][at, j]

    def _signs(self, template: Template, given: State, planned: npt.NDArray[np.int64]) -> list[str]:
        """What the chances of each project are drawn from, besides how its approvals stand."""
        levels = self._past.levels(template)
        base = blake2b(levels.tobytes() + str(given.now).encode(), digest_size=12).hexdigest()
        return [f"{base}.{day}" for day in planned.tolist()]

    def _same(
        self, template: Template, rows: Sequence[Project], now: Records, signs: Sequence[str]
    ) -> list[bool]:
        """Whether the chances of each project would come out as they are."""
        size = now.itemsize * len(template.items)
        known = [self.kept.get(row.pk) for row in rows]
        fits = [
            at
            for at, one in enumerate(known)
            if one is not None and one.drawn == signs[at] and len(one.packed) == size
        ]
        found = [False] * len(rows)
        if fits:
            held = packed.unpack([self.kept[rows[at].pk].packed for at in fits],
                                 len(template.items))  # fmt: skip
            for at, same in zip(fits, packed.unchanged(held, now[fits]).tolist(), strict=True):
                found[at] = same and rows[at].start_likely is not None
        return found

    def _set_starts(self, part: Part) -> None:
        early = packed.dates(self.table.ordinals(part.found.start) - packed.EPOCH)
        for row, day in zip(part.rows, early, strict=True):
            row.start_early = day
        if part.likely is None:
            return
        days = self.table.ordinals(part.likely.days[:, 1:3]) - packed.EPOCH
        likely, safe = packed.dates(days[:, 0]), packed.dates(days[:, 1])
        shares = part.likely.chance.tolist()
        for at, place in enumerate(part.drawn):
            row, share = part.rows[place], shares[at]
            row.start_likely, row.start_safe = likely[at], safe[at]
            row.chance = None if isnan(share) else Decimal(round(share * 1000)) / 10

    def write(self, *, show: bool) -> None:
        """Write what is other than it was; with `show` the rows of the approvals, too."""
        self._write(self.moved, _STARTS)
        self._write(self.counted, _YEAR)
        if show:
            for part in self.parts:
                show_items(part.template, [row.pk for row in part.rows], part.after, self.kept)
        self._clear_items()
        self._keep(show=show)

    def _write(self, rows: Sequence[Project], names: Sequence[str]) -> None:
        columns: dict[str, list[Any]] = {
            name: [getattr(row, name) for row in rows] for name in ("id", *names)
        }
        now = [clock.now()] * len(rows)
        update_columns(Project, ("id",), {**columns, "computed_at": now})

    def _clear_items(self) -> None:
        """Nothing is expected of the approvals of projects whose construction has begun."""
        past = [
            row.pk
            for row in self.projects
            if row.stage not in BEFORE and row.pk not in self.trusted
        ]
        if past:
            shown = Q(expected_on__isnull=False) | Q(critical=True)
            Item.objects.filter(shown, project__in=past).update(
                expected_on=None, latest_on=None, slack=None, critical=False
            )

    def _keep(self, *, show: bool) -> None:
        basis = basis_of(self.today)
        made: list[Kept] = []
        for part in self.parts:
            for row, sign, line in zip(part.rows, part.signs, part.after, strict=True):
                now, before = line.tobytes(), self.kept.get(row.pk)
                shown = now if show else before.shown if before else b""
                made.append(Kept(row.pk, basis, sign, now, shown))
        over = [row for row in self.projects if row.stage not in BEFORE]
        made += [Kept(row.pk, basis, "", b"", b"") for row in over]
        new = [one for one in made if one.project not in self.kept]
        insert([Reckoning(project_id=one.project, **_columns(one)) for one in new])
        changed = [
            one for one in made if one.project in self.kept and one != self.kept[one.project]
        ]
        # What nothing is computed of any more shows nothing; else only `show` tells what is shown.
        over_now = [one for one in changed if not one.packed]
        self._write_kept(over_now, Kept._fields)
        others = [one for one in changed if one.packed]
        self._write_kept(others, Kept._fields if show else Kept._fields[:-1])

    def _write_kept(self, rows: Sequence[Kept], names: Sequence[str]) -> None:
        columns = {name: [getattr(one, name) for one in rows] for name in names}
        update_columns(Reckoning, ("project",), columns)

    def clocks(self) -> list[UUID]:
        """The tracked rows whose lights hang on what was computed anew; those that only time turns
        are the sweep's. A query where an approval under way became critical."""
        told = {row.pk for row in (*self.moved, *self.counted)}
        told |= {row.pk for row in self.projects} - self.trusted
        told |= {one.project_id for one in self.told}
        clocks = [row.clock_id for row in self.projects if row.pk in told and row.clock_id]
        clocks += [
            one.clock_id
            for one in self.approvals
            if one.clock_id and one.state in ("running", "stopped")
        ]
        turned = [key for part in self.parts for key in self._turned(part)]
        if turned:
            running = Item.objects.filter(
                project__in=turned, state__in=("running", "stopped"), clock__isnull=False
            )
            clocks += [key for key in running.values_list("clock_id", flat=True) if key]
        return list(dict.fromkeys(clocks))

    def _turned(self, part: Part) -> list[UUID]:
        """The trusted projects of which an approval under way became critical for a start that is
        missed, or no longer is."""
        running = part.before["state"] == RUNNING
        other = ((part.before["slack"] == 0) != (part.after["slack"] == 0)) & running
        found = []
        for row, differs in zip(part.rows, other.any(axis=1).tolist(), strict=True):
            was, is_ = _misses(row, self._before[row.pk][0]), _misses(row, row.start_early)
            if row.pk in self.trusted and (was != is_ or (is_ and differs)):
                found.append(row.pk)
        return found


def show_items(
    template: Template, projects: Sequence[UUID], now: Records, kept: Mapping[UUID, Kept]
) -> None:
    """Write into the rows of approvals what was computed of them and is not shown there yet. One
    statement for those of which something was shown, one more where nothing was."""
    size = now.itemsize * len(template.items)
    before = packed.blank(*now.shape)
    known = [at for at, key in enumerate(projects) if key in kept and len(kept[key].shown) == size]
    if known:
        before[known] = packed.unpack([kept[projects[at]].shown for at in known], now.shape[1])
    rest = sorted(set(range(len(projects))) - set(known))
    if rest:
        keys = [projects[at] for at in rest]
        before[rest] = records_of(template, keys, approvals_of(keys))
    rows, items = np.nonzero(packed.moved(before, now))
    if not len(rows):
        return
    after, names = now[rows, items], [item.key for item in template.items]
    update_columns(
        Item,
        ("project", "key"),
        {
            "project": [projects[at] for at in rows.tolist()],
            "key": [names[at] for at in items.tolist()],
            **dict(zip(SHOWN, _shown(after), strict=True)),
        },
    )


#: What rows of approvals show of what was computed.
SHOWN = ("expected_on", "latest_on", "slack", "critical")


def _shown(records: Records) -> tuple[list[Any], ...]:
    slack = records["slack"].tolist()
    return (
        packed.dates(records["expected"]),
        packed.dates(records["latest"]),
        [None if one < 0 else one for one in slack],
        [one == 0 for one in slack],
    )


def put_shown(run: Run) -> None:
    """Give the approvals that a run was told of what came out, in memory."""
    by_key = {
        (row.pk, item.key): part.after[at, j]
        for part in run.parts
        for at, row in enumerate(part.rows)
        for j, item in enumerate(part.template.items)
    }
    for one in run.told:
        record = by_key.get((one.project_id, one.key))
        if record is not None:
            for name, (value,) in zip(SHOWN, _shown(np.array([record])), strict=True):
                setattr(one, name, value)


def _columns(one: Kept) -> dict[str, Any]:
    return {name: value for name, value in one._asdict().items() if name != "project"}


def _misses(row: Project, early: date | None) -> bool:
    return row.planned_start is not None and early is not None and early > row.planned_start


def _values(row: Project, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def _by_template(projects: Iterable[Project]) -> list[tuple[UUID, list[Project]]]:
    found: dict[UUID, list[Project]] = {}
    for row in projects:
        found.setdefault(row.template_id, []).append(row)
    return sorted(found.items())
