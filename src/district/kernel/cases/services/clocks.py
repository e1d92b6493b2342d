"""A case's clocks: begun, paused, resumed, extended and stopped as its stages say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from district.kernel.base import clock
from district.kernel.cases.addresses import case_url
from district.kernel.cases.models import Case
from district.kernel.cases.names import CLOCK
from district.kernel.cases.rules.definition import CaseType, ClockSpec
from district.kernel.cases.rules.words import said
from district.kernel.cases.services.doing import CASES, Doing, answerable, clock_subject
from district.kernel.cases.types import matter_of
from district.kernel.tracking.public import ClockSpec as Spec
from district.kernel.tracking.public import (
    Owner,
    Term,
    TrackedRow,
    Tracking,
    Turning,
    begin,
    calendar_for,
    due,
    recent_calendars,
)

State = TrackedRow.State
ACTIVE = (State.OPEN, State.PAUSED)


def clocks_of(case: Case, case_type: CaseType, *, lock: bool = False) -> dict[str, TrackedRow]:
    """The tracked rows of a case's clocks, by the clock's key. One query.

    `lock` holds them all until the transaction ends, in the order of their keys, which is the
    sweep's as well: so neither waits for the other for ever.
    """
    wanted = {clock_subject(case, key).id: key for key in case_type.clocks}
    rows = TrackedRow.objects.filter(subject_type=CLOCK, subject_id__in=list(wanted))
    if lock:
        rows = rows.select_for_update()
    return {wanted[row.subject_id]: row for row in rows.order_by("pk")}


def begin_clocks(case: Case, case_type: CaseType) -> None:
    """Start the clocks that run in the case's first stage; sets `case.clock`."""
    specs = [spec for spec in case_type.clocks.values() if case.stage in spec.runs]
    _begin(case, specs)


def _begin(case: Case, specs: Sequence[ClockSpec]) -> list[TrackedRow]:
    rows = begin([_tracking(case, spec) for spec in specs], known=recent_calendars())
    for spec, row in zip(specs, rows, strict=True):
        if spec.main:
            case.due_at = row.due_at
    _govern(case, [*rows, *([case.clock] if case.clock else [])])
    return rows


def _tracking(case: Case, spec: ClockSpec) -> Tracking:
    return Tracking(
        clock_subject(case, spec.key),
        f"{case.number} · {spec.label.zh}",
        _owner(case),
        term_for(case, spec),
        theme=case.type_key,
        url=case_url(case.pk),
        ladder=spec.ladder,
    )


def _owner(case: Case) -> Owner:
    """Whoever's turn it is answers for the clock; the handler only for the lead unit's turn."""
    handler = case.handler_id if case.holder_unit_id == case.lead_unit_id else None
    return Owner(case.holder_unit_id, leader=case.leader_id, contact=handler)


def term_for(case: Case, spec: ClockSpec, since: datetime | None = None) -> Spec:
    """How long the clock gives this case: by grade, else by matter, else the type's own term.

    Counted from `since`, from now where it is not given. A deadline that came with the case from
    another platform holds where it is earlier.
    """
    now = since or clock.now()
    term, calendar = spec.term, spec.calendar
    matter = matter_of(case.type_key, case.matter) if spec.by_matter else None
    if case.grade in spec.by_grade:
        term, calendar = spec.by_grade[case.grade]
    elif matter is not None and matter.term is not None:
        term, calendar = matter.term, matter.calendar or calendar
    wanted = Term(term.amount, term.unit)  # type: ignore[arg-type]  # parsing made it from a Term
    stated = case.source_due_at
    if spec.by_matter and stated is not None and stated > now:
        found = due(now, wanted, calendar_for(calendar))
        if found is None or stated < found.at:
            return Spec(calendar=calendar, starts_at=now, due_at=stated)
    return Spec(calendar=calendar, starts_at=now, term=wanted)


def move_clocks(doing: Doing, before: str, after: str) -> None:
    """Let every clock run, stand still or stop as the stage after an action says."""
    case, case_type = doing.case, doing.case_type
    handed_over = doing.owner_before != answerable(case)
    touched = doing.extend_days or doing.restated or handed_over or _restarts(doing)
    if before == after and not touched:
        return
    rows = clocks_of(case, case_type, lock=True)
    turning = Turning(list(rows.values()), recent_calendars())
    fresh = []
    for spec in case_type.clocks.values():
        row = rows.get(spec.key)
        if row is not None:
            _move(doing, turning, spec, row, after)
        elif after in spec.runs:
            fresh.append(spec)
    owner = _owner(case)
    for row in rows.values():
        if row.state in ACTIVE:
            turning.reassign(row, owner)
    turning.write(actor=CASES)
    begun = _begin(case, fresh) if fresh else []
    _govern(case, [*rows.values(), *begun])


def _restarts(doing: Doing) -> bool:
    return any(doing.move.key in spec.restarts for spec in doing.case_type.clocks.values())


def _move(doing: Doing, turning: Turning, spec: ClockSpec, row: TrackedRow, after: str) -> None:
    _note_term(doing, spec, row, after)
    if after in spec.runs:
        if row.state == State.PAUSED:
            turning.resume(row)
        elif row.state != State.OPEN:
            turning.reopen(row)
        if doing.move.key in spec.restarts:
            turning.reschedule(row, term_for(doing.case, spec))
        if doing.extend_days and spec.extendable:
            turning.reschedule(row, _longer_clock(row, spec, doing.extend_days))
        if doing.restated and spec.by_matter:
            _restate(doing.case, turning, spec, row)
    elif after in spec.holds:
        if row.state == State.OPEN:
            turning.pause(row, said(doing.case_type.stages[after].label))
    elif row.state in ACTIVE:
        turning.finish(row)
    if spec.main:
        doing.case.due_at = row.due_at


def _note_term(doing: Doing, spec: ClockSpec, row: TrackedRow, after: str) -> None:
    """What an action stops or begins anew ran until its deadline: the step says which one, and
    whether it was kept, so that steps can be judged after the clock has moved on."""
    ends = after not in (*spec.runs, *spec.holds) or doing.move.key in spec.restarts
    if ends and row.state in ACTIVE and row.due_at is not None:
        kept = {"due_at": row.due_at.isoformat(), "late": doing.now > row.due_at}
        doing.facts.setdefault("terms", {})[spec.key] = kept


#: How many of a unit of passing time are a day.
_PER_DAY = {"minutes": 24 * 60, "hours": 24}


def _longer_clock(row: TrackedRow, declared: ClockSpec, days: int) -> Spec:
    """The clock with days more, from its deadline or, if that is past, from now: days of the year
    where the clock counts in those or never rests, else working days.

    Where the clock's own term can simply be longer it becomes so, and a calendar that is
    announced late still moves it; else the new deadline is stated.
    """
    now = clock.now()
    plain = row.calendar_id == "24x7" or (row.term_unit or declared.term.unit) == "days"
    day: Literal["days", "working_days"] = "days" if plain else "working_days"
    longer = _longer(row, days, day)
    if longer is not None and row.due_at is not None and row.due_at >= now:
        return Spec(calendar=row.calendar_id, starts_at=row.starts_at, term=longer)
    calendar = recent_calendars()[row.calendar_id]
    found = due(max(row.due_at or now, now), Term(days, day), calendar)
    return Spec(
        calendar=row.calendar_id, starts_at=row.starts_at, due_at=found.at if found else row.due_at
    )


def _longer(row: TrackedRow, days: int, day: str) -> Term | None:
    """The row's term with so many days more; None where it counts in another unit."""
    if row.term_amount is None:
        return None
    each = 1 if row.term_unit == day else _PER_DAY.get(row.term_unit) if day == "days" else None
    return None if each is None else Term(row.term_amount + days * each, row.term_unit)  # type: ignore[arg-type]  # written from a Term


def _restate(case: Case, turning: Turning, spec: ClockSpec, row: TrackedRow) -> None:
    """Hold the clock to the platform's new deadline, or to our own term where that ends first.

    Days that were granted stay, unless the platform now asks for less.
    """
    stated = case.source_due_at
    if case.extensions and row.due_at and (stated is None or stated >= row.due_at):
        return
    turning.reschedule(row, term_for(case, spec, row.starts_at))


def _govern(case: Case, rows: Iterable[TrackedRow]) -> None:
    """Let the case show the clock that ends first: of the running ones, else of the paused; when
    all have stopped it keeps the last one."""
    found = [row for row in rows if row.state == State.OPEN and row.due_at]
    found = found or [row for row in rows if row.state == State.PAUSED and row.due_at]
    if found:
        case.clock = min(found, key=lambda row: (row.due_at, str(row.pk)))
