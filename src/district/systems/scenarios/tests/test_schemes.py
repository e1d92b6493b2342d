"""Schemes are linted; who may review, what they read, what their points come to. No database."""

from __future__ import annotations

import random
import tomllib
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from district.systems.scenarios.rules.reviewing import (
    HIDDEN,
    Tie,
    aggregate,
    assignment,
    blinded,
    conflicts,
    passing,
)
from district.systems.scenarios.rules.schemes import SchemeError, parse_scheme
from district.systems.scenarios.schemes import schemes

FILE = Path(__file__).parents[1] / "schemes" / "selected_factory.toml"
DATA = tomllib.loads(FILE.read_text("utf-8"))
DAY = date(2025, 9, 22)


def test_the_products_three_schemes_are_sound() -> None:
    assert set(schemes()) == {"three_new", "selected_factory", "notable_household"}
    for scheme in schemes().values():
        assert scheme.formal
        assert scheme.most == 100


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("colour", "red", "unknown entry"),
        ("number", "yx", "capital letters"),
        ("manage", [], "nobody may"),
        ("decide", [["king", "unit"]], "unknown right"),
        ("fields.brand.type", "colour", "type must be"),
        ("fields.brand.choices", [["a", "甲", "A"]], "choices belong"),
        ("formal", [{"when": "colour = 1", "say": "x", "say_en": "x"}], "formal 1"),
        ("review.experts", 2, "without the extremes"),
        ("review.criteria", [], "no criteria"),
        ("review.aggregate.method", "guess", "method must be"),
        ("review.passes.least", 101, "must lie between"),
        ("review.passes.quota", 0, "quota must be"),
        ("publicity.days", 0, "days must be"),
        ("recognition.renew_days", 2000, "longer than a recognition"),
        ("label_en", "", "label_en"),
    ],
)
def test_each_fault_of_a_scheme_is_named(path: str, value: Any, words: str) -> None:
    data: dict[str, Any] = deepcopy(DATA)
    at: Any = data
    *way, last = path.split(".")
    for name in way:
        at = at[name]
    at[last] = value
    with pytest.raises(SchemeError, match=words):
        parse_scheme(data)


def test_a_scheme_is_known_by_its_content() -> None:
    other = {**DATA, "least_window_days": 11}
    assert parse_scheme(DATA).version != parse_scheme(other).version


@pytest.mark.parametrize(
    ("tie", "bound"),
    [
        (Tie("employment", "东江智飞科技有限公司"), True),
        (Tie("employment", " 东江智飞科技（有限）公司"), True),
        (Tie("shares", "另一个名字", "C1"), True),
        (Tie("shares", "另一个名字", ""), False),
        (Tie("kin", "别的公司", "C2"), False),
        (Tie("advice", "东江智飞科技有限公司", until=date(2023, 1, 1)), True),
        (Tie("advice", "东江智飞科技有限公司", until=date(2022, 9, 21)), False),
        (Tie("advice", "东江智飞科技有限公司", until=date(2022, 9, 22)), True),
        (Tie("advice", "东江智飞科技有限公司", since=date(2025, 10, 1)), False),
    ],
)
def test_a_tie_binds_by_code_or_name_and_for_three_years_after(tie: Tie, bound: bool) -> None:
    found = conflicts([tie], "东江智飞科技有限公司", "C1", DAY)
    assert found == ((tie.kind,) if bound else ())


def test_no_spelling_of_the_applicant_is_left_in_what_reviewers_read() -> None:
    firm = "深圳市东江智飞科技有限公司"
    text = f"{firm}（91440300X）研发，东江智飞科技的产品，东江智飞科技有限公司销售。"
    found = blinded(text, (firm, "91440300X"))
    assert "东江" not in found
    assert "91440300X" not in found
    assert found.count(HIDDEN) == 4


def test_nobody_reviews_what_a_tie_bars_them_from_in_any_of_many_draws() -> None:
    luck = random.Random(3)  # noqa: S311  # made-up rounds
    for _round in range(300):
        experts = [f"e{at}" for at in range(luck.randint(1, 9))]
        keys = [f"a{at}" for at in range(luck.randint(1, 12))]
        barred = {key: set(luck.sample(experts, luck.randint(0, len(experts)))) for key in keys}
        wanted = luck.randint(1, 3)
        found = assignment(keys, experts, barred, {}, wanted)
        for key in keys:
            free = len(experts) - len(barred[key])
            assert (key in found) == (free >= wanted)
            if key in found:
                assert len(set(found[key])) == wanted
                assert not barred[key].intersection(found[key])


def test_work_is_shared_evenly_where_nobody_is_barred() -> None:
    keys, experts = [f"a{at}" for at in range(12)], ["e1", "e2", "e3", "e4"]
    found = assignment(keys, experts, {}, {}, 2)
    load = {expert: sum(expert in chosen for chosen in found.values()) for expert in experts}
    assert set(load.values()) == {6}


def test_points_become_a_score() -> None:
    totals = [Decimal(t) for t in (60, 90, 80, 100, 20)]
    assert aggregate(totals, "mean") == Decimal("70.00")
    assert aggregate(totals, "mean_without_extremes") == Decimal("76.67")
    assert aggregate(totals, "median") == Decimal("80.00")
    assert aggregate(totals[:2], "mean_without_extremes") == Decimal("75.00")
    with pytest.raises(ValueError, match="nobody"):
        aggregate([], "mean")


def test_a_quota_takes_the_first_and_breaks_no_tie_by_chance() -> None:
    scheme = replace(parse_scheme(DATA), quota=2, least=Decimal(60))
    scores = {"a": Decimal(90), "b": Decimal(80), "c": Decimal(80), "d": Decimal(70)}
    passed, ranks = passing(scores, scheme)
    assert passed == {"a", "b", "c"}
    assert ranks == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert passing({"a": Decimal(59)}, scheme)[0] == set()
    assert passing(scores, replace(scheme, quota=None))[0] == set(scores)
