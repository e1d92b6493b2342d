"""Equal conditions in simpler shapes: concrete dates, no negated groups, nothing superfluous."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import cast

from district.kernel.conditions.rules import typing_rules as rules
from district.kernel.conditions.rules.tree import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    Operator,
    RelativeDate,
)

_COMPLEMENT: dict[Operator, Operator] = {
    "=": "!=", "!=": "=", "<": ">=", ">=": "<", "<=": ">", ">": "<=",
}  # fmt: skip


def resolve(condition: Condition, today: date | None) -> Condition:
    """The condition with relative dates made concrete for the day `today`.

    Raises ValueError when there is a relative date and no `today`.
    """
    if isinstance(condition, Compare):
        if not any(isinstance(value, RelativeDate) for value in condition.values):
            return condition
        if today is None:
            raise ValueError("a condition with a relative date needs `today`")
        values = tuple(v.on(today) if isinstance(v, RelativeDate) else v for v in condition.values)
        return Compare(condition.attribute, condition.operator, values)
    if isinstance(condition, Not):
        return Not(resolve(condition.clause, today))
    kind = All if isinstance(condition, All) else AnyOf
    return kind(tuple(resolve(clause, today) for clause in condition.clauses))


def simplify(condition: Condition) -> Condition:
    """The negation normal form, without groups of one, repeated clauses or constants.

    `Not` stands only before comparisons that have no complementary operator. The verdict is
    the same in all three values: nothing is concluded that unknown would not allow (`x = 1 or
    x != 1` stays, for it is unknown where x is).
    """
    return _simple(condition, negated=False)


def _simple(condition: Condition, *, negated: bool) -> Condition:
    if isinstance(condition, Not):
        return _simple(condition.clause, negated=not negated)
    if isinstance(condition, Compare):
        if not negated:
            return condition
        complement = _COMPLEMENT.get(condition.operator)
        if complement is None:
            return Not(condition)
        return Compare(condition.attribute, complement, condition.values)
    conjunction = isinstance(condition, All) != negated
    kind, absorbing = (All, NEVER) if conjunction else (AnyOf, ALWAYS)
    kept: dict[Condition, None] = {}
    for clause in condition.clauses:
        simple = _simple(clause, negated=negated)
        if simple == absorbing:
            return absorbing
        for part in simple.clauses if isinstance(simple, kind) else (simple,):
            kept[part] = None
    return next(iter(kept)) if len(kept) == 1 else kind(tuple(kept))


def by_instants(condition: Condition) -> Condition:
    """The same condition in which date-times are compared with instants only.

    A date against a date-time means the whole day in the district's zone: `at = 2025-09-30` is
    that day from midnight to midnight, `at <= 2025-09-30` includes it. Relative dates must be
    resolved.
    """
    if isinstance(condition, Compare):
        if condition.attribute.type != "datetime":
            return condition
        return _by_instants(condition)
    if isinstance(condition, Not):
        return Not(by_instants(condition.clause))
    kind = All if isinstance(condition, All) else AnyOf
    return kind(tuple(by_instants(clause) for clause in condition.clauses))


def _by_instants(leaf: Compare) -> Condition:
    if all(isinstance(value, datetime) for value in leaf.values):
        return leaf
    if leaf.operator == "in":
        return AnyOf(
            tuple(_by_instants(Compare(leaf.attribute, "=", (value,))) for value in leaf.values)
        )
    if leaf.operator == "between":
        low, high = leaf.values
        return All(
            (
                _by_instants(Compare(leaf.attribute, ">=", (low,))),
                _by_instants(Compare(leaf.attribute, "<=", (high,))),
            )
        )
    day = cast(date, leaf.value)
    begin = Compare(leaf.attribute, ">=", (_midnight(day),))
    end = Compare(leaf.attribute, "<", (_midnight(day + timedelta(days=1)),))
    before, after = (
        Compare(leaf.attribute, _COMPLEMENT[c.operator], c.values) for c in (begin, end)
    )
    whole: dict[Operator, Condition] = {
        "=": All((begin, end)),
        "!=": AnyOf((before, after)),
        "<": before,
        "<=": end,
        ">": after,
        ">=": begin,
    }
    return whole[leaf.operator]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=rules.ZONE).astimezone(UTC)
