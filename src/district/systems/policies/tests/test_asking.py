"""The rows that a condition almost means are asked for by conditions that mean exactly them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.conditions.public import All, Condition, explain, parse
from district.kernel.conditions.tests.samples import SCHEMA, conditions, rows
from district.kernel.matching.public import Kind, clauses_of, kind_of, missed_clauses
from district.systems.policies.rules.asking import asked_for

TODAY = date(2025, 9, 26)
KINDS: tuple[Kind, ...] = ("holds", "misses_one", "unknown_only")


@settings(max_examples=150, deadline=None)
@given(st.lists(conditions(), min_size=1, max_size=3), rows)
def test_each_kind_is_asked_for_exactly(parts: list[Condition], row: dict[str, Any]) -> None:
    condition = All(tuple(parts)) if len(parts) > 1 else parts[0]
    told = explain(condition, row, today=TODAY)
    kind = kind_of(told)
    for asked in KINDS:
        found = asked_for(condition, asked)
        if found is not None:
            assert (explain(found, row, today=TODAY).verdict is True) == (kind == asked)
    for number, clause in enumerate(clauses_of(condition)):
        found = asked_for(condition, "misses_one", number)
        short = kind == "misses_one" and missed_clauses(told)[0].condition == clause
        if found is not None and short:
            assert explain(found, row, today=TODAY).verdict is True
        if found is not None and kind != "misses_one":
            assert explain(found, row, today=TODAY).verdict is not True


def test_what_a_filter_cannot_say_is_not_asked() -> None:
    many = parse(" and ".join(f"count >= {n}" for n in range(40)), SCHEMA)
    assert asked_for(many, "misses_one") is None
    assert asked_for(many, "misses_one", 7) is not None
    assert asked_for(many, "unknown_only") is not None
    with pytest.raises(ValueError, match="fail"):
        asked_for(many, "fails")
