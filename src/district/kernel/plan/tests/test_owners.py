"""Suggested owners, measured on forty hand-labelled tasks with Longgang's own departments."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from district.kernel.organisation.public import parse_units
from district.kernel.plan.rules.owners import Candidate, Owners

DEPARTMENTS = Path(__file__).parents[5] / "districts" / "longgang" / "departments.csv"
LABELLED = Path(__file__).parent / "data" / "owners.csv"


@pytest.fixture(scope="module")
def longgang() -> Owners:
    units = parse_units(DEPARTMENTS.read_text(encoding="utf-8"))
    return Owners(Candidate(unit.code, unit.name, unit.short_name, unit.topics) for unit in units)


def labelled() -> list[dict[str, str]]:
    with LABELLED.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_first_suggestion_is_right_nine_times_in_ten(longgang: Owners) -> None:
    rows = labelled()
    assert len(rows) == 40
    wrong = []
    for row in rows:
        found = longgang.suggest(row["text"], focus=row["focus"])
        if not found or found[0].code != row["code"]:
            wrong.append((row["text"], row["code"], [(s.code, round(s.score, 1)) for s in found]))
    assert len(wrong) <= 4, wrong


def test_the_right_unit_is_nearly_always_among_three(longgang: Owners) -> None:
    missed = [
        row["text"]
        for row in labelled()
        if row["code"]
        not in {s.code for s in longgang.suggest(row["text"], focus=row["focus"], limit=3)}
    ]
    assert len(missed) <= 1, missed


def test_a_suggestion_says_why(longgang: Owners) -> None:
    first = longgang.suggest("建设筹集保障性住房3000套", focus="保障性住房")[0]
    assert first.reasons[0].word == "保障性住房"
    assert first.score == pytest.approx(sum(reason.weight for reason in first.reasons))
    assert 0 < first.certainty <= 1


def test_words_that_many_claim_weigh_less() -> None:
    owners = Owners(
        [
            Candidate("a", "甲", "", ("建设", "医院")),
            Candidate("b", "乙", "", ("建设",)),
            Candidate("c", "丙", "", ("建设",)),
        ]
    )
    assert owners.suggest("建设医院")[0].code == "a"


def test_a_word_inside_a_longer_one_is_not_counted_again() -> None:
    owners = Owners(
        [Candidate("a", "甲", "", ("污水", "污水零直排")), Candidate("b", "乙", "", ())]
    )
    assert [t.word for t in owners.suggest("污水零直排区创建")[0].reasons] == ["污水零直排"]


def test_a_text_without_any_known_word_suggests_nobody(longgang: Owners) -> None:
    assert longgang.suggest("今天天气很好") == []
