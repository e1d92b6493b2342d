"""Recomputing projects: network, chance of the start, year, doubts; then their lights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Q

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.base.recent import kept_for
from district.kernel.tracking.public import Calendar, recent_calendars, refresh_subjects
from district.systems.projects.models import Item, ItemEvent, Month, Project
from district.systems.projects.names import ITEM, PROJECT, RUNS
from district.systems.projects.rules import accounting
from district.systems.projects.rules.lights import BEFORE
from district.systems.projects.rules.network.chance import Past, outlook
from district.systems.projects.rules.network.days import DayTable
from district.systems.projects.rules.network.passes import (
    DONE,
    NEVER,
    RUNNING,
    WAITING,
    WAIVED,
    Schedule,
    State,
    schedule,
)
from district.systems.projects.rules.network.template import Template
from district.systems.projects.selectors.settings import settings, template_of

CALENDAR = "working_days"
_BACK, _AHEAD = timedelta(days=4000), timedelta(days=8000)
_CODES = {
    Item.State.WAITING: WAITING,
    Item.State.REFUSED: WAITING,
    Item.State.RUNNING: RUNNING,
    Item.State.STOPPED: RUNNING,
    Item.State.APPROVED: DONE,
    Item.State.WAIVED: WAIVED,
}
_ITEM_FIELDS = ("expected_on", "latest_on", "slack", "critical")
_PROJECT_FIELDS = (
    "start_early", "start_likely", "start_safe", "chance", "year", "year_plan", "year_due",
    "year_done", "year_counted", "year_forecast", "computed_at",
)  # fmt: skip
_CHUNK = 500


@lru_cache(maxsize=4)
def _table(calendar: Calendar, today: date) -> DayTable:
    return DayTable(calendar, today - _BACK, today + _AHEAD)


def day_table(today: date) -> DayTable:
    """The working days around today, as the kernel's calendar has them."""
    return _table(recent_calendars()[CALENDAR], today)


@kept_for(60)
def past_durations() -> Past:
    """What approvals took, from acceptance to approval, clock stops included; of a minute ago."""
    table = day_table(clock.today())
    found: dict[str, list[int]] = {}
    rows = Item.objects.filter(
        state=Item.State.APPROVED,
        accepted_on__gt=clock.today() - _BACK,
        ended_on__lte=clock.today(),
    )
    for key, accepted, ended in rows.order_by().values_list("key", "accepted_on", "ended_on"):
        if accepted is None or ended is None:
            continue
        found.setdefault(key, []).append(max(table.number(ended) - table.number(accepted), 1))
    return Past(found, settings().spread, settings().least_past)


def recompute_all() -> int:
    """Recompute every project that is neither completed nor given up; returns how many. Chunks of
    a few hundred, each in a transaction of its own; the same call again changes nothing."""
    over = (Project.Stage.COMPLETED, Project.Stage.DROPPED)
    keys = list(Project.objects.exclude(stage__in=over).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _CHUNK):
        recompute(keys[start : start + _CHUNK])
    return len(keys)


@transaction.atomic
def recompute(keys: Sequence[UUID]) -> None:
    """Recompute projects: expected and latest days of their approvals, the start of construction,
    the sums and forecast of the year, doubts, lights. Twelve statements for any number of one
    template, besides those of the lights."""
    locked = Project.objects.select_for_update(of=("self",), no_key=True)
    projects = list(locked.filter(pk__in=keys).order_by("pk"))
    today = clock.today()
    before = [row for row in projects if row.stage in BEFORE]
    items = _items_of(projects)
    changed: list[Item] = []
    for template, rows in _by_template(before):
        changed += _network(template_of(template), rows, items, today)
    for row in projects:
        if row.stage not in BEFORE:
            row.start_early = row.start_likely = row.start_safe = row.chance = None
            changed += _clear(items[row.pk])
    _years(projects, today)
    for row in projects:
        row.computed_at = clock.now()
    update_many(changed, _ITEM_FIELDS)
    update_many(projects, _PROJECT_FIELDS)
    running = [
        str(item.pk)
        for row in projects
        for item in items[row.pk]
        if item.state in ("running", "stopped")
    ]
    refresh_subjects(ITEM, running)
    refresh_subjects(PROJECT, [str(row.pk) for row in projects])


def _by_template(projects: Iterable[Project]) -> list[tuple[UUID, list[Project]]]:
    found: dict[UUID, list[Project]] = {}
    for row in projects:
        found.setdefault(row.template_id, []).append(row)
    return sorted(found.items())


def _items_of(projects: Sequence[Project]) -> dict[UUID, list[Item]]:
    found: dict[UUID, list[Item]] = {row.pk: [] for row in projects}
    for item in Item.objects.filter(project__in=projects).order_by("project", "order"):
        found[item.project_id].append(item)
    return found


def _clear(items: Iterable[Item]) -> list[Item]:
    found = [item for item in items if item.expected_on or item.critical]
    for item in found:
        item.expected_on = item.latest_on = item.slack = None
        item.critical = False
    return found


def state_of(
    template: Template, rows: Sequence[Sequence[Item]], table: DayTable, today: date
) -> State:
    """Projects' items, each in the order of the template, as the passes take them. One query
    where the clock of one of them has stood still."""
    given = State.fresh(len(rows), template, table.number(today))
    stood = _stood([item for items in rows for item in items], table, today)
    for p, items in enumerate(rows):
        for item in items:
            j = template.places.get(item.key)
            if j is None:
                continue
            given.state[p, j] = _CODES[Item.State(item.state)]
            given.early[p, j], given.tolerated[p, j] = item.early, item.tolerated
            if item.accepted_on:
                given.accepted[p, j] = _number(table, item.accepted_on, today)
            if item.ended_on:
                given.approved[p, j] = _number(table, item.ended_on, today)
            given.stood[p, j] = stood.get(item.pk, 0)
    return given


def _number(table: DayTable, day: date, today: date) -> int:
    return table.number(max(day, today - _BACK))


def _stood(items: Sequence[Item], table: DayTable, today: date) -> dict[UUID, int]:
    """For how many working days the clocks of running items have stood still."""
    running = {item.pk: item for item in items if item.state in ("running", "stopped")}
    if not running:
        return {}
    spans: dict[UUID, list[tuple[date, date]]] = {}
    open_: dict[UUID, date] = {}
    events = ItemEvent.objects.filter(
        item__in=list(running), kind__in=("accepted", "stopped", "resumed")
    )
    for key, kind, on in events.order_by("at", "pk").values_list("item_id", "kind", "on"):
        if kind == "accepted":
            spans[key] = []
            open_.pop(key, None)
        elif kind == "stopped":
            open_[key] = on
        elif key in open_:
            spans.setdefault(key, []).append((open_.pop(key), on))
    for key, since in open_.items():
        spans.setdefault(key, []).append((since, today))
    return {
        key: table.stood(accepted, found)
        for key, found in spans.items()
        if (accepted := running[key].accepted_on) is not None
    }


def _network(
    template: Template, rows: Sequence[Project], items: Mapping[UUID, list[Item]], today: date
) -> list[Item]:
    """Write the passes and the chance on rows in memory; the items that changed."""
    table = day_table(today)
    given = state_of(template, [items[row.pk] for row in rows], table, today)
    found = schedule(template, given)
    planned = np.array(
        [table.number(row.planned_start) if row.planned_start else -1 for row in rows],
        dtype=np.int64,
    )
    likely = outlook(template, given, past_durations(), planned, RUNS)
    changed: list[Item] = []
    for p, row in enumerate(rows):
        row.start_early = table.day(int(found.start[p]))
        row.start_likely = table.day(int(likely.days[p, 1]))
        row.start_safe = table.day(int(likely.days[p, 2]))
        share = likely.chance[p]
        row.chance = None if np.isnan(share) else Decimal(round(float(share) * 1000)) / 10
        changed += [item for item in items[row.pk] if _place(item, template, found, p, table)]
    return changed


def _place(item: Item, template: Template, found: Schedule, p: int, table: DayTable) -> bool:
    """Write the dates of an item in memory; whether they are new."""
    before = tuple(getattr(item, name) for name in _ITEM_FIELDS)
    j = template.places.get(item.key)
    slack = NEVER if j is None else int(found.slack[p, j])
    if j is None or item.state in ("approved", "waived"):
        after: tuple[Any, ...] = (None, None, None, False)
    else:
        finish = int(found.earliest_finish[p, j])
        latest = None if slack == NEVER else table.day(finish + max(slack, 0))
        after = (table.day(finish), latest, None if slack == NEVER else slack, slack == 0)
    for name, value in zip(_ITEM_FIELDS, after, strict=True):
        setattr(item, name, value)
    return before != after


def _years(projects: Sequence[Project], today: date) -> None:
    """Write the sums and the forecast of the year in memory, and doubts on changed months."""
    months: dict[UUID, list[Month]] = {row.pk: [] for row in projects}
    known = Month.objects.filter(Q(project__in=projects)).order_by("project", "month")
    for month in known:
        months[month.project_id].append(month)
    changed: list[Month] = []
    through = accounting.full_months(today.year, today)
    for row in projects:
        lines = [line_of(month) for month in months[row.pk]]
        this = [line for line in lines if line.month.year == today.year]
        spent = sum(
            (line.done or Decimal(0) for line in lines if line.month.year < today.year), row.earlier
        )
        late = (
            accounting.delay(row.planned_start, row.start_likely) if row.chance is not None else 0
        )
        found = accounting.outturn(
            this, through=through, left=row.total - spent, delayed=late, over=not row.is_open
        )
        row.year, row.year_plan, row.year_due = today.year, found.plan, found.due
        row.year_done, row.year_counted = found.done, found.counted
        row.year_forecast = found.forecast
        whole = accounting.Whole(row.total, row.earlier, row.started_on, row.finished_on)
        doubted = accounting.doubts(lines, whole, settings().doubts)
        for month in months[row.pk]:
            doubt = doubted.get(month.month, "")
            if doubt != month.doubt:
                month.doubt = doubt
                changed.append(month)
    update_many(changed, ["doubt"])


def line_of(month: Month) -> accounting.Line:
    """A month as the rules take it; its progress is what follow-ups saw where none was filed."""
    progress = month.seen if month.progress is None else month.progress
    return accounting.Line(month.month, month.planned, month.done, month.counted, progress)
