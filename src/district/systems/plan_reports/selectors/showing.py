"""A draft as its pages show it: its contents, and sentences with what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.history.public import Actor
from district.kernel.organisation.public import permitted
from district.kernel.plan.public import Report, SuccessionState, succession_counts
from district.kernel.registers.public import Figure
from district.kernel.reports.public import (
    ChapterView,
    Draft,
    DraftView,
    Passage,
    Section,
    Slot,
    SlotSource,
    StalePassage,
    number_of,
    owned,
    runs_of,
    stale_slots,
)
from district.kernel.tracking.public import reason_texts

_WHY = {
    "planned": gettext_lazy("取自下年度已审定的目标分解"),
    "expected": gettext_lazy("依据全年预计"),
    "kept": gettext_lazy("沿用本年目标"),
    "rest": gettext_lazy("本年目标未完成部分"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A passage as shown: its words and numbers in a row, and what marks it.

    `light` and `reasons` stand beside what fell short.
    """

    row: Passage
    runs: list[object]
    stale: StalePassage | None
    is_waiting: bool
    may_edit: bool
    light: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the contents: a section, and of what stands in it how much.

    `numbers` opens the numbers; a section without passages is a heading alone.
    """

    section: Section
    heading: str
    passages: int
    numbers: Figure
    stale: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Legend:
    """What a mark in an edited passage stands for."""

    mark: str
    name: str
    number: object
    source: str
    why: str


def contents(view: DraftView) -> list[Line]:
    """The sections of a draft in order; no query."""
    return [
        _line(view, section, heading)
        for section, heading in zip(view.sections, view.headings, strict=True)
    ]


def _line(view: DraftView, section: Section, heading: str) -> Line:
    rows = view.passages[section.pk]
    where = f'draft = "{view.draft.pk}" and passage_place = {section.position}'
    numbers = sum(len(one.slots.all()) for one in rows)
    return Line(
        section,
        heading,
        len(rows),
        Figure("reports-slots", where, value=numbers, label=heading),
        sum(one.pk in view.stale for one in rows),
        sum(one.pk in view.waiting for one in rows),
    )


def sentences(view: ChapterView, actor: Actor) -> list[Sentence]:
    """The passages of a chapter as this member sees them; no query."""
    old = stale_slots(view.stale)
    may = view.draft.is_open and permitted(actor, "reports.passage.edit", owned(view.section))
    return [_sentence(one, view, old, may_edit=may) for one in view.passages]


def _sentence(row: Passage, view: ChapterView, old: set[UUID], *, may_edit: bool) -> Sentence:
    why: Mapping[str, object] = row.why
    reasons = why.get("reasons")
    return Sentence(
        row,
        [run for run in runs_of(row, old) if run],
        view.stale.get(row.pk),
        row.pk in view.waiting,
        may_edit,
        str(why.get("light", "")),
        reason_texts(reasons) if isinstance(reasons, list) else [],
    )


def numbers_figure(draft: Draft, count: int) -> Figure:
    """How many numbers are bound in a draft, opening them."""
    return Figure("reports-slots", f'draft = "{draft.pk}"', value=count, label=_("报告数字"))


def succession_figures(report: Report) -> list[tuple[str, Figure]]:
    """How many commitments of the year before stand how in a plan, each number opening them; one
    query."""
    title = report.title.replace("\\", "\\\\").replace('"', '\\"')
    named = f'report_year = {report.year} and report = "{title}"'
    counts = succession_counts(report)
    return [
        (
            str(label),
            Figure(
                "plan-successions",
                f'{named} and state = "{state}"',
                value=counts[state],
                unit=_("项"),
                label=str(label),
            ),
        )
        for state, label in SuccessionState.choices
    ]


def legend(row: Passage) -> list[Legend]:
    """What the marks of a passage stand for, those in its words first."""
    found = [_legend(slot) for slot in row.slots.all() if not slot.apart]
    if "{w}" in row.text:
        found.append(Legend("{w}", _("第一个数的统计期"), "", "", ""))
    if "{g}" in row.text:
        found.append(Legend("{g}", _("增长或下降，随数而定"), "", "", ""))
    return found


def _legend(slot: Slot) -> Legend:
    return Legend(
        f"{{{slot.number}}}",
        slot.name,
        number_of(slot, False, signed=True),
        str(SlotSource(slot.source).label),
        str(_WHY.get(slot.why, "")),
    )
