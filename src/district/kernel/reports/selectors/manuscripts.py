"""A draft as a document: its text, its table of numbers, its chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.plan.public import commitment_url
from district.kernel.registers.public import Figure, figure_url
from district.kernel.reports.models import Draft, Passage, Section, Slot, SlotSource
from district.kernel.reports.phrases import HELD
from district.kernel.reports.rules.composing import Line, lines_of
from district.kernel.reports.rules.manuscript import (
    Annex,
    Block,
    Chart,
    Heading,
    Manuscript,
    Number,
    Paragraph,
    Run,
    Table,
)
from district.kernel.reports.rules.words import Face, pieces, said
from district.kernel.reports.selectors.bindings import binding_of_slot
from district.kernel.reports.selectors.parts import parts_of, sections_of
from district.kernel.reports.selectors.staleness import (
    StalePassage,
    passages_of,
    stale_passages,
)


def manuscript_of(draft: Draft) -> Manuscript:
    """The draft as a document, each number with the address that opens its rows.

    A fixed number of queries; numbers that changed since are marked stale.
    """
    passages = passages_of(draft)
    return manuscript(draft, sections_of(draft), passages, stale_passages(draft, passages))


def manuscript(
    draft: Draft,
    sections: Sequence[Section],
    passages: Sequence[Passage],
    stale: Mapping[UUID, StalePassage],
) -> Manuscript:
    """The same from rows at hand; no query."""
    old = stale_slots(stale)
    rows = {str(one.pk): one for one in passages}
    blocks: list[Block] = []
    for line in lines_of(parts_of(sections, passages)):
        if line.level:
            blocks.append(Heading(line.level, line.lead))
        else:
            blocks.append(Paragraph(_runs(line, rows, old)))
    day = timezone.localdate(draft.approved_at) if draft.approved_at else clock.today()
    return Manuscript(
        title=draft.title,
        issuer=draft.issuer,
        dated=f"{day.year}年{day.month}月{day.day}日",
        blocks=tuple(blocks),
        annexes=_annexes(draft, passages, old),
    )


def stale_slots(stale: Mapping[UUID, StalePassage]) -> set[UUID]:
    """The keys of the numbers that changed."""
    return {one.slot.pk for row in stale.values() for one in row.slots}


def plain_text(document: Manuscript) -> str:
    """Title, headings and paragraphs as one text, as a compiler reads it; annexes left aside."""
    lines = [document.title]
    for block in document.blocks:
        if isinstance(block, Heading):
            lines.append(block.text)
        elif isinstance(block, Paragraph):
            lines.append("".join(_plain(run) for run in block.runs))
    return "\n".join(lines) + "\n"


def _plain(run: Run) -> str:
    return run.text if isinstance(run, Number) else run


def _runs(line: Line, rows: Mapping[str, Passage], old: set[UUID]) -> tuple[Run, ...]:
    found: list[Run] = [line.lead] if line.lead else []
    for one, before in line.told():
        found += runs_of(rows[one.key], old, before)
    return tuple(run for run in found if run)


def runs_of(row: Passage, old: set[UUID], before: str = "") -> list[Run]:
    """A passage's words and numbers in a row; slots at hand."""
    slots = {slot.number: slot for slot in row.slots.all()}
    faces: dict[int, Face] = {number: binding_of_slot(slot).face for number, slot in slots.items()}
    found: list[Run] = []
    for words, mark in pieces(row.text):
        found.append(words)
        slot = slots.get(int(mark)) if mark.isdigit() else None
        if slot is not None:
            found.append(number_of(slot, slot.pk in old))
        elif mark:
            found.append(said(mark, faces, before))
    return found


def number_of(slot: Slot, stale: bool, *, signed: bool = False) -> Number:
    """A bound number as it is printed; in a table growth keeps its sign."""
    face = binding_of_slot(slot).face
    sign = "-" if signed and face.growth and face.rounded < 0 else ""
    return Number(f"{sign}{face.text}", address_of(slot, stale=stale), stale)


def address_of(slot: Slot, *, stale: bool) -> str:
    """What opens the rows behind a number: values, the commitment's page, the filing."""
    if slot.source == SlotSource.FILING and slot.filing_id:
        return f"/filings/{slot.filing_id}/"
    if slot.source == SlotSource.VALUE and slot.measure_id and slot.period_end:
        return _values(slot, stale=stale)
    commitment = slot.passage.commitment_id
    return commitment_url(commitment) if commitment else ""


def _values(slot: Slot, *, stale: bool) -> str:
    """The values behind a number, all that it adds up. One that changed opens every vintage."""
    where = f'measure = "{slot.measure_id}" and unit_code = "{slot.unit_id}"'
    if slot.measure is not None and slot.measure.span in ("month", "quarter"):
        last = (
            f"{where} and period_start >= {slot.period_start} and period_end <= {slot.period_end}"
        )
    else:
        last = f"{where} and period_end = {slot.period_end}"
    if stale:
        return figure_url(Figure("measures-values", last))
    current = f"{last} and current = true"
    return figure_url(Figure("measures-values", current, "sum:value", label=slot.name))


def _annexes(draft: Draft, passages: Sequence[Passage], old: set[UUID]) -> tuple[Annex, ...]:
    words = HELD.now()
    rows = _by_source(passages)
    if not rows:
        return ()
    year = draft.year
    header = ("名称", f"{year}年目标", f"{year}年完成", f"{year + 1}年目标建议")
    table = Table(
        words.heading("annex", year),
        header,
        tuple(_row(name, slots, old) for name, slots in rows),
        "完成数为所注统计期的数值；目标建议供审议。",
    )
    blocks: list[Block] = [table]
    chart = _chart(draft, rows)
    if chart is not None:
        blocks.append(chart)
    return (Annex(words.heading("annex", year), tuple(blocks)),)


def _by_source(passages: Sequence[Passage]) -> list[tuple[str, dict[str, Slot]]]:
    """The numbers of each commitment, or achievement without one, by where they come from, in the
    order of the text."""
    found: dict[UUID, tuple[str, dict[str, Slot]]] = {}
    for row in passages:
        for slot in row.slots.all():
            source = row.commitment_id or row.statement_id
            if source and slot.source != SlotSource.FILING:
                named = found.setdefault(source, (slot.name, {}))
                named[1].setdefault(slot.source, slot)
    return list(found.values())


def _row(name: str, slots: Mapping[str, Slot], old: set[UUID]) -> tuple[Run, ...]:
    def cell(source: str) -> Run:
        slot = slots.get(source)
        return number_of(slot, slot.pk in old, signed=True) if slot is not None else "—"

    return (name, cell("target"), cell("value"), cell("proposal"))


def _chart(draft: Draft, rows: Sequence[tuple[str, Mapping[str, Slot]]]) -> Chart | None:
    """Growth of the main indicators beside this year's and next year's targets."""
    shown = [
        (name, slots)
        for name, slots in rows
        if any(one.growth for one in slots.values()) and len(slots) > 1
    ]
    if not shown:
        return None
    year = draft.year

    def values(source: str) -> tuple[Decimal | None, ...]:
        return tuple(slots[source].value if source in slots else None for _name, slots in shown)

    return Chart(
        caption=f"{year}年主要指标增速与目标",
        kind="bar",
        unit="%",
        source="",
        labels=tuple(name for name, _slots in shown),
        series=(
            (f"{year}年目标", values("target")),
            (f"{year}年完成", values("value")),
            (f"{year + 1}年目标建议", values("proposal")),
        ),
    )
