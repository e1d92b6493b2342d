"""What lint says of a condition is so on every row; over small domains it misses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.conditions.public import (
    OPERATORS_OF,
    All,
    AnyOf,
    Attribute,
    Condition,
    Finding,
    Not,
    RelativeDate,
    Schema,
    compare,
    explain,
    leaves,
    lint,
    parse,
    relation,
)
from district.kernel.conditions.rules.linting import top_clauses

TODAY = date(2025, 9, 26)
CHAINS = {"place": {"1": "/1/", "11": "/1/11/", "12": "/1/12/", "2": "/2/"}}
SCHEMA = Schema(
    "small",
    (
        Attribute("staff", "员工", "integer"),
        Attribute("share", "占比", "decimal", places=1),
        Attribute("listed", "上市", "boolean"),
        Attribute("size", "规模", "choice", choices=(("small", "小"), ("large", "大"))),
        Attribute("since", "成立", "date"),
        Attribute("industry", "行业", "code"),
        Attribute("place", "街道", "code", hierarchy="path"),
        Attribute("marks", "资质", "set"),
        Attribute("name", "名称", "text"),
    ),
)
# Every value that a comparison below can tell from another is here, and so is an unknown one.
ROWS: dict[str, list[Any]] = {
    "staff": [-1, 0, 1, 2, 3],
    "share": [Decimal(n) / 10 for n in (-1, 0, 1, 2)],
    "listed": [True, False],
    "size": ["small", "large"],
    "since": [TODAY + timedelta(days=n) for n in (-2, -1, 0, 1, 2)],
    "industry": ["C", "C1", "C3", "C31", "C39", "D"],
    "place": list(CHAINS["place"].values()),
    "marks": [[], ["a"], ["b"], ["a", "b"]],
    "name": ["a", "b", "ab", "ba", "aba", "bab", "c", "ca", "cb", "cab", "acb", "bca", "cba", "bc"],
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "staff": st.integers(0, 2),
    "share": st.sampled_from([Decimal(0), Decimal("0.1")]),
    "listed": st.booleans(),
    "size": st.sampled_from(["small", "large"]),
    "since": st.builds(RelativeDate, st.integers(-1, 1)) | st.just(TODAY),
    "industry": st.sampled_from(["C", "C3", "C39", "D"]),
    "place": st.sampled_from(list(CHAINS["place"])),
    "marks": st.sampled_from(["a", "b"]),
    "name": st.sampled_from(["a", "b", "ab"]),
}
# Of these what cannot be must be found; of texts and chains some of it may escape.
COMPLETE = {"staff", "share", "listed", "size", "since", "marks"}


@st.composite
def conditions(draw: st.DrawFn, keys: tuple[str, ...]) -> Condition:
    attributes = [SCHEMA.by_key[key] for key in keys]

    @st.composite
    def leaf(draw: st.DrawFn) -> Condition:
        attribute = draw(st.sampled_from(attributes))
        operator = draw(st.sampled_from(OPERATORS_OF[attribute.type]))
        value = VALUES[attribute.key]
        count = {"known": (0, 0), "between": (2, 2), "in": (1, 2)}.get(operator, (1, 1))
        values = draw(st.lists(value, min_size=count[0], max_size=count[1]))
        if operator == "between":
            values = [min(values, key=_day), max(values, key=_day)]
        return compare(attribute, operator, *values)

    def grown(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        some = st.lists(inner, max_size=3).map(tuple)
        return st.builds(All, some) | st.builds(AnyOf, some) | st.builds(Not, inner)

    return draw(st.recursive(leaf(), grown, max_leaves=5))


def _day(value: Any) -> Any:
    return value.on(TODAY) if isinstance(value, RelativeDate) else value


PAIRS = st.lists(st.sampled_from(sorted(ROWS)), min_size=1, max_size=2, unique=True).map(tuple)


def _rows(keys: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for values in product(*([None, *ROWS[key]] for key in keys)):
        yield dict(zip(keys, values, strict=True))


def _verdicts(condition: Condition, keys: tuple[str, ...]) -> list[bool | None]:
    return [explain(condition, row, today=TODAY).verdict for row in _rows(keys)]


def _all_hold(clauses: list[Condition], keys: tuple[str, ...]) -> list[bool]:
    return [v is True for v in _verdicts(All(tuple(clauses)), keys)]


def _is_so(finding: Finding, condition: Condition, keys: tuple[str, ...]) -> bool:
    """Whether every row bears a finding out."""
    clauses = top_clauses(condition)
    because = _all_hold([clauses[n] for n in finding.because], keys)
    if finding.kind == "contradictory":
        return not any(because)
    whole = _verdicts(condition, keys)
    if finding.kind == "always":
        return all(v is True for v in whole)
    if finding.kind == "never_fails":
        return all(v is not False for v in whole)
    assert finding.clause is not None
    clause = clauses[finding.clause]
    if finding.kind == "implied":
        here = _all_hold([clause], keys)
        return all(there or not so for so, there in zip(because, here, strict=True))
    assert isinstance(clause, AnyOf)
    assert finding.alternative is not None
    part = _all_hold([clause.clauses[finding.alternative]], keys)
    return not any(a and b for a, b in zip(because, part, strict=True))


@settings(max_examples=60, deadline=None)
@given(st.data(), PAIRS)
def test_what_lint_reports_every_row_bears_out(data: st.DataObject, keys: tuple[str, ...]) -> None:
    condition = data.draw(conditions(keys))
    found = lint(condition, today=TODAY, chains=CHAINS)
    for finding in found:
        assert _is_so(finding, condition, keys), finding
    if set(keys) <= COMPLETE:
        kinds = {finding.kind for finding in found}
        verdicts = _verdicts(condition, keys)
        assert ("contradictory" in kinds) == (True not in verdicts)
        assert ("always" in kinds) == (set(verdicts) == {True})
        if not kinds & {"contradictory", "always"}:
            assert ("never_fails" in kinds) == (False not in verdicts)


@settings(max_examples=60, deadline=None)
@given(st.data(), PAIRS)
def test_how_two_conditions_lie_to_each_other_is_so_on_every_row(
    data: st.DataObject, keys: tuple[str, ...]
) -> None:
    one, other = data.draw(conditions(keys)), data.draw(conditions(keys))
    a, b = _all_hold([one], keys), _all_hold([other], keys)
    found = relation(one, other, today=TODAY, chains=CHAINS)
    pairs = list(zip(a, b, strict=True))
    inside, around = all(y or not x for x, y in pairs), all(x or not y for x, y in pairs)
    apart = not any(x and y for x, y in pairs)
    says = {
        "equal": inside and around,
        "narrower": inside,
        "wider": around,
        "apart": apart,
        "other": True,
    }
    assert says[found], found
    if set(keys) <= COMPLETE:
        assert (found == "other") == (not inside and not around and not apart)


def _apart(*clauses: int) -> Finding:
    return Finding("contradictory", because=clauses)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("staff > 300 and listed = true and staff < 20", [_apart(0, 2)]),
        ('industry under "C39" and not industry under "C"', [_apart(0, 1)]),
        ('place under "11" and place under "12"', [_apart(0, 1)]),
        ('industry under "C39" and industry under "C"', [Finding("implied", 1, None, (0,))]),
        ("staff <= 300 and staff < 20", [Finding("implied", 0, None, (1,))]),
        ("staff >= 1 or staff < 1", [Finding("never_fails")]),
        ("staff >= 1 or staff < 1 or not staff known", [Finding("always")]),
        ("staff < 10 and (staff > 20 or listed = true)", [Finding("dead", 1, 0, (0,))]),
        ("share > 0.1 and share < 0.2", [_apart(0, 1)]),
        ("since >= today-365d and since < 2025-09-26", []),
        ("since >= today and since < 2025-09-26", [_apart(0, 1)]),
        ('staff >= 10 and marks has "a"', []),
    ],
)  # fmt: skip
def test_lint_names_the_clauses_concerned(text: str, found: list[Finding]) -> None:
    assert list(lint(parse(text, SCHEMA), today=TODAY, chains=CHAINS)) == found


def test_without_chains_no_place_is_held_to_be_outside_another() -> None:
    both = parse('place under "11" and place under "12"', SCHEMA)
    assert lint(both, today=TODAY) == ()


def test_what_would_take_too_long_is_not_reported() -> None:
    """Nine pigeons in eight holes: no row holds, and no short proof says so."""
    holes = range(8)
    flags = [Attribute(f"p{p}h{h}", "x", "boolean") for p in range(9) for h in holes]
    schema = Schema("holes", tuple(flags))
    at = {a.key: compare(a, "=", True) for a in schema.attributes}
    each = [AnyOf(tuple(at[f"p{p}h{h}"] for h in holes)) for p in range(9)]
    apart = [
        Not(All((at[f"p{p}h{h}"], at[f"p{q}h{h}"])))
        for h in holes
        for p in range(9)
        for q in range(p)
    ]
    condition = AnyOf((All((*each, *apart)),))
    assert sum(1 for _leaf in leaves(condition)) > 600
    assert lint(condition) == ()
