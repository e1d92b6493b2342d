"""One meaning, four executions: oracle, explanation, whole population, database."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district.kernel.conditions.public import (
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    evaluate,
    explain,
    frame_of,
    from_json,
    parse,
    simplify,
    to_json,
    to_q,
    to_text,
)
from district.kernel.conditions.tests.models import Owner, Thing
from district.kernel.conditions.tests.samples import (
    CHAINS,
    SCHEMA,
    TODAY,
    conditions,
    oracle,
    rows,
    schemas,
)

VERDICT = {1.0: True, 0.5: None, 0.0: False}


@settings(max_examples=150, deadline=None)
@given(conditions(), rows)
def test_explanation_agrees_with_the_oracle_and_leaves_no_clause_out(
    condition: Condition, row: dict[str, Any]
) -> None:
    explanation = explain(condition, row, today=TODAY)
    assert explanation.verdict is VERDICT[oracle(condition, row)]

    def same_shape(node: Condition, explained: Any) -> None:
        assert explained.condition == node
        inside = (
            ()
            if isinstance(node, Compare)
            else ((node.clause,) if isinstance(node, Not) else node.clauses)
        )
        assert len(explained.clauses) == len(inside)
        for child, part in zip(inside, explained.clauses, strict=True):
            assert part.verdict is VERDICT[oracle(child, row)]
            same_shape(child, part)

    same_shape(condition, explanation)


@settings(max_examples=150, deadline=None)
@given(conditions(), st.lists(rows, max_size=6))
def test_population_agrees_with_the_oracle(
    condition: Condition, population: list[dict[str, Any]]
) -> None:
    verdicts = evaluate(condition, frame_of(population, SCHEMA), today=TODAY)
    expected = [oracle(condition, row) for row in population]
    assert verdicts.true.to_list() == [value == 1 for value in expected]
    assert verdicts.unknown.to_list() == [value == 0.5 for value in expected]
    assert verdicts.false.to_list() == [value == 0 for value in expected]


@settings(max_examples=150, deadline=None)
@given(conditions(), rows)
def test_simplifying_changes_no_verdict_and_leaves_no_negated_group(
    condition: Condition, row: dict[str, Any]
) -> None:
    simple = simplify(condition)
    assert oracle(simple, row) == oracle(condition, row)
    assert simplify(simple) == simple
    pending = [simple]
    while pending:
        node = pending.pop()
        if isinstance(node, Not):
            assert isinstance(node.clause, Compare)
        elif isinstance(node, All | AnyOf):
            assert len(node.clauses) != 1
            pending.extend(node.clauses)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_text_and_json_forms_give_the_same_condition_back(data: st.DataObject) -> None:
    schema = data.draw(schemas() | st.just(SCHEMA))
    condition = data.draw(conditions(schema))
    assert parse(to_text(condition), schema) == condition
    assert from_json(to_json(condition), schema) == condition


def _stored(population: list[dict[str, Any]]) -> None:
    things = Thing.objects.bulk_create(
        Thing(
            pk=number,
            owner_id=_own(row["unit"]),
            key=row["key"] and uuid.UUID(row["key"]),
            **{key: row[key] for key in row if key not in ("unit", "lead", "helpers", "key")},
        )
        for number, row in enumerate(population, 1)
    )
    through = Thing.helpers.through
    through.objects.bulk_create(
        through(thing_id=thing.pk, owner_id=code)
        for thing, row in zip(things, population, strict=True)
        for code in row["helpers"]
    )


def _own(chain: str | None) -> str | None:
    return chain and chain.strip("/").rpartition("/")[2]


@pytest.mark.django_db
@pytest.mark.usefixtures("things_table")
def test_database_selects_exactly_the_rows_that_the_oracle_calls_true() -> None:
    Owner.objects.bulk_create(Owner(code=_own(chain), path=chain) for chain in CHAINS)

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(rows, min_size=1, max_size=6), st.lists(conditions(), min_size=1, max_size=6))
    def agree(population: list[dict[str, Any]], several: list[Condition]) -> None:
        _stored(population)
        try:
            for condition in several:
                query = to_q(condition, SCHEMA, today=TODAY, model=Thing)
                found = list(
                    Thing.objects.filter(query).order_by("pk").values_list("pk", flat=True)
                )
                expected = [
                    number
                    for number, row in enumerate(population, 1)
                    if oracle(condition, row) == 1
                ]
                assert found == expected, to_text(condition)
        finally:
            Thing.helpers.through.objects.all().delete()
            Thing.objects.all().delete()

    agree()


def _days(first: int, count: int) -> str:
    days = (date(2000, 1, 1) + timedelta(days=first + n) for n in range(count))
    return f"({', '.join(day.isoformat() for day in days)})"


@pytest.mark.django_db
@pytest.mark.usefixtures("things_table")
@pytest.mark.parametrize(
    "text",
    [
        f"at in {_days(0, 500)} or at in {_days(500, 200)}",
        f"not at in {_days(0, 500)} or at in {_days(500, 199)}",
        f"unit in ({', '.join(f'{chr(34)}{n}{chr(34)}' for n in range(500))})",
        " or ".join(f'name contains "{n}"' for n in range(200)),
        " and ".join("at != 2025-09-30" for _ in range(200)),
        " or ".join(f'tags has "{n}"' for n in range(200)),
        "not " * 38 + "(done = true or count > 1)",
    ],
)
def test_the_largest_conditions_are_still_answered_by_the_database(text: str) -> None:
    condition = parse(text, SCHEMA)
    assert not Thing.objects.filter(to_q(condition, today=TODAY, model=Thing)).exists()
    assert evaluate(condition, frame_of([{}], SCHEMA)).true.to_list() == [False]
