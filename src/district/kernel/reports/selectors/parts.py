"""A draft's rows as the parts that rules compose and the compiler reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from district.kernel.reports.models import Draft, Passage, Section
from district.kernel.reports.rules.composing import (
    Misread,
    Part,
    PartKind,
    Sentence,
    Told,
    read_back,
)
from district.kernel.reports.rules.words import MARK, Face
from district.kernel.reports.selectors.bindings import Binding, binding_of_slot
from district.kernel.reports.selectors.staleness import passages_of


@dataclass(frozen=True, slots=True)
class Reworded:
    """Other words, and perhaps one number more or other numbers, in place of a passage's."""

    text: str
    bindings: Mapping[int, Binding]
    joins: bool


def bindings_in(row: Passage) -> dict[int, Binding]:
    """The numbers of a passage by their marks, those that stand in the annex too."""
    return {slot.number: binding_of_slot(slot) for slot in row.slots.all()}


def sentence_of(key: str, text: str, bindings: Mapping[int, Binding], *, joins: bool) -> Sentence:
    """A passage with these words and numbers."""
    faces: dict[int, Face] = {number: one.face for number, one in bindings.items()}
    marks = sorted({int(mark) for mark in MARK.findall(text) if mark.isdigit()})
    told: tuple[Told, ...] = tuple(bindings[mark].bound.told for mark in marks if mark in bindings)
    return Sentence(key, text, faces, told, joins)


def sections_of(draft: Draft) -> list[Section]:
    """The headings in order; one query."""
    return list(draft.sections.select_related("owner").order_by("position"))


def parts_of(
    sections: Sequence[Section],
    passages: Iterable[Passage],
    instead: Mapping[UUID, Reworded | None] | None = None,
) -> list[Part]:
    """The sections with their passages; `instead` gives some other words, None leaves one out."""
    other = instead or {}
    by_section: dict[UUID, list[Sentence]] = {}
    for row in passages:
        words = other.get(row.pk, Reworded(row.text, bindings_in(row), row.joins))
        if words is not None:
            by_section.setdefault(row.section_id, []).append(
                sentence_of(str(row.pk), words.text, words.bindings, joins=words.joins)
            )
    return [
        Part(one.level, one.heading, tuple(by_section.get(one.pk, ())), kind_of(one))
        for one in sections
    ]


def kind_of(section: Section) -> PartKind:
    """How its passages are set, as rules say it."""
    if section.kind == Section.Kind.LIST:
        return "list"
    return "terms" if section.kind == Section.Kind.TERMS else "prose"


def misread(
    draft: Draft, instead: Mapping[UUID, Reworded | None] | None = None
) -> dict[UUID, Misread]:
    """The passages whose numbers the compiler would not give back; three queries."""
    parts = parts_of(sections_of(draft), passages_of(draft), instead)
    return {UUID(one.key): one for one in read_back(draft.title, parts)}
