"""Values of a filter as expressions for the database, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    FloatField,
    Func,
    TextField,
    TimeField,
    Value,
    When,
)
from django.db.models.functions import (
    Abs,
    Cast,
    Ceil,
    ExtractDay,
    ExtractHour,
    ExtractMinute,
    ExtractMonth,
    ExtractSecond,
    ExtractYear,
    Floor,
    Length,
    Lower,
    NullIf,
    Sign,
    StrIndex,
    Substr,
    Trim,
    TruncDate,
    TruncTime,
    Upper,
)
from django.db.models.lookups import Exact, GreaterThan

from district.kernel.sensing import times


class _Joined(Func):
    """Two texts one after the other, null where either is."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()


def number(expression: Any) -> Any:
    return Cast(expression, FloatField())


def constant(value: Any) -> Any:
    if value is None:
        return Value(None, TextField())
    kinds: tuple[tuple[type, type[Any]], ...] = (
        (bool, BooleanField),
        (float, FloatField),
        (str, TextField),
        (datetime, DateTimeField),
        (date, DateField),
        (time, TimeField),
    )
    kind = next(field for type_, field in kinds if isinstance(value, type_))
    # The database is told what it is: as a bare parameter PostgreSQL cannot always see.
    return (
        Cast(Value(value, kind()), kind())
        if kind in (TextField, FloatField)
        else Value(value, kind())
    )


def _whole_part(given: Any) -> Any:
    """Towards zero."""
    return Sign(given) * Floor(Abs(given))


def arithmetic(operator: str, left: Any, right: Any) -> Any:
    left, right = number(left), number(right)
    if operator == "add":
        return left + right
    if operator == "sub":
        return left - right
    if operator == "mul":
        return left * right
    # Dividing by nothing is null, on both databases.
    ratio = number(left / NullIf(right, Value(0.0, FloatField())))
    return ratio if operator == "div" else left - right * number(_whole_part(ratio))


def _ends(text: Any, part: Any) -> Any:
    start = Length(text) - Length(part) + 1
    tail = Case(When(GreaterThan(start, Value(0)), then=Substr(text, start)), default=Value(None))
    return Exact(tail, part)


MOMENTS = {"now": None, "mindatetime": times.EARLIEST, "maxdatetime": times.LATEST}
TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "substringof": lambda text, part: GreaterThan(StrIndex(text, part), Value(0)),
    "contains": lambda text, part: GreaterThan(StrIndex(text, part), Value(0)),
    "startswith": lambda text, part: Exact(StrIndex(text, part), Value(1)),
    "endswith": _ends,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "length": lambda text: number(Length(text)),
    "indexof": lambda text, part: number(StrIndex(text, part)) - Value(1.0, FloatField()),
    "tolower": Lower,
    "toupper": Upper,
    "trim": Trim,
    "concat": _Joined,
    "year": lambda at: number(ExtractYear(at, tzinfo=UTC)),
    "month": lambda at: number(ExtractMonth(at, tzinfo=UTC)),
    "day": lambda at: number(ExtractDay(at, tzinfo=UTC)),
    "hour": lambda at: number(ExtractHour(at, tzinfo=UTC)),
    "minute": lambda at: number(ExtractMinute(at, tzinfo=UTC)),
    "second": lambda at: number(ExtractSecond(at, tzinfo=UTC)),
    "date": lambda at: TruncDate(at, tzinfo=UTC),
    "time": lambda at: TruncTime(at, tzinfo=UTC),
    "round": lambda given: (
        Sign(number(given)) * Floor(Abs(number(given)) + Value(0.5, FloatField()))
    ),
    "floor": Floor,
    "ceiling": Ceil,
}
