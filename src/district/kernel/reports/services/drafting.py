"""Writing a draft from records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.plan.public import Report
from district.kernel.reports.models import Draft, DraftState, Passage, Section, Slot
from district.kernel.reports.phrases import HELD
from district.kernel.reports.rules.writing import Written, write
from district.kernel.reports.selectors.outline import Outlined, Planned, outline
from district.kernel.reports.services.slots import slot_row
from district.kernel.reports.subjects import draft_subject

_LONGEST = 200


@transaction.atomic
def make_draft(report_id: UUID | str, *, actor: Actor, title: str = "", issuer: str = "") -> Draft:
    """Write the report on a year's plan from what is recorded of it now.

    Takes a second for some hundred commitments. Raises NotFound, NotPermitted, Invalid (title,
    issuer) and Conflict where a draft of this plan is being written already or the plan has no
    commitment.
    """
    authorise(actor, "reports.draft.write")
    report = Report.objects.select_related("unit").filter(pk=report_id).first()
    if report is None:
        raise NotFound(_("没有这份计划报告。"))
    if Draft.objects.filter(report=report, state=DraftState.DRAFTING).exists():
        raise Conflict(_("这份计划的报告正在起草。请打开已有的草稿，或先审定。"))
    title = title.strip() or title_for(report)
    issuer = issuer.strip() or report.unit.name
    _check(title, issuer)
    chapters = outline(report)
    if not any(chapter.planned for chapter in chapters):
        raise Conflict(_("这份计划还没有承诺事项。请先确认计划中的表述和任务。"))
    draft = Draft.objects.create(
        report=report,
        year=report.year,
        title=title,
        issuer=issuer,
        made_at=clock.now(),
        made_by=actor.name[:80],
        made_by_id=str(actor.id),
    )
    found = write(title, [chapter.chapter for chapter in chapters], HELD.now())
    counts = _keep(draft, chapters, found)
    record(draft_subject(draft.pk), "reports.draft.made", {"title": title, **counts}, actor=actor)
    return draft


def title_for(report: Report) -> str:
    """What the report on a plan is called unless somebody calls it otherwise."""
    year = report.year
    return (
        f"{report.unit.name}{year}年国民经济和社会发展计划执行情况"
        f"与{year + 1}年国民经济和社会发展计划草案的报告"
    )[:_LONGEST]


def _check(title: str, issuer: str) -> None:
    if len(title) > _LONGEST:
        raise Invalid("title", _("标题超过200字。"), _("请缩短标题。"))
    if len(issuer) > 120:
        raise Invalid("issuer", _("报告单位超过120字。"), _("请缩短名称。"))


def _keep(
    draft: Draft, chapters: Sequence[Outlined], found: Sequence[Sequence[Written]]
) -> dict[str, int]:
    """The rows of a written draft, and how many there are."""
    now = clock.now()
    sections, passages, slots = [], [], []
    for place, (chapter, many) in enumerate(zip(chapters, found, strict=True)):
        section = Section(
            draft=draft,
            position=place,
            key=chapter.key,
            level=chapter.chapter.level,
            heading=chapter.chapter.heading,
            kind=chapter.chapter.kind,
            owner_id=chapter.owner,
        )
        sections.append(section)
        for number, written in enumerate(many):
            planned = chapter.planned[written.item.key]
            passage = _passage(section, number, written, planned)
            passages.append(passage)
            slots += _slots(passage, written, planned, now)
    Section.objects.bulk_create(sections)
    Passage.objects.bulk_create(passages, batch_size=500)
    Slot.objects.bulk_create(slots, batch_size=500)
    return {"sections": len(sections), "passages": len(passages), "slots": len(slots)}


def _passage(section: Section, place: int, written: Written, planned: Planned) -> Passage:
    return Passage(
        section=section,
        position=place,
        text=written.text,
        phrasing=written.kind,
        variant=written.variant,
        joins=written.joins,
        commitment=planned.commitment,
        statement=planned.statement,
        told=planned.told,
        why=planned.why if written.item.why else {},
    )


def _slots(passage: Passage, written: Written, planned: Planned, now: datetime) -> list[Slot]:
    """All its numbers: what the words do not hold stands in the annexed table."""
    return [
        slot_row(passage, number, one, now, apart=f"{{{number}}}" not in written.text)
        for number, one in planned.bindings.items()
    ]
