"""The tree of a condition: immutable, typed, bound to the attributes that it speaks about."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from decimal import Decimal
from typing import Literal, get_args

from district.kernel.conditions.rules.schema import Attribute

Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=",
    "in", "between", "contains", "starts_with", "under", "has", "known",
]  # fmt: skip
OPERATORS: tuple[Operator, ...] = get_args(Operator)


_RELATIVE = re.compile(r"today(?:([+-]\d{1,6})([dmy]))?")
_MONTHS = {"m": 1, "y": 12}


@dataclass(frozen=True, order=True)
class RelativeDate:
    """A day counted from the day of evaluation: `today`, `today-7d`, `today-6m`, `today-60y`.

    Days, or months of the calendar; a year is twelve months. The day of the month stays the same;
    where the month has no such day it is the month's last one.
    """

    days: int = 0
    months: int = 0

    @classmethod
    def read(cls, text: str) -> RelativeDate:
        """What such a text says; raises ValueError for any other."""
        match = _RELATIVE.fullmatch(text)
        if match is None:
            raise ValueError("not a relative date")
        count, unit = int(match[1] or 0), match[2]
        return cls(0, count * _MONTHS[unit]) if unit in _MONTHS else cls(count)

    def on(self, today: date) -> date:
        """The calendar date that this is on the day `today`; raises OverflowError where the
        calendar has none."""
        return _months_later(today, self.months) + timedelta(days=self.days)

    def __str__(self) -> str:
        if self.months:
            years, rest = divmod(abs(self.months), 12)
            sign = "-" if self.months < 0 else "+"
            return f"today{sign}{abs(self.months)}m" if rest else f"today{sign}{years}y"
        return f"today{self.days:+d}d" if self.days else "today"


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError("the calendar has no such year")
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


Value = str | int | Decimal | bool | date | datetime | RelativeDate


@dataclass(frozen=True)
class Compare:
    """One attribute compared with no value (known), one, two (between) or several (in)."""

    attribute: Attribute
    operator: Operator
    values: tuple[Value, ...] = ()

    def __eq__(self, other: object) -> bool:
        # Python holds True == 1 and would call `x = true` and `x = 1` the same.
        if not isinstance(other, Compare):
            return NotImplemented
        return (self.attribute, self.operator, self.values) == (
            other.attribute,
            other.operator,
            other.values,
        ) and [type(v) for v in self.values] == [type(v) for v in other.values]

    def __hash__(self) -> int:
        return hash((self.attribute.key, self.operator, self.values))

    @property
    def value(self) -> Value:
        """The only value of a comparison with one."""
        (only,) = self.values
        return only


@dataclass(frozen=True)
class All:
    """Holds where every clause holds; with no clause it always holds."""

    clauses: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """Holds where some clause holds; with no clause it never holds."""

    clauses: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Not:
    """Holds where its clause fails; unknown where that is unknown."""

    clause: Condition


Condition = All | AnyOf | Not | Compare

ALWAYS = All()
NEVER = AnyOf()


def children(condition: Condition) -> tuple[Condition, ...]:
    """The clauses directly inside."""
    if isinstance(condition, Compare):
        return ()
    return (condition.clause,) if isinstance(condition, Not) else condition.clauses


def leaves(condition: Condition) -> Iterator[Compare]:
    """Every comparison, from left to right."""
    pending: list[Condition] = [condition]
    while pending:
        here = pending.pop()
        if isinstance(here, Compare):
            yield here
        else:
            pending.extend(reversed(children(here)))


def depth(condition: Condition) -> int:
    """How deep the tree is nested; a comparison alone is 1."""
    deepest, pending = 0, [(condition, 1)]
    while pending:
        here, level = pending.pop()
        deepest = max(deepest, level)
        pending.extend((child, level + 1) for child in children(here))
    return deepest
