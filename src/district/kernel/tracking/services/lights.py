"""Writes of lights: asking providers in bulk, keeping what turned, in history and as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.history.public import Actor, Entry, Subject, record_many
from district.kernel.tracking.models import LightChange, PauseSpan, TrackedRow
from district.kernel.tracking.providers import LightContext, provider_of
from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.rules.verdict import SEVERITY, LightVerdict
from district.kernel.tracking.selectors.calendars import calendars, recent_calendars
from district.kernel.tracking.selectors.rows import ACTIVE

ACTOR = Actor.system("tracking.lights")
#: So many rows are written in a transaction, so many read at once.
_CHUNK, _READ = 500, 2000
LIGHT_FIELDS = (
    "light",
    "light_since",
    "reasons",
    "completion_rate",
    "progress_gap",
    "growth_needed",
    "episode",
)

#: Rows whose lights are given at the end of the `lights_together` around.
_LATER: ContextVar[dict[UUID, None] | None] = ContextVar("lights given later", default=None)


@contextmanager
def lights_together() -> Iterator[None]:
    """Give all rows that change inside their lights when the block ends, each once, in few
    statements; none when it raises.

    Until then rows, in memory too, have the lights they had. The caller's transaction is around
    the block. A block within a block is part of the outer one.
    """
    if _LATER.get() is not None:
        yield
        return
    gathered: dict[UUID, None] = {}
    token = _LATER.set(gathered)
    try:
        yield
    finally:
        _LATER.reset(token)
    refresh_rows(list(gathered), recent_calendars())


def lights_come_later() -> bool:
    """Whether a `lights_together` is around."""
    return _LATER.get() is not None


@dataclass(frozen=True)
class Refreshed:
    """How many rows were looked at and how many lights turned."""

    seen: int
    turned: int


def refresh_lights(
    rows: QuerySet[TrackedRow] | None = None, *, now: datetime | None = None
) -> Refreshed:
    """Ask for the lights of `rows` (all open and paused ones) and write what is different.

    Works through chunks, each in a transaction of its own and with a fixed number of queries,
    so 50,000 rows hold no long lock. Rows whose light stands already are read and not locked. The
    same call again changes nothing.
    """
    if rows is None:
        rows = TrackedRow.objects.filter(state__in=ACTIVE)
    moment = now or clock.now()
    known = calendars()
    seen = turned = 0
    stale: list[UUID] = []
    for chunk in _chunks(rows):
        seen += len(chunk)
        stale += _stale(chunk, known, moment)
        # What differs lies thinly: it is gathered, since each transaction waits for the disk.
        while len(stale) >= _CHUNK:
            part, stale = stale[:_CHUNK], stale[_CHUNK:]
            turned += _refresh_chunk(Q(pk__in=part), known, moment).turned
    if stale:
        turned += _refresh_chunk(Q(pk__in=stale), known, moment).turned
    return Refreshed(seen, turned)


def _chunks(rows: QuerySet[TrackedRow]) -> Iterator[list[_Seen]]:
    """The rows in the order of their keys, as far as their lights need them."""
    ordered = rows.order_by("pk").values_list(*_Seen._fields)
    last: UUID | None = None
    while True:
        after = ordered if last is None else ordered.filter(pk__gt=last)
        chunk = list(map(_Seen._make, after[:_READ]))
        if chunk:
            last = chunk[-1].pk
            yield chunk
        if len(chunk) < _READ:
            return


def refresh_subjects(subject_type: str, subject_ids: Iterable[str]) -> Refreshed:
    """`refresh_lights` for the rows of these subjects: call it when their actuals changed."""
    wanted = list(dict.fromkeys(subject_ids))
    known, now = calendars(), clock.now()
    seen = turned = 0
    for start in range(0, len(wanted), _CHUNK):
        chosen = Q(subject_type=subject_type, subject_id__in=wanted[start : start + _CHUNK])
        done = _refresh_chunk(chosen, known, now)
        seen, turned = seen + done.seen, turned + done.turned
    return Refreshed(seen, turned)


def refresh_rows(keys: Sequence[UUID], known: Mapping[str, Calendar] | None = None) -> int:
    """Refresh rows by key, inside the caller's transaction; returns how many turned. Within
    `lights_together` none has turned yet.

    `known` are calendars read before; without them they cost two statements.
    """
    gathered = _LATER.get()
    if gathered is not None:
        gathered.update(dict.fromkeys(keys))
        return 0
    if not keys:
        return 0
    known, now = calendars() if known is None else known, clock.now()
    return sum(
        _refresh_chunk(Q(pk__in=keys[start : start + _CHUNK]), known, now).turned
        for start in range(0, len(keys), _CHUNK)
    )


class _Seen(NamedTuple):
    """Of a tracked row what its light depends on, and the light."""

    pk: UUID
    subject_type: str
    state: str
    due_at: datetime | None
    closed_at: datetime | None
    due_provisional: bool
    starts_at: datetime
    calendar_id: str
    light: str
    reasons: list[Any]
    completion_rate: Decimal | None
    progress_gap: Decimal | None
    growth_needed: Decimal | None


def _stale(rows: Sequence[_Seen], known: Mapping[str, Calendar], now: datetime) -> list[UUID]:
    """Those of the rows whose light is another one by now, or is decided by a provider."""
    context = LightContext(now, known, _paused_since(rows))
    return [
        row.pk
        for row in rows
        if provider_of(row.subject_type) is not None
        or any(
            getattr(row, name) != value
            for name, value in light_values(context.deadline(row)).items()
        )
    ]


def _paused_since(rows: Iterable[TrackedRow | _Seen]) -> dict[UUID, datetime]:
    """Since when those of the rows rest that do. One query, none where none does."""
    paused = [row.pk for row in rows if row.state == TrackedRow.State.PAUSED]
    if not paused:
        return {}
    spans = PauseSpan.objects.filter(row__in=paused, until=None)
    return dict(spans.values_list("row_id", "since"))


@transaction.atomic(savepoint=False)
def _refresh_chunk(chosen: Q, known: Mapping[str, Calendar], now: datetime) -> Refreshed:
    # Two sweeps at once would both record the same turn; the lock makes the second one wait.
    locked = TrackedRow.objects.select_for_update().filter(chosen)
    rows = list(locked.order_by("pk"))
    context = LightContext(now, known, _paused_since(rows))
    verdicts: dict[UUID, LightVerdict] = {}
    active: dict[str, list[TrackedRow]] = {}
    for row in rows:
        verdicts[row.pk] = context.deadline(row)
        if row.state in ACTIVE:
            active.setdefault(row.subject_type, []).append(row)
    for subject_type, group in active.items():
        provider = provider_of(subject_type)
        if provider is not None:
            verdicts.update(provider(group, context))
    turned = _apply([(row, verdicts[row.pk]) for row in rows], now, ACTOR)
    return Refreshed(len(rows), turned)


@transaction.atomic
def apply_light(row: TrackedRow, verdict: LightVerdict, *, actor: Actor = ACTOR) -> bool:
    """Write a verdict on one row; True when the light turned.

    The next refresh asks the provider of the row's subject type again, so a light that should
    last comes from a provider.
    """
    return _apply([(row, verdict)], clock.now(), actor) == 1


def _apply(pairs: Sequence[tuple[TrackedRow, LightVerdict]], now: datetime, actor: Actor) -> int:
    changed: list[TrackedRow] = []
    turns: list[tuple[TrackedRow, str]] = []
    for row, verdict in pairs:
        shown = tuple(getattr(row, name) for name in LIGHT_FIELDS)
        turned = give_light(row, verdict, now)
        if turned is not None:
            turns.append((row, turned))
        if shown != tuple(getattr(row, name) for name in LIGHT_FIELDS):
            changed.append(row)
    if changed:
        update_many(changed, LIGHT_FIELDS)
    LightChange.objects.bulk_create(
        [
            LightChange(row=row, before=before, after=row.light, reasons=row.reasons, at=now)
            for row, before in turns
        ]
    )
    record_many(
        [
            Entry(
                Subject(row.subject_type, row.subject_id),
                "tracking.light_turned",
                {"before": before, "after": row.light, "reasons": row.reasons},
            )
            for row, before in turns
        ],
        actor=actor,
    )
    return len(turns)


def give_light(row: TrackedRow, verdict: LightVerdict, now: datetime) -> str | None:
    """Give the row a verdict, in memory; the light before where it turned, None otherwise."""
    # A new row's first light is no turn: nothing was known before it.
    first, before = not row.reasons, row.light
    for key, value in light_values(verdict).items():
        setattr(row, key, value)
    if row.light == before:
        return None
    row.light_since = now
    if SEVERITY[before] < SEVERITY["yellow"] <= SEVERITY[row.light]:
        row.episode += 1
    return None if first else before


# What the columns can hold; a rate against a tiny target can be larger and then says nothing.
_LARGEST = Decimal(10) ** 12


def _figure(value: Decimal | None) -> Decimal | None:
    return None if value is None or abs(value) >= _LARGEST else value


def light_values(verdict: LightVerdict) -> dict[str, Any]:
    """A verdict as the columns of a tracked row."""
    return {
        "light": verdict.light,
        "reasons": [reason.as_json() for reason in verdict.reasons],
        "completion_rate": _figure(verdict.completion_rate),
        "progress_gap": _figure(verdict.progress_gap),
        "growth_needed": _figure(verdict.growth_needed),
    }
