"""Writes on tracked rows: begin, reassign, move; `halting` has the others.

A row says of its subject what the subject says of itself, so only the part that the subject
belongs to writes it: `plan.commitment` rows are the plan's. People act through that part's own
services, which authorise them and bring the row along. Everybody else is refused, the product's
other parts included, so no row can say "done" of something that is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Entry, Subject, record, record_many
from district.kernel.organisation.public import Member, Owned, Unit, permitted
from district.kernel.tracking.models import TrackedRow
from district.kernel.tracking.records import ClockSpec, Owner, Tracking
from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.rules.clock import Due, Pause, Term, due
from district.kernel.tracking.selectors.calendars import (
    calendar_for,
    calendars,
    recent_calendars,
)
from district.kernel.tracking.services.lights import lights_come_later, refresh_rows

State = TrackedRow.State
_CHUNK = 500


def owned(row: TrackedRow) -> Owned:
    """Whom the row belongs to, for `authorise`. One query where co-units are not prefetched."""
    return Owned(row.lead_unit_id, frozenset(unit.pk for unit in row.co_units.all()))


def subject_of(row: TrackedRow) -> Subject:
    """The thing that the row tracks; its events stand in that thing's history."""
    return Subject(row.subject_type, row.subject_id)


def own(actor: Actor, subject_type: str) -> None:
    """NotPermitted unless `actor` is the product's own, of the part that the subject belongs to.

    `plan` and `plan.compile` are of the part `plan`, and so is `plan.commitment`.
    """
    same_part = actor.id.partition(".")[0] == subject_type.partition(".")[0]
    if not (same_part and permitted(actor, "tracking.row.write")):
        raise NotPermitted(_("跟踪事项随它所跟踪的事项变化，请到该事项的页面办理。"))


def term_of(row: TrackedRow) -> Term | None:
    """The row's term; None where its deadline is stated."""
    if row.term_amount is None:
        return None
    return Term(row.term_amount, row.term_unit)  # type: ignore[arg-type]  # written from a Term


@transaction.atomic
def track(
    subject: Subject,
    title: str,
    owner: Owner,
    clock: ClockSpec,
    *,
    actor: Actor,
    theme: str = "",
    url: str = "",
    ladder: str = "standard",
) -> TrackedRow:
    """Begin tracking `subject` and give it its first light; Conflict when it is tracked already.

    Raises Invalid on an unknown unit, member or calendar, or a deadline before the start.
    """
    item = Tracking(subject, title, owner, clock, theme, url, ladder)
    return _track([item], actor)[0]


@transaction.atomic
def track_many(items: Sequence[Tracking], *, actor: Actor) -> list[TrackedRow]:
    """Begin tracking many subjects in few statements; see `track`. Within `lights_together` the
    rows are returned without their lights."""
    return _track(items, actor)


def _track(items: Sequence[Tracking], actor: Actor) -> list[TrackedRow]:
    for kind in sorted({item.subject.type for item in items}):
        own(actor, kind)
    _check_owners([item.owner for item in items])
    _refuse_tracked(items)
    wanted, known = {item.clock.calendar for item in items}, recent_calendars()
    if not wanted <= known.keys():
        known = calendars(wanted)
    now = clock.now()
    rows = [new_row(item, known, now) for item in items]
    TrackedRow.objects.bulk_create(rows, batch_size=_CHUNK)
    _add_co_units(rows, items)
    record_many(
        [
            Entry(
                item.subject,
                "tracking.tracked",
                {"title": row.title, **owner_data(item.owner), **clock_data(row)},
            )
            for row, item in zip(rows, items, strict=True)
        ],
        actor=actor,
    )
    refresh_rows([row.pk for row in rows], known)
    if lights_come_later():
        return rows
    fresh = TrackedRow.objects.in_bulk([row.pk for row in rows])
    return [fresh[row.pk] for row in rows]


def _add_co_units(rows: Sequence[TrackedRow], items: Sequence[Tracking]) -> None:
    through = TrackedRow.co_units.through
    through.objects.bulk_create(
        [
            through(trackedrow_id=row.pk, unit_id=code)
            for row, item in zip(rows, items, strict=True)
            for code in sorted(item.owner.co_units)
        ],
        batch_size=_CHUNK,
    )


def new_row(item: Tracking, known: Mapping[str, Calendar], now: datetime) -> TrackedRow:
    """An unsaved row with its clock set; Invalid for an unknown calendar or an early deadline."""
    calendar = known.get(item.clock.calendar)
    if calendar is None:
        raise Invalid(
            "calendar",
            _("没有名为“%(key)s”的工作日历。") % {"key": item.clock.calendar},
            _("请先在工作日历页面建立。"),
        )
    row = TrackedRow(
        subject_type=item.subject.type,
        subject_id=item.subject.id,
        title=item.title[:300],
        theme=item.theme,
        lead_unit_id=item.owner.lead_unit,
        leader_id=item.owner.leader,
        contact_id=item.owner.contact,
        url=item.url,
        ladder=item.ladder,
        light_since=now,
        created_at=now,
    )
    set_clock(row, item.clock, calendar, now)
    return row


def set_clock(row: TrackedRow, spec: ClockSpec, calendar: Calendar, now: datetime) -> None:
    """Set the row's clock in memory; Invalid for a deadline before the start."""
    if spec.term is not None and spec.due_at is not None:
        raise Invalid("due_at", _("期限和时限只能填一个。"), _("请保留其中一个。"))
    row.calendar_id = calendar.key
    row.starts_at = spec.starts_at or now
    row.term_amount = spec.term.amount if spec.term else None
    row.term_unit = spec.term.unit if spec.term else ""
    row.due_at, row.due_provisional = spec.due_at, False
    if spec.term is not None:
        found = due(row.starts_at, spec.term, calendar)
        assert found is not None  # noqa: S101  # without a pause a term always ends
        row.due_at, row.due_provisional = found.at, found.provisional
    elif spec.due_at is not None and spec.due_at < row.starts_at:
        raise Invalid("due_at", _("期限早于开始时间。"), _("请改正其中一个。"))


def _check_owners(owners: Sequence[Owner]) -> None:
    codes = {code for owner in owners for code in (owner.lead_unit, *owner.co_units)}
    known = Unit.objects.filter(pk__in=codes).order_by().values_list("pk", flat=True)
    unknown = codes - set(known)
    if unknown:
        raise Invalid(
            "lead_unit",
            _("没有编码为 %(code)s 的单位。") % {"code": min(unknown)},
            _("请从单位表中选择。"),
        )
    people = {person for owner in owners for person in (owner.leader, owner.contact) if person}
    if people and Member.objects.filter(pk__in=people).count() < len(people):
        raise Invalid("leader", _("没有这位成员。"), _("请从成员表中选择。"))
    for owner in owners:
        if owner.lead_unit in owner.co_units:
            raise Invalid("co_units", _("牵头单位不能同时是配合单位。"), _("请去掉其中一个。"))


def _refuse_tracked(items: Sequence[Tracking]) -> None:
    by_type: dict[str, list[str]] = {}
    for item in items:
        by_type.setdefault(item.subject.type, []).append(item.subject.id)
    for kind, ids in by_type.items():
        for start in range(0, len(ids), _CHUNK):
            rows = TrackedRow.objects.filter(
                subject_type=kind, subject_id__in=ids[start : start + _CHUNK]
            )
            taken = list(rows.order_by().values_list("title", flat=True)[:1])
            if taken:
                raise Conflict(_("“%(title)s”已经列入跟踪。") % {"title": taken[0]})


def owner_data(owner: Owner) -> dict[str, Any]:
    """An owner as history keeps it."""
    return {
        "lead_unit": owner.lead_unit,
        "co_units": sorted(owner.co_units),
        "leader": str(owner.leader or ""),
        "contact": str(owner.contact or ""),
    }


def clock_data(row: TrackedRow) -> dict[str, Any]:
    """A clock as history keeps it."""
    term = f"{row.term_amount} {row.term_unit}" if row.term_amount else ""
    return {
        "calendar": row.calendar_id,
        "starts_at": row.starts_at,
        "due_at": row.due_at,
        "term": term,
        "provisional": row.due_provisional,
    }


@transaction.atomic
def reassign(row: TrackedRow, owner: Owner, *, actor: Actor, note: str = "") -> None:
    """Give the row another owner. Raises Invalid on an unknown unit or member."""
    own(actor, row.subject_type)
    _check_owners([owner])
    before = Owner(
        row.lead_unit_id,
        frozenset(unit.pk for unit in row.co_units.all()),
        row.leader_id,
        row.contact_id,
    )
    if before == owner:
        return
    row.lead_unit_id = owner.lead_unit
    row.leader_id, row.contact_id = owner.leader, owner.contact
    save_versioned(row, ["lead_unit", "leader", "contact"])
    row.co_units.set(Unit.objects.filter(pk__in=owner.co_units))
    data = {"before": owner_data(before), "after": owner_data(owner)}
    record(subject_of(row), "tracking.reassigned", data, actor=actor, note=note)


@transaction.atomic
def describe(
    row: TrackedRow,
    *,
    actor: Actor,
    title: str | None = None,
    theme: str | None = None,
    url: str | None = None,
) -> None:
    """Change what the row is called, its theme or its page; None leaves as it is."""
    own(actor, row.subject_type)
    wanted = {"title": title, "theme": theme, "url": url}
    changed = {k: v for k, v in wanted.items() if v is not None and v != getattr(row, k)}
    if not changed:
        return
    before = {key: getattr(row, key) for key in changed}
    for key, value in changed.items():
        setattr(row, key, value)
    save_versioned(row, list(changed))
    record(subject_of(row), "tracking.described", {"before": before, "after": changed}, actor=actor)


@transaction.atomic
def reschedule(row: TrackedRow, spec: ClockSpec, *, actor: Actor, note: str = "") -> None:
    """Give a running row another clock (an approved extension); pauses so far stay counted.

    Raises Conflict on a closed or paused row, Invalid on a deadline before the start.
    """
    own(actor, row.subject_type)
    require(row, {State.OPEN})
    calendar = calendar_for(spec.calendar)
    before = clock_data(row)
    set_clock(row, spec, calendar, row.starts_at)
    if spec.term is not None:
        set_due(row, due(row.starts_at, spec.term, calendar, pauses_of(row)))
    save_versioned(
        row,
        ["calendar", "starts_at", "term_amount", "term_unit", "due_at", "due_provisional"],
    )
    data = {"before": before, "after": clock_data(row)}
    record(subject_of(row), "tracking.rescheduled", data, actor=actor, note=note)
    refresh(row)


def running(key: UUID | None) -> TrackedRow | None:
    """The row with this key, locked, while it runs or rests; None once it is closed, or without a
    key. Part of the caller's transaction: no light that turns meanwhile refuses what follows."""
    rows = TrackedRow.objects.select_for_update().filter(state__in=(State.OPEN, State.PAUSED))
    return rows.filter(pk=key).first() if key else None


def pauses_of(row: TrackedRow) -> list[Pause]:
    """The row's pauses as the clock rules take them."""
    return [Pause(span.since, span.until, span.reason) for span in row.pauses.all()]


def set_due(row: TrackedRow, found: Due | None) -> None:
    """Write what the clock gives into the row in memory; nothing where it gives nothing."""
    if found is not None:
        row.due_at, row.due_provisional = found.at, found.provisional


def require(row: TrackedRow, states: set[TrackedRow.State]) -> None:
    """Conflict unless the row is in one of the states."""
    if row.state not in states:
        raise Conflict(
            _("“%(title)s”目前是“%(state)s”，不能这样办理。请刷新后再看。")
            % {"title": row.title, "state": row.get_state_display()}
        )


def refresh(row: TrackedRow) -> None:
    """Give the row the light of its new state, and its copy in memory too; both later within
    `lights_together`, the copy not at all."""
    refresh_rows([row.pk])
    if not lights_come_later():
        row.refresh_from_db()
