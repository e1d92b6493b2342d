"""A document as its content, however it is printed. Pure.

A heading's text begins with its own number (一、 (一) 1. (1)); what prints it adds none.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number; `address` opens its rows, "" in print."""

    text: str
    address: str = ""
    stale: bool = False


Run = str | Number


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 to 4 of GB/T 9704: 一、 (一) 1. (1)."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words and numbers in a row."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; `note` says unit and source."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Run, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over the same labels, in one unit; None is a gap."""

    caption: str
    kind: Literal["line", "bar"]
    unit: str
    source: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[Decimal | None, ...]], ...]


Block = Heading | Paragraph | Table | Chart


@dataclass(frozen=True, slots=True)
class Annex:
    """What is attached on pages of its own."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A whole document; `dated` is the date as printed."""

    title: str
    issuer: str
    dated: str
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...] = ()
    subtitle: str = ""
