"""Incidents: their reports as documents, in numbered versions, and the open ones with clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import (
    Case,
    CaseStep,
    CaseType,
    case_detail,
    case_type_of,
    said,
    type_of,
    visible_cases,
)
from district.kernel.history.public import Actor
from district.systems.operations_centre.duty.names import INCIDENT, REPORT_CLOCKS
from district.systems.operations_centre.duty.reporting import reporting_types


@dataclass(frozen=True)
class Stated:
    """A figure of a report: what it states now, what the version before stated (None: nothing)."""

    key: str
    label: str
    unit: str
    value: str | None
    before: str | None

    @property
    def changed(self) -> bool:
        """Whether this version says otherwise than the one before."""
        return self.before is not None and self.value != self.before


@dataclass(frozen=True)
class IncidentReport:
    """A report of an incident: version `number` of it, by whom, with all figures as they stood."""

    id: UUID
    number: int
    kind: str
    label: str
    text: str
    figures: tuple[Stated, ...]
    at: datetime
    who: str
    unit: str
    due_at: datetime | None
    late: bool
    acknowledged_by: str
    acknowledged_at: datetime | None

    @property
    def stated(self) -> tuple[Stated, ...]:
        """The figures of which anything is known."""
        return tuple(each for each in self.figures if each.value is not None)


def reports_of(case: Case) -> list[IncidentReport]:
    """Every report of an incident, the oldest first. One query."""
    wanted = [*REPORT_CLOCKS, "acknowledge"]
    rows = CaseStep.objects.filter(case=case, action__in=wanted).select_related("unit")
    return versions(case, list(rows.order_by("at", "pk")))


def versions(case: Case, steps: Sequence[CaseStep]) -> list[IncidentReport]:
    """The reports among these steps, in order; each holds the figures of those before it until it
    states others, and is acknowledged by the first acknowledgement after it."""
    case_type, known, found = type_of(case), dict[str, str](), list[IncidentReport]()
    figures = _figures(case_type)
    for at, step in enumerate(steps):
        if step.action not in REPORT_CLOCKS:
            continue
        before = dict(known)
        known |= {key: str(step.data[key]) for key in figures if step.data.get(key) is not None}
        seen = next((each for each in steps[at + 1 :] if each.action == "acknowledge"), None)
        term = step.data.get("terms", {}).get(REPORT_CLOCKS[step.action], {})
        due = term.get("due_at")
        found.append(
            IncidentReport(
                step.pk,
                len(found) + 1,
                step.action,
                said(case_type.moves[step.action].label),
                step.text,
                tuple(_stated(case_type.schema, key, known, before) for key in figures),
                step.at,
                step.actor_name,
                step.unit.display_short if step.unit else "",
                datetime.fromisoformat(due) if due else None,
                bool(term.get("late")),
                seen.actor_name if seen else "",
                seen.at if seen else None,
            )
        )
    return found


def _figures(case_type: CaseType) -> tuple[str, ...]:
    """The facts of a type that are numbers, in the order of its file: what reports state."""
    found = ((key, case_type.schema.get(key)) for key in case_type.facts)
    return tuple(key for key, one in found if one and one.type in ("integer", "decimal"))


def _stated(schema: Any, key: str, known: dict[str, str], before: dict[str, str]) -> Stated:
    attribute = schema.get(key)
    return Stated(
        key,
        str(attribute.label),
        attribute.unit,
        known.get(key),
        before.get(key),
    )


def report_for(step_id: UUID | str, actor: Actor) -> tuple[Case, IncidentReport, int]:
    """A report with its incident, and how many versions there are; NotFound also for who may not
    see the incident. Its text is shown as on the incident's page: numbers of people only to whoever
    may read the contacts."""
    case_id = (
        CaseStep.objects.filter(pk=step_id, action__in=list(REPORT_CLOCKS))
        .values_list("case_id", flat=True)
        .first()
    )
    if case_id is None:
        raise _unknown()
    detail = case_detail(case_id, actor)
    if detail.case.type_key not in reporting_types():
        raise _unknown()
    rows = versions(detail.case, detail.steps)
    found = next(row for row in rows if str(row.id) == str(step_id))
    return detail.case, replace(found, text=detail.shown(found.text)), len(rows)


def _unknown() -> NotFound:
    return NotFound(_("没有这份报告，或您没有查看的权限。"))


@dataclass(frozen=True)
class OpenIncident:
    """An open incident on the duty desk: what is due next and until when."""

    case: Case
    stage: str
    grade: str
    wanted: str


def open_incidents(actor: Actor, most: int = 10) -> list[OpenIncident]:
    """The open incidents that the actor sees, the most urgent term first. One query."""
    rows = (
        visible_cases(actor, INCIDENT)
        .exclude(category=Case.Category.DONE)
        .select_related("lead_unit", "clock")
        .order_by("clock__due_at", "-reported_at")
    )
    return [_open(case) for case in rows[:most]]


def _open(case: Case) -> OpenIncident:
    case_type = type_of(case)
    grade = case_type.grades.get(case.grade)
    key = case.clock.subject_id.partition(".")[2] if case.clock else ""
    spec = case_type.clocks.get(key)
    return OpenIncident(
        case,
        said(case_type.stages[case.stage].label),
        said(grade.label) if grade else "",
        said(spec.label) if spec else "",
    )


def kinds() -> tuple[tuple[str, Any], ...]:
    """The kinds of incidents with their labels."""
    attribute = case_type_of(INCIDENT).schema.get("kind")
    return tuple(attribute.choices or ()) if attribute else ()
