"""What a listing says, and which units are to be confirmed for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from district.kernel.matching.public import best_offers
from district.systems.spaces.rules.listing import (
    as_claimed,
    claims_of,
    still_open,
    unconfirmed,
)
from district.systems.spaces.rules.matching import HAZARDS, Supply, Wish, market_of

pytestmark = pytest.mark.one_database
TODAY = date(2025, 9, 22)
PLAIN = Supply(
    "u", Decimal(1000), "901", TODAY, Decimal(8), Decimal(5), Decimal(3), Decimal(400), "3", True,
    Decimal(30),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("首层承重2吨/㎡", "load", "20"),
        ("楼面荷载800公斤", "load", "8"),
        ("荷载7.5kN/㎡", "load", "7.5"),
        ("层高6米5，可进大车", "height", "6.5"),
        ("滴水12m", "height", "12"),
        ("两台3吨货梯", "lift_load", "3"),
        ("货梯2吨", "lift_load", "2"),
        ("独立变压器630kVA", "power", "630"),
        ("用电400千伏安", "power", "400"),
        ("租金25-30元可谈", "price", "25"),
        ("18块一平", "price", "18"),
        ("可分租，300方起", "part", "300"),
        ("整层，可分割", "part", "0"),
    ],
)
def test_numbers_are_read_in_the_units_of_the_record(text: str, key: str, value: str) -> None:
    claims = claims_of(text)
    assert claims.values == {key: Decimal(value)}
    assert claims.words[key] in text


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("丙二类消防，工业废水接管网", {"hazard": "3", "drainage": True}),
        ("限丁戊类", {"hazard": "4"}),
        ("无工业废水排放口", {}),
        ("只能排生活污水", {}),
        ("16吨行车，货车可进", {}),
        ("电镀楼101，货梯2吨", {"lift_load": Decimal(2)}),
        ("离地铁站步行8分钟，精装带家具", {}),
        ("", {}),
    ],
)
def test_what_is_not_said_is_not_read(text: str, values: dict[str, object]) -> None:
    assert claims_of(text).values == values


def test_the_record_goes_before_the_listing() -> None:
    told = as_claimed(replace(PLAIN, load=None, listing="承重2吨，层高9米"))
    assert (told.load, told.height) == (Decimal(20), Decimal(5))


def _shown(wish: Wish, *supplies: Supply) -> list[int]:
    market = market_of([wish], supplies, TODAY)
    return [one.at for one in unconfirmed(market, wish, supplies, TODAY)]


def test_a_unit_held_up_by_unknowns_is_to_be_confirmed_and_says_of_what() -> None:
    wish = Wish("w", load=Decimal(8), budget=Decimal(35))
    unit = replace(PLAIN, load=None, price=None, listing="楼板承重1吨")
    assert _shown(wish, unit) == [0]
    facts = still_open(market_of([wish], [unit], TODAY), 0, unit)
    assert [(str(label), said) for label, said in facts] == [
        ("楼面荷载", "楼板承重1吨"), ("租金上限", ""),
    ]  # fmt: skip
    assert not best_offers(market_of([wish], [unit], TODAY), 1).of(0)


def test_what_is_known_or_said_to_miss_is_not_to_be_confirmed() -> None:
    wish = Wish("w", load=Decimal(8), height=Decimal(5))
    assert _shown(wish, replace(PLAIN, load=None, height=Decimal(4))) == []
    assert _shown(wish, replace(PLAIN, load=None, listing="承重500公斤")) == []


def test_a_larger_unit_is_to_be_confirmed_where_its_listing_says_that_it_is_let_in_parts() -> None:
    wish = Wish("w", area_from=Decimal(400), area_to=Decimal(600))
    assert _shown(wish, PLAIN) == []
    assert _shown(wish, replace(PLAIN, listing="可分租500平起")) == [0]
    assert _shown(wish, replace(PLAIN, listing="可分租700平起")) == []
    unit = replace(PLAIN, listing="整层可分")
    facts = still_open(market_of([wish], [unit], TODAY), 0, unit)
    assert [(str(label), said) for label, said in facts] == [("能否分租", "可分")]


def test_the_ground_floor_needs_no_lift() -> None:
    wish = Wish("w", lift_load=Decimal(5))
    for storey, fits in ((1, True), (2, False), (-1, False)):
        market = market_of([wish], [replace(PLAIN, lift_load=Decimal(0), storey=storey)], TODAY)
        assert bool(best_offers(market, 1).of(0)) is fits
        market = market_of([wish], [replace(PLAIN, lift_load=None, storey=storey)], TODAY)
        assert bool(best_offers(market, 1).of(0)) is fits


def test_those_to_be_confirmed_are_exactly_those_that_only_unknowns_hold_up() -> None:
    """Against every pair by itself, without listings."""
    rng, seen = Random(5), 0  # noqa: S311  # invented, not secret

    def some(*values: int) -> Decimal | None:
        return None if rng.random() < 0.3 else Decimal(rng.choice(values))

    for _ in range(50):
        supplies = [
            replace(
                PLAIN, load=some(5, 8), height=some(4, 5), power=some(200, 400), price=some(25, 40),
                hazard=rng.choice(("", *HAZARDS)), drainage=rng.choice((None, True, False)),
                free_from=TODAY + timedelta(days=rng.choice((0, 90))),
            )
            for _each in range(15)
        ]  # fmt: skip
        wish = Wish(
            "w", load=some(5, 8), height=some(5), power=some(400), budget=some(30), hazard="3",
            drainage=rng.random() < 0.5, wanted_on=TODAY + timedelta(days=30),
        )  # fmt: skip
        market = market_of([wish], supplies, TODAY)
        expected = set()
        for at in range(len(supplies)):
            how = {verdict for _one, verdict in market.explain(0, at).verdicts}
            if "unknown" in how and "missed" not in how:
                expected.add(at)
        shown = _shown(wish, *supplies)
        assert set(shown) == expected
        open_ = [len(market.explain(0, at).broken) for at in shown]
        assert open_ == sorted(open_)
        seen += len(expected)
    assert seen > 50


def test_more_of_the_use_in_words_ranks_higher_and_says_which() -> None:
    wish = Wish("w", use="精密注塑")
    units = [replace(PLAIN, listing="办公"), replace(PLAIN, key="v", listing="注塑、五金")]
    market = market_of([wish], units, TODAY)
    assert [at for at, _score in best_offers(market, 2).of(0)] == [1, 0]
    assert "注塑" in str(market.explain(0, 1).parts[0].reason)
    # By itself it is worth what it is worth among others.
    alone = market_of([wish], units[1:], TODAY).explain(0, 0)
    assert alone.parts[0].value == market.explain(0, 1).parts[0].value


def test_where_nothing_is_to_let_nothing_is_found() -> None:
    wish = Wish("w", load=Decimal(5), use="注塑")
    for units in ((), (replace(PLAIN, load=Decimal(1)),)):
        market = market_of([wish], units, TODAY)
        assert best_offers(market, 1).of(0) == []
        assert unconfirmed(market, wish, units, TODAY) == []


def test_many_demands_have_each_their_own_words() -> None:
    units = [replace(PLAIN, key=word, listing=word) for word in ("注塑", "印刷", "组装")]
    wishes = [Wish(word, use=word) for word in ("印刷", "组装", "印刷", "注塑")]
    offers = best_offers(market_of(wishes, units, TODAY), 1)
    assert [units[at].key for at in offers.supply] == ["印刷", "组装", "印刷", "注塑"]
