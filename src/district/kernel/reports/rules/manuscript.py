"""A document as its reader sees it, before it is a page, a .docx or a PDF. Pure.

Whoever writes documents builds a `Manuscript`; what it looks like is decided once, by the layout of
GB/T 9704-2012. All texts are as printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number. `address` opens its rows, "" in print; `stale` says that what it was
    counted from has changed since."""

    text: str
    address: str = ""
    stale: bool = False


Run = str | Number


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4: 一、 (一) 1. (1); the mark is part of `text`."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words and numbers that follow each other."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `note` names unit and source."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Run, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Named rows of numbers over `labels`; None is a gap. `unit` is that of the axis."""

    caption: str
    kind: Literal["line", "bar"]
    unit: str
    source: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[Decimal | None, ...]], ...]


Block = Heading | Paragraph | Table | Chart


@dataclass(frozen=True, slots=True)
class Annex:
    """附件: begins on a page of its own."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The whole document; `dated` is the date as printed."""

    title: str
    issuer: str
    dated: str
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...] = ()
    subtitle: str = ""
