"""How candidates are ranked: hard conditions, parts, feedback. No database."""

from __future__ import annotations

import random
import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from district.kernel.conditions.public import Attribute, Schema, explain, parse
from district.kernel.matching.public import likeness, shared_words, terms_of, weights_of
from district.systems.scenarios.rules.kinds import PAIR
from district.systems.scenarios.rules.matching import (
    MatchingError,
    Setting,
    Side,
    Weights,
    Word,
    pair_values,
    parse_weights,
    rank,
)

FILE = Path(__file__).parents[1] / "kinds" / "matching.toml"
DATA = tomllib.loads(FILE.read_text("utf-8"))
SCHEMA = Schema("t", (Attribute("level", "l", "integer"), Attribute("tags", "t", "set")))
MUST = parse("maturity_short <= 0 and (money_short <= 0 or not money_short known)", PAIR)
NEED = Side(
    "need", "用无人机巡检河道", "low", frozenset({"drone", "water"}), 6, Decimal(100), "901"
)


def setting(words: list[Word] | None = None, texts: tuple[str, ...] = ()) -> Setting:
    terms = weights_of([NEED.text, "另一段完全不同的文字", *texts])
    today = date(2025, 9, 22)
    near = {"low": frozenset({"robot"})}
    return Setting(parse_weights(DATA), near, terms, SCHEMA, PAIR, today, words or [])


def offer(key: str, **more: Any) -> Side:
    base = Side(key, "无人机河道巡检系统", "low", frozenset({"drone"}), 8, Decimal(80), "901")
    found = replace(base, **more)
    return replace(found, values={"level": found.level, "tags": found.tags})


def scores(offers: list[Side], words: list[Word] | None = None) -> dict[str, float]:
    found = rank(NEED, offers, is_need=True, must=MUST, setting=setting(words))
    return {one.key: one.score for one in found.candidates}


def test_a_hard_condition_is_never_broken_in_ten_thousand_random_pairs() -> None:
    luck = random.Random(5)  # noqa: S311  # made-up markets, no secrets
    kept = held = 0
    for _market in range(50):
        need = replace(
            NEED,
            level=luck.choice([None, 2, 4, 6, 8, 9]),
            money=luck.choice([None, Decimal(luck.randint(1, 200))]),
            requires=luck.choice(["", "level >= 6", 'tags has "drone"', 'not tags has "water"']),
        )
        offers = [
            offer(
                f"o{at}",
                level=luck.choice([None, 2, 4, 6, 8, 9]),
                money=luck.choice([None, Decimal(luck.randint(1, 200))]),
                tags=frozenset(luck.sample(["drone", "water", "bim"], luck.randint(0, 3))),
            )
            for at in range(200)
        ]
        found = rank(need, offers, is_need=True, must=MUST, setting=setting())
        by_key = {one.key: one for one in offers}
        for one in found.candidates:
            other = by_key[one.key]
            if need.level is not None:
                assert other.level is not None
                assert other.level >= need.level
            if need.money is not None and other.money is not None:
                assert other.money <= need.money
            if need.requires:
                asked = parse(need.requires, SCHEMA)
                assert explain(asked, other.values).verdict is True
        assert len(found.candidates) + len(found.held) == len(offers)
        kept, held = kept + len(found.candidates), held + len(found.held)
    assert min(kept, held) > 1000


def test_what_is_not_known_is_told_apart_from_what_fails() -> None:
    offers = [
        offer("unknown", level=None),
        offer("fails", level=4),
        offer("dear", money=Decimal(101)),
    ]
    found = rank(NEED, offers, is_need=True, must=MUST, setting=setting())
    assert not found.candidates
    assert [(one.key, one.unknown) for one in found.held] == [
        ("unknown", True), ("dear", False), ("fails", False),
    ]  # fmt: skip
    assert [leaf.condition.attribute.key for leaf in found.held[2].clauses] == ["maturity_short"]  # type: ignore[union-attr]  # a comparison


def test_a_need_that_states_nothing_refuses_nobody() -> None:
    values = pair_values(offer("o", level=None, money=None), replace(NEED, level=None, money=None))
    assert (values["maturity_short"], values["money_short"]) == (0, Decimal(0))


@pytest.mark.parametrize(
    "better",
    [
        {"tags": frozenset({"drone", "water"})},
        {"text": "用无人机巡检河道"},
    ],
)
def test_each_part_raises_the_score(better: dict[str, Any]) -> None:
    found = scores([offer("plain"), offer("better", **better)])
    assert found["better"] > found["plain"]


@pytest.mark.parametrize(
    "worse",
    [{"area": "other"}, {"area": "robot"}, {"street": "902"}, {"money": None}, {"text": "别的"}],
)
def test_each_part_lowers_the_score(worse: dict[str, Any]) -> None:
    found = scores([offer("plain"), offer("worse", **worse)])
    assert found["worse"] < found["plain"]


def test_a_near_field_lies_between_the_same_and_another() -> None:
    found = scores([offer("same"), offer("near", area="robot"), offer("other", area="x")])
    assert found["same"] > found["near"] > found["other"]


def test_the_score_is_the_sum_of_its_parts_and_both_sides_agree() -> None:
    one = offer("o")
    here = rank(NEED, [one], is_need=True, must=MUST, setting=setting()).candidates[0]
    there = rank(one, [NEED], is_need=False, must=MUST, setting=setting()).candidates[0]
    assert here.parts == there.parts
    assert here.score == pytest.approx(100 * sum(p.points for p in here.parts) / 100)
    assert parse_weights(DATA).whole == 100


def _said(pair: str, verdict: str, offer_tag: str = "drone") -> Word:
    tags = frozenset({offer_tag})
    return Word(pair, "another", tags, frozenset({"water"}), verdict)


def test_feedback_moves_what_is_alike_and_is_shown() -> None:
    alike, unlike = offer("alike"), offer("unlike", tags=frozenset({"bim", "drone"}))
    plain = scores([alike, unlike])
    good = scores([alike, unlike], [_said(f"x{at}", "landed") for at in range(3)])
    bad = scores([alike, unlike], [_said(f"x{at}", "not_useful") for at in range(3)])
    assert good["alike"] > plain["alike"] > bad["alike"]
    found = rank(NEED, [alike], is_need=True, must=MUST,
                 setting=setting([_said("x", "useful")]))  # fmt: skip
    part = next(p for p in found.candidates[0].parts if p.key == "experience")
    assert part.points > 0
    assert part.facts["number"] == 1


def test_one_word_moves_less_than_many_and_a_pairs_own_most() -> None:
    once = scores([offer("o")], [_said("x", "useful")])["o"]
    often = scores([offer("o")], [_said(f"x{at}", "useful") for at in range(9)])["o"]
    own = Word("o", "need", frozenset({"drone"}), frozenset({"water"}), "landed")
    assert scores([offer("o")])["o"] < once < often < scores([offer("o")], [own])["o"]


def test_neighbouring_pairs_are_read_as_one_word() -> None:
    weights = weights_of(["用无人机巡检河道", "无人机巡检桥梁 BIM", "别的"])
    assert shared_words("用无人机巡检河道 bim", "无人机巡检桥梁 BIM", weights)[0] == "无人机巡检"
    assert "bim" in terms_of("桥梁 BIM")
    assert likeness("无人机", "无人机", weights) == pytest.approx(1)
    assert likeness("无人机", "水质", weights) == 0


def test_what_most_texts_say_tells_none_of_them_apart() -> None:
    texts = [f"河道巡检演示{at}号" for at in "甲乙丙丁"] + ["桥梁检测演示", "桥梁养护演示"]
    weights = weights_of(texts)
    assert "演示" not in weights
    assert shared_words(texts[4], texts[5], weights) == ["桥梁"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("weights", {"tags": 1}), ("feedback", {**DATA["feedback"], "not_useful": 1}), ("unknown", 2),
     ("experience", {"doubt": 0}), ("weights", dict.fromkeys(DATA["weights"], 0))],
)  # fmt: skip
def test_weights_without_sense_are_refused(key: str, value: Any) -> None:
    with pytest.raises(MatchingError):
        parse_weights({**DATA, key: value})


def test_weights_are_those_of_the_product() -> None:
    assert isinstance(parse_weights(DATA), Weights)
