"""One inspection as its page shows it; what a place and a round have come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from district.kernel.cases.public import Case, case_type_of, said, visible_cases
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Member, Role, members_acting
from district.kernel.registers.public import plain_number
from district.systems.inspections.checklists import checklist_version
from district.systems.inspections.models import (
    Answer,
    Enforcement,
    Inspection,
    Photo,
    Place,
    Round,
    Task,
)
from district.systems.inspections.names import HAZARD
from district.systems.inspections.rules.checklist import Checklist, Item
from district.systems.inspections.selectors.finding import results_seen


@dataclass(frozen=True)
class Shown:
    """An answer with its item, its number in words, its pictures and its hazard, if seen."""

    item: Item
    text: str
    standard: str
    answer: Answer
    value: str
    before: tuple[Photo, ...]
    after: tuple[Photo, ...]
    hazard: Case | None
    stage: str


@dataclass(frozen=True)
class Result:
    """An inspection with its checklist, section by section."""

    row: Inspection
    checklist: Checklist
    sections: tuple[tuple[str, str, tuple[Shown, ...]], ...]
    cases: tuple[Enforcement, ...]


def result_of(row: Inspection, actor: Actor) -> Result:
    """The inspection as `actor` may read it. Four queries."""
    checklist = checklist_version(row.checklist_version)
    answers = {answer.item: answer for answer in row.answers.all()}
    photos = {photo.source_sha256: photo for photo in Photo.objects.filter(inspection_key=row.pk)}
    wanted = [answer.hazard_id for answer in answers.values() if answer.hazard_id]
    seen = visible_cases(actor, HAZARD).filter(pk__in=wanted).select_related("clock")
    hazards = {case.pk: case for case in seen}
    sections = []
    for section in checklist.sections:
        rows = tuple(
            _shown(item, answers[item.key], photos, hazards)
            for item in checklist.items_of(section.key)
            if item.key in answers
        )
        sections.append((said(section.label), row.sections.get(section.key, "na"), rows))
    return Result(row, checklist, tuple(sections), tuple(row.enforcements.all()))


def _shown(
    item: Item, answer: Answer, photos: Mapping[str, Photo], hazards: Mapping[Any, Case]
) -> Shown:
    case = hazards.get(answer.hazard_id)
    value = "" if answer.value is None else f"{plain_number(answer.value)} {said(item.unit)}"
    return Shown(
        item,
        said(item.text),
        said(item.standard),
        answer,
        value,
        tuple(photos[one] for one in answer.photos if one in photos),
        tuple(photos[one] for one in answer.after if one in photos),
        case,
        said(case_type_of(HAZARD).stages[case.stage].label) if case else "",
    )


def results_of_place(place: Place, actor: Actor) -> QuerySet[Inspection]:
    """The inspections of a place that the actor may read, newest first."""
    rows = place.inspections.filter(results_seen(actor))
    return rows.select_related("inspector", "lead_unit")


def hazards_of_place(place: Place, actor: Actor) -> list[tuple[Case, str]]:
    """The hazards of a place that the actor sees, with their stage in words; newest first."""
    stages = case_type_of(HAZARD).stages
    rows = visible_cases(actor, HAZARD).filter(facts__place_code=place.code)
    found = rows.select_related("clock", "lead_unit").order_by("-reported_at")[:20]
    return [(case, said(stages[case.stage].label)) for case in found]


def tasks_of_round(row: Round) -> QuerySet[Task]:
    """The tasks of a round with their places and people."""
    named = ("place", "place__street_unit", "lead_unit", "inspector", "tracked", "inspection")
    return row.tasks.select_related(*named).order_by("place__code")


def inspectors_of(units: Iterable[str]) -> QuerySet[Member]:
    """Who may be handed a task of these units: those whose post there lets them inspect."""
    return members_acting(units, (Role.OFFICER, Role.UNIT_HEAD)).order_by("name")
