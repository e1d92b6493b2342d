"""What the network is computed from: approvals as records, working days, what approvals took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np

from district.kernel.base import clock
from district.kernel.base.frames import read_frame
from district.kernel.base.recent import kept_for
from district.kernel.tracking.public import Calendar, recent_calendars
from district.systems.projects.models import Durations, Item, ItemEvent
from district.systems.projects.rules.network.chance import Past
from district.systems.projects.rules.network.days import DayTable
from district.systems.projects.rules.network.packed import (
    EARLY,
    STOPPED,
    TOLERATED,
    Records,
    blank,
    day_number,
)
from district.systems.projects.rules.network.passes import DONE, RUNNING, WAITING, WAIVED
from district.systems.projects.rules.network.template import Template
from district.systems.projects.selectors.settings import settings

CALENDAR = "working_days"
_BACK, _AHEAD = timedelta(days=4000), timedelta(days=8000)
#: How old what approvals took may be before the rows are asked.
_STALE = timedelta(days=7)
_CODES = {
    Item.State.WAITING: (WAITING, 0),
    Item.State.REFUSED: (WAITING, 0),
    Item.State.RUNNING: (RUNNING, 0),
    Item.State.STOPPED: (RUNNING, STOPPED),
    Item.State.APPROVED: (DONE, 0),
    Item.State.WAIVED: (WAIVED, 0),
}
#: 1970-01-01, from which columns count days.
_UNIX = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=4)
def _table(calendar: Calendar, today: date) -> DayTable:
    return DayTable(calendar, today - _BACK, today + _AHEAD)


def day_table(today: date) -> DayTable:
    """The working days around today, as the kernel's calendar has them."""
    return _table(recent_calendars()[CALENDAR], today)


@dataclass(frozen=True)
class Approval:
    """An approval as its row has it; the names are the row's."""

    project_id: UUID
    key: str
    state: str
    early: bool
    tolerated: bool
    accepted_on: date | None
    ended_on: date | None
    expected_on: date | None
    latest_on: date | None
    slack: int | None
    pk: UUID
    clock_id: UUID | None


_COLUMNS = tuple(Approval.__dataclass_fields__)


def approvals_of(projects: Sequence[UUID]) -> list[Approval]:
    """The approvals of projects. One query."""
    rows = Item.objects.filter(project__in=projects).order_by()
    return [Approval(*row) for row in rows.values_list(*_COLUMNS)]


def records_of(
    template: Template, projects: Sequence[UUID], approvals: Iterable[Approval | Item]
) -> Records:
    """The approvals of projects of a template as records. One query where any is under way."""
    table, places = day_table(clock.today()), {key: at for at, key in enumerate(projects)}
    found = blank(len(projects), len(template.items))
    listed = list(approvals)
    spans = _spans([one.pk for one in listed if one.state in ("running", "stopped")])
    for one in listed:
        j = template.places.get(one.key)
        if j is None:
            continue
        state, flags = _CODES[Item.State(one.state)]
        stood = since = 0
        if one.pk in spans and one.accepted_on is not None:
            closed, last = spans[one.pk]
            stood = table.stood(max(one.accepted_on, date.fromordinal(table.first)), closed)
            since = day_number(last) if flags else 0
        found[places[one.project_id], j] = (
            state,
            flags + EARLY * one.early + TOLERATED * one.tolerated,
            day_number(one.accepted_on),
            day_number(one.ended_on),
            stood,
            since,
            day_number(one.expected_on),
            day_number(one.latest_on),
            -1 if one.slack is None else one.slack,
        )
    return found


_Spans = tuple[list[tuple[date, date]], date | None]


def _spans(items: Sequence[UUID]) -> dict[UUID, _Spans]:
    """When the clocks of approvals stood still, of those that ever did: the spans that are over,
    and since when one lasts (a refusal ends one, too: then another acceptance follows, and nothing
    before it counts)."""
    if not items:
        return {}
    found: dict[UUID, _Spans] = {}
    events = ItemEvent.objects.filter(item__in=items, kind__in=("stopped", "resumed"))
    for key, kind, on in events.order_by("at", "pk").values_list("item_id", "kind", "on"):
        closed, since = found.get(key, ([], None))
        if kind == "stopped":
            found[key] = (closed, on)
        elif since is not None:
            found[key] = ([*closed, (since, on)], None)
    return found


def took_until(day: date) -> dict[str, dict[int, int]]:
    """What approvals took, from acceptance to approval with all stops, up to a day: of each item
    how many took how many working days. One query over all that were approved."""
    rows = Item.objects.filter(
        state=Item.State.APPROVED, accepted_on__gt=day - _BACK, ended_on__lte=day
    ).order_by()
    frame = read_frame(rows, ("key", "accepted_on", "ended_on")).drop_nulls()
    table = day_table(day)
    accepted, ended = (
        table.numbers(frame[name].to_physical().to_numpy().astype(np.int64) + _UNIX)
        for name in ("accepted_on", "ended_on")
    )
    names = frame["key"].to_numpy()
    found: dict[str, dict[int, int]] = {}
    days = np.maximum(ended - accepted, 1)
    order = np.argsort(names, kind="stable")
    for part in np.split(order, np.flatnonzero(names[order][1:] != names[order][:-1]) + 1):
        if len(part):
            values, counts = np.unique(days[part], return_counts=True)
            found[str(names[part[0]])] = dict(zip(values.tolist(), counts.tolist(), strict=True))
    return found


@kept_for(60)
def past_durations() -> Past:
    """What approvals took before, as the worker counted it this morning (a minute ago at most); as
    the rows have it where it did not. At most two queries."""
    today = clock.today()
    kept = Durations.objects.filter(day__lte=today, day__gt=today - _STALE).order_by("-day").first()
    counted: Mapping[str, Mapping[Any, int]] = kept.content if kept else took_until(today)
    found = {
        key: np.repeat(
            np.array([int(days) for days in each], dtype=np.int64), np.array(list(each.values()))
        )
        for key, each in counted.items()
    }
    return Past(found, settings().spread, settings().least_past)
