"""How a text is folded, laid down and cut into grams: alike for rows and for questions."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

#: Counts up when folding or cutting changes: what was indexed before is then indexed anew.
VERSION = 2
#: Stands before and after every text, so that where one begins and ends can be asked for as well.
MARK = "¦"
#: Stands between the texts of different lookup paths. Neither is left in a folded text.
BREAK = "\n"
#: Grams that a question is looked up by at most; the text itself decides afterwards.
MOST_GRAMS = 6
#: So many suffice, each of which narrows down by itself.
_ENOUGH = 3
#: A gram is common in more than one of so many texts; in how many of a thousand it is, is known.
_COMMON, _OF = 300, 1000
#: Beside a rarer one a gram of more texts than these narrows down less than reading its list costs.
_NARROWS = 100
_PLAIN_RUN = re.compile(f"[0-9a-z{MARK}]{{3,}}")


class _Folding(dict[int, str]):
    """What every character is searched as; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        wide = unicodedata.normalize("NFKD", chr(code)).casefold()
        letters = unicodedata.normalize("NFKD", wide)
        folded = "".join(one for one in letters if unicodedata.category(one)[0] in "LN")
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The letters and digits of a text as they are searched: widths, letter case, accents,
    brackets, punctuation and spaces make no difference; traditional characters stay.

    Character by character (NFKD of Unicode Standard Annex 15, full case folding), so that what
    occurs in a text, folded, occurs in the folded text.
    """
    return text.translate(_FOLDING)


def folded_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place that it comes from in `text`."""
    pieces = [_FOLDING[ord(one)] for one in text]
    places = [at for at, piece in enumerate(pieces) for _each in piece]
    return "".join(pieces), places


def laid_down(values: Iterable[Iterable[str]]) -> str:
    """What the index keeps of a row: its texts folded, in the order of the paths.

    `values` holds the texts of each path. "" where there is nothing to find.
    """
    sections = [[folded for one in texts if (folded := fold(one))] for texts in values]
    if not any(sections):
        return ""
    return BREAK.join(MARK + "".join(text + MARK for text in texts) for texts in sections)


def grams(text: str) -> set[str]:
    """What a text that was laid down is found by: every two neighbouring characters, and every
    three of letters a to z, digits and marks: in codes pairs are too common to tell rows apart."""
    found = set(map("".join, pairwise(text)))
    if BREAK in text:
        found = {pair for pair in found if BREAK not in pair}
    for run in _PLAIN_RUN.findall(text):
        found.update(map("".join, zip(run, run[1:], run[2:], strict=False)))
    return found


def asked_grams(
    needed: Sequence[str], common: Mapping[str, int] = MappingProxyType({})
) -> list[str]:
    """Grams that a text must have to hold all of `needed`, at most MOST_GRAMS.

    `common` says of the grams of many texts in how many of a thousand they are; the others are
    rare and are asked for first. A text that has the grams need not hold `needed`.
    """
    every = list(dict.fromkeys(gram for one in needed for gram in _covering(one)))
    asked = _spread([gram for gram in every if gram not in common], MOST_GRAMS)
    most = 2 if not asked else 0
    for gram in sorted(set(every) & set(common), key=lambda one: (common[one], every.index(one))):
        if len(asked) < (_ENOUGH if common[gram] <= _NARROWS else most):
            asked.append(gram)
    return asked


def _spread(grams_asked: list[str], most: int) -> list[str]:
    """So many of them, from all over the text."""
    if len(grams_asked) <= most:
        return grams_asked
    return [grams_asked[at * len(grams_asked) // most] for at in range(most)]


def common_among(texts: Iterable[str]) -> dict[str, int]:
    """The common grams of these texts, and in how many of a thousand each is."""
    count, found = 0, Counter[str]()
    for count, text in enumerate(texts, start=1):  # noqa: B007  # the last count is wanted
        found.update(grams(text))
    least = max(10, count / _COMMON)
    return {gram: often * _OF // count for gram, often in sorted(found.items()) if often > least}


def _covering(text: str) -> Iterator[str]:
    for at in range(len(text) - 1):
        three = text[at : at + 3]
        if _PLAIN_RUN.fullmatch(three):
            yield three
        elif not (at and _PLAIN_RUN.fullmatch(text[at - 1 : at + 2])):
            yield three[:2]


# A row's place in the index: searchable (7 bits), rank (24), number of its first indexing (32).
# Ascending, it is the order of hits that are otherwise alike.
_RANK_BITS, _SERIAL_BITS = 24, 32
_LAST = (1 << _RANK_BITS) - 1
MOST_SEARCHABLES = (1 << 7) - 2


def place(number: int, rank: int, serial: int) -> int:
    """The place of a row of searchable `number`."""
    return (number << _RANK_BITS | rank) << _SERIAL_BITS | serial


def serial_of(at: int) -> int:
    """Which of all rows this one was when it was first indexed."""
    return at & ((1 << _SERIAL_BITS) - 1)


def rank_at(at: int) -> int:
    """The rank that a place says."""
    return at >> _SERIAL_BITS & _LAST


def rank_of_number(number: Any) -> int:
    """A stated number as rank: the larger, the smaller; none is last. Numbers that differ by less
    than some three millionths of each other may rank alike, as all below zero do."""
    if number is None:
        return _LAST
    return _LAST - 1 - min(_LAST - 1, int(math.log2(1 + max(0.0, float(number))) * (1 << 18)))


def rank_of_length(text: str) -> int:
    """The length of the first text of a row, as rank."""
    return min(_LAST, max(0, text.find(MARK, 1) - 1))
