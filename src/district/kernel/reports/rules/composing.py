"""From passages to the text of a report, and back through the compiler. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from district.compiler import Statement, compile_text
from district.kernel.reports.rules.words import Face, filled, said

PartKind = Literal["prose", "list", "terms"]
_PLACE = re.compile("^(?:全区|我区|全市|本区|全年|年内)+")
_NUMERALS = "〇一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Told:
    """What a number in the text says: of what, how much, of which kind and year."""

    title: str
    value: Decimal
    unit: str
    kind: str
    year: int
    growth: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A passage to be written: its words, its numbers, and what they say.

    `joins`: it goes on in the paragraph of the passage before.
    """

    key: str
    text: str
    faces: Mapping[int, Face]
    told: tuple[Told, ...] = ()
    joins: bool = False

    def read(self, after: str = "") -> str:
        """As it is read; a stretch of time that the sentence before named already is not repeated.

        `after` is that stretch.
        """
        return filled(self.text, self.faces, after)

    @property
    def when(self) -> str:
        """The stretch of time that it names, "" where it names none."""
        return said("w", self.faces) if "{w}" in self.text else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands under it; its number is counted. Level 1 or 2."""

    level: int
    heading: str
    sentences: tuple[Sentence, ...] = ()
    kind: PartKind = "prose"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text: a heading (level 1, 2) or a paragraph (0) of sentences.

    `lead` stands before the sentences.
    """

    level: int
    lead: str
    sentences: tuple[Sentence, ...] = ()

    def told(self) -> list[tuple[Sentence, str]]:
        """Its sentences in order, each with the stretch of time named before it."""
        found, before = [], ""
        for one in self.sentences:
            found.append((one, before))
            before = one.when or before
        return found


def numeral(number: int) -> str:
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _NUMERALS[tens]) + "十" if tens else ""
    return head + (_NUMERALS[ones] if ones else "")


def marks_of(headings: Sequence[tuple[int, PartKind]]) -> list[str]:
    """The number that stands before each heading, of level and kind: 一、 and （一）; terms have
    none."""
    found = []
    first = second = 0
    for level, kind in headings:
        if kind == "terms":
            found.append("")
        elif level == 1:
            first, second = first + 1, 0
            found.append(f"{numeral(first)}、")
        else:
            second += 1
            found.append(f"（{numeral(second)}）")
    return found


def lines_of(parts: Sequence[Part]) -> list[Line]:
    """The lines of a report in order; headings are numbered 一、 and (一)."""
    found: list[Line] = []
    marks = marks_of([(part.level, part.kind) for part in parts])
    for part, mark in zip(parts, marks, strict=True):
        level = 1 if part.kind == "terms" else part.level
        found.append(Line(level, f"{mark}{part.heading}"))
        found += _paragraphs(part)
    return found


def _paragraphs(part: Part) -> list[Line]:
    groups: list[list[Sentence]] = []
    for one in part.sentences:
        if one.joins and groups:
            groups[-1].append(one)
        else:
            groups.append([one])
    found = []
    for place, group in enumerate(groups, 1):
        lead = "——" if part.kind == "list" else f"{place}." if part.kind == "terms" else ""
        found.append(Line(0, lead, tuple(group)))
    return found


def text_of(title: str, lines: Sequence[Line]) -> tuple[str, dict[str, tuple[int, int]]]:
    """The whole text, and where each passage stands in it."""
    written = [title, "\n"]
    at = len(title) + 1
    places: dict[str, tuple[int, int]] = {}
    for line in lines:
        written.append(line.lead)
        at += len(line.lead)
        for one, before in line.told():
            read = one.read(before)
            places[one.key] = (at, at + len(read))
            written.append(read)
            at += len(read)
        written.append("\n")
        at += 1
    return "".join(written), places


@dataclass(frozen=True, slots=True)
class Misread:
    """A passage that the compiler reads otherwise than it is meant."""

    key: str
    meant: tuple[Told, ...]
    found: tuple[Told, ...]


def read_back(title: str, parts: Sequence[Part]) -> list[Misread]:
    """The passages whose numbers the compiler does not give back as they are bound.

    All of a passage's numbers must be found, each with name, value, unit, kind, year and whether
    it is growth, and no other number.
    """
    lines = lines_of(parts)
    text, places = text_of(title, lines)
    read = compile_text(text).statements
    wrong = []
    at = 0
    for line in lines:
        for one in line.sentences:
            start, end = places[one.key]
            while at < len(read) and read[at].start < start:
                at += 1
            mine = at
            while at < len(read) and read[at].start < end:
                at += 1
            found = [told_by(statement) for statement in read[mine:at]]
            if Counter(_same(told) for told in found) != Counter(_same(t) for t in one.told):
                wrong.append(Misread(one.key, one.told, tuple(found)))
    return wrong


def told_by(statement: Statement) -> Told:
    """What a compiled statement says."""
    subject, measure = statement.subject, statement.measure
    title = measure if not subject or subject in measure else f"{subject}{measure}"
    return Told(
        title,
        statement.value,
        statement.unit,
        statement.kind,
        statement.year or 0,
        statement.basis == "yoy",
    )


def _same(told: Told) -> Told:
    """For comparing: place words and quotation marks do not count in a name."""
    name = _PLACE.sub("", re.sub(r"[\s“”\"‘’]", "", told.title))
    return Told(name, told.value.normalize(), told.unit, told.kind, told.year, told.growth)
