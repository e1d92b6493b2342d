"""Recomputing projects: network, chance of the start, year, doubts; then their lights."""

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
from django.db import transaction
from django.db.models import Q

from district.kernel.base import clock
from district.kernel.base.bulk import update_columns
from district.kernel.base.inserting import insert
from district.kernel.tracking.public import Calendar, recent_calendars, refresh_rows
from district.systems.projects.models import Durations, Item, Project, Reckoning
from district.systems.projects.names import RUNS
from district.systems.projects.rules.lights import BEFORE
from district.systems.projects.rules.network import packed
from district.systems.projects.rules.network.chance import Outlook, outlook
from district.systems.projects.rules.network.packed import Records
from district.systems.projects.rules.network.passes import RUNNING, Schedule, State, schedule
from district.systems.projects.rules.network.template import Template
from district.systems.projects.selectors.network import (
    CALENDAR,
    Approval,
    approvals_of,
    day_table,
    past_durations,
    records_of,
    took_until,
)
from district.systems.projects.selectors.settings import settings, template_of
from district.systems.projects.services.years import delay_of, set_years

_STARTS = ("start_early", "start_likely", "start_safe", "chance")
_YEAR = ("year", "year_plan", "year_due", "year_done", "year_counted", "year_forecast")
#: What a project's network needs of it, and what its year needs besides.
_LIGHTLY = ("stage", "template", "planned_start", "clock", *_STARTS)
_FOR_YEAR = (*_YEAR, "total", "earlier", "started_on", "finished_on")
_CHUNK = 1000
#: Days for which it is kept what approvals took.
_KEPT = 30
#: Raised when records change, so that all are made anew.
_LAYOUT = 1


def recompute_all() -> int:
    """Recompute every project that is neither completed nor given up; returns how many.

    A thousand together, each thousand in a transaction of its own, from what was kept of their
    approvals: rows are read only where settings, calendar or month are others since. What is as it
    was is not written; the same call again changes nothing.
    """
    keep_durations(clock.today())
    over = (Project.Stage.COMPLETED, Project.Stage.DROPPED)
    keys = list(Project.objects.exclude(stage__in=over).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _CHUNK):
        _recompute_kept(keys[start : start + _CHUNK])
    return len(keys)


@transaction.atomic
def keep_durations(today: date) -> None:
    """Count once a day what approvals took, so that chances move only when their project does."""
    if Durations.objects.filter(day=today).exists():
        return
    row = Durations(day=today, content=took_until(today))
    Durations.objects.bulk_create([row], ignore_conflicts=True)
    Durations.objects.filter(day__lt=date.fromordinal(today.toordinal() - _KEPT)).delete()
    past_durations.forget()


@transaction.atomic
def recompute(keys: Sequence[UUID]) -> None:
    """Recompute projects from their rows, after something happened to them: expected and latest
    days of their approvals, the start of construction, the sums and forecast of the year, doubts,
    lights. Some fifteen statements for any number of one template, those of the lights included."""
    projects = _locked(keys, *_FOR_YEAR)
    _Run(projects, _kept(keys), trusted=frozenset()).write()


@transaction.atomic
def _recompute_kept(keys: Sequence[UUID]) -> None:
    projects, kept = _locked(keys), _kept(keys)
    basis = basis_of(clock.today())
    trusted = frozenset(key for key, one in kept.items() if one.basis == basis)
    _Run(projects, kept, trusted=trusted).write()


def _locked(keys: Sequence[UUID], *more: str) -> list[Project]:
    """The projects, locked, with what the network needs of them, and more."""
    locked = Project.objects.select_for_update(of=("self",), no_key=True).only(*_LIGHTLY, *more)
    return list(locked.filter(pk__in=keys).order_by("pk"))


class _Kept(NamedTuple):
    """What was computed last of a project."""

    project: UUID
    basis: str
    drawn: str
    packed: bytes


def _kept(keys: Sequence[UUID]) -> dict[UUID, _Kept]:
    rows = Reckoning.objects.filter(project__in=keys)
    listed = rows.values_list("project_id", "basis", "drawn", "packed")
    return {key: _Kept(key, basis, drawn, bytes(packed_)) for key, basis, drawn, packed_ in listed}


def basis_of(today: date) -> str:
    """What everything computed rests on besides the project's own rows."""
    return _basis(recent_calendars()[CALENDAR], repr(settings().doubts), f"{today:%Y-%m}")


@lru_cache(maxsize=8)
def _basis(calendar: Calendar, rules: str, month: str) -> str:
    days = sorted(calendar.days.freed), sorted(calendar.days.made_up), calendar.kind
    return blake2b(f"{_LAYOUT} {month} {rules} {days}".encode(), digest_size=16).hexdigest()


@dataclass
class _Part:
    """Projects of one template: how they stand, what came out, which of them were drawn."""

    template: Template
    rows: list[Project]
    before: Records
    after: Records
    found: Schedule
    likely: Outlook | None
    drawn: list[int]
    signs: list[str]


class _Run:
    """Projects computed in memory, then written in few statements.

    `kept` is what was computed of them last; of those `trusted` it is believed how their approvals
    stand, of the others the rows are read.
    """

    def __init__(
        self, projects: Sequence[Project], kept: Mapping[UUID, _Kept], trusted: frozenset[UUID]
    ) -> None:
        self.projects, self.kept, self.trusted = projects, kept, trusted
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
        read = Project.objects.filter(pk__in=list(by_key)).values_list("pk", *_FOR_YEAR)
        for key, *values in read if by_key else ():
            for name, value in zip(_FOR_YEAR, values, strict=True):
                setattr(by_key[key], name, value)
        before = {row.pk: _values(row, _YEAR) for row in rows}
        set_years(rows, self.today)
        return [row for row in rows if _values(row, _YEAR) != before[row.pk]]

    @cached_property
    def _past(self) -> Any:
        return past_durations()

    def _part(self, template: Template, rows: list[Project]) -> _Part:
        before = self._records(template, rows)
        given = packed.state_of(before, self.table, self.today)
        found = schedule(template, given)
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
        part = _Part(template, rows, before, after, found, likely, drawn, signs)
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
        return records

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

    def _set_starts(self, part: _Part) -> None:
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

    def write(self) -> None:
        """Write what is other than it was, then the lights that hang on it."""
        for part in self.parts:
            self._write_items(part)
        self._clear_items()
        self._write(self.moved, _STARTS)
        self._write(self.counted, _YEAR)
        self._keep()
        self._refresh()

    def _write(self, rows: Sequence[Project], names: Sequence[str]) -> None:
        columns: dict[str, list[Any]] = {
            name: [getattr(row, name) for row in rows] for name in ("id", *names)
        }
        now = [clock.now()] * len(rows)
        update_columns(Project, ("id",), {**columns, "computed_at": now})

    def _write_items(self, part: _Part) -> None:
        rows, items = np.nonzero(packed.moved(part.before, part.after))
        if not len(rows):
            return
        after, names = part.after[rows, items], [item.key for item in part.template.items]
        slack = after["slack"].tolist()
        update_columns(
            Item,
            ("project", "key"),
            {
                "project": [part.rows[at].pk for at in rows.tolist()],
                "key": [names[at] for at in items.tolist()],
                "expected_on": packed.dates(after["expected"]),
                "latest_on": packed.dates(after["latest"]),
                "slack": [None if one < 0 else one for one in slack],
                "critical": [one == 0 for one in slack],
            },
        )

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

    def _keep(self) -> None:
        basis = basis_of(self.today)
        made = [
            _Kept(row.pk, basis, sign, line.tobytes())
            for part in self.parts
            for row, sign, line in zip(part.rows, part.signs, part.after, strict=True)
        ]
        made += [_Kept(row.pk, basis, "", b"") for row in self.projects if row.stage not in BEFORE]
        new = [one for one in made if one.project not in self.kept]
        insert(
            [
                Reckoning(
                    project_id=one.project, basis=one.basis, drawn=one.drawn, packed=one.packed
                )
                for one in new
            ]
        )
        changed = [
            one for one in made if one.project in self.kept and one != self.kept[one.project]
        ]
        if changed:
            columns = dict(zip(_Kept._fields, map(list, zip(*changed, strict=True)), strict=True))
            update_columns(Reckoning, ("project",), columns)

    def _refresh(self) -> None:
        """The lights of what was computed anew; those that only time turns are the sweep's."""
        told = {row.pk for row in (*self.moved, *self.counted)}
        told |= {row.pk for row in self.projects} - self.trusted
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
            clocks += list(running.values_list("clock_id", flat=True))
        refresh_rows(list(dict.fromkeys(clocks)), recent_calendars())

    def _turned(self, part: _Part) -> list[UUID]:
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


def _misses(row: Project, early: date | None) -> bool:
    return row.planned_start is not None and early is not None and early > row.planned_start


def _values(row: Project, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def _by_template(projects: Iterable[Project]) -> list[tuple[UUID, list[Project]]]:
    found: dict[UUID, list[Project]] = {}
    for row in projects:
        found.setdefault(row.template_id, []).append(row)
    return sorted(found.items())
