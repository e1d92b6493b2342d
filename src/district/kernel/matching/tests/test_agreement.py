"""One meaning: bitmaps over a population, clause by clause with Polars, one row explained.

What follows from a change equals what is evaluated from nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.conditions.public import (
    ALWAYS,
    NEVER,
    All,
    Attribute,
    Condition,
    Schema,
    explain,
    frame_of,
    parse,
)
from district.kernel.conditions.tests.samples import (
    CHAINS,
    SCHEMA,
    TODAY,
    VALUES,
    conditions,
    dates,
    rows,
    schemas,
    times,
)
from district.kernel.matching.public import (
    KINDS,
    Outcomes,
    Population,
    Programme,
    evaluate_all,
    evaluate_changes,
    kind_of,
    missed_clauses,
)
from district.kernel.matching.rules import columns, executing
from district.kernel.matching.rules.keys import Keys
from district.kernel.matching.rules.plain import plain_verdicts

Row = dict[str, Any]


def rows_of(schema: Schema) -> st.SearchStrategy[Row]:
    """Rows of any schema, a part of whose values is unknown."""

    def value(attribute: Attribute) -> st.SearchStrategy[Any]:
        if attribute.hierarchy == "path":
            return st.sampled_from(CHAINS)
        if attribute.type == "set":
            return st.lists(VALUES["set"], max_size=3)
        # Relative dates are for conditions alone.
        return {"date": dates, "datetime": times}.get(attribute.type, VALUES[attribute.type])

    return st.fixed_dictionaries({a.key: st.none() | value(a) for a in schema.attributes})


@st.composite
def programmes(draw: st.DrawFn, schema: Schema) -> Programme:
    """Several conditions, most of them of several clauses of which some are shared."""
    clauses = draw(st.lists(conditions(schema), min_size=1, max_size=6))
    several = st.lists(st.sampled_from(clauses), max_size=5).map(lambda some: All(tuple(some)))
    drawn: list[Condition] = draw(st.lists(several, min_size=1, max_size=5))
    drawn += draw(st.lists(conditions(schema) | st.sampled_from([ALWAYS, NEVER]), max_size=3))
    return Programme.of({f"p{at}": one for at, one in enumerate(drawn)}, TODAY)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Schema, list[Row], Programme]:
    schema = draw(schemas() | st.just(SCHEMA))
    some = draw(st.lists(rows if schema is SCHEMA else rows_of(schema), min_size=1, max_size=8))
    return schema, some, draw(programmes(schema))


def population(schema: Schema, some: list[Row]) -> Population:
    return Population.of(schema, enumerate(some))


def assert_told_as_explained(outcomes: Outcomes, some: list[Row]) -> None:
    """Kinds, counts, who misses what: of every condition, as the explained rows say."""
    for key, condition in outcomes.programme.conditions.items():
        told = [explain(condition, row, today=TODAY) for row in some]
        kinds = [kind_of(one) for one in told]
        for kind in KINDS:
            assert outcomes.mask(key, kind).tolist() == [one == kind for one in kinds], key
        tally, counted = outcomes[key], Counter(kinds)
        assert [getattr(tally, kind) for kind in KINDS] == [counted[kind] for kind in KINDS]
        missed: Counter[int] = Counter()
        clauses = condition.clauses if isinstance(condition, All) else (condition,)
        for at in range(len(clauses)):
            alone = [
                kind == "misses_one"
                and (one.clauses[at] if isinstance(condition, All) else one).verdict is False
                for kind, one in zip(kinds, told, strict=True)
            ]
            assert outcomes.mask(key, "misses_one", at).tolist() == alone
            missed[at] = sum(alone)
        assert outcomes.missed(key) == {at: count for at, count in missed.items() if count}
        assert [len(missed_clauses(one)) == 1 for one in told].count(True) >= counted["misses_one"]


@settings(max_examples=120, deadline=None)
@given(situations())
def test_bitmaps_agree_with_explained_rows(situation: tuple[Schema, list[Row], Programme]) -> None:
    schema, some, programme = situation
    assert_told_as_explained(evaluate_all(population(schema, some), programme), some)


@settings(max_examples=40, deadline=None)
@given(situations(), st.integers(0, 2**32), st.integers(1, 2500))
def test_bitmaps_agree_with_polars_over_several_blocks(
    situation: tuple[Schema, list[Row], Programme], seed: int, count: int
) -> None:
    schema, some, programme = situation
    frame = frame_of(some, schema)[np.random.default_rng(seed).integers(0, len(some), count)]
    copy = Population.of_frame(schema, Keys.of(range(count)), frame)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(executing, "_NEAR", 1)  # eight words a pass
        patch.setattr(executing, "_FAR", 1 << (seed % 20))
        outcomes = evaluate_all(copy, programme)
    counts_alone = evaluate_all(copy, programme, bits=False)
    for key, condition in programme.conditions.items():
        plain = plain_verdicts(condition, frame, TODAY)
        assert outcomes[key] == counts_alone[key] == plain.tally()
        assert outcomes.missed(key) == plain.missed()
        for kind in KINDS:
            expected = plain.mask(kind)
            assert (outcomes.mask(key, kind) == expected).all()
            assert (counts_alone.mask(key, kind) == expected).all()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_follows_from_changes_equals_what_is_evaluated_anew(data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if data.draw(st.booleans()):
            patch.setattr(columns, "_SEARCHED", 0)  # every dictionary counts as a long one
        follow_changes(data)


def follow_changes(data: st.DataObject) -> None:
    schema, some, programme = data.draw(situations())
    row = rows if schema is SCHEMA else rows_of(schema)
    filler = [some[at % len(some)] for at in range(300)]  # a change must be few among many
    held: dict[int, Row] = dict(enumerate(filler))
    copy = population(schema, filler)
    outcomes = evaluate_all(copy, programme)
    for _turn in range(data.draw(st.integers(1, 3))):
        written = data.draw(st.dictionaries(st.integers(0, 310), row, max_size=4))
        gone = data.draw(st.sets(st.sampled_from(sorted(held)), max_size=3)) - set(written)
        copy = copy.patched(written, sorted(gone))
        held = {one: values for one, values in (held | written).items() if one not in gone}
        if data.draw(st.booleans()):
            outcomes = evaluate_changes(outcomes, copy)
    outcomes = evaluate_changes(outcomes, copy)
    order = [one for one in copy.ids if one in held]
    assert sorted(order) == sorted(held)
    anew = evaluate_all(Population.of(schema, [(one, held[one]) for one in order]), programme)
    assert copy.count == len(held)
    for key in programme.conditions:
        assert outcomes[key] == anew[key]
        for kind in KINDS:
            assert outcomes.ids(key, kind) == anew.ids(key, kind)
        assert outcomes.missed(key) == anew.missed(key)


def test_few_changes_are_not_evaluated_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    condition = parse("count > 3", SCHEMA)
    copy = population(SCHEMA, [{"count": at % 6} for at in range(600)])
    outcomes = evaluate_all(copy, Programme.of({"p": condition}, TODAY))
    from district.kernel.matching.rules import programme

    monkeypatch.setattr(programme, "evaluate_all", None)  # calling it would fail
    later = evaluate_changes(outcomes, copy.patched({0: {"count": 9}, 601: {"count": 9}}, [5]))
    assert later["p"].holds == outcomes["p"].holds + 1
    assert outcomes["p"].holds == 200  # what was told before stays as it was
    assert later.ids("p", "holds", offset=0, limit=2) == [0, 4]


def test_repeated_clause_that_is_missed_counts_as_two() -> None:
    clause = parse("count > 3", SCHEMA)
    some: list[Row] = [{"count": 1}, {"count": 5}, {}]
    outcomes = evaluate_all(
        population(SCHEMA, some), Programme.of({"p": All((clause, clause))}, TODAY)
    )
    assert_told_as_explained(outcomes, some)
    assert outcomes["p"].fails == 1


def test_attribute_of_another_population_is_refused() -> None:
    other = Schema("other", (Attribute("height", "高", "integer"),))
    programme = Programme.of({"p": parse("height > 3", other)}, TODAY)
    with pytest.raises(ValueError, match="height"):
        evaluate_all(population(SCHEMA, [{}]), programme)
