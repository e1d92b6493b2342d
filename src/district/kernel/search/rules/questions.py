"""What somebody asks for, and how well a text answers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter

from district.kernel.search.rules.texts import BREAK, MARK, fold, folded_with_places
from district.kernel.search.rules.words import boundaries, words

MOST_CHARACTERS = 100
MOST_TERMS = 5

Needed = tuple[str, ...]


class Kind(IntEnum):
    """How a text answers a question, the best first."""

    EXACT = 0
    PREFIX = 1
    WORDS = 2  # the terms occur, as whole words
    WITHIN = 3  # the terms occur, across words
    SCATTERED = 4  # the words of the terms occur, here and there


@dataclass(frozen=True)
class Question:
    """What was typed, folded. `terms` stood between spaces; `parts` are the words of the terms.

    A row is a hit when each part occurs in one of its texts. A part has two characters or more; of
    a term of one character the texts must begin with it. So whatever occurs in a text finds it.
    """

    terms: Needed
    parts: Needed

    @property
    def joined(self) -> str:
        """All terms without the spaces."""
        return "".join(self.terms)

    @cached_property
    def literal(self) -> Needed:
        """What occurs in a text that holds the terms as they were typed."""
        return tuple(_needed(term) for term in self.terms)

    @cached_property
    def streams(self) -> tuple[Needed, ...]:
        """What the index is asked for: texts that are the question, begin with it, hold its terms,
        hold its parts. Each finds all that the one before it finds; the last finds all hits."""
        if not self.terms:
            return ()
        begins = MARK + self.joined
        rest = tuple(term for term in self.literal if term not in begins)
        wanted = [(begins + MARK, *rest), (begins, *rest), self.literal, self.parts]
        return tuple(dict.fromkeys(wanted))


def question(text: str) -> Question:
    """Read what somebody typed: MOST_TERMS terms of MOST_CHARACTERS in all, the rest is left."""
    typed = (fold(term) for term in text[:MOST_CHARACTERS].split())
    terms = tuple(dict.fromkeys(term for term in typed if term))[:MOST_TERMS]
    return Question(terms, tuple(dict.fromkeys(part for term in terms for part in parts_of(term))))


@lru_cache(maxsize=1000)
def parts_of(term: str) -> Needed:
    """A term's words; words of one character stand together, or with the word beside them."""
    if len(term) == 1:
        return (_needed(term),)
    runs: list[str] = []
    for is_single, group in groupby(words(term), lambda word: len(word) == 1):
        alike = list(group)
        runs += ["".join(alike)] if is_single else alike
    parts: list[str] = []
    for run in runs:
        if parts and 1 in (len(run), len(parts[-1])):
            parts[-1] += run
        else:
            parts.append(run)
    return tuple(parts)


def _needed(term: str) -> str:
    return MARK + term if len(term) == 1 else term


def answers(asked: Question, text: str) -> bool:
    """Whether a text that was laid down is a hit; the index answers the same."""
    return bool(asked.terms) and all(part in text for part in asked.parts)


@dataclass(frozen=True)
class Hit:
    """A row that answers: its key and text, and its place, which decides between equals."""

    at: int
    object_id: str
    text: str


def ranked(asked: Question, hits: Iterable[Hit], weights: Sequence[int]) -> Iterator[Hit]:
    """The hits, the best first: by kind, then by the weight of the text that answers, then by
    place. No more of them are looked at for their words than are taken."""
    kinds: dict[Kind, list[tuple[int, int, Hit]]] = {kind: [] for kind in Kind}
    for hit in hits:
        kind, weight = _judged(asked, hit.text, weights)
        kinds[kind].append((-weight, hit.at, hit))
    for kind in Kind:
        for ordered in sorted(kinds[kind], key=itemgetter(0, 1)):
            if kind is Kind.WORDS and not _as_words(asked.literal, ordered[2].text):
                kinds[Kind.WITHIN].append(ordered)
            else:
                yield ordered[2]


def _judged(asked: Question, text: str, weights: Sequence[int]) -> tuple[Kind, int]:
    """The kind of a hit (WORDS for WITHIN), and the weight of the text that answers so."""
    begins = MARK + asked.joined
    sections = text.split(BREAK)
    for kind, needed in (
        (Kind.EXACT, (begins + MARK,)),
        (Kind.PREFIX, (begins,)),
        (Kind.WORDS, asked.literal),
    ):
        if all(one in text for one in needed):
            return kind, _weight(needed, sections, weights)
    return Kind.SCATTERED, _weight(asked.parts, sections, weights)


def _weight(needed: Needed, sections: Sequence[str], weights: Sequence[int]) -> int:
    """The weight of the heaviest text that holds it all, else of the first that holds a part."""
    together = (
        weight
        for section, weight in zip(sections, weights, strict=True)
        if all(one in section for one in needed)
    )
    apart = (
        weight
        for section, weight in zip(sections, weights, strict=True)
        if any(one in section for one in needed)
    )
    return next(together, 0) or next(apart, 0)


def _as_words(terms: Needed, text: str) -> bool:
    starts, ends = boundaries(text)
    return all(
        any(at in starts and at + len(term) in ends for at in _occurrences(term, text))
        for term in (term.lstrip(MARK) for term in terms)
    )


def _occurrences(term: str, text: str) -> Iterator[int]:
    at = text.find(term)
    while at >= 0:
        yield at
        at = text.find(term, at + 1)


def spans(asked: Question, text: str) -> tuple[tuple[int, int], ...]:
    """Where a text as people read it answers: (start, end) pairs, ascending, apart from each other.

    The terms as they stand; of a term that does not occur, its words.
    """
    folded, places = folded_with_places(text)
    marked: set[int] = set()
    for term in asked.terms:
        for start, end in _found(term, folded):
            marked.update(range(places[start], places[end - 1] + 1))
    found: list[tuple[int, int]] = []
    for at in sorted(marked):
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return tuple(found)


def _found(term: str, folded: str) -> Iterator[tuple[int, int]]:
    if len(term) == 1:
        yield from [(0, 1)] if folded.startswith(term) else []
        return
    for one in [term] if term in folded else parts_of(term):
        yield from ((at, at + len(one)) for at in _occurrences(one, folded))
