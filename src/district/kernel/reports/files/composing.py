"""Manuscripts put together from values: figures of registers, numbers, days, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from district.kernel.registers.public import Figure, plain_number
from district.kernel.reports.rules.manuscript import (
    Block,
    Chart,
    Heading,
    Manuscript,
    Number,
    Paragraph,
    Run,
    Table,
)

DASH = "—"
_PLACE = re.compile(r"%\((\w+)\)s")
_NUMERALS = "零一二三四五六七八九十"


def run_of(value: Any) -> Run:
    """A value as it stands in a document: a figure and a number as a Number, the first opening its
    rows; a day as 2026-01-05, a moment with its minute in the district's time; nothing as a
    dash."""
    if isinstance(value, Number):
        return value
    if isinstance(value, Figure):
        return Number(plain_number(value.value) or DASH, value.url)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Number(plain_number(value))
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return DASH if value is None else str(value)


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese, as headings of the first two levels have it."""
    tens, ones = divmod(number, 10)
    front = "" if not tens else f"{'' if tens == 1 else _NUMERALS[tens]}十"
    return front + (_NUMERALS[ones] if ones or not tens else "")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document under a heading of its own: sentences, a table (without `header` none),
    a chart. `empty` stands in place of a table without rows; `note` names unit and source."""

    title: str
    header: Sequence[Any] = ()
    rows: Sequence[Sequence[Any]] = ()
    sentences: Sequence[Any] = ()
    note: str = ""
    empty: str = ""
    chart: Chart | None = None

    def blocks(self) -> Iterable[Block]:
        """What stands below the heading."""
        for one in self.sentences:
            yield sentence(one)
        if self.chart is not None:
            yield self.chart
        if self.header and (self.rows or not self.empty):
            yield Table(
                "", tuple(str(one) for one in self.header),
                tuple(tuple(run_of(cell) for cell in row) for row in self.rows), self.note,
            )  # fmt: skip
        elif self.empty:
            yield sentence(self.empty)


def sentence(value: Any) -> Paragraph:
    """A paragraph of one value, or of several in a tuple."""
    values = value if isinstance(value, tuple) else (value,)
    return Paragraph(tuple(run_of(one) for one in values))


def filled(text: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """A sentence with its values in place of %(name)s, so that each number keeps its rows."""
    parts: list[Any] = _PLACE.split(text.replace("%%", "%"))
    parts[1::2] = [values[name] for name in parts[1::2]]
    return tuple(one for one in parts if one != "")


def manuscript_of(
    title: str, lead: Any, parts: Iterable[Part], *, issuer: str = "", dated: str = ""
) -> Manuscript:
    """A document with a paragraph of `lead` (values as in `sentence`; "" for none) and its parts
    under headings of the first level; one part alone has no number."""
    found = list(parts)
    blocks: list[Block] = [sentence(lead)] if lead else []
    for at, part in enumerate(found, 1):
        mark = f"{numeral(at)}、" if len(found) > 1 else ""
        blocks.append(Heading(1, f"{mark}{part.title}"))
        blocks += part.blocks()
    return Manuscript(title, issuer, dated, tuple(blocks))
