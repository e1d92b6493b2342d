"""Reads of drafts and of what waits in them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.plan.public import Report
from district.kernel.reports.models import (
    Change,
    ChangeState,
    Draft,
    DraftState,
    Passage,
    Section,
    Slot,
)
from district.kernel.reports.rules.manuscript import Manuscript
from district.kernel.reports.rules.words import Stretch, changed, filled
from district.kernel.reports.selectors.bindings import binding_of_slot
from district.kernel.reports.selectors.manuscripts import manuscript
from district.kernel.reports.selectors.staleness import (
    StalePassage,
    passages_of,
    stale_passages,
)


@dataclass(frozen=True, slots=True)
class DraftView:
    """Everything that a draft's page shows; `waiting` are the passages that a change waits for."""

    draft: Draft
    sections: tuple[Section, ...]
    passages: dict[UUID, list[Passage]]
    stale: dict[UUID, StalePassage]
    waiting: frozenset[UUID]
    document: Manuscript


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
    row = Draft.objects.select_related("report").filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这份报告草稿。"))
    return row


def draft_view(key: UUID | str) -> DraftView:
    """The bundle of a draft's page, in a fixed number of queries."""
    sections = list(
        Section.objects.filter(draft=UUID(str(key)))
        .select_related("draft__report", "owner")
        .order_by("position")
    )
    if not sections:
        raise NotFound(_("没有这份报告草稿。"))
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
        frozenset(one.pk for one in rows if getattr(one, "is_waiting", False)),
        manuscript(draft, sections, rows, stale),
    )


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
