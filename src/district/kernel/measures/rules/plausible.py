"""What about a filed value deserves a second look before it is taken. Pure.

A warning never refuses a value; whoever files it confirms that it is meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# 万 and 亿 for amounts, thousand for kilo; percent against fraction for rates and growth.
_SLIPS = (Decimal(10_000), Decimal(100_000_000), Decimal(1000))
_RATE_SLIPS = (Decimal(100), *_SLIPS)
# How far from the exact factor a value may be and still look like that slip.
_NEAR = Decimal(3)
_JUMP = Decimal(10)


@dataclass(frozen=True)
class Known:
    """A value that is known already, and the last day it speaks of."""

    end: date
    value: Decimal


@dataclass(frozen=True)
class Question:
    """A value to look at, and what there is to hold it against.

    `previous` is the period before it, `last_year` the same period a year ago. `accrues`: an
    absolute flow counted from the start of the year. `proportion`: a rate or growth.
    """

    end: date
    value: Decimal
    previous: Known | None = None
    last_year: Known | None = None
    accrues: bool = False
    proportion: bool = False


@dataclass(frozen=True)
class Doubt:
    """Why a value looks wrong: a code and the figures in it (texts, JSON-ready)."""

    code: str
    params: dict[str, str] = field(default_factory=dict)


def doubts(question: Question) -> tuple[Doubt, ...]:
    """Everything that deserves a second look; empty when nothing does."""
    found = []
    peer = _peer(question)
    if peer is not None:
        doubt = _against(question, peer)
        if doubt is not None:
            found.append(doubt)
    before = question.previous
    if (
        question.accrues
        and before is not None
        and before.end.year == question.end.year
        and 0 <= question.value < before.value
    ):
        found.append(Doubt("cumulative_falls", {"known": _text(before.value)}))
    return tuple(found)


def _peer(question: Question) -> Known | None:
    """What the value should be of the size of: the same period last year, else the last one.

    A value that accrues is not held against another year's longer stretch.
    """
    if question.last_year is not None:
        return question.last_year
    before = question.previous
    if before is not None and question.accrues and before.end.year != question.end.year:
        return None
    return before


def _against(question: Question, peer: Known) -> Doubt | None:
    value, known = question.value, peer.value
    params = {"known": _text(known)}
    if known == 0:
        return None
    if value == 0:
        return Doubt("zero", params)
    if (value < 0) != (known < 0):
        return Doubt("sign", params)
    ratio = abs(value / known)
    factor = ratio if ratio >= 1 else 1 / ratio
    for slip in _RATE_SLIPS if question.proportion else _SLIPS:
        if slip / _NEAR <= factor <= slip * _NEAR:
            code = "unit_too_large" if ratio > 1 else "unit_too_small"
            return Doubt(code, {**params, "factor": f"{slip:f}"})
    if factor >= _JUMP:
        return Doubt("jump", {**params, "times": f"{factor:.0f}"})
    return None


def _text(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
