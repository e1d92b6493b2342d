"""Random conditions and rows, and a slow oracle that shares no code with the language."""

from __future__ import annotations

import string
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from district.kernel.conditions.public import (
    OPERATORS_OF,
    All,
    AnyOf,
    Attribute,
    Compare,
    Condition,
    Not,
    RelativeDate,
    Schema,
    compare,
)

TODAY = date(2025, 9, 26)
CHINA = timezone(timedelta(hours=8))
LIGHTS = (("red", "红灯"), ("yellow", "黄灯"), ("green", "绿灯"))
CHAINS = ("/44/", "/44/4403/", "/44/4403/440307/", "/44/4406/", "/9/44030/")
KEYS = tuple(str(uuid.UUID(int=n)) for n in (1, 2, 3))

SCHEMA = Schema(
    "things",
    (
        Attribute("name", "名称", "text"),
        Attribute("note", "备注", "text"),
        Attribute("count", "件数", "integer"),
        Attribute("big", "大数", "integer"),
        Attribute("amount", "金额", "decimal", unit="亿元"),
        Attribute("done", "办结", "boolean"),
        Attribute("day", "日期", "date"),
        Attribute("at", "时间", "datetime"),
        Attribute("light", "灯", "choice", choices=LIGHTS),
        Attribute("area", "片区", "code"),
        Attribute("unit", "单位", "code", path="owner__path", hierarchy="path"),
        Attribute(
            "lead", "牵头", "code", path="owner__path", hierarchy="path", code_path="owner_id"
        ),
        Attribute("tags", "标签", "set"),
        Attribute("helpers", "协办", "set", path="helpers__code"),
        Attribute("key", "编号", "text"),
    ),
)

# Letters that differ in case, wildcards of LIKE, quotes, and Chinese with an astral letter.
texts = st.text("aAbB%_\\\"' 'é龙岗区𠮷", min_size=1, max_size=4)
codes = st.sampled_from(["44", "4403", "440307", "4406", "44030", "9", "x%", "X%"])
dates = st.dates(date(2025, 9, 20), date(2025, 10, 2))
times = st.builds(
    lambda day, minutes: (
        datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(minutes=minutes)
    ),
    dates,
    st.sampled_from([0, 1, 479, 480, 481, 720, 1439]),
)
decimals = st.decimals(-3, 3, places=2) | st.sampled_from(
    [Decimal("0.000001"), Decimal("-0.000001"), Decimal(1540), Decimal("9223372036854.775807")]
)
integers = st.integers(-3, 3)
relatives = st.builds(RelativeDate, st.integers(-6, 6))
tags = st.sampled_from(["a", "A", "龙岗", 'x"y', "true"])

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": texts,
    "integer": integers | st.sampled_from([2**31, -(2**31) - 1, 2**62]),
    "decimal": decimals,
    "boolean": st.booleans(),
    "date": dates | relatives,
    "datetime": times | dates | relatives,
    "choice": st.sampled_from([value for value, _ in LIGHTS]),
    "code": codes,
    "set": tags | codes,
}


@st.composite
def comparisons(draw: st.DrawFn, schema: Schema = SCHEMA) -> Compare:
    attribute = draw(st.sampled_from(schema.attributes))
    operator = draw(st.sampled_from(OPERATORS_OF[attribute.type]))
    value = st.sampled_from(KEYS) | texts if attribute.key == "key" else VALUES[attribute.type]
    if operator == "known":
        return compare(attribute, operator)
    if operator == "in":
        return compare(attribute, operator, *draw(st.lists(value, min_size=1, max_size=3)))
    if operator == "between":
        pair = [draw(value), draw(value)]
        if type(pair[0]) is type(pair[1]):
            pair.sort()
        return compare(attribute, operator, *pair)
    if attribute.key == "key" and operator in ("contains", "starts_with"):
        operator = "="  # a UUID column has no parts of text
    return compare(attribute, operator, draw(value))


def conditions(schema: Schema = SCHEMA) -> st.SearchStrategy[Condition]:
    return st.recursive(
        comparisons(schema),
        lambda inner: (
            st.builds(All, st.lists(inner, max_size=3).map(tuple))
            | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
            | st.builds(Not, inner)
        ),
        max_leaves=8,
    )


rows = st.fixed_dictionaries(
    {
        "name": st.none() | st.just("") | texts,
        "note": st.just("") | texts,
        "count": st.none() | integers,
        "big": st.none() | integers | st.sampled_from([2**62, -(2**62)]),
        "amount": st.none() | decimals,
        "done": st.none() | st.booleans(),
        "day": st.none() | dates,
        "at": st.none() | times,
        "light": st.sampled_from(["", "red", "yellow", "green"]),
        "area": st.none() | st.just("") | codes,
        "unit": st.none() | st.sampled_from(CHAINS),
        "tags": st.none() | st.lists(tags, max_size=3),
        "helpers": st.lists(st.sampled_from(["44", "4403", "440307"]), max_size=2, unique=True),
        "key": st.none() | st.sampled_from(KEYS),
    }
).map(lambda row: row | {"lead": row["unit"]})


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """Any schema, for what needs no table."""
    keys = draw(
        st.lists(st.text(string.ascii_lowercase, max_size=5), min_size=1, max_size=6, unique=True)
    )
    attributes = []
    for key in (f"key_{word}" for word in keys):
        kind = draw(st.sampled_from(sorted(VALUES)))
        attributes.append(
            Attribute(
                key,
                key,
                kind,  # type: ignore[arg-type]  # the keys of VALUES are the types
                choices=LIGHTS if kind == "choice" else None,
                hierarchy=draw(st.sampled_from(["prefix", "path"])) if kind == "code" else None,
            )
        )
    return Schema("any", tuple(attributes))


def oracle(condition: Condition, row: dict[str, Any]) -> float:
    """1 true, 0 false, 0.5 unknown: Kleene's logic as minimum, maximum and complement."""
    if isinstance(condition, Not):
        return 1 - oracle(condition.clause, row)
    if isinstance(condition, All):
        return min([1.0, *(oracle(clause, row) for clause in condition.clauses)])
    if isinstance(condition, AnyOf):
        return max([0.0, *(oracle(clause, row) for clause in condition.clauses)])
    return _leaf(condition, row.get(condition.attribute.key))


def _leaf(leaf: Compare, actual: Any) -> float:
    missing = actual is None or (isinstance(actual, str) and not actual)
    if leaf.operator == "known":
        return float(not missing)
    if missing:
        return 0.5
    values = [
        TODAY + timedelta(days=value.days) if isinstance(value, RelativeDate) else value
        for value in leaf.values
    ]
    return float(_holds(leaf, actual, values))


def _pair(actual: Any, value: Any) -> tuple[Any, Any]:
    if isinstance(actual, datetime):
        if isinstance(value, datetime):
            return actual.timestamp(), value.timestamp()
        return (actual.astimezone(UTC) + timedelta(hours=8)).strftime("%Y%m%d"), value.strftime(
            "%Y%m%d"
        )
    return actual, value


def _holds(leaf: Compare, actual: Any, values: list[Any]) -> bool:
    operator, attribute = leaf.operator, leaf.attribute
    if attribute.hierarchy == "path":
        chain = [code for code in actual.split("/") if code]
        if operator == "under":
            return values[0] in chain
        actual = chain[-1]
    if operator in ("starts_with", "under"):
        return bool(str(actual)[: len(values[0])] == values[0])
    if operator == "contains":
        return str(actual).find(values[0]) >= 0
    if operator == "has":
        return any(member == values[0] for member in actual)
    pairs = [_pair(actual, value) for value in values]
    if operator == "in":
        return any(a == v for a, v in pairs)
    if operator == "between":
        return bool(pairs[0][0] >= pairs[0][1] and pairs[1][0] <= pairs[1][1])
    a, v = pairs[0]
    return bool(
        {"=": a == v, "!=": a != v}[operator]
        if operator in ("=", "!=")
        else {"<": a < v, "<=": a <= v, ">": a > v, ">=": a >= v}[operator]
    )
