"""A draft as its page shows it: sections with sentences, each with what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.history.public import Actor
from district.kernel.organisation.public import permitted
from district.kernel.registers.public import Figure
from district.kernel.reports.public import (
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
class Shown:
    """A section as shown."""

    section: Section
    sentences: list[Sentence]


@dataclass(frozen=True, slots=True)
class Legend:
    """What a mark in an edited passage stands for."""

    mark: str
    name: str
    number: object
    source: str
    why: str


def shown_sections(view: DraftView, actor: Actor) -> list[Shown]:
    """The sections of a draft as this member sees them; no query."""
    old = stale_slots(view.stale)
    found = []
    for section in view.sections:
        may = view.draft.is_open and permitted(actor, "reports.passage.edit", owned(section))
        rows = view.passages[section.pk]
        found.append(Shown(section, [_sentence(one, view, old, may_edit=may) for one in rows]))
    return found


def _sentence(row: Passage, view: DraftView, old: set[UUID], *, may_edit: bool) -> Sentence:
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
