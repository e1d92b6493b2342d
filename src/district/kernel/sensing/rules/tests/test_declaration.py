"""Rules as people write them: one canonical form, and every fault with its field and remedy."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from django.utils import translation

from district.kernel.sensing.rules.clauses import read_clause, write_clause
from district.kernel.sensing.rules.declaration import parse_rule, parse_rule_toml
from district.kernel.sensing.rules.describing import describe
from district.kernel.sensing.rules.faults import Reader, RuleError
from district.kernel.sensing.rules.tests.samples import Sampler

SMOKE = """
key = "smoke"
label = "林区烟雾"
label_en = "Smoke in the woods"
level = "orange"
streams = 'property = "smoke" and area under "440307"'
wait = "5 s"
quiet = [{ from = "22:00", to = "06:00", days = ["tue", "mon"] }]
[when]
sustained_for = "1.5 min"
clause = { above = 35, release = 33.5, valid_for = "10 min" }
[until]
sustained_for = "600 s"
clause = { below = 30 }
"""


def plain(**more: Any) -> dict[str, Any]:
    """A rule's data with some entries changed."""
    data: dict[str, Any] = {"key": "smoke", "label": "烟雾", "level": "red", "streams": "all"}
    return {**data, "when": {"above": 35}, **more}


def test_a_rule_in_a_file_reads_back_from_its_canonical_form_with_the_same_version() -> None:
    rule = parse_rule_toml(SMOKE)
    again = parse_rule(json.loads(json.dumps(rule.to_data())))
    assert again == rule
    assert again.version == rule.version
    assert rule.to_data()["when"]["sustained_for"] == "90 s"
    assert rule.to_data()["until"]["sustained_for"] == "10 min"
    assert rule.to_data()["quiet"][0]["days"] == ["mon", "tue"]


@pytest.mark.parametrize(
    "change",
    [
        {"when": {"above": 36}},
        {"when": {"above": 35, "release": 34}},
        {"label": "烟"},
        {"level": "blue"},
        {"wait": "1 s"},
        {"unknown": "release"},
        {"until": {"below": 30}},
        {"quiet": [{"from": "22:00", "to": "06:00"}]},
    ],
)
def test_any_change_is_another_version_and_another_spelling_is_none(change: dict[str, Any]) -> None:
    assert parse_rule(plain(**change)).version != parse_rule(plain()).version
    spelled = plain(when={"release": 35.0, "above": 35.0}, wait="0 min")
    assert parse_rule(spelled).version == parse_rule(plain()).version


def test_another_time_zone_is_another_version() -> None:
    assert parse_rule(plain(), zone="Asia/Urumqi").version != parse_rule(plain()).version


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": "Smoke!"}, "key"),
        ({"label": ""}, "label"),
        ({"level": "purple"}, "level"),
        ({"streams": None}, "streams"),
        ({"wait": "soon"}, "wait"),
        ({"wait": "2 d"}, "wait"),
        ({"unknown": "forget"}, "unknown"),
        ({"colour": "red"}, "colour"),
        ({"when": None}, "when"),
        ({"when": {}}, "when"),
        ({"when": {"above": 1, "below": 2}}, "when"),
        ({"when": {"above": "x"}}, "when.above"),
        ({"when": {"above": float("nan")}}, "when.above"),
        ({"when": {"above": True}}, "when.above"),
        ({"when": {"above": 1, "release": 2}}, "when.release"),
        ({"when": {"below": 2, "release": 1}}, "when.release"),
        ({"when": {"above": 1, "of": "Rain"}}, "when.of"),
        ({"when": {"above": 1, "rate": "fast"}}, "when.rate"),
        ({"when": {"above": 1, "rate": {"over": "1 h"}}}, "when.rate.per"),
        ({"when": {"above": 1, "valid": "1 h"}}, "when.valid"),
        ({"when": {"silent_for": "0 s"}}, "when.silent_for"),
        ({"when": {"all": []}}, "when.all"),
        ({"when": {"all": [{"above": 1}, {"above": 1, "release": 2}]}}, "when.all[1].release"),
        ({"when": {"count": 0, "within": "1 h", "clause": {"above": 1}}}, "when.count"),
        ({"when": {"count": 2, "clause": {"above": 1}}}, "when.within"),
        ({"when": {"sustained_for": "1 h"}}, "when.clause"),
        ({"when": {"sustained_for": "1 h", "clause": {"silent_for": "1 h"}}}, "when"),
        ({"when": {"all": [{"above": 1, "of": "a"}, {"above": 1, "of": "b"}]}}, "when"),
        (
            {"when": {"members": 2, "within": "1 h", "clause": {"above": 1, "of": "a"}}},
            "when",
        ),
        ({"until": {"above": "x"}}, "until.above"),
        ({"quiet": "night"}, "quiet"),
        ({"quiet": [{"from": "25:00", "to": "06:00"}]}, "quiet[0].from"),
        ({"quiet": [{"from": "06:00", "to": "06:00"}]}, "quiet[0]"),
        ({"quiet": [{"from": "06:00", "to": "07:00", "days": ["Monday"]}]}, "quiet[0].days"),
        ({"quiet": [{"from": "00:00", "to": "24:00"}]}, "quiet"),
    ],
)
def test_each_fault_names_field_and_remedy_in_both_languages(
    change: dict[str, Any], field: str
) -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language), pytest.raises(RuleError) as caught:
            parse_rule(plain(**change))
        faults = caught.value.faults
        assert field in [fault.field for fault in faults]
        assert all(fault.problem and fault.remedy for fault in faults)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule({"when": {"any": [{"above": "x"}, {"silent_for": "y"}]}})
    fields = {fault.field for fault in caught.value.faults}
    assert fields == {"key", "label", "level", "streams", "when.any[0].above"} | {
        "when.any[1].silent_for"
    }


def test_what_is_no_toml_is_said() -> None:
    with pytest.raises(RuleError, match="TOML"):
        parse_rule_toml("key = ")


def test_nesting_and_number_of_clauses_are_bounded() -> None:
    deep: dict[str, Any] = {"above": 1}
    for _level in range(9):
        deep = {"not": deep}
    with pytest.raises(RuleError):
        parse_rule(plain(when=deep))
    with pytest.raises(RuleError):
        parse_rule(plain(when={"all": [{"any": [{"above": 1}] * 10}] * 5}))


def test_every_clause_reads_back_and_can_be_said() -> None:
    for seed in range(200):
        sampler = Sampler(seed)
        clause = sampler.clause(["", "other", "several"], Random(seed).randint(0, 3))  # noqa: S311  # made-up
        written = json.loads(json.dumps(write_clause(clause)))
        reader = Reader()
        read = read_clause(reader, written, "when")
        if not reader.faults:
            assert read == clause
        assert describe(clause)


def test_a_rule_is_said_in_words() -> None:
    rule = parse_rule_toml(SMOKE)
    with translation.override("zh-hans"):
        assert describe(rule.when) == "读数达到 35（低于 33.5 解除），读数 10 分钟内有效持续 90 秒"
    with translation.override("en"):
        assert "sustained for 90 s" in describe(rule.when)
