"""Industries after GB/T 4754-2017: section (A-T), division (2 digits), group (3), class (4).

A code is written with its section: C, C39, C392, C3921, so that what lies under a code begins
with it. The product brings every section and division and part of what lies below; a district
may bring its own table. A deeper code that the table does not hold is accepted under a division
that it holds, because nobody's list is complete, and is called by what is known above it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

_CODE = re.compile(r"[A-T](\d{2,4})?")
_DIGITS = re.compile(r"\d{2,4}")


class IndustryError(ValueError):
    """A table of industries that cannot be used; says which line and why."""


@dataclass(frozen=True)
class Industry:
    """One entry; `name_en` may be empty."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class Industries:
    """A table of industries by code, with its sections and divisions complete."""

    by_code: Mapping[str, Industry]

    @cached_property
    def sections(self) -> Mapping[str, str]:
        """The section letter of each division: {"39": "C"}."""
        return {code[1:]: code[0] for code in self.by_code if len(code) == 3}

    def full_code(self, text: str) -> str:
        """A code with its section from what people write: "3921", "C3921", "c39"; "" where it
        is no code, or its division is not in the table or in another section."""
        code = text.strip().upper()
        if _DIGITS.fullmatch(code):
            code = self.sections.get(code[:2], "?") + code
        if not _CODE.fullmatch(code):
            return ""
        if len(code) == 1:
            return code if code in self.by_code else ""
        return code if self.sections.get(code[1:3]) == code[0] else ""

    def label(self, code: str, *, english: bool = False) -> str:
        """The name of a code, or of the nearest above it with the code behind."""
        for length in (len(code), 4, 3, 1):
            found = self.by_code.get(code[:length]) if length <= len(code) else None
            if found is not None:
                name = (found.name_en if english else "") or found.name
                if found.code == code:
                    return name
                return f"{name} ({code})" if english else f"{name}（{code}）"
        return code

    def children(self, code: str = "") -> list[Industry]:
        """The entries one level below a code; the sections where none is given."""
        length = {0: 1, 1: 3, 3: 4, 4: 5}.get(len(code))
        found = (one for one in self.by_code.values() if len(one.code) == length)
        return sorted((one for one in found if one.code.startswith(code)), key=lambda one: one.code)


def industries_from(rows: Iterable[tuple[str, str, str]]) -> Industries:
    """A table from (code, name, English name); raises IndustryError naming the line."""
    by_code: dict[str, Industry] = {}
    for line, (code, name, english) in enumerate(rows, 2):
        if not _CODE.fullmatch(code):
            raise IndustryError(f"line {line}: {code!r} is not written like C, C39, C392 or C3921")
        if not name:
            raise IndustryError(f"line {line}: {code} has no name")
        if code in by_code:
            raise IndustryError(f"line {line}: {code} stands there twice")
        by_code[code] = Industry(code, name, english)
    for code in by_code:
        if len(code) > 1 and (code[0] not in by_code or code[:3] not in by_code):
            raise IndustryError(f"{code}: its section or its division is missing")
    if not by_code:
        raise IndustryError("the table is empty")
    found = Industries(by_code)
    if len(found.sections) != sum(1 for code in by_code if len(code) == 3):
        raise IndustryError("a division stands in two sections")
    return found


def read_industries(text: str) -> list[tuple[str, str, str]]:
    """The rows of a CSV file with the columns code, name and perhaps name_en.

    Raises IndustryError for other columns.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    if not {"code", "name"} <= set(reader.fieldnames or ()):
        raise IndustryError("line 1: the columns are code, name and perhaps name_en")
    return [
        (
            (row["code"] or "").strip().upper(),
            (row["name"] or "").strip(),
            (row.get("name_en") or "").strip(),
        )
        for row in reader
    ]
