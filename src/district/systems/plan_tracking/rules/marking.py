"""Cuts a report's text into paragraphs of plain text, highlighted numbers and glossary terms.

Offsets count characters of the edition's text. A mark covers a number and, where it stands
directly before it, the measure's name; marks never overlap.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

#: A measure's name further than this from its number is not highlighted with it.
_FARTHEST = 8
#: Between a measure's name and its number these characters end the connection.
_BREAKS = re.compile("[。\uff1b\uff01\uff1f;!?\\n]")
_COMMENT = re.compile(r"\s*<!--.*-->\s*")
_MARKDOWN = re.compile(r"(#{1,6})[ \t]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A highlighted stretch `start`:`end`; `key` names the statement."""

    key: Hashable
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a paragraph: plain text, a highlighted statement, or a glossary term."""

    kind: Literal["text", "mark", "term"]
    text: str
    key: Hashable = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the report; `level` 0 is running text, 1 to 6 a heading."""

    start: int
    level: int
    segments: tuple[Segment, ...]


class Glossary:
    """Finds glossary terms (and their other spellings) in text, the longest first."""

    def __init__(self, names: Mapping[str, Hashable]) -> None:
        self._key_of = {name: key for name, key in names.items() if len(name) > 1}
        longest_first = sorted(self._key_of, key=lambda name: (-len(name), name))
        pattern = "|".join(re.escape(name) for name in longest_first)
        self._pattern = re.compile(pattern) if pattern else None

    def split(self, text: str, seen: set[Hashable]) -> list[Segment]:
        """`text` with every term that is not in `seen` cut out; what was found joins `seen`."""
        if self._pattern is None or not text:
            return [Segment("text", text)] if text else []
        pieces: list[Segment] = []
        at = 0
        for found in self._pattern.finditer(text):
            key = self._key_of[found[0]]
            if key in seen:
                continue
            seen.add(key)
            if found.start() > at:
                pieces.append(Segment("text", text[at : found.start()]))
            pieces.append(Segment("term", found[0], key))
            at = found.end()
        if at < len(text):
            pieces.append(Segment("text", text[at:]))
        return pieces


def marks_of(text: str, statements: Iterable[tuple[Hashable, str, int, int]]) -> list[Mark]:
    """The highlight of every statement (key, measure, start and end of its number), in order.

    A number that lies inside the highlight before it is left out: it cannot be shown twice.
    """
    marks: list[Mark] = []
    free_from = 0
    for key, measure, start, end in sorted(statements, key=lambda row: (row[2], row[3])):
        if start < free_from or end <= start:
            continue
        first = _start_with_measure(text, measure, start, free_from)
        marks.append(Mark(key, first, end))
        free_from = end
    return marks


def _start_with_measure(text: str, measure: str, start: int, free_from: int) -> int:
    if not measure:
        return start
    reach = max(free_from, start - len(measure) - _FARTHEST)
    at = text.rfind(measure, reach, start)
    if at < 0 or _BREAKS.search(text, at, start):
        return start
    return at


def paragraphs(
    text: str,
    start: int,
    end: int,
    marks: Sequence[Mark],
    glossary: Glossary,
    levels: Mapping[int, int] | None = None,
) -> list[Paragraph]:
    """The lines of `text[start:end]`, empty ones and Markdown's comments left out.

    `levels` gives the level of the heading that starts at an offset. A term is explained at
    its first place on the page. The pieces of a paragraph join to the line's own text (a
    Markdown heading loses its mark).
    """
    heading_at = levels or {}
    inside = [mark for mark in marks if mark.end > start and mark.start < end]
    seen: set[Hashable] = set()
    found: list[Paragraph] = []
    for line in re.finditer(r"[^\r\n]+", text[start:end]):
        first, last = start + line.start(), start + line.end()
        level = heading_at.get(first, 0)
        body = first
        if hashes := _MARKDOWN.match(text, first, last):
            level, body = level or len(hashes[1]), hashes.end()
        if not text[body:last].strip() or _COMMENT.fullmatch(text, first, last):
            continue
        here = [mark for mark in inside if mark.end > body and mark.start < last]
        found.append(Paragraph(first, level, _segments(text, body, last, here, glossary, seen)))
    return found


def _segments(
    text: str,
    start: int,
    end: int,
    marks: Sequence[Mark],
    glossary: Glossary,
    seen: set[Hashable],
) -> tuple[Segment, ...]:
    pieces: list[Segment] = []
    at = start
    for mark in marks:
        first, last = max(mark.start, start), min(mark.end, end)
        pieces += glossary.split(text[at:first], seen)
        pieces.append(Segment("mark", text[first:last], mark.key))
        at = last
    pieces += glossary.split(text[at:end], seen)
    return tuple(pieces)
