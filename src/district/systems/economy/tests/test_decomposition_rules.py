"""Decomposition: every sum closes exactly, what is set stays, what cannot be is explained; held to
slow oracles on small cases."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.systems.economy.rules.decomposition.bounds import Frame
from district.systems.economy.rules.decomposition.cube import Decomposed, decomposed
from district.systems.economy.rules.decomposition.path import Rule, spread
from district.systems.economy.rules.decomposition.pattern import (
    calendar_weights,
    level_of,
    quanta,
)
from district.systems.economy.rules.decomposition.tables import BlockedError, closed, fitted
from district.systems.economy.rules.decomposition.wishes import InfeasibleError, Node, Wish

MONTHS = tuple((month, month) for month in range(1, 13))
JOINT = ((1, 2), *((month, month) for month in range(3, 13)))
QUARTERS = ((1, 3), (4, 6), (7, 9), (10, 12))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Frame, np.ndarray, np.ndarray, list[Wish]]:
    """A frame, last year's values, a cube, and up to three numbers of it set by hand."""
    periods = draw(st.sampled_from((MONTHS, JOINT, QUARTERS)))
    height = draw(st.integers(1, 4))
    width = draw(st.integers(1, 3)) if height > 1 else 1
    frame = Frame(
        periods,
        tuple(f"i{at}" for at in range(height)) if height > 1 else ("",),
        tuple(f"s{at}" for at in range(width)) if width > 1 else ("",),
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cube = rng.integers(0, 1000, frame.shape)
    wishes: dict[Node, Wish] = {}
    for _number in range(draw(st.integers(0, 3))):
        first, last = draw(st.sampled_from([(1, 12), *frame.quarters(), *periods]))
        node = Node(
            first,
            last,
            draw(st.sampled_from(["", *frame.primary])),
            draw(st.sampled_from(["", *frame.secondary])),
        )
        if frame.has(node):
            value = Decomposed(frame, cube).value(node)
            if draw(st.booleans()):
                wishes[node] = Wish(node, "fixed", value)
            else:
                wishes[node] = Wish(node, "floor", value // 2)
    return frame, rng.lognormal(3, 1, frame.shape), cube, list(wishes.values())


@settings(max_examples=80, deadline=None)
@given(cases())
def test_sums_close_exactly_and_what_is_set_stays(
    case: tuple[Frame, np.ndarray, np.ndarray, list[Wish]],
) -> None:
    frame, bases, cube, wishes = case
    target = int(cube.sum())
    try:
        found = decomposed(target, bases, frame, wishes, anchor=1.03)
    except InfeasibleError:
        # One number alone can always be met: it was taken from a cube with this total.
        assert len(wishes) > 1
        return
    assert found.whole == target
    assert found.cells.min() >= 0
    for wish in wishes:
        value = found.value(wish.node)
        assert value == wish.value if wish.kind == "fixed" else value >= wish.value
    # Quarters, members and pairs are sums of cells, so all of them close with residual 0.
    parts = [found.value(Node(*span)) for span in frame.periods]
    assert sum(parts) == target
    if frame.primary != ("",):
        assert sum(found.value(Node(primary=one)) for one in frame.primary) == target


def test_without_wishes_and_anchor_the_pattern_of_last_year_is_kept() -> None:
    frame = Frame(QUARTERS, ("a", "b"))
    bases = np.array([[[10.0, 20, 30, 40]], [[40.0, 30, 20, 10]]])
    found = decomposed(2000, bases, frame)
    assert found.cells[:, 0, :].tolist() == [[100, 200, 300, 400], [400, 300, 200, 100]]


def test_wishes_that_cannot_be_met_name_the_numbers_and_the_gap() -> None:
    frame = Frame(QUARTERS, ("a", "b"))
    bases = np.ones(frame.shape)
    year = Wish(Node(primary="a"), "fixed", 100)
    first = Wish(Node(1, 3, "a"), "floor", 80)
    second = Wish(Node(4, 6, "a"), "floor", 50)
    with pytest.raises(InfeasibleError) as raised:
        decomposed(1000, bases, frame, [year, first, second])
    (conflict,) = raised.value.conflicts
    assert (conflict.node, conflict.have, conflict.need, conflict.gap) == (year.node, 100, 130, 30)
    assert set(conflict.parts) == {first.node, second.node}


def test_floors_beyond_the_target_are_refused_with_the_gap() -> None:
    frame = Frame(QUARTERS, ("a", "b"))
    floors = [Wish(Node(primary=one), "floor", 600) for one in ("a", "b")]
    with pytest.raises(InfeasibleError) as raised:
        decomposed(1000, np.ones(frame.shape), frame, floors)
    assert raised.value.conflicts[0].gap == 200


def _oracle_fitted(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Plain proportional fitting, as Deming and Stephan wrote it."""
    table = seed.copy()
    for _round in range(4000):
        table *= (rows / table.sum(axis=1))[:, None]
        table *= (columns / table.sum(axis=0))[None, :]
    return table


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_fitting_agrees_with_plain_fitting_and_floors_are_the_nearest_table(number: int) -> None:
    rng = np.random.default_rng(number)
    seed, truth = rng.lognormal(0, 1, (2, 3, 4))
    rows, columns = truth.sum(axis=1), truth.sum(axis=0)
    free = fitted(seed[None], rows[None], columns[None], np.zeros((1, 3, 4)))[0]
    assert np.allclose(free, _oracle_fitted(seed, rows, columns), rtol=1e-8)
    floor = truth * rng.uniform(0, 0.9, truth.shape)
    kept = fitted(seed[None], rows[None], columns[None], floor[None])[0]
    assert (kept >= floor - 1e-9).all()
    assert np.allclose(kept.sum(axis=1), rows)
    assert np.allclose(kept.sum(axis=0), columns)

    def distance(table: np.ndarray) -> float:
        return float((table * np.log(table / seed)).sum())

    # No table between this one and another with the same margins and floors is nearer.
    assert distance(kept) <= distance(0.999 * kept + 0.001 * truth) + 1e-9


def _hall(left: list[int], over: list[int], free: np.ndarray) -> bool:
    """Whether the open cells can carry the margins: every set of rows fits into its columns."""
    every = range(len(left))
    for rows in chain.from_iterable(combinations(every, size) for size in range(len(left) + 1)):
        reached = free[list(rows)].any(axis=0) if rows else np.zeros(len(over), bool)
        if sum(left[row] for row in rows) > sum(np.array(over)[reached]):
            return False
    return True


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_closing_finds_a_table_exactly_where_there_is_one(number: int) -> None:
    rng = np.random.default_rng(number)
    free = rng.random((3, 4)) < 0.6
    rows = rng.integers(0, 50, 3)
    columns = rng.multinomial(int(rows.sum()), np.full(4, 0.25))
    near = rng.uniform(0, 20, (1, 3, 4))
    floor = np.zeros((1, 3, 4), np.int64)
    try:
        found = closed(near, rows[None], columns[None], floor, free[None])[0]
    except BlockedError:
        assert not _hall(rows.tolist(), columns.tolist(), free)
        return
    assert found.sum(axis=1).tolist() == rows.tolist()
    assert found.sum(axis=0).tolist() == columns.tolist()
    assert (found >= 0).all()
    assert not found[~free].any()


def _oracle_path(
    pattern: np.ndarray, total: float, rules: list[Rule], anchor: float | None
) -> np.ndarray:
    """Denton's path by trying every set of floors as equalities (normal equations)."""
    size = len(pattern)
    equal = [Rule(tuple(range(size)), total), *(rule for rule in rules if not rule.floor)]
    least = [rule for rule in rules if rule.floor]
    least += [Rule((at,), 0.0, floor=True) for at in range(size)]
    steps = np.diff(np.diag(1 / pattern), axis=0)
    form, linear = steps.T @ steps, np.zeros(size)
    if anchor is not None:
        form[0, 0] += 1 / pattern[0] ** 2
        linear[0] = anchor / pattern[0]
    best: np.ndarray | None = None
    cost = np.inf
    for count in range(4):
        for held in combinations(least, count):
            lines = [*equal, *held]
            rows = np.zeros((len(lines), size))
            for at, line in enumerate(lines):
                rows[at, list(line.periods)] = 1
            system = np.block([[form, rows.T], [rows, np.zeros((len(lines),) * 2)]])
            sides = np.concatenate([linear, [line.value for line in lines]])
            path = np.linalg.lstsq(system, sides, rcond=None)[0][:size]
            met = np.allclose(rows @ path, sides[size:], rtol=1e-7)
            if met and all(path[list(r.periods)].sum() >= r.value - 1e-6 for r in least):
                value = path @ form @ path / 2 - linear @ path
                if value < cost - 1e-12:
                    best, cost = path, value
    assert best is not None
    return best


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_path_is_dentons_under_floors_and_settled_periods(number: int) -> None:
    rng = np.random.default_rng(number)
    pattern = rng.uniform(5, 15, 5)
    total = float(pattern.sum() * rng.uniform(0.9, 1.2))
    rules = [
        Rule((int(rng.integers(0, 2)),), float(pattern[0] * rng.uniform(0.7, 1.3))),
        Rule((3,), float(pattern[3] * rng.uniform(0.8, 1.4)), floor=True),
    ]
    anchor = 1.05 if number % 2 else None
    found = spread(pattern, total, rules, anchor=anchor)
    assert np.allclose(found, _oracle_path(pattern, total, rules, anchor), rtol=1e-5, atol=1e-5)


def test_the_year_begins_where_the_last_one_ended() -> None:
    pattern = np.full(4, 100.0)
    found = spread(pattern, 440.0, anchor=1.02)
    # The ratios leave 1.02 as slowly as the year's total allows, and rise all the way.
    assert 1.02 < found[0] / 100 < 1.10 < found[3] / 100
    assert (np.diff(found) > 0).all()


def test_working_days_and_the_spring_festival_move_the_pattern() -> None:
    days = [18, 20] + [21] * 10
    before = [22, 15] + [21] * 10
    weights = calendar_weights(MONTHS, days, before, Decimal(1))
    assert weights[0] < 1 < weights[1]
    assert weights[2] == 1
    # Joined, what the festival takes from January it gives to February.
    joint = calendar_weights(JOINT, days, before, Decimal(1))
    assert joint[0] == pytest.approx(38 / 37)


def test_a_growth_becomes_a_level_in_one_step() -> None:
    assert level_of(Decimal("1000.05"), Decimal(8), 2) == Decimal("1080.05")
    assert quanta(Decimal("1080.05"), 2) == 108005
