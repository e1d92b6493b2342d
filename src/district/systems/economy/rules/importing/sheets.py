"""A sheet as plain values, its cells by the names that people know: C7. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_EMPTY = frozenset({"", "-", "--", "—", "——", "…", "……", "/"})
_UNIT = re.compile(r"单位\s*[:：]\s*([^\s,，;；)）]+)")
#: How many of the plainest unit (元, 人, 户) one of each unit holds.
SCALES: Mapping[str, int] = {
    "元": 1,
    "万元": 10**4,
    "亿元": 10**8,
    "千元": 10**3,
    "百万元": 10**6,
    "人": 1,
    "万人": 10**4,
    "户": 1,
    "万户": 10**4,
    "千瓦时": 1,
    "万千瓦时": 10**4,
    "亿千瓦时": 10**8,
}
_KINDS = {"元": "money", "人": "people", "户": "firms", "时": "power"}


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet by (row, column), both from 1; `merged` are (top, left, bottom, right).

    Values are texts, numbers, dates or nothing; a formula is its last result.
    """

    name: str
    cells: Mapping[tuple[int, int], Any]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    height: int = 0
    covered: Mapping[tuple[int, int], tuple[int, int, int, int]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        covered = {
            (row, column): one
            for one in self.merged
            for row in range(one[0], one[2] + 1)
            for column in range(one[1], one[3] + 1)
        }
        object.__setattr__(self, "covered", covered)

    def raw(self, row: int, column: int) -> Any:
        """What stands in a cell itself."""
        return self.cells.get((row, column))

    def text(self, row: int, column: int) -> str:
        """The text of a cell, plain; of a merged one, that of its first cell."""
        place = self.covered.get((row, column))
        value = self.raw(*place[:2]) if place else self.raw(row, column)
        return "" if value is None else plain(str(value))


def plain(text: str) -> str:
    """Full-width letters and digits as usual ones, no space at the ends or doubled."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def cell_name(row: int, column: int) -> str:
    """What people call a cell: C7."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def place_of(name: str) -> tuple[int, int]:
    """Row and column of a cell's name; ValueError where it is none."""
    found = _CELL.fullmatch(name.strip().upper())
    if found is None:
        raise ValueError(f"not a cell: {name!r}")
    return int(found[2]), column_of(found[1])


def column_of(letters: str) -> int:
    """The number of a column by its letters."""
    number = 0
    for letter in letters.strip().upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"not a column: {letters!r}")
        number = number * 26 + ord(letter) - 64
    return number


def number_of(value: Any) -> Decimal | None:
    """The number in a cell; None where it is empty or says that there is none.

    A text that is nothing but a number (1,234.5, full-width digits, 3.2%) is taken. Raises
    ValueError on any other text, on dates, flags and errors of the spreadsheet.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        raise ValueError(str(value))
    if isinstance(value, (int, float, Decimal)):
        found = Decimal(str(value))
        if not found.is_finite():
            raise ValueError(str(value))
        return round(found, 6)
    if not isinstance(value, str):
        raise ValueError(str(value))
    text = plain(value).replace("，", ",")
    if text in _EMPTY:
        return None
    if re.fullmatch(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?%?", text):
        text = text.replace(",", "")
    try:
        found = Decimal(text.removesuffix("%").strip().replace("−", "-"))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not found.is_finite():
        raise ValueError(text)
    return round(found, 6)


def unit_in(text: str) -> str:
    """The unit that a line such as 单位：万元 names; "" for none. Of several the first."""
    found = _UNIT.search(plain(text).replace("单位 :", "单位:"))
    if found is None:
        return ""
    return re.split(r"[、/]", found[1])[0]


def factor_between(given: str, wanted: str) -> Decimal | None:
    """By what a number in unit `given` is multiplied to be in `wanted`; None where they differ in
    kind or are not known."""
    if given == wanted:
        return Decimal(1)
    if given not in SCALES or wanted not in SCALES:
        return None
    if _KINDS.get(given[-1]) != _KINDS.get(wanted[-1]):
        return None
    return Decimal(SCALES[given]) / Decimal(SCALES[wanted])
