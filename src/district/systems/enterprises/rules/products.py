"""Product classes, and what the words of a product say of its class. Pure.

In Chinese the last noun of a compound says what a thing is, those before it what it is for:
无人机电池 is a battery, 电池保护板 a board. So a product is of the class whose word ends last in
its name, and of words that end together the longest decides.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

#: Digits of GB/T 4754's class (C3841), a point, a number of our own.
_CODE = re.compile(r"[A-T]\d{4}\.\d{2}")
_PHRASES = re.compile(r"[\s,，、。；;（）()/＋+]+|和|与|以及|及")
_TAIL = re.compile(r"[一-鿿]")
#: Chinese characters that may follow the word for a thing in its name, as in 电源适配器代工.
_MOST_TAIL = 4
_QUANTITY = re.compile(r"\s*(\d+(?:[.,]\d+)*)\s*(亿|万|千|百)?\s*(\D{0,16})\s*")
_TIMES = {"": 1, None: 1, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
Row = Mapping[str, str]


class ProductsError(ValueError):
    """A table that cannot be used; the message names the line."""


@dataclass(frozen=True)
class ProductClass:
    """A class of products: our own code under a class of GB/T 4754-2017, never a standard's code.

    `words` are what firms call it, `near` the codes of what may stand in for it.
    """

    code: str
    name: str
    name_en: str
    words: tuple[str, ...]
    near: frozenset[str]

    @property
    def industry(self) -> str:
        """The class of GB/T 4754 that makes it."""
        return self.code.partition(".")[0]

    def label(self, *, english: bool = False) -> str:
        """Its name in the language of the page."""
        return (self.name_en if english else "") or self.name


@dataclass(frozen=True)
class Reading:
    """What words say: the classes of the things themselves, and of what they are for."""

    heads: frozenset[str]
    uses: frozenset[str]


class Vocabulary:
    """Product classes with their words, and synonyms (word to the one that stands for it)."""

    def __init__(self, classes: Iterable[ProductClass], synonyms: Mapping[str, str]) -> None:
        self.by_code: dict[str, ProductClass] = {one.code: one for one in classes}
        self._codes: dict[str, list[str]] = {}
        for one in self.by_code.values():
            for word in one.words:
                self._codes.setdefault(word.lower(), []).append(one.code)
        self._longest = max(map(len, self._codes), default=0)
        self._synonyms = dict(synonyms)
        longest_first = sorted(self._synonyms, key=lambda word: (-len(word), word))
        self._variants = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        self.read = lru_cache(maxsize=50_000)(self._read)
        self.plain = lru_cache(maxsize=50_000)(self._plain)

    def _plain(self, text: str) -> str:
        """The text in small letters, every synonym replaced by the word that stands for it."""
        return self._variants.sub(lambda found: self._synonyms[found[0]], text.lower())

    def _read(self, text: str) -> Reading:
        """The classes that the words of a text name, phrase by phrase."""
        heads: set[str] = set()
        uses: set[str] = set()
        for phrase in _PHRASES.split(text.lower()):
            found = self._found(phrase)
            if not found:
                continue
            end, _length, codes = max(found, key=lambda one: one[:2])
            tail = len(_TAIL.findall(phrase[end:]))
            before = {code for at, _n, some in found if at < end for code in some}
            if tail > _MOST_TAIL:
                uses.update(before, codes)
            else:
                heads.update(codes)
                uses.update(before - set(codes))
        return Reading(frozenset(heads), frozenset(uses - heads))

    def _found(self, phrase: str) -> list[tuple[int, int, list[str]]]:
        """(end, length, codes) of every word that occurs."""
        return [
            (at + length, length, self._codes[word])
            for at in range(len(phrase))
            for length in range(1, min(self._longest, len(phrase) - at) + 1)
            if (word := phrase[at : at + length]) in self._codes
        ]

    def nearness(self, one: str, other: str, near: Mapping[str, float]) -> tuple[float, str]:
        """How near two classes are, from 0 to 1, and why: same, near, industry, group or none."""
        if one == other:
            return near["same"], "same"
        first, second = self.by_code.get(one), self.by_code.get(other)
        if (first and other in first.near) or (second and one in second.near):
            return near["near"], "near"
        if one[:5] == other[:5]:
            return near["industry"], "industry"
        if one[:4] == other[:4]:
            return near["group"], "group"
        return 0.0, "none"


def read_table(text: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a CSV file that has these columns. Raises ProductsError for another head."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    if not set(columns) <= set(reader.fieldnames or ()):
        raise ProductsError(f"line 1: the columns are {', '.join(columns)}")
    return [{name: (row[name] or "").strip() for name in columns} for row in reader]


CLASS_COLUMNS = ("code", "name", "name_en", "words", "near")
SYNONYM_COLUMNS = ("word", "means")


def vocabulary_from(classes: Iterable[Row], synonyms: Iterable[Row]) -> Vocabulary:
    """The vocabulary of a table of classes and one of synonyms. Raises ProductsError."""
    found: dict[str, ProductClass] = {}
    for line, row in enumerate(classes, 2):
        code = row["code"]
        if not _CODE.fullmatch(code) or not row["name"]:
            raise ProductsError(f"line {line}: a code such as C3841.01 and a name")
        if code in found:
            raise ProductsError(f"line {line}: {code} is there twice")
        found[code] = ProductClass(
            code,
            row["name"],
            row["name_en"],
            tuple(dict.fromkeys((row["name"].lower(), *row["words"].lower().split()))),
            frozenset(row["near"].split()),
        )
    unknown = {code for one in found.values() for code in one.near} - found.keys()
    if unknown:
        raise ProductsError(f"near: no such class: {', '.join(sorted(unknown))}")
    return Vocabulary(found.values(), {r["word"].lower(): r["means"].lower() for r in synonyms})


def quantity(text: str) -> tuple[Decimal, str] | None:
    """A quantity as people write it, such as 1000万只: the number and its unit; None for no number.

    Times (百, 千, 万, 亿) before the unit are multiplied in: (10000000, 只).
    """
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    number = Decimal(found[1].replace(",", ""))
    return number * _TIMES[found[2]], found[3].strip()


def in_base_unit(number: Decimal, unit: str) -> tuple[Decimal, str]:
    """The same with times taken out of the unit: (9000, 万只) is (90000000, 只)."""
    for times in ("百", "千", "万", "亿"):
        if unit.startswith(times) and len(unit) > 1 and unit != "千米":
            return in_base_unit(number * _TIMES[times], unit[1:])
    return number, unit
