"""Which rows a condition means when it is asked for those it almost means. Pure.

Each answer is a condition again, so that a number on a page can open its rows as a filter. They
agree with `kernel.matching`: "misses one" is one top-level clause false and all others true,
"unknown only" none false and at least one unknown.
"""

from __future__ import annotations

from district.kernel.conditions.public import All, AnyOf, Compare, Condition, Not, leaves
from district.kernel.matching.public import Kind, clauses_of

#: So many comparisons a condition may have (see conditions): longer ones open no rows.
_MOST = 200


def asked_for(condition: Condition, kind: Kind, clause: int | None = None) -> Condition | None:
    """The condition that exactly the rows of a kind hold, or those of them that miss `clause`.

    None where it would say more than a condition may. Raises ValueError for "fails".
    """
    clauses = clauses_of(condition)
    if kind == "holds":
        return condition
    if kind == "misses_one":
        found = (
            AnyOf(tuple(_missing(clauses, at) for at in range(len(clauses))))
            if clause is None
            else _missing(clauses, clause)
        )
    elif kind == "unknown_only":
        found = All((*(_not_false(one) for one in clauses), AnyOf(tuple(map(_not_true, clauses)))))
    else:
        raise ValueError("rows that fail are not asked for")
    return found if sum(1 for _leaf in leaves(found)) <= _MOST else None


def _missing(clauses: tuple[Condition, ...], at: int) -> Condition:
    """One clause false, and all others true."""
    rest = tuple(one for number, one in enumerate(clauses) if number != at)
    return All((Not(clauses[at]), *rest)) if rest else Not(clauses[at])


def _not_false(condition: Condition) -> Condition:
    """True where `condition` is true or unknown, false where it is false."""
    if isinstance(condition, Compare):
        return _or_unknown(condition, condition)
    if isinstance(condition, Not):
        return _not_true(condition.clause)
    parts = tuple(_not_false(one) for one in condition.clauses)
    return All(parts) if isinstance(condition, All) else AnyOf(parts)


def _not_true(condition: Condition) -> Condition:
    """True where `condition` is false or unknown, false where it is true."""
    if isinstance(condition, Compare):
        return _or_unknown(Not(condition), condition)
    if isinstance(condition, Not):
        return _not_false(condition.clause)
    parts = tuple(_not_true(one) for one in condition.clauses)
    return AnyOf(parts) if isinstance(condition, All) else All(parts)


def _or_unknown(test: Condition, leaf: Compare) -> Condition:
    if leaf.operator == "known":
        return test
    return AnyOf((test, Not(Compare(leaf.attribute, "known"))))
