"""One case as its page shows it, and as its reporter may ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from district.kernel.base import clock
from district.kernel.cases.models import CallBack, Case, CaseLink, CaseStep, CoUnit, Reporter
from district.kernel.cases.names import CLOCK
from district.kernel.cases.rules.definition import CaseType, Move
from district.kernel.cases.rules.numbers import code_hash
from district.kernel.cases.rules.words import said
from district.kernel.cases.selectors.seeing import case_for
from district.kernel.cases.services.doing import clock_subject, owned
from district.kernel.cases.types import move_action, type_of
from district.kernel.history.public import Actor
from district.kernel.organisation.public import permitted_by, posts_of
from district.kernel.tracking.public import TrackedRow


@dataclass(frozen=True)
class ClockView:
    """A clock of a case: its name and its tracked row."""

    label: str
    row: TrackedRow


@dataclass(frozen=True)
class CaseDetail:
    """A case with all that its page shows; `moves` are what the actor may do now."""

    case: Case
    case_type: CaseType
    moves: tuple[Move, ...]
    steps: tuple[CaseStep, ...]
    co_units: tuple[CoUnit, ...]
    clocks: tuple[ClockView, ...]
    call_backs: tuple[CallBack, ...]
    links: tuple[tuple[str, Case], ...] = field(default=())

    @property
    def stage(self) -> str:
        """The stage in the language of the moment."""
        return said(self.case_type.stages[self.case.stage].label)


def moves_for(
    case: Case, case_type: CaseType, co_units: list[CoUnit], actor: Actor
) -> tuple[Move, ...]:
    """The actions that the stage allows and the actor has the right to; the main one first."""
    if case.complained_unit is not None and any(
        post.path.startswith(case.complained_unit.path) for post in posts_of(actor)
    ):
        return ()
    on = owned(case, co_units)
    mine = {post.unit for post in posts_of(actor)}
    found = [
        move
        for move in case_type.moves_from(case.stage)
        if move.member_rights
        and permitted_by(actor, move_action(case_type, move), on)
        and not _hopeless(move, case, co_units, mine)
    ]
    return tuple(sorted(found, key=lambda move: not move.primary))


def _hopeless(move: Move, case: Case, co_units: list[CoUnit], mine: set[str]) -> bool:
    """Whether a named guard plainly refuses it, so that no button should offer it."""
    names = {guard.name for guard in move.guards}
    if "own_co_unit_open" in names:
        return not any(co.unit_id in mine and co.finished_at is None for co in co_units)
    return "not_bound" in names and case.is_bound


def case_detail(case_id: UUID | str, actor: Actor) -> CaseDetail:
    """The case with its timeline; NotFound where the actor may not see it. Seven queries."""
    case = case_for(case_id, actor)
    case_type = type_of(case)
    co_units = list(CoUnit.objects.filter(case=case).select_related("unit").order_by("pk"))
    keys = {clock_subject(case, key).id: said(spec.label) for key, spec in case_type.clocks.items()}
    rows = TrackedRow.objects.filter(subject_type=CLOCK, subject_id__in=list(keys))
    clocks = [ClockView(keys[row.subject_id], row) for row in rows.order_by("starts_at", "id")]
    steps = tuple(CaseStep.objects.filter(case=case).select_related("unit"))
    # Only a step that noted a call, or what came in from elsewhere, has any.
    called = case.satisfaction or any("satisfaction" in step.data for step in steps)
    return CaseDetail(
        case=case,
        case_type=case_type,
        moves=moves_for(case, case_type, co_units, actor),
        steps=steps,
        co_units=tuple(co_units),
        clocks=tuple(clocks),
        call_backs=tuple(CallBack.objects.filter(case=case)) if called else (),
        links=tuple(_links(case)),
    )


def _links(case: Case) -> list[tuple[str, Case]]:
    rows = CaseLink.objects.filter(before=case) | CaseLink.objects.filter(after=case)
    return [
        (row.kind, row.after if row.before_id == case.pk else row.before)
        for row in rows.select_related("before", "after")
    ]


@dataclass(frozen=True)
class PublicStep:
    """A step that the reporter may read."""

    label: str
    text: str
    at: datetime


@dataclass(frozen=True)
class PublicStatus:
    """How a report stands, for the person who made it; nothing else of the case."""

    number: str
    title: str
    stage: str
    reported_at: datetime
    steps: tuple[PublicStep, ...]
    moves: tuple[Move, ...]
    reporter: Reporter
    case: Case
    asked_at: datetime


def public_status(number: str, code: str) -> PublicStatus | None:
    """The status of the report with this number, for whoever holds the code; None otherwise.

    A merged case tells the story of the one that it was merged into.
    """
    number = number.strip().upper()
    reporter = (
        Reporter.objects.filter(code_hash=code_hash(number, code))
        .select_related("case", "case__merged_into")
        .first()
    )
    if reporter is None:
        return None
    case = reporter.case
    shown = case.merged_into or case
    case_type = type_of(shown)
    stage = case_type.stages[shown.stage]
    steps = [
        PublicStep(said(case_type.moves[step.action].label), step.text, step.at)
        for step in CaseStep.objects.filter(case=shown, public=True)
        if step.action in case_type.moves
    ]
    moves = (
        ()
        if case.merged_into_id
        else tuple(move for move in case_type.moves_from(case.stage) if move.by_reporter)
    )
    return PublicStatus(
        number=case.number,
        title=case.title,
        stage=said(stage.public) if stage.public.zh else said(stage.label),
        reported_at=reporter.joined_at,
        steps=tuple(steps),
        moves=moves,
        reporter=reporter,
        case=case,
        asked_at=clock.now(),
    )
