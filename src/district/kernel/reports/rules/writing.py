"""From what is known to sentences that the compiler gives back. Pure.

Every variant is tried first: a sentence is used only where the compiler reads out of it exactly
the numbers that are bound in it. What fits nowhere is told without its number, which then stands
in the annexed table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from district.kernel.reports.rules.composing import Part, PartKind, Sentence, Told, read_back
from district.kernel.reports.rules.phrasing import Phrasing, choose, worded
from district.kernel.reports.rules.words import MARK, Face

#: Sentences in a paragraph at most.
PARAGRAPH = 6
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Bound:
    """A number that a passage may hold: how it is printed, and what it says."""

    face: Face
    told: Told


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to be told: its name, the kind of phrasing, its numbers by their marks.

    `key` decides the variant; `text` is used as it stands where it is given.
    """

    key: str
    name: str
    kind: str
    form: str = ""
    numbers: Mapping[int, Bound] | None = None
    why: str = ""
    text: str = ""

    def sentence(self, text: str, *, joins: bool = False) -> Sentence:
        """The passage with these words."""
        numbers = self.numbers or {}
        marks = {int(mark) for mark in MARK.findall(text) if mark.isdigit()}
        faces = {number: one.face for number, one in numbers.items()}
        told = tuple(numbers[mark].told for mark in sorted(marks))
        return Sentence(self.key, text, faces, told, joins)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and the things to be told under it."""

    level: int
    heading: str
    items: tuple[Item, ...] = ()
    kind: PartKind = "prose"


@dataclass(frozen=True, slots=True)
class Written:
    """The words that an item got; `apart`: without its number. `variant` None: as given."""

    item: Item
    text: str
    variant: int | None
    kind: str
    joins: bool = False
    apart: bool = False

    @property
    def sentence(self) -> Sentence:
        """For composing."""
        return self.item.sentence(self.text, joins=self.joins)


@dataclass(slots=True)
class _Open:
    """An item while its words are looked for."""

    item: Item
    texts: tuple[str, ...]
    fits: list[int]
    alone: bool = False
    pick: int | None = None


def write(title: str, chapters: Sequence[Chapter], phrasing: Phrasing) -> list[list[Written]]:
    """The passages of each chapter, in order; what cannot be told at all is left out.

    The whole text, read by the compiler, gives back exactly the numbers bound in it.
    """
    opened = [[_open(item, phrasing) for item in chapter.items] for chapter in chapters]
    _try_all(title, chapters, opened)
    for _round in range(_ROUNDS):
        found = _chosen(chapters, opened, phrasing)
        parts = parts_of(chapters, found)
        wrong = {one.key for one in read_back(title, parts)}
        if not wrong:
            return found
        for one in (one for many in opened for one in many if one.item.key in wrong):
            _withdraw(one)
    return _only_right(title, chapters, _chosen(chapters, opened, phrasing))


def parts_of(chapters: Sequence[Chapter], found: Sequence[Sequence[Written]]) -> list[Part]:
    """The written chapters for composing; a chapter without a passage keeps its heading."""
    return [
        Part(chapter.level, chapter.heading, tuple(one.sentence for one in many), chapter.kind)
        for chapter, many in zip(chapters, found, strict=True)
    ]


def _open(item: Item, phrasing: Phrasing) -> _Open:
    if item.text:
        return _Open(item, (item.text,), [0])
    texts = tuple(worded(one, item.name, item.why) for one in phrasing.of(item.kind, item.form))
    marks = item.numbers or {}
    # A variant may speak of a second number that is not there.
    fits = [
        place
        for place, text in enumerate(texts)
        if all(int(mark) in marks for mark in MARK.findall(text) if mark.isdigit())
    ]
    return _Open(item, texts, fits)


def _try_all(title: str, chapters: Sequence[Chapter], opened: list[list[_Open]]) -> None:
    """Leave of each item's variants those that are read aright, each in a line of its own."""
    parts = []
    for chapter, many in zip(chapters, opened, strict=True):
        sentences = tuple(
            replace(one.item.sentence(one.texts[place]), key=f"{one.item.key}\n{place}")
            for one in many
            if not one.item.text
            for place in one.fits
        )
        parts.append(Part(chapter.level, chapter.heading, sentences, chapter.kind))
    wrong = {one.key for one in read_back(title, parts)}
    for one in (one for many in opened for one in many if not one.item.text):
        one.fits = [place for place in one.fits if f"{one.item.key}\n{place}" not in wrong]


def _chosen(
    chapters: Sequence[Chapter], opened: list[list[_Open]], phrasing: Phrasing
) -> list[list[Written]]:
    found = []
    for chapter, many in zip(chapters, opened, strict=True):
        picks = choose([one.item.key for one in many], [one.fits for one in many])
        written: list[Written] = []
        for one, pick in zip(many, picks, strict=True):
            one.pick = pick
            written.append(_written(one, phrasing, chapter, len(written)))
        found.append([one for one in written if one.text])
    return found


def _written(one: _Open, phrasing: Phrasing, chapter: Chapter, place: int) -> Written:
    joins = chapter.kind == "prose" and place % PARAGRAPH > 0 and not one.alone
    if one.pick is not None:
        variant = None if one.item.text else one.pick
        return Written(one.item, one.texts[one.pick], variant, one.item.kind, joins)
    apart = [worded(text, one.item.name) for text in phrasing.of("apart")]
    text = apart[place % len(apart)] if one.item.numbers else ""
    return Written(one.item, text, None, "apart", False, apart=True)


def _withdraw(one: _Open) -> None:
    """Words that are misread among others: first in a paragraph of their own, then no more."""
    if not one.alone:
        one.alone = True
    elif one.pick is not None:
        one.fits = [place for place in one.fits if place != one.pick]


def _only_right(
    title: str, chapters: Sequence[Chapter], found: list[list[Written]]
) -> list[list[Written]]:
    """What stays misread after all rounds is left out, one look after the other."""
    while wrong := {one.key for one in read_back(title, parts_of(chapters, found))}:
        found = [[one for one in many if one.item.key not in wrong] for many in found]
    return found
