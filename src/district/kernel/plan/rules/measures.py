"""The statistical basis that is proposed for a commitment's measure. Pure.

A proposal from the words of the statement: a planner checks it, and a measure that exists
already is never changed by it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal

_PLACE = re.compile("^(?:全区|我区|全市|本区|全年|年内)+")
_COMPARABLE = re.compile("生产总值|GDP|增加值")
_MONEY = re.compile("元")
_AGGREGATION = {"share": "rate", "stock": "stock", "cumulative": "stock", "flow": "flow"}


@dataclass(frozen=True, slots=True)
class Basis:
    """The words of `measures.MeasureSpec` that a statement suggests."""

    key: str
    name: str
    unit: str
    decimals: int
    basis: str
    span: str
    prices: str
    frequency: str
    direction: str
    aggregation: str
    source: str


def key_of(subject: str, measure: str, unit: str, basis: str) -> str:
    """The key of what is counted: the same words, unit and basis give the same measure.

    Place words do not count, so this year's target and last year's outturn share a measure.
    """
    words = (_PLACE.sub("", subject), measure, unit, basis)
    digest = hashlib.sha256("|".join(words).encode()).hexdigest()[:10]
    name = re.sub(r"[^\w]+", "", f"{words[0]}{measure}")[:48] or "m"
    return f"{name}-{digest}"


def propose(
    *,
    kind: str,
    title: str,
    subject: str,
    measure: str,
    unit: str,
    basis: str,
    value: Decimal,
    value_from: Decimal | None,
) -> Basis:
    """The basis for a statement: growth or absolute, what a value spans, how often, which way.

    Main indicators come monthly from the statistics office (output figures quarterly, in
    comparable prices); other numbers are filed quarterly by the department.
    """
    growth = basis == "yoy"
    output = bool(_COMPARABLE.search(measure))
    falls = value < 0 if growth else value_from is not None and value < value_from
    aggregation = _AGGREGATION.get(basis) or ("rate" if "%" in unit else "flow")
    quarterly = kind != "indicator" or "生产总值" in measure or "GDP" in measure
    return Basis(
        key=key_of(subject, measure, unit, basis),
        name=(f"{title}增速" if growth else title)[:120],
        unit=unit,
        decimals=min(max(2, -_exponent(value)), 6),
        basis="growth" if growth else "absolute",
        span="year_to_date",
        prices="comparable" if output else "current" if _MONEY.search(unit) else "",
        frequency="quarterly" if quarterly else "monthly",
        direction="lower" if falls else "higher",
        aggregation="rate" if growth else aggregation,
        source="statistics" if kind == "indicator" else "department",
    )


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
