"""Calling the units that a warning concerns: a line for each, with its clock, and who is rung.

Every change of a warning and its lines locks the warning first, then lines in the order of their
keys, so nobody waits for somebody who waits for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.bulk import update_many
from district.kernel.base.masking import without_numbers
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.notifications.public import Urgency, mark_settled, notify
from district.kernel.organisation.public import Unit
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    Tracking,
    cancel,
    climb,
    next_to_ring,
    running,
    track_many,
)
from district.kernel.warnings.models import Alert, AlertLine, LineRing, Message
from district.kernel.warnings.names import LADDER
from district.kernel.warnings.selectors.alerts import alert_subject, line_subject
from district.kernel.warnings.selectors.catalogue import catalogue
from district.kernel.warnings.selectors.concern import answering_for

State = AlertLine.State
SYSTEM = Actor.system("warnings")
#: Words of history for the first step, before the ladder.
NAMED = "named"


def call_units(alert: Alert, message: Message, codes: Sequence[str], now: datetime) -> int:
    """Make a line for each of these units and ring whoever answers for them; how many lines.

    Where nobody answers the line rises at once. Part of the caller's transaction, in which the
    warning is locked or new.
    """
    units = Unit.objects.select_related("parent").in_bulk(list(codes))
    wanted = [units[code] for code in codes if code in units]
    if not wanted:
        return 0
    term = catalogue().colours[alert.colour].term
    lines = [
        AlertLine(
            alert=alert,
            message=message,
            lead_unit=unit,
            colour=alert.colour,
            made_at=now,
            due_at=now + term,
            first_due_at=now + term,
        )
        for unit in wanted
    ]
    AlertLine.objects.bulk_create(lines)
    clocks = track_many([_tracking(line, now) for line in lines], actor=SYSTEM)
    for line, clocked in zip(lines, clocks, strict=True):
        line.clock = clocked
    update_many(lines, ["clock"])
    people = answering_for([unit.pk for unit in wanted], now)
    _ring_first(alert, [(line, people.get(line.lead_unit_id, [])) for line in lines], now)
    for line in lines:
        if not people.get(line.lead_unit_id):
            rise(line, now)
            line.save(update_fields=["step", "due_at"])
    return len(lines)


def _tracking(line: AlertLine, now: datetime) -> Tracking:
    title = _("预警叫应 · %(title)s · %(unit)s") % {
        "title": without_numbers(line.alert.headline),
        "unit": line.lead_unit.short_name or line.lead_unit.name,
    }
    return Tracking(
        line_subject(line),
        title,
        Owner(line.lead_unit_id),
        ClockSpec("24x7", starts_at=now, due_at=line.first_due_at),
        url=line.alert.get_absolute_url(),
        ladder=LADDER,
    )


def _ring_first(
    alert: Alert, called: Sequence[tuple[AlertLine, Sequence[UUID]]], now: datetime
) -> None:
    LineRing.objects.bulk_create(
        [
            LineRing(line=line, step=0, to=NAMED, member_id=member, at=now)
            for line, members in called
            for member in members
        ]
    )
    record_many(
        [
            Entry(
                alert_subject(alert),
                "warnings.line.called",
                {
                    "line": line.pk,
                    "unit": line.lead_unit_id,
                    "colour": line.colour,
                    "due_at": line.first_due_at,
                    "members": [str(member) for member in members],
                },
            )
            for line, members in called
        ],
        actor=SYSTEM,
    )
    for line, members in called:
        if members:
            _tell(line, members, NAMED)


def _tell(line: AlertLine, members: Iterable[UUID], to: str) -> None:
    alert = line.alert
    # Messages go to outside services, and hold no numbers of people.
    words = {"title": without_numbers(alert.headline)}
    if to == NAMED:
        title = _("预警叫应：%(title)s，请确认收到") % words
    else:
        words["unit"] = line.lead_unit.short_name or line.lead_unit.name
        title = _("预警无人应答：%(title)s（%(unit)s），请您确认") % words
    grave = alert.colour in ("orange", "red")
    notify(
        members,
        title[:200],
        without_numbers(alert.description)[:1000],
        alert.get_absolute_url(),
        line_subject(line),
        Urgency.URGENT if grave else Urgency.IMPORTANT,
    )


def ring(line: AlertLine, to: str, members: Sequence[UUID], now: datetime) -> None:
    """Ring these members for a line that has risen: rows, history, messages."""
    LineRing.objects.bulk_create(
        [LineRing(line=line, step=line.step, to=to, member_id=one, at=now) for one in members]
    )
    data = {"line": line.pk, "step": line.step, "to": to, "members": [str(m) for m in members]}
    record(
        alert_subject(line.alert),
        "warnings.line.rung",
        {**data, "unit": line.lead_unit_id},
        actor=SYSTEM,
    )
    _tell(line, members, to)


def rise(line: AlertLine, now: datetime) -> bool:
    """Take the next step that finds somebody, in memory and by `ring`; False, and no further step,
    where there is nobody any more. The warning is locked, unit and its parent loaded."""
    known = list(LineRing.objects.filter(line=line).values_list("member_id", flat=True))

    def answering(unit: str) -> Sequence[UUID]:
        return answering_for([unit], now).get(unit, [])

    steps = catalogue().steps
    found = climb(line.step, steps, lambda to: next_to_ring(to, line.lead_unit, known, answering))
    line.step = found.step
    if found.members:
        line.due_at = now + catalogue().colours[line.colour].rise
        ring(line, steps[found.at], found.members, now)
        return True
    line.due_at = None
    data = {"line": line.pk, "step": line.step, "unit": line.lead_unit_id}
    record(alert_subject(line.alert), "warnings.line.topped", data, actor=SYSTEM)
    return False


def end_waiting(
    alert: Alert, state: str, units: Iterable[str] | None = None, *, reason: str
) -> int:
    """Take back (or let lapse) the lines of a locked warning that wait, of all units or these; how
    many. Their clocks stop, their messages are settled."""
    rows = AlertLine.objects.select_for_update().filter(alert=alert, state=State.WAITING)
    if units is not None:
        rows = rows.filter(lead_unit__in=list(units))
    lines = list(rows.order_by("pk"))
    for line in lines:
        line.state, line.due_at = state, None
        line.version += 1
        clocked = running(line.clock_id)
        if clocked is not None:
            cancel(clocked, actor=SYSTEM)
        mark_settled(line_subject(line))
    update_many(lines, ["state", "due_at", "version"])
    record_many(
        [
            Entry(
                alert_subject(alert),
                "warnings.line.ended",
                {"line": line.pk, "unit": line.lead_unit_id, "state": state, "reason": reason},
            )
            for line in lines
        ],
        actor=SYSTEM,
    )
    return len(lines)
