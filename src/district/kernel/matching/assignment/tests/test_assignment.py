"""Offers and assignments against every choice tried, on small random markets."""

from __future__ import annotations

import numpy as np
import pytest

from district.kernel.matching.assignment import market as market_module
from district.kernel.matching.assignment.tests.markets import Invented, broken_in, invented
from district.kernel.matching.public import (
    Market,
    Part,
    allowed,
    assign,
    at_least,
    best_offers,
    nearly_fitting,
    refusals,
)

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("several", [False, True])
def test_the_greatest_total_lies_between_the_value_and_the_bound(several: bool) -> None:
    rng = np.random.default_rng(5)
    for _ in range(120):
        made = invented(rng, int(rng.integers(1, 5)), int(rng.integers(1, 6)), several=several)
        found = assign(made.market, gap=0.001)
        best = made.best()
        assert broken_in(made, found.demand.tolist(), found.supply.tolist()) == 0
        assert found.value <= best + 1e-9 <= found.bound + 2e-9
        assert found.value == pytest.approx(
            sum(made.worth[i][j] for i, j in zip(found.demand, found.supply, strict=True))
        )
        assert found.proven
        assert found.value >= best * 0.999 - 1e-9


def test_a_market_larger_than_is_kept_gets_the_same_bound() -> None:
    """Pairs are added where they are missing; the gap holds over all of them."""
    rng = np.random.default_rng(9)
    for _ in range(3):
        made = invented(rng, 300, 90)
        whole = assign(made.market, gap=0.002)
        parts = assign(made.market, gap=0.002, most_pairs=10)
        assert parts.kept < parts.pairs == whole.pairs == whole.kept
        assert parts.proven
        assert broken_in(made, parts.demand.tolist(), parts.supply.tolist()) == 0
        assert parts.value <= whole.bound + 1e-9
        assert whole.value <= parts.bound + 1e-9


def test_out_of_time_the_gap_that_it_tells_still_holds() -> None:
    made = invented(np.random.default_rng(2), 60, 20)
    hasty, patient = assign(made.market, gap=0.001, seconds=0.0), assign(made.market, gap=0.001)
    assert not hasty.proven
    assert hasty.value <= patient.value
    assert hasty.bound >= patient.value


def test_the_same_market_gives_the_same_answer() -> None:
    first = assign(invented(np.random.default_rng(3), 80, 40, several=True).market)
    again = assign(invented(np.random.default_rng(3), 80, 40, several=True).market)
    assert (first.demand.tolist(), first.supply.tolist()) == (
        again.demand.tolist(),
        again.supply.tolist(),
    )


def _ranked(made: Invented, demand: int) -> list[int]:
    fitting = [j for j in range(made.market.supplies) if made.fits(demand, j)]
    return sorted(fitting, key=lambda j: (-round(made.worth[demand][j], 9), j))


def test_offers_are_the_best_that_fit_however_the_demands_are_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = invented(np.random.default_rng(7), 50, 31)
    whole = best_offers(made.market, 4)
    monkeypatch.setattr(market_module, "_BLOCK", 93)
    assert len(list(made.market.blocks())) > 10
    cut = best_offers(made.market, 4)
    for demand in range(50):
        assert [supply for supply, _score in whole.of(demand)] == _ranked(made, demand)[:4]
        assert cut.of(demand) == whole.of(demand)


def test_nearly_fitting_breaks_exactly_the_constraint_that_is_named() -> None:
    made = invented(np.random.default_rng(8), 30, 21)
    named = 0
    for demand in range(30):
        near = nearly_fitting(made.market, demand)
        told = {supply: one.key for supply, one in near}
        for supply in range(21):
            broken = [one.key for one in made.market.explain(demand, supply).broken]
            assert (broken == []) == made.fits(demand, supply)
            assert (len(broken) == 1) == (supply in told)
            if supply in told:
                assert broken == [told[supply]]
        counted = refusals(made.market, demand)
        for one in made.market.constraints:
            missed = [one.verdict(demand, j) in ("missed", "unknown") for j in range(21)]
            assert counted[one.key] == sum(missed)
        named += len(near)
    assert named > 100


def test_an_explanation_adds_up_and_says_what_is_unknown() -> None:
    made = invented(np.random.default_rng(4), 6, 8)
    unknown = 0
    for demand in range(6):
        for supply in range(8):
            found = made.market.explain(demand, supply)
            assert found.score == pytest.approx(made.worth[demand][supply])
            assert sum(part.adds for part in found.parts) == pytest.approx(found.score)
            assert sum(part.weight for part in found.parts) == pytest.approx(1)
            unknown += sum(part.value is None for part in found.parts)
    assert unknown == 6 * 4


def test_what_a_supply_does_not_tell_is_not_offered_to_who_asks() -> None:
    """Unknown is not held; whoever does not ask is not refused."""
    constraint = at_least("load", "荷载", [5, np.nan], [np.nan, 5])
    found = Market(2, 2, (constraint,), ())
    assert [constraint.verdict(0, j) for j in range(2)] == ["unknown", "held"]
    assert [constraint.verdict(1, j) for j in range(2)] == ["not_asked", "not_asked"]
    assert [supply for supply, _ in best_offers(found, 5).of(0)] == [1]
    assert [supply for supply, _ in best_offers(found, 5).of(1)] == [0, 1]


def test_a_table_that_nobody_asks_by_refuses_nobody() -> None:
    found = Market(2, 2, (allowed("street", "街道", [-1, -1], [0, 3], ()),), ())
    assert len(best_offers(found, 5).supply) == 4


@pytest.mark.parametrize(("demands", "supplies"), [(0, 4), (4, 0), (0, 0)])
def test_an_empty_side_is_an_empty_answer(demands: int, supplies: int) -> None:
    made = invented(np.random.default_rng(1), demands, supplies)
    found = assign(made.market)
    assert (len(found.demand), found.value, found.bound, found.gap) == (0, 0, 0, 0)
    assert len(best_offers(made.market, 3).supply) == 0


def test_a_wrong_market_is_refused() -> None:
    load = at_least("load", "荷载", [1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="another number"):
        Market(2, 2, (load,), ())
    with pytest.raises(ValueError, match="own key"):
        Market(1, 2, (load, load), ())
    with pytest.raises(ValueError, match="weight"):
        Market(1, 2, (load,), (Part("x", "x", 0, lambda i, j: i * 0.0),))
    with pytest.raises(ValueError, match="counts"):
        Market(1, 2, (load,), (), capacity=np.array([1]))
    with pytest.raises(ValueError, match="outside"):
        allowed("kind", "类别", [3], [0], ((True,),))
    beyond = Market(1, 2, (load,), (Part("x", "x", 1, lambda i, j: i + 2.0),))
    with pytest.raises(ValueError, match="from 0 to 1"):
        best_offers(beyond, 1)
