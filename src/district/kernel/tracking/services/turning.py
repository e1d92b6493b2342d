"""Turning clocks of one subject together: what `pause`, `finish` and the others do one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Entry, record_many
from district.kernel.tracking.models import LightChange, PauseSpan, TrackedRow
from district.kernel.tracking.providers import LightContext, provider_of
from district.kernel.tracking.records import ClockSpec, Owner
from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.rules.clock import Due, Pause, due, shifted
from district.kernel.tracking.services.lights import LIGHT_FIELDS, give_light
from district.kernel.tracking.services.rows import (
    clock_data,
    owner_data,
    require,
    set_clock,
    subject_of,
    term_of,
)

State = TrackedRow.State
_FIELDS = (
    "version", "state", "closed_at", "due_at", "due_provisional", "calendar", "starts_at",
    "term_amount", "term_unit", "lead_unit", "leader", "contact", *LIGHT_FIELDS,
)  # fmt: skip


class Turning:
    """Changes of tracked rows, gathered and then written in few statements by `write`.

    For the part that the rows belong to: it has locked them in this transaction, in the order of
    their keys, and authorised the change of their subject, so no right is asked here. Rows have no
    co-units and no light provider; ValueError otherwise. Each change raises Conflict and Invalid
    as the service of its name. `known` are calendars read before.
    """

    def __init__(self, rows: Sequence[TrackedRow], known: Mapping[str, Calendar]) -> None:
        for row in rows:
            if provider_of(row.subject_type) is not None:
                raise ValueError(f"lights of {row.subject_type} have a provider")
        self._known, self._now = known, clock.now()
        self._spans: dict[UUID, list[PauseSpan]] = {row.pk: [] for row in rows}
        for span in PauseSpan.objects.filter(row__in=list(rows)).order_by("since", "pk"):
            self._spans[span.row_id].append(span)
        self._entries: list[Entry] = []
        self._changed: dict[UUID, TrackedRow] = {}
        self._ended: list[PauseSpan] = []
        self._begun: list[PauseSpan] = []

    def pause(self, row: TrackedRow, reason: str) -> None:
        """See `services.pause`."""
        require(row, {State.OPEN})
        if not reason.strip():
            raise Invalid("reason", _("没有写暂停原因。"), _("请写明原因，例如“等待上级批复”。"))
        row.state = State.PAUSED
        span = PauseSpan(row=row, since=self._now, reason=reason.strip()[:300])
        self._spans[row.pk].append(span)
        self._begun.append(span)
        self._tell(row, "tracking.paused", {"reason": reason.strip()})

    def resume(self, row: TrackedRow) -> None:
        """See `services.resume`."""
        require(row, {State.PAUSED})
        before = row.due_at
        self._end_pause(row)
        row.state = State.OPEN
        self._tell(row, "tracking.resumed", {"before": before, "after": row.due_at})

    def finish(self, row: TrackedRow) -> None:
        """See `services.finish`."""
        require(row, {State.OPEN, State.PAUSED})
        if row.state == State.PAUSED:
            self._end_pause(row)
        row.state, row.closed_at = State.DONE, self._now
        self._tell(row, "tracking.finished", {})

    def reopen(self, row: TrackedRow) -> None:
        """See `services.reopen`."""
        require(row, {State.DONE, State.CANCELLED})
        row.state, row.closed_at = State.OPEN, None
        self._tell(row, "tracking.reopened", {})

    def reschedule(self, row: TrackedRow, spec: ClockSpec) -> None:
        """See `services.reschedule`."""
        require(row, {State.OPEN})
        before, calendar = clock_data(row), self._known[spec.calendar]
        set_clock(row, spec, calendar, row.starts_at)
        if spec.term is not None:
            _set_due(row, due(row.starts_at, spec.term, calendar, self._pauses(row)))
        self._tell(row, "tracking.rescheduled", {"before": before, "after": clock_data(row)})

    def reassign(self, row: TrackedRow, owner: Owner) -> None:
        """See `services.reassign`; the caller knows that unit and member are there."""
        if owner.co_units:
            raise ValueError("rows with co-units are reassigned by the service")
        before = Owner(row.lead_unit_id, frozenset(), row.leader_id, row.contact_id)
        if before == owner:
            return
        row.lead_unit_id = owner.lead_unit
        row.leader_id, row.contact_id = owner.leader, owner.contact
        data = {"before": owner_data(before), "after": owner_data(owner)}
        self._tell(row, "tracking.reassigned", data)

    def write(self, *, actor: Actor) -> None:
        """Write rows, pauses, lights and history. At most eight statements; none for no change."""
        rows = list(self._changed.values())
        if not rows:
            return
        turns = self._lights(rows)
        for row in rows:
            row.version += 1
        update_many(rows, _FIELDS)
        update_many(self._ended, ["until"])
        if self._begun:
            PauseSpan.objects.bulk_create(self._begun)
        if turns:
            LightChange.objects.bulk_create(turns)
        record_many(self._entries, actor=actor)

    def _lights(self, rows: Sequence[TrackedRow]) -> list[LightChange]:
        paused = {
            row.pk: self._spans[row.pk][-1].since for row in rows if row.state == State.PAUSED
        }
        context = LightContext(self._now, self._known, paused)
        turns = []
        for row in rows:
            turned = give_light(row, context.deadline(row), self._now)
            if turned is None:
                continue
            data = {"before": turned, "after": row.light, "reasons": row.reasons}
            self._entries.append(Entry(subject_of(row), "tracking.light_turned", data))
            turns.append(
                LightChange(
                    row=row, before=turned, after=row.light, reasons=row.reasons, at=self._now
                )
            )
        return turns

    def _tell(self, row: TrackedRow, kind: str, data: Mapping[str, Any]) -> None:
        self._changed[row.pk] = row
        self._entries.append(Entry(subject_of(row), kind, data))

    def _pauses(self, row: TrackedRow) -> list[Pause]:
        return [Pause(span.since, span.until, span.reason) for span in self._spans[row.pk]]

    def _end_pause(self, row: TrackedRow) -> None:
        span = next(span for span in self._spans[row.pk] if span.until is None)
        span.until = self._now
        if span not in self._begun:
            self._ended.append(span)
        term, calendar = term_of(row), self._known[row.calendar_id]
        if term is not None:
            _set_due(row, due(row.starts_at, term, calendar, self._pauses(row)))
        elif row.due_at is not None:
            _set_due(row, shifted(row.due_at, span.since, self._now, calendar))


def _set_due(row: TrackedRow, found: Due | None) -> None:
    if found is not None:
        row.due_at, row.due_provisional = found.at, found.provisional
