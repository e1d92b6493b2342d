"""Reading products into classes, relations, and how parts of a score behave: no database."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.systems.enterprises.rules.partners import (
    Ask,
    Candidate,
    Firm,
    Item,
    PartnersError,
    Said,
    Setting,
    parse_weights,
    rank,
)
from district.systems.enterprises.rules.products import (
    ProductsError,
    in_base_unit,
    quantity,
    vocabulary_from,
)
from district.systems.enterprises.rules.relations import Relation, Relations, relations_from
from district.systems.enterprises.tests.partners.labelled import (
    SYSTEM,
    relations,
    vocabulary,
    weights,
)

DATA = tomllib.loads((SYSTEM / "partners.toml").read_text("utf-8"))
CODES = sorted(vocabulary().by_code)


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("无人机电池", {"C3841.02"}),
        ("电池保护板", {"C3982.04"}),
        ("锂电池保护板代工", {"C3982.04"}),
        ("LED光源和驱动", {"C3975.01", "C3824.03"}),
        ("储能柜机箱", {"C3311.01"}),
        ("柜门铰链", {"C3351.01"}),
        ("眼镜铰链", {"C3587.03"}),
        ("电池极片高速裁切代工业务", set()),
        ("", set()),
        ("什么都不是", set()),
    ],
)
def test_the_last_noun_says_what_a_thing_is(text: str, heads: set[str]) -> None:
    assert vocabulary().read(text).heads == heads


def test_what_stands_before_says_what_it_is_for() -> None:
    assert "C3841.03" in vocabulary().read("储能柜机箱").uses
    assert "C3841.02" in vocabulary().read("电池极片高速裁切代工业务").uses


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1000万只", (Decimal(10_000_000), "只")),
        ("1.5亿 颗", (Decimal(150_000_000), "颗")),
        ("3,000套", (Decimal(3000), "套")),
        ("12", (Decimal(12), "")),
        ("很多", None),
        ("", None),
    ],
)
def test_a_quantity_is_read_with_its_unit(text: str, amount: Any) -> None:
    assert quantity(text) == amount


def test_units_with_times_are_brought_to_the_plain_one() -> None:
    assert in_base_unit(Decimal(9000), "万只") == (Decimal(90_000_000), "只")
    assert in_base_unit(Decimal(2), "千米") == (Decimal(2), "千米")
    assert in_base_unit(Decimal(2), "万平方米") == (Decimal(20_000), "平方米")


@pytest.mark.parametrize(
    "rows",
    [
        [{"code": "3841", "name": "电芯", "name_en": "", "words": "", "near": ""}],
        [{"code": "C3841.01", "name": "", "name_en": "", "words": "", "near": ""}],
        [{"code": "C3841.01", "name": "电芯", "name_en": "", "words": "", "near": ""}] * 2,
        [{"code": "C3841.01", "name": "电芯", "name_en": "", "words": "", "near": "C1.01"}],
    ],
)
def test_a_table_of_classes_that_makes_no_sense_is_refused(rows: list[dict[str, str]]) -> None:
    with pytest.raises(ProductsError):
        vocabulary_from(rows, [])


@pytest.mark.parametrize(
    "row",
    [
        {"input": "C3841.01", "output": "C39", "strength": "2", "source": "ours"},
        {"input": "C3841.99", "output": "C39", "strength": "1", "source": "ours"},
        {"input": "C3841.01", "output": "C39", "strength": "1", "source": ""},
        {"input": "C3841.01", "output": "C39", "strength": "x", "source": "ours"},
    ],
)
def test_a_relation_that_makes_no_sense_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(ProductsError):
        relations_from([row], CODES)


def test_the_most_exact_row_decides_and_a_second_step_counts_half() -> None:
    codes = ["C3841.01", "C3841.02", "C3963.01", "C3963.02"]
    rows = [
        Relation("C38", "C39", 0.2, "a"),
        Relation("C3841.02", "C3963.01", 0.9, "b"),
        Relation("C3841.01", "C3841.02", 1.0, "c"),
    ]
    found = Relations(rows, codes, 0.5)
    assert found.link("C3841.02", "C3963.02").strength == 0.2
    assert found.link("C3841.02", "C3963.01").strength == 0.9
    over = found.link("C3841.01", "C3963.01")
    assert over.strength == pytest.approx(0.45)
    assert over.via == "C3841.02"
    assert list(found.outputs("C3841.02")) == ["C3963.01", "C3963.02"]
    assert list(found.inputs("C3963.01", 0.4)) == ["C3841.02", "C3841.01"]


_ROWS = st.lists(
    st.builds(
        Relation,
        st.sampled_from(["C3841.01", "C3841.02", "C3963.01", "C38", "C39"]),
        st.sampled_from(["C3841.01", "C3841.02", "C3963.01", "C38", "C39"]),
        st.floats(0.1, 1.0),
        st.just("ours"),
    ),
    max_size=8,
)


@given(_ROWS)
@settings(max_examples=60, deadline=None)
def test_links_are_what_trying_every_class_between_finds(rows: list[Relation]) -> None:
    codes = ["C3841.01", "C3841.02", "C3963.01"]
    found = Relations(rows, codes, 0.5)

    def direct(one: str, other: str) -> float:
        fitting = [r for r in rows if one.startswith(r.input) and other.startswith(r.output)]
        if one == other or not fitting:
            return 0.0
        exact = max(len(r.input) + len(r.output) for r in fitting)
        return next(r.strength for r in fitting if len(r.input) + len(r.output) == exact)

    for one in codes:
        for other in codes:
            if one == other:
                continue
            over = [0.5 * direct(one, m) * direct(m, other) for m in codes if m not in (one, other)]
            assert found.link(one, other).strength == pytest.approx(max(direct(one, other), *over))


@pytest.mark.parametrize(
    "change",
    [
        {"weights": {**DATA["weights"], "words": 31}},
        {"weights": {"words": 100}},
        {"feedback": {**DATA["feedback"], "unsuitable": 1}},
        {"class": {"same": 1.0}},
        {"unknown": 2},
        {"half_km": 0},
    ],
)
def test_weights_that_make_no_sense_are_refused(change: Mapping[str, Any]) -> None:
    with pytest.raises(PartnersError):
        parse_weights({**DATA, **change})


def firm(key: str, name: str = "软包锂电芯", **more: Any) -> Firm:
    item = Item(key, name, vocabulary().read(name).heads, more.pop("capacity", None), "万只")
    values = {"lon": 114.25, "lat": 22.70, "size": "small", **more}
    return Firm(key, f"{key}有限公司", (item,), **values)


ASKER = firm("asker", "充电宝")
ASK = Ask("suppliers", "锂电池电芯", vocabulary().read("锂电池电芯").heads, firm=ASKER)


def ranked(*firms: Firm, ask: Ask = ASK, said: tuple[Said, ...] = ()) -> dict[str, Candidate]:
    setting = Setting(weights(), vocabulary(), relations(), said)
    return {one.key: one for one in rank(ask, firms, setting)}


def part(one: Candidate, key: str) -> Any:
    return next(part for part in one.parts if part.key == key)


def test_the_firm_itself_its_branches_and_closed_firms_are_no_partners() -> None:
    branch = replace(firm("b"), name="asker有限公司龙岗分公司")
    closed = firm("c", is_active=False)
    assert ranked(firm("a"), ASKER, branch, closed).keys() == {"a"}
    of_branch = replace(ASK, firm=branch)
    assert ranked(firm("a"), ASKER, ask=of_branch).keys() == {"a"}


def test_who_says_nothing_that_bears_on_the_question_is_left_out() -> None:
    assert ranked(firm("a", "实木家具")) == {}


def test_distance_halves_every_half_km_and_unknown_counts_half() -> None:
    here, away = firm("a"), firm("b", lat=22.70 + 8 / 111.195)
    nowhere = firm("c", lon=None, lat=None)
    found = ranked(here, away, nowhere)
    assert part(found["a"], "distance").value == pytest.approx(1)
    assert part(found["b"], "distance").value == pytest.approx(0.5, abs=0.001)
    assert part(found["c"], "distance").value is None
    assert part(found["c"], "distance").points == 5


def test_capacity_is_the_share_that_it_covers_and_for_buyers_the_other_way_round() -> None:
    ask = replace(ASK, quantity=Decimal(10_000_000), unit="只")
    found = ranked(firm("a", capacity=Decimal(500)), firm("b"), ask=ask)
    assert part(found["a"], "capacity").value == pytest.approx(0.5)
    assert part(found["b"], "capacity").value is None
    needs = Item("n", "电芯", ASK.codes, Decimal(4000), "万只")
    buyer = replace(ASKER, key="buyer", name="买家", needs=(needs,))
    sells = replace(ask, direction="buyers", firm=firm("seller"))
    assert part(ranked(buyer, ask=sells)["buyer"], "capacity").value == pytest.approx(0.25)


def test_a_firm_known_by_its_industry_alone_counts_half_by_class() -> None:
    known, guessed = firm("a"), firm("b", is_guessed=True)
    found = ranked(known, guessed)
    assert part(found["b"], "class").value == pytest.approx(part(found["a"], "class").value / 2)
    assert found["a"].score > found["b"].score


def test_a_dishonest_firm_has_no_points_for_standing() -> None:
    assert part(ranked(firm("a", size="large", is_dishonest=True))["a"], "standing").points == 0


def test_what_was_said_of_a_pair_moves_it_and_others_of_its_classes_less() -> None:
    said = Said("a", "asker", frozenset({"C3841.01"}), ASKER.makes, "cooperated")
    before = ranked(firm("a"), firm("b"))
    after = ranked(firm("a"), firm("b"), said=(said,))
    gains = {key: after[key].score - before[key].score for key in before}
    assert gains["a"] > gains["b"] > 0
    against = ranked(firm("a"), firm("b"), said=(replace(said, verdict="unsuitable"),))
    assert against["a"].score < before["a"].score
    assert against["b"].score < before["b"].score


_FIRMS = st.lists(
    st.builds(
        firm,
        st.integers(1, 10**6).map(str),
        st.sampled_from(["软包锂电芯", "动力电池", "储能电池", "锂电池保护板", "实木家具"]),
        size=st.sampled_from(["large", "micro", ""]),
        is_active=st.booleans(),
        is_dishonest=st.booleans(),
        capacity=st.one_of(st.none(), st.decimals(0, 10_000, places=1)),
        lat=st.one_of(st.none(), st.floats(22.5, 22.9)),
    ),
    max_size=8,
    unique_by=lambda one: one.key,
)


@given(_FIRMS, st.sampled_from(["useful", "unsuitable", "contacted", "cooperated"]))
@settings(max_examples=60, deadline=None)
def test_scores_are_the_sum_of_their_parts_cut_at_both_ends(
    firms: list[Firm], verdict: str
) -> None:
    said = tuple(Said(one.key, "asker", one.makes, ASKER.makes, verdict) for one in firms[:3])
    found = list(ranked(*firms, said=said).values())
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert not {one.key for one in found} & {one.key for one in firms if not one.is_active}
    for one in found:
        total = sum(part.points for part in one.parts)
        assert one.score == pytest.approx(min(max(total, 0), 100))
        for each in one.parts:
            assert -each.weight <= each.points <= each.weight
    assert sum(each.weight for each in found[0].parts[:6]) == 100 if found else True
