"""Return forms as data: read, linted, and what they say of one firm's values. Pure.

A form has items, differences between items, and checks: conditions over the items, over the
differences, and over `change_<item>`, the change in percent against the same period of the year
before. A hard check that fails refuses the return; a soft one asks for a reason. A check that a
missing value leaves unknown asks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from district.kernel.conditions.public import (
    Attribute,
    Condition,
    ConditionError,
    Schema,
    explain,
    parse,
)
from district.kernel.measures.public import (
    StatPeriod,
    ends_between,
    month_end,
    period_ending,
)

#: Period kinds and how often their periods end.
PERIODS: Mapping[str, str] = {"month": "monthly", "quarter": "quarterly", "year": "yearly"}
#: The dimensions that tables are made by.
DIMENSIONS = ("street", "section", "division", "size")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LARGEST = Decimal(10) ** 12
_ZERO, _HUNDRED = Decimal(0), Decimal(100)


class FormError(ValueError):
    """A form that cannot be used; says where and why."""


@dataclass(frozen=True)
class Item:
    """What is asked for: an exact number with its unit and at most `places` decimal places.

    `cumulative`: from the beginning of the year. `published`: tables of sums are made of it, so
    it is never negative.
    """

    key: str
    label: str
    label_en: str
    unit: str
    places: int
    cumulative: bool
    negative: bool
    published: bool

    @property
    def least(self) -> Decimal:
        """The smallest step."""
        return Decimal(1).scaleb(-self.places)


@dataclass(frozen=True)
class Check:
    """A condition that a return keeps; `item` is where the error stands, `text` what is wrong."""

    key: str
    hard: bool
    item: str
    condition: Condition
    text: str
    remedy: str


@dataclass(frozen=True)
class Form:
    """A return form: who files what, how often, by which working day after the period's end."""

    key: str
    title: str
    title_en: str
    unit: str
    period: str
    due_working_days: int
    where: str
    first_end: date
    threshold: int
    percent: Decimal
    items: tuple[Item, ...]
    differences: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    checks: tuple[Check, ...]

    @property
    def published(self) -> tuple[Item, ...]:
        """The items that tables are made of."""
        return tuple(one for one in self.items if one.published)


@dataclass(frozen=True)
class Found:
    """What the checks say: hard ones that refuse, soft ones that need a reason."""

    refused: list[Check] = field(default_factory=list)
    asked: list[Check] = field(default_factory=list)


def read_form(data: Mapping[str, Any]) -> Form:
    """The form that a table of TOML says; FormError naming what is wrong, with all its lint."""
    try:
        return _read(data)
    except (KeyError, TypeError, ArithmeticError) as error:
        raise FormError(f"{data.get('key', '?')}: missing or wrong {error}") from error


def _read(data: Mapping[str, Any]) -> Form:
    items = tuple(_item(one) for one in data["items"])
    known = [one.key for one in items]
    differences = {
        str(one["key"]): (tuple(one["plus"]), tuple(one["minus"]))
        for one in data.get("differences", ())
    }
    keys = [*known, *differences, *(f"change_{one}" for one in known)]
    if len(set(keys)) != len(keys):
        raise FormError(f"{data['key']}: a key is there twice")
    for plus, minus in differences.values():
        if unknown := {*plus, *minus} - set(known):
            raise FormError(f"{data['key']}: a difference names {sorted(unknown)}")
    schema = schema_of(items, differences)
    form = Form(
        key=str(data["key"]),
        title=str(data["title"]),
        title_en=str(data.get("title_en", "")),
        unit=str(data["unit"]),
        period=str(data["period"]),
        due_working_days=int(data["due_working_days"]),
        where=str(data.get("where", "")),
        first_end=data["first_end"] if isinstance(data["first_end"], date)
        else date.fromisoformat(data["first_end"]),
        threshold=int(data.get("threshold", 3)),
        percent=Decimal(str(data.get("percent", 10))),
        items=items,
        differences=differences,
        checks=tuple(_check(one, schema, known) for one in data.get("checks", ())),
    )  # fmt: skip
    _lint(form)
    return form


def _item(data: Mapping[str, Any]) -> Item:
    return Item(
        key=str(data["key"]),
        label=str(data["label"]),
        label_en=str(data.get("label_en", "")),
        unit=str(data["unit"]),
        places=int(data.get("places", 0)),
        cumulative=bool(data.get("cumulative", False)),
        negative=bool(data.get("negative", False)),
        published=bool(data.get("published", False)),
    )


def _check(data: Mapping[str, Any], schema: Schema, known: Collection[str]) -> Check:
    key = str(data["key"])
    try:
        condition = parse(str(data["where"]), schema)
    except ConditionError as error:
        raise FormError(f"check {key}: {error}") from error
    if data["item"] not in known:
        raise FormError(f"check {key}: no item {data['item']}")
    kind = data["kind"]
    if kind not in ("hard", "soft"):
        raise FormError(f"check {key}: the kind is hard or soft, not {kind}")
    text, remedy = str(data["text"]), str(data.get("remedy", ""))
    if kind == "hard" and not remedy:
        raise FormError(f"check {key}: a hard check says what to do")
    return Check(key, kind == "hard", str(data["item"]), condition, text, remedy)


def _lint(form: Form) -> None:
    wrong = [one.key for one in form.items if not _KEY.fullmatch(one.key)]
    problems = (
        (not _KEY.fullmatch(form.key) or bool(wrong), f"a key is not in lower-case words: {wrong}"),
        (not form.items, "no items"),
        (form.period not in PERIODS, f"the period is one of {', '.join(PERIODS)}"),
        (not 1 <= form.due_working_days <= 60, "due from 1 to 60 working days after the period"),
        (form.threshold < 3, "the threshold is at least 3"),
        (not _ZERO < form.percent <= _HUNDRED, "percent lies above 0 and at most at 100"),
        (any(not 0 <= one.places <= 6 for one in form.items), "places lie from 0 to 6"),
        (
            any(one.negative for one in form.published),
            "an item that may be negative is not published: the p%-rule means nothing there",
        ),
        (
            len({one.key for one in form.checks}) != len(form.checks),
            "two checks have the same key",
        ),
        (form.first_end not in _ends(form), "first_end is no last day of a period"),
    )
    for is_wrong, text in problems:
        if is_wrong:
            raise FormError(f"{form.key}: {text}")


def _ends(form: Form) -> Iterable[date]:
    kind = PERIODS.get(form.period)
    return ends_between(kind, form.first_end, form.first_end) if kind else (form.first_end,)


def schema_of(items: Iterable[Item], differences: Mapping[str, Any]) -> Schema:
    """What a check may speak of."""
    rows = list(items)
    found = [Attribute(one.key, one.label, "decimal", unit=one.unit) for one in rows]
    found += [Attribute(key, key, "decimal") for key in differences]
    found += [Attribute(f"change_{one.key}", one.label, "decimal", unit="%") for one in rows]
    return Schema("virtual_park.return", tuple(found))


def period_of(form: Form, end: date) -> StatPeriod:
    """The period that ends on a day, as pages name it."""
    return period_ending(end, form.period)


def ends_due(form: Form, today: date) -> list[date]:
    """The last days of all periods that are over before `today`, ascending."""
    return [one for one in ends_between(PERIODS[form.period], form.first_end, today) if one < today]


def year_before(end: date) -> date:
    """The last day of the same period a year earlier."""
    return month_end(end.year - 1, end.month)


def problem_of(item: Item, value: Decimal | None) -> str:
    """What is wrong with one value as it was typed: a short word, "" where nothing is."""
    if value is None:
        return "missing"
    if value < 0 and not item.negative:
        return "negative"
    if abs(value) >= _LARGEST:
        return "large"
    exponent = value.normalize().as_tuple().exponent
    return "places" if isinstance(exponent, int) and -exponent > item.places else ""


def check_values(
    form: Form,
    values: Mapping[str, Decimal],
    before: Mapping[str, Decimal] | None,
    today: date,
) -> Found:
    """What the checks say of a firm's values; `before` are those of a year ago, None without."""
    row: dict[str, Any] = {one.key: values.get(one.key) for one in form.items}
    for key, (plus, minus) in form.differences.items():
        row[key] = sum((values[one] for one in plus), _ZERO) - sum(
            (values[one] for one in minus), _ZERO
        )
    for one in form.items:
        row[f"change_{one.key}"] = change(values.get(one.key), (before or {}).get(one.key))
    found = Found()
    for check in form.checks:
        if explain(check.condition, row, today=today).verdict is False:
            (found.refused if check.hard else found.asked).append(check)
    return found


def change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """The change in percent to one place; None without two values or from nothing."""
    if now is None or not before:
        return None
    return ((now - before) / abs(before) * _HUNDRED).quantize(Decimal("0.1"))
