"""Statements while they are being read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from district.compiler.clauses import Clause
from district.compiler.model import Basis, Comparator


@dataclass(slots=True)
class Draft:
    """Subject and measure of a cell.

    ``from_right``: the measure stands behind the number; ``inherited``: an earlier
    clause named it; ``settled``: its subject is its own and no later clause's.
    ``confidence`` is what the sources allow, from 0 to 1.
    """

    subject: str
    measure: str
    from_right: bool = False
    inherited: bool = False
    confidence: float = 0.9
    settled: bool = False


@dataclass(slots=True)
class Row:
    """A statement before kind and year are known; spans are offsets in the text.

    ``comparator`` is an outturn's; ``reach`` says that 达 stood at the number, which a
    target reads as ``>=``. ``estimate`` and ``goal`` are what modal words say, ``cited``
    that the number is a goal that an outturn is held against, and
    ``suffix`` that a mark of degree (以上, 左右) stands behind the number; ``leads``: the
    measure opened its clause, which is about it.
    """

    start: int
    end: int
    subject: str
    measure: str
    comparator: Comparator
    value: Decimal
    value_from: Decimal | None
    unit: str
    unit_raw: str
    basis: Basis | None
    clause: Clause
    estimate: bool = False
    goal: bool = False
    cited: bool = False
    reach: bool = False
    suffix: bool = False
    inherited: bool = False
    leads: bool = False
    confidence: float = 0.9
