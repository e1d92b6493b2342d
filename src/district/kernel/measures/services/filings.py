"""Writes on filings: opening what is owed, filing, review, sign-off, return."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.measures.models import Filing, FilingDuty, Status
from district.kernel.measures.rules import flow
from district.kernel.measures.rules.periods import ends_between, label, period_ending
from district.kernel.measures.selectors.filings import doubts_about
from district.kernel.measures.services import notices
from district.kernel.measures.services.values import ValueSpec, check_number, write_values
from district.kernel.measures.subjects import filing_subject, period_of
from district.kernel.organisation.public import Owned, authorise
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    Term,
    Tracking,
    cancel,
    finish,
    reopen,
    track_many,
)

CALENDAR = "working_days"
_SYSTEM = Actor.system("measures.filings")
_FIELDS = ["state", "value", "status", "note", "warnings", "return_reason"]
_HANDS = [
    "filed_by",
    "filed_at",
    "reviewed_by",
    "reviewed_at",
    "signed_off_by",
    "signed_off_at",
    "value_recorded",
]


class NeedsConfirmation(Invalid):
    """The value looks implausible; `warnings` say why. File it again with `confirmed=True`."""

    def __init__(self, warnings: list[dict[str, Any]]) -> None:
        self.warnings = warnings
        super().__init__("value", _("数值与以往差别较大。"), _("请核对；确认无误后勾选再提交。"))


# Opening -----------------------------------------------------------------------------------


@transaction.atomic
def open_period(until: date | None = None, *, actor: Actor) -> int:
    """Open every filing that is owed for periods that ended on or before `until`.

    `until` is yesterday where it is not given: a filing is owed from the day after its period.
    Returns how many were opened; those that are open already stay. Each gets a tracked row
    whose clock runs the duty's working days from the end of the period.
    """
    authorise(actor, "measures.filing.open")
    last = until or date.fromordinal(clock.today().toordinal() - 1)
    now = clock.now()
    duties = FilingDuty.objects.filter(active=True, measure__is_active=True)
    known = {(duty, end) for duty, end in Filing.objects.values_list("duty_id", "period_end")}
    fresh = [
        _new_filing(duty, end, now)
        for duty in duties.select_related("measure").order_by("pk")
        for end in ends_between(duty.frequency, duty.since, last)
        if (duty.pk, end) not in known
    ]
    if not fresh:
        return 0
    Filing.objects.bulk_create(fresh, batch_size=500)
    record_many(
        [
            Entry(
                filing_subject(filing),
                "measures.filing.opened",
                {
                    "measure": filing.measure_id,
                    "unit": filing.unit_id,
                    "period": [filing.period_start, filing.period_end, filing.period_kind],
                },
            )
            for filing in fresh
        ],
        actor=actor,
    )
    rows = track_many([_tracking(filing) for filing in fresh], actor=_SYSTEM)
    for filing, row in zip(fresh, rows, strict=True):
        filing.tracked = row
    update_many(fresh, ["tracked"])
    return len(fresh)


def _new_filing(duty: FilingDuty, end: date, now: datetime) -> Filing:
    period = period_ending(end, duty.measure.span)
    return Filing(
        duty=duty,
        measure=duty.measure,
        unit_id=duty.unit_id,
        period_start=period.start,
        period_end=period.end,
        period_kind=period.kind,
        opened_at=now,
    )


def _tracking(filing: Filing) -> Tracking:
    period = period_of(filing)
    title = _("填报：%(measure)s（%(period)s）") % {
        "measure": filing.measure.name,
        "period": label(period),
    }
    # The day of the start is not counted, so the first working day after the period is day 1.
    start = timezone.make_aware(datetime.combine(period.end, time(23, 59, 59)))
    return Tracking(
        subject=filing_subject(filing),
        title=title,
        owner=Owner(filing.unit_id, contact=filing.duty.contact_id),
        clock=ClockSpec(CALENDAR, start, term=Term(filing.duty.days_after, "working_days")),
        theme="filing",
        url=filing.get_absolute_url(),
    )


# Steps --------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(
    filing: Filing, value: Decimal | None, *, status: str = "", note: str = "", actor: Actor
) -> None:
    """Keep what is filled in so far, without filing it."""
    authorise(actor, "measures.filing.file", Owned(filing.unit_id))
    _move(filing, "amend")
    _fill(filing, value, status, note)
    save_versioned(filing, _FIELDS)
    data = {"value": value, "status": filing.status, "note": filing.note}
    record(filing_subject(filing), "measures.filing.saved", data, actor=actor)


@transaction.atomic
def file_value(
    filing: Filing,
    value: Decimal | None,
    *,
    status: str = "",
    note: str = "",
    confirmed: bool = False,
    actor: Actor,
) -> None:
    """File the value for review; its clock stops, and whoever may review it is told.

    Raises NeedsConfirmation when the value looks implausible and `confirmed` is False;
    Invalid without a value; Conflict in a state that does not allow it.
    """
    authorise(actor, "measures.filing.file", Owned(filing.unit_id))
    if value is None:
        raise Invalid("value", _("没有填数值。"), _("请填写数字，例如 12.5。"))
    _move(filing, "file")
    _fill(filing, value, status, note)
    warnings = doubts_about(filing, value)
    if warnings and not confirmed:
        raise NeedsConfirmation(warnings)
    filing.warnings = warnings
    filing.return_reason = ""
    filing.filed_by_id, filing.filed_at = hand(actor), clock.now()
    save_versioned(filing, _FIELDS + _HANDS)
    data = {"value": value, "status": filing.status, "note": note, "confirmed": warnings}
    record(filing_subject(filing), "measures.filing.filed", data, actor=actor)
    _stop_clock(filing)
    notices.waits_for_review(filing)


@transaction.atomic
def withdraw(filing: Filing, *, actor: Actor) -> None:
    """Take a filed value back before it is reviewed; its clock runs again."""
    authorise(actor, "measures.filing.file", Owned(filing.unit_id))
    _move(filing, "withdraw")
    filing.filed_by_id, filing.filed_at = None, None
    save_versioned(filing, _FIELDS + _HANDS)
    record(filing_subject(filing), "measures.filing.withdrawn", {}, actor=actor)
    _run_clock(filing)
    notices.settled(filing)


@transaction.atomic
def review(filing: Filing, *, note: str = "", actor: Actor) -> None:
    """The unit's head stands by the value; somebody else than who filed it. Planners are told."""
    authorise(actor, "measures.filing.review", Owned(filing.unit_id))
    _move(filing, "review")
    _other_hand(filing.filed_by_id, actor)
    filing.reviewed_by_id, filing.reviewed_at = hand(actor), clock.now()
    save_versioned(filing, _FIELDS + _HANDS)
    record(filing_subject(filing), "measures.filing.reviewed", {}, actor=actor, note=note)
    notices.waits_for_sign_off(filing)


@transaction.atomic
def sign_off(filing: Filing, *, note: str = "", actor: Actor) -> None:
    """The planner takes the value into the measure's series; a known one is superseded."""
    authorise(actor, "measures.filing.sign_off", Owned(filing.unit_id))
    _move(filing, "sign_off")
    _other_hand(filing.filed_by_id, actor)
    assert filing.value is not None  # noqa: S101  # nothing is filed without a value
    spec = ValueSpec(
        filing.measure_id,
        filing.unit_id,
        period_of(filing),
        filing.value,
        filing.status,
        filing.measure.source,
        str(filing_subject(filing)),
        filing.note[:400],
    )
    filing.value_recorded = write_values([spec], actor)[0]
    filing.signed_off_by_id, filing.signed_off_at = hand(actor), clock.now()
    save_versioned(filing, _FIELDS + _HANDS)
    data = {"value": filing.value, "status": filing.status}
    record(filing_subject(filing), "measures.filing.signed_off", data, actor=actor, note=note)
    notices.settled(filing)


@transaction.atomic
def return_filing(filing: Filing, reason: str, *, actor: Actor) -> None:
    """Send a value back with a reason: the head before review, the planner before sign-off.

    Whoever filed it is told, with the reason.
    """
    step = "review" if filing.state == Filing.State.FILED else "sign_off"
    authorise(actor, f"measures.filing.{step}", Owned(filing.unit_id))
    _move(filing, "return")
    if not reason.strip():
        raise Invalid("reason", _("没有写退回原因。"), _("请写明要改什么。"))
    filing.return_reason = reason.strip()
    filer = filing.filed_by_id
    filing.filed_by_id = filing.reviewed_by_id = None
    filing.filed_at = filing.reviewed_at = None
    save_versioned(filing, _FIELDS + _HANDS)
    data = {"reason": filing.return_reason}
    record(filing_subject(filing), "measures.filing.returned", data, actor=actor)
    _run_clock(filing)
    notices.returned(filing, filer)


# What hangs on a duty ------------------------------------------------------------------------


def cancel_owed(duty: FilingDuty, actor: Actor) -> int:
    """Cancel what a duty's unit has not filed yet; how many. The caller has authorised the actor.

    What waits for review or sign-off goes on.
    """
    owed = list(duty.filings.filter(state__in=flow.OWED).select_related("tracked"))
    for filing in owed:
        _move(filing, "cancel")
        save_versioned(filing, ["state"])
        record(filing_subject(filing), "measures.filing.cancelled", {}, actor=actor)
        if filing.tracked is not None and filing.tracked.closed_at is None:
            cancel(filing.tracked, actor=_SYSTEM)
        notices.settled(filing)
    return len(owed)


def revive_cancelled(duty: FilingDuty, actor: Actor) -> int:
    """Have the unit owe again what `cancel_owed` cancelled; how many."""
    cancelled = Filing.State.CANCELLED
    found = list(duty.filings.filter(state=cancelled).select_related("tracked"))
    for filing in found:
        _move(filing, "revive")
        save_versioned(filing, ["state"])
        record(filing_subject(filing), "measures.filing.revived", {}, actor=actor)
        _run_clock(filing)
    return len(found)


def _move(filing: Filing, step: str) -> None:
    after = flow.after(step, filing.state)
    if after is None:
        raise Conflict(
            _("这份填报目前是“%(state)s”，不能这样办理。请刷新后再看。")
            % {"state": filing.get_state_display()}
        )
    filing.state = after


def _fill(filing: Filing, value: Decimal | None, status: str, note: str) -> None:
    if value is not None:
        check_number(value)
    if status and status not in Status.values:
        raise Invalid("status", _("数据状态不对。"), _("请选择预计、初步或核实。"))
    filing.value = value
    filing.status = status or filing.status
    filing.note = note.strip()


def hand(actor: Actor) -> UUID | None:
    """The member behind an actor; None for the product itself."""
    return UUID(actor.id) if actor.kind == "member" else None


def _other_hand(first: UUID | None, actor: Actor) -> None:
    if first is not None and hand(actor) == first:
        raise NotPermitted(_("填报人不能审核或审定自己填的数。请由他人办理。"))


def _stop_clock(filing: Filing) -> None:
    # The clock is the product's own: whoever files has been authorised above.
    if filing.tracked is not None and filing.tracked.closed_at is None:
        finish(filing.tracked, actor=_SYSTEM)


def _run_clock(filing: Filing) -> None:
    if filing.tracked is not None and filing.tracked.closed_at is not None:
        reopen(filing.tracked, actor=_SYSTEM)
