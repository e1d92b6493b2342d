"""A case's clocks: begun, paused, resumed, extended and stopped as its stages say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from district.kernel.base import clock
from district.kernel.cases.addresses import case_url
from district.kernel.cases.models import Case
from district.kernel.cases.names import CLOCK
from district.kernel.cases.rules.definition import CaseType, ClockSpec
from district.kernel.cases.rules.words import said
from district.kernel.cases.services.doing import CASES, Doing, clock_subject
from district.kernel.cases.types import matter_of
from district.kernel.tracking.public import ClockSpec as Spec
from district.kernel.tracking.public import (
    Owner,
    Term,
    TrackedRow,
    Tracking,
    begin,
    calendar_for,
    due,
    finish,
    pause,
    reassign,
    recent_calendars,
    reopen,
    reschedule,
    resume,
)

State = TrackedRow.State
ACTIVE = (State.OPEN, State.PAUSED)


def clocks_of(case: Case, case_type: CaseType) -> dict[str, TrackedRow]:
    """The tracked rows of a case's clocks, by the clock's key. One query."""
    wanted = {clock_subject(case, key).id: key for key in case_type.clocks}
    rows = TrackedRow.objects.filter(subject_type=CLOCK, subject_id__in=list(wanted))
    return {wanted[row.subject_id]: row for row in rows.select_related("lead_unit")}


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


def term_for(case: Case, spec: ClockSpec) -> Spec:
    """How long the clock gives this case: by grade, else by matter, else the type's own term.

    A deadline that came with the case from another platform holds where it is earlier.
    """
    now = clock.now()
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
    named = "name_leader" in doing.move.effects
    if before == after and not (doing.extend_days or named or _restarts(doing)):
        return
    rows = clocks_of(case, case_type)
    fresh = []
    for spec in case_type.clocks.values():
        row = rows.get(spec.key)
        if row is None:
            if after in spec.runs:
                fresh.append(spec)
            continue
        _move(doing, spec, row, after)
    if fresh:
        for row in _begin(case, fresh):
            rows[row.subject_id] = row
    _hand_over(case, rows.values())
    _govern(case, rows.values())


def _restarts(doing: Doing) -> bool:
    return any(doing.move.key in spec.restarts for spec in doing.case_type.clocks.values())


def _move(doing: Doing, spec: ClockSpec, row: TrackedRow, after: str) -> None:
    if after in spec.runs:
        if row.state == State.PAUSED:
            resume(row, actor=CASES)
        elif row.state != State.OPEN:
            reopen(row, actor=CASES)
        if doing.move.key in spec.restarts:
            reschedule(row, term_for(doing.case, spec), actor=CASES)
        if doing.extend_days and spec.extendable:
            _extend(row, spec, doing.extend_days)
    elif after in spec.holds:
        if row.state == State.OPEN:
            pause(row, said(doing.case_type.stages[after].label), actor=CASES)
    elif row.state in ACTIVE:
        finish(row, actor=CASES)
    if spec.main:
        doing.case.due_at = row.due_at


def _extend(row: TrackedRow, declared: ClockSpec, days: int) -> None:
    """Move the deadline on, from it or, if that is past, from now: by days of the year where the
    clock counts in those or never rests, else by working days."""
    base = max(row.due_at or clock.now(), clock.now())
    plain = row.calendar_id == "24x7" or declared.term.unit == "days"
    term = Term(days, "days" if plain else "working_days")
    found = due(base, term, calendar_for(row.calendar_id))
    if found is not None:
        spec = Spec(calendar=row.calendar_id, starts_at=row.starts_at, due_at=found.at)
        reschedule(row, spec, actor=CASES)


def _hand_over(case: Case, rows: Iterable[TrackedRow]) -> None:
    """Give running clocks to whoever's turn it is now."""
    owner = _owner(case)
    for row in rows:
        if row.state in ACTIVE and (row.lead_unit_id, row.leader_id, row.contact_id) != (
            owner.lead_unit,
            owner.leader,
            owner.contact,
        ):
            reassign(row, owner, actor=CASES)


def _govern(case: Case, rows: Iterable[TrackedRow]) -> None:
    """Let the case show the clock that ends first: of the running ones, else of the paused; when
    all have stopped it keeps the last one."""
    found = [row for row in rows if row.state == State.OPEN and row.due_at]
    found = found or [row for row in rows if row.state == State.PAUSED and row.due_at]
    if found:
        case.clock = min(found, key=lambda row: (row.due_at, str(row.pk)))
