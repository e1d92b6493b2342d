"""Reads of drafts and of what waits in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.plan.public import Report
from district.kernel.reports.models import (
    Change,
    ChangeState,
    Draft,
    DraftState,
    Passage,
    RollOver,
    Section,
    Slot,
)
from district.kernel.reports.rules.composing import marks_of
from district.kernel.reports.rules.manuscript import Manuscript
from district.kernel.reports.rules.words import Stretch, changed, filled
from district.kernel.reports.selectors.bindings import binding_of_slot
from district.kernel.reports.selectors.manuscripts import manuscript
from district.kernel.reports.selectors.parts import kind_of
from district.kernel.reports.selectors.staleness import (
    StalePassage,
    passages_of,
    stale_passages,
)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft by its sections; `waiting` are the passages that a change waits for."""

    draft: Draft
    sections: tuple[Section, ...]
    passages: dict[UUID, list[Passage]]
    stale: dict[UUID, StalePassage]
    waiting: frozenset[UUID]

    @property
    def headings(self) -> list[str]:
        """The headings with their numbers, in the order of the sections."""
        return headings_of(self.sections)


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A section with passages, and those before and behind it that have passages, too.

    `heading` has its number; `place` counts from 1 to `of`.
    """

    draft: Draft
    section: Section
    heading: str
    place: int
    of: int
    before: Section | None
    after: Section | None
    passages: list[Passage]
    stale: dict[UUID, StalePassage]
    waiting: frozenset[UUID]


def drafts() -> QuerySet[Draft]:
    """All drafts, the newest first, with how many changes wait in each."""
    waiting = Count(
        "sections__passages__changes",
        filter=Q(sections__passages__changes__state=ChangeState.PROPOSED),
    )
    return Draft.objects.select_related("report").annotate(waiting=waiting)


def reports_to_draft() -> list[Report]:
    """Plans with commitments that no draft is being written of, the newest first."""
    taken = Draft.objects.filter(state=DraftState.DRAFTING).values("report")
    rows = Report.objects.exclude(pk__in=taken).filter(commitments__isnull=False)
    return list(rows.distinct().order_by("-year", "title"))


def draft_by_id(key: UUID | str) -> Draft:
    """The draft with its plan; NotFound where there is none."""
    row = Draft.objects.select_related("report", "roll_over__report").filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这份报告草稿。"))
    return row


def roll_over_of(draft: Draft) -> RollOver | None:
    """How the draft becomes the next year's plan; None while nobody asked. No query for a draft
    that was read by these functions."""
    return getattr(draft, "roll_over", None)


def draft_view(key: UUID | str) -> DraftView:
    """All of a draft, in a fixed number of queries."""
    sections = _sections(key)
    draft = sections[0].draft
    rows = passages_of(draft)
    stale = stale_passages(draft, rows)
    by_section: dict[UUID, list[Passage]] = {one.pk: [] for one in sections}
    for row in rows:
        by_section[row.section_id].append(row)
    return DraftView(
        draft,
        tuple(sections),
        by_section,
        stale,
        _waiting(rows),
    )


def document_of(view: DraftView) -> Manuscript:
    """The draft as a document; no query."""
    rows = [row for section in view.sections for row in view.passages[section.pk]]
    return manuscript(view.draft, view.sections, rows, view.stale)


def chapter_view(key: UUID | str, position: int) -> ChapterView:
    """The section of a draft at a position, in a fixed number of queries; NotFound where none with
    passages stands there."""
    sections = _sections(key, told=True)
    told = [one for one in sections if getattr(one, "is_told", False)]
    section = next((one for one in told if one.position == position), None)
    if section is None:
        raise NotFound(_("报告草稿没有这一章。请从目录中选择。"))
    draft, at = section.draft, told.index(section)
    rows = passages_of(draft, section)
    heading = headings_of(sections)[sections.index(section)]
    return ChapterView(
        draft,
        section,
        heading,
        at + 1,
        len(told),
        told[at - 1] if at else None,
        told[at + 1] if at + 1 < len(told) else None,
        rows,
        stale_passages(draft, rows),
        _waiting(rows),
    )


def chapter_of(draft_id: UUID | str, passage_id: UUID | str) -> int:
    """The position of the section that a passage stands in; NotFound where there is none."""
    rows = Passage.objects.filter(pk=passage_id, section__draft=UUID(str(draft_id)))
    found = rows.values_list("section__position", flat=True).first()
    if found is None:
        raise NotFound(_("没有这一句。"))
    return int(found)


def headings_of(sections: Sequence[Section]) -> list[str]:
    """The headings of all sections of a draft with their numbers."""
    marks = marks_of([(one.level, kind_of(one)) for one in sections])
    return [f"{mark}{one.heading}" for one, mark in zip(sections, marks, strict=True)]


def _sections(key: UUID | str, *, told: bool = False) -> list[Section]:
    """The sections in order; `told` adds `is_told`: whether one has passages."""
    rows = Section.objects.filter(draft=UUID(str(key))).select_related(
        "draft__report", "draft__roll_over__report", "owner"
    )
    if told:
        rows = rows.annotate(is_told=Exists(Passage.objects.filter(section=OuterRef("pk"))))
    sections = list(rows.order_by("position"))
    if not sections:
        raise NotFound(_("没有这份报告草稿。"))
    return sections


def _waiting(rows: Iterable[Passage]) -> frozenset[UUID]:
    return frozenset(one.pk for one in rows if getattr(one, "is_waiting", False))


def changes_of(draft: Draft) -> list[Change]:
    """The changes of a draft, those that wait first, then the newest; two queries."""
    rows = (
        Change.objects.filter(passage__section__draft=draft)
        .select_related("passage__section", "filing__measure", "filing__unit")
        .prefetch_related("passage__slots")
    )
    order = {ChangeState.PROPOSED: 0}
    return sorted(rows.order_by("-made_at", "-id")[:300], key=lambda one: order.get(one.state, 1))  # type: ignore[call-overload]  # a state is one of ChangeState


def stretches_of(change: Change) -> list[Stretch]:
    """What a change puts in and takes out, its numbers as they stand; slots at hand."""
    slots = change.passage.slots.all()
    faces = {slot.number: binding_of_slot(slot).face for slot in slots}
    found = changed(change.before, change.after)
    return [Stretch(one.kind, filled(one.text, faces)) for one in found]


def passage_by_id(key: UUID | str) -> Passage:
    """A passage with section, owner, draft and slots; NotFound where there is none."""
    row = (
        Passage.objects.select_related("section__draft", "section__owner", "commitment")
        .prefetch_related(Prefetch("slots", Slot.objects.select_related("measure")))
        .filter(pk=key)
        .first()
    )
    if row is None:
        raise NotFound(_("没有这一句。"))
    return row
