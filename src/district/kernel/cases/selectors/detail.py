"""One case as its page shows it, and as its reporter may ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from district.kernel.base import clock
from district.kernel.base.masking import without_numbers
from district.kernel.cases.models import (
    CallBack,
    Case,
    CaseAttachment,
    CaseLink,
    CaseStep,
    CoUnit,
    Reporter,
)
from district.kernel.cases.names import CLOCK
from district.kernel.cases.rights import contact_action
from district.kernel.cases.rules.definition import CaseType, Move
from district.kernel.cases.rules.forms import written_facts
from district.kernel.cases.rules.numbers import code_hash
from district.kernel.cases.rules.words import said
from district.kernel.cases.selectors.attachments import attachments_of
from district.kernel.cases.selectors.seeing import case_with_parts
from district.kernel.cases.services.clocks import clocks_of
from district.kernel.cases.services.doing import clock_subject, concerns, owned
from district.kernel.cases.types import attach_action, move_action, type_of
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
    """A case with all that its page shows; `moves` are what the actor may do now, `files` those
    that the actor may see. Texts go through `shown`: telephone and identity numbers are for
    whoever may read the contacts (`may_read_contacts`)."""

    case: Case
    case_type: CaseType
    moves: tuple[Move, ...]
    steps: tuple[CaseStep, ...]
    co_units: tuple[CoUnit, ...]
    clocks: tuple[ClockView, ...]
    call_backs: tuple[CallBack, ...]
    links: tuple[tuple[str, Case], ...] = field(default=())
    files: tuple[CaseAttachment, ...] = ()
    may_attach: bool = False
    may_read_contacts: bool = False

    def shown(self, text: str) -> str:
        """What somebody wrote, as the actor may read it."""
        return text if self.may_read_contacts else without_numbers(text)

    @property
    def title(self) -> str:
        """The title as the actor may read it."""
        return self.shown(self.case.title)

    @property
    def text(self) -> str:
        """What was reported, as the actor may read it."""
        return self.shown(self.case.text)

    @property
    def result(self) -> str:
        """What was done, as the actor may read it."""
        return self.shown(self.case.result)

    @property
    def place(self) -> str:
        """Where it is, as the actor may read it."""
        return self.shown(self.case.place)

    @property
    def facts(self) -> dict[str, Any]:
        """The type's own facts as the actor may read them."""
        written = written_facts(self.case_type.schema, self.case.facts)
        shown = {name: self.shown(str(value)) for name, value in written.items()}
        return {**self.case.facts, **shown}

    @property
    def stage(self) -> str:
        """The stage in the language of the moment."""
        return said(self.case_type.stages[self.case.stage].label)


def moves_for(
    case: Case, case_type: CaseType, co_units: list[CoUnit], actor: Actor
) -> tuple[Move, ...]:
    """The actions that the stage allows and the actor has the right to; the main one first."""
    if _is_about(case, actor):
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


def _is_about(case: Case, actor: Actor) -> bool:
    """Whether the case is about a unit that the actor works in."""
    return any(concerns(case, post.path) for post in posts_of(actor))


def _hopeless(move: Move, case: Case, co_units: list[CoUnit], mine: set[str]) -> bool:
    """Whether a named guard plainly refuses it, so that no button should offer it."""
    if move.reopens and case.merged_into_id is not None:
        return True
    names = {guard.name for guard in move.guards}
    if "own_co_unit_open" in names:
        return not any(co.unit_id in mine and co.finished_at is None for co in co_units)
    if "extension_asked" in names and case.asked_days is None:
        return True
    return "not_bound" in names and case.is_bound


def case_detail(case_id: UUID | str, actor: Actor) -> CaseDetail:
    """The case with its timeline; NotFound where the actor may not see it. Three queries,
    and one each for co-units, links and files where there are any."""
    # Its steps tell its type; one without any is looked for among cases of all types.
    told = CaseStep.objects.filter(case_id=case_id).annotate(of_type=F("case__type_key"))
    steps = tuple(told.select_related("unit"))
    case, parts = case_with_parts(case_id, actor, *[step.of_type for step in steps[:1]])
    case_type = type_of(case)
    co_units: list[CoUnit] = []
    if "co_units" in parts:
        co_units = list(CoUnit.objects.filter(case=case).select_related("unit").order_by("pk"))
    keys = {clock_subject(case, key).id: said(spec.label) for key, spec in case_type.clocks.items()}
    rows = TrackedRow.objects.filter(subject_type=CLOCK, subject_id__in=list(keys))
    clocks = [ClockView(keys[row.subject_id], row) for row in rows.order_by("starts_at", "id")]
    return CaseDetail(
        case=case,
        case_type=case_type,
        moves=moves_for(case, case_type, co_units, actor),
        steps=steps,
        co_units=tuple(co_units),
        clocks=tuple(clocks),
        call_backs=tuple(_call_backs(case, case_type, steps)),
        links=tuple(_links(case)) if "links" in parts else (),
        files=tuple(attachments_of(case, co_units, actor)) if "files" in parts else (),
        may_attach=not _is_about(case, actor)
        and permitted_by(actor, attach_action(case_type, case.stage), owned(case, co_units)),
        may_read_contacts=permitted_by(actor, contact_action(case), owned(case, co_units)),
    )


def was_done(detail: CaseDetail, action: str, key: str, actor: Actor) -> bool:
    """Whether this actor has done the action under this key: a form that was sent twice."""
    return bool(key) and any(
        (step.key, step.action, step.actor_kind, step.actor_id)
        == (key, action, actor.kind, actor.id)
        for step in detail.steps
    )


def _call_backs(case: Case, case_type: CaseType, steps: tuple[CaseStep, ...]) -> list[CallBack]:
    """The calls, as the steps tell of them; of a case without its steps from their own table."""
    calling = {key for key, move in case_type.moves.items() if "call_back" in move.effects}
    found = [
        CallBack(
            case=case,
            outcome=step.data.get("satisfaction", ""),
            text=step.text,
            caller=step.actor_name[:80],
            at=step.at,
        )
        for step in steps
        if step.action in calling
    ]
    return found if found or not case.satisfaction else list(CallBack.objects.filter(case=case))


def _links(case: Case) -> list[tuple[str, Case]]:
    rows = CaseLink.objects.filter(before=case) | CaseLink.objects.filter(after=case)
    return [
        (row.kind, row.after if row.before_id == case.pk else row.before)
        for row in rows.select_related("before", "after")
    ]


@dataclass(frozen=True)
class PublicStep:
    """A step that the reporter may read; `mine` is one that they made themselves."""

    label: str
    text: str
    at: datetime
    mine: bool = False


@dataclass(frozen=True)
class PublicStatus:
    """How a report stands, for the person who made it; nothing else of the case.

    `case` is the one that they reported or joined, `shown` the one whose story is told: another
    one where it was merged. `words` are the person's own. `expected` is the clock that is
    running and ends last, so the one that says when it is done.
    """

    number: str
    words: str
    stage: str
    reported_at: datetime
    steps: tuple[PublicStep, ...]
    moves: tuple[Move, ...]
    reporter: Reporter
    case: Case
    shown: Case
    case_type: CaseType
    expected: ClockView | None
    asked_at: datetime


def public_status(number: str, code: str) -> PublicStatus | None:
    """The status of the report with this number, for whoever holds the code; None otherwise.

    A merged case tells the story of the one that it was merged into, and `moves` are what its
    reporter may do there. Three queries, and one more for who joined without words of their own.
    """
    reporter = reporter_with(number, code)
    return None if reporter is None else status_for(reporter)


def status_for(reporter: Reporter) -> PublicStatus:
    """`public_status` for a reporter who is known otherwise than by number and code."""
    case = reporter.case
    shown = case.merged_into or case
    case_type = type_of(shown)
    stage = case_type.stages[shown.stage]
    moves = [move for move in case_type.moves_from(shown.stage) if move.by_reporter]
    return PublicStatus(
        number=case.number,
        words=without_numbers(reporter.text or _first_words(case, reporter)),
        stage=said(stage.public) if stage.public.zh else said(stage.label),
        reported_at=reporter.joined_at,
        steps=tuple(_public_steps(shown, case_type, reporter)),
        moves=tuple(moves),
        reporter=reporter,
        case=case,
        shown=shown,
        case_type=case_type,
        expected=_expected(shown, case_type),
        asked_at=clock.now(),
    )


def reporter_with(number: str, code: str) -> Reporter | None:
    """Who reported or joined the case with this number and holds the code, with the case and the
    one that it was merged into; None otherwise."""
    rows = Reporter.objects.filter(code_hash=code_hash(number.strip().upper(), code))
    return rows.select_related("case", "case__merged_into").first()


def _first_words(case: Case, reporter: Reporter) -> str:
    """What the case tells, for the person who opened it: who joined does not read their words."""
    # Keys are in the order of time.
    first = not Reporter.objects.filter(case=case, pk__lt=reporter.pk).exists()
    return case.text if first else ""


def _public_steps(shown: Case, case_type: CaseType, reporter: Reporter) -> Iterator[PublicStep]:
    """The public steps. Of what another reporter did only that it moved the case, not why; and
    whose number a handler wrote down is nobody else's."""
    for step in CaseStep.objects.filter(case=shown, public=True):
        move = case_type.moves.get(step.action)
        mine = step.actor_kind == "public" and step.actor_id == str(reporter.pk)
        others = step.actor_kind == "public" and not mine
        if move is None or (others and step.from_stage == step.to_stage):
            continue
        text = "" if others else without_numbers(step.text)
        yield PublicStep(said(move.label), text, step.at, mine)


def _expected(shown: Case, case_type: CaseType) -> ClockView | None:
    """The running clock that ends last."""
    running = {
        key: row
        for key, row in clocks_of(shown, case_type).items()
        if row.state == TrackedRow.State.OPEN and row.due_at is not None
    }
    if not running:
        return None
    last = max(running, key=lambda key: (running[key].due_at, key))
    return ClockView(said(case_type.clocks[last].label), running[last])
