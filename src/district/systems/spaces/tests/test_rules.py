"""Vacancy, plans, and the market of space against the language of conditions; no database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from district.kernel.conditions.public import Attribute, Schema, explain, parse
from district.kernel.matching.public import best_offers, refusals
from district.systems.spaces.rules.matching import HAZARDS, RULES, Supply, Wish, market_of
from district.systems.spaces.rules.plans import (
    OutlineError,
    area_of,
    outline_of,
    path,
    plan_of,
)
from district.systems.spaces.rules.vacancy import free_from, overlapping, standing, vacant_on

pytestmark = pytest.mark.one_database
TODAY = date(2025, 9, 22)


def days(first: int, last: int) -> tuple[date, date]:
    return TODAY + timedelta(days=first), TODAY + timedelta(days=last)


def test_a_lease_holds_its_first_and_its_last_day_and_none_else() -> None:
    spans = [days(2, 5)]
    free = [vacant_on(spans, TODAY + timedelta(days=at)) for at in range(1, 7)]
    assert free == [True, False, False, False, False, True]


def test_free_for_good_is_after_the_last_lease_not_in_a_gap() -> None:
    assert free_from([], TODAY) == TODAY
    assert free_from([days(-9, -1)], TODAY) == TODAY
    assert free_from([days(-9, 0)], TODAY) == TODAY + timedelta(days=1)
    assert free_from([days(-9, 3), days(10, 20)], TODAY) == TODAY + timedelta(days=21)
    assert standing([days(10, 20)], TODAY, 90) == "soon"
    assert standing([days(10, 90)], TODAY, 90) == "leased"
    assert standing([days(-3, -1)], TODAY, 90) == "vacant"


def test_leases_overlap_when_they_share_one_day() -> None:
    assert overlapping([days(1, 5)], days(5, 9)) == days(1, 5)
    assert overlapping([days(1, 5)], days(6, 9)) is None
    assert overlapping([days(3, 4)], days(1, 9)) == days(3, 4)


@pytest.mark.parametrize(
    "given",
    [
        [[0, 0], [1, 1]],
        [[0, 0], [1, 1], [2, 2]],
        [[0, 0], [1, "x"], [2, 0]],
        [[0, 0], [9000, 0], [0, 1]],
        [[0, 0], [float("nan"), 0], [0, 1]],
        7,
    ],
)
def test_what_is_no_outline_is_refused(given: object) -> None:
    with pytest.raises(OutlineError):
        outline_of(given)


def test_a_grid_keeps_every_area_and_overlaps_nothing() -> None:
    areas = [300.0, 120.0, 80.0, 500.0, 40.0]
    plan = plan_of((), [(str(at), area, ()) for at, area in enumerate(areas)])
    assert not plan.drawn
    assert [round(area_of(one.outline), 6) for one in plan.units] == areas
    assert plan.width * plan.depth == pytest.approx(sum(areas))
    assert [one.key for one in plan.units] == list("01234")


def test_a_drawn_floor_stands_as_it_was_drawn_north_up() -> None:
    floor = outline_of([[0, 0], [20, 0], [20, 10], [0, 10]])
    left, right = ((0, 0), (8, 0), (8, 10), (0, 10)), ((8, 0), (20, 0), (20, 10), (8, 10))
    plan = plan_of(floor, [("a", 80, left), ("b", 120, right)])
    assert plan.drawn
    assert path(plan.units[0].outline, plan) == "0.00,10.00 8.00,10.00 8.00,0.00 0.00,0.00"
    assert plan.units[1].middle == pytest.approx((14.0, 5.0))
    # One that is not drawn puts all into a grid, and says so.
    assert not plan_of(floor, [("a", 80, left), ("b", 120, ())]).drawn


_SCHEMA = Schema(
    "units",
    (
        Attribute("area", "", "decimal"),
        Attribute("load", "", "decimal"),
        Attribute("height", "", "decimal"),
        Attribute("lift_load", "", "decimal"),
        Attribute("power", "", "decimal"),
        Attribute("hazard", "", "choice", choices=tuple((one, one) for one in HAZARDS)),
        Attribute("drainage", "", "boolean"),
        Attribute("street", "", "code"),
        Attribute("price", "", "decimal"),
        Attribute("leased_until", "", "date"),
        Attribute("storey", "", "integer"),
    ),
)


def _supply(rng: Random, key: int) -> Supply:
    def some(*values: int) -> Decimal | None:
        return None if rng.random() < 0.2 else Decimal(rng.choice(values))

    return Supply(
        key=str(key),
        area=Decimal(rng.choice((500, 800, 1200, 2000))),
        street=rng.choice(("901", "902", "903")),
        free_from=TODAY + timedelta(days=rng.choice((0, 0, 30, 200))),
        load=some(3, 5, 8),
        height=some(4, 5),
        lift_load=some(2, 3),
        power=some(200, 400),
        hazard=rng.choice(("", *HAZARDS)),
        drainage=rng.choice((None, True, False)),
        price=some(25, 30, 45),
        storey=rng.choice((-1, 1, 2, 3)),
    )


def _wish(rng: Random) -> Wish:
    def some(*values: int) -> Decimal | None:
        return None if rng.random() < 0.5 else Decimal(rng.choice(values))

    return Wish(
        key="w",
        area_from=some(600, 1000),
        area_to=some(1000, 1500),
        load=some(5, 8),
        height=some(4, 5),
        lift_load=some(2, 3),
        power=some(200, 400),
        hazard=rng.choice(("", *HAZARDS)),
        drainage=rng.random() < 0.3,
        streets=rng.choice(((), ("902",), ("903", "901"))),
        budget=some(30, 40),
        wanted_on=rng.choice((None, TODAY + timedelta(days=31))),
    )


def test_what_the_market_refuses_is_what_the_register_lists_under_the_same_condition() -> None:
    """Each constraint as bitmaps and as a condition over the register: the same units."""
    rng, refused = Random(11), 0  # noqa: S311  # invented, not secret
    for _ in range(60):
        supplies = [_supply(rng, at) for at in range(12)]
        wish = _wish(rng)
        market = market_of([wish], supplies, TODAY)
        counts = refusals(market, 0)
        fitting = {at for at, _score in best_offers(market, 99).of(0)}
        broken: set[int] = set()
        for rule in RULES:
            condition = rule.condition(wish)
            if not condition:
                assert counts[rule.key] == 0
                continue
            tree = parse(condition, _SCHEMA)
            names = {at for at, one in enumerate(supplies) if _holds(tree, one)}
            assert counts[rule.key] == len(names), rule.key
            broken |= names
            refused += len(names)
        assert fitting == set(range(12)) - broken
    assert refused > 500


def _holds(tree: object, one: Supply) -> bool:
    until = None if one.free_from == TODAY else one.free_from - timedelta(days=1)
    row = {
        "area": one.area, "load": one.load, "height": one.height, "lift_load": one.lift_load,
        "power": one.power, "hazard": one.hazard or None, "drainage": one.drainage,
        "street": one.street, "price": one.price, "leased_until": until,
        "storey": one.storey,
    }  # fmt: skip
    return explain(tree, row, today=TODAY).outcome == "holds"  # type: ignore[arg-type]  # of parse


@pytest.mark.parametrize(
    ("need", "have", "fits"),
    [("3", "3", True), ("4", "3", True), ("2", "3", False), ("5", "1", True), ("3", "", False)],
)
def test_a_hazard_class_takes_its_own_and_the_less_dangerous(
    need: str, have: str, fits: bool
) -> None:
    market = market_of(
        [Wish("w", hazard=need)], [Supply("s", Decimal(1), "901", TODAY, hazard=have)], TODAY
    )
    assert (len(best_offers(market, 1).supply) == 1) is fits


def test_the_better_in_one_part_alone_ranks_first_and_the_parts_add_up() -> None:
    plain = {"area": Decimal(1000), "street": "901", "load": Decimal(8), "price": Decimal(30)}
    wish = Wish(
        "w",
        area_from=Decimal(800),
        area_to=Decimal(1200),
        load=Decimal(5),
        streets=("901", "902"),
        budget=Decimal(40),
    )
    for better in (
        {"price": Decimal(20)},
        {"load": Decimal(9) / 2 + 5},
        {"free_from": TODAY},
        {"street": "901"},
        {"area": Decimal(1000)},
    ):
        worse = {
            **plain, "price": Decimal(30), "load": Decimal(6), "street": "902",
            "area": Decimal(900), "free_from": TODAY + timedelta(days=9),
        }  # fmt: skip
        market = market_of(
            [wish],
            [Supply(key="a", **worse), Supply(key="b", **{**worse, **better})],  # type: ignore[arg-type]  # of mixed kinds
            TODAY,
        )
        assert [at for at, _score in best_offers(market, 2).of(0)] == [1, 0], better
        found = market.explain(0, 1)
        assert sum(part.adds for part in found.parts) == pytest.approx(found.score)
        assert all(str(part.reason) for part in found.parts)
