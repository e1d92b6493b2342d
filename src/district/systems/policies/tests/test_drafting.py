"""Drafting conditions from policy texts: scored on labelled ones, two of them held out."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from district.compiler import amounts_of
from district.kernel.conditions.public import ConditionError, parse
from district.systems.policies.rules.drafting import Vocabulary, draft
from district.systems.policies.rules.marking import with_clause
from district.systems.policies.tests.drafted import PEOPLE, SCHEMA, WORDS, score, texts


def test_the_texts_that_drafting_was_mended_on_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    result = score(texts(held_out=False))
    with capsys.disabled():
        print(f"\ndrafting, mended on: {result}")
    assert result.labels >= 50
    assert result.recall >= 0.95, result.missed
    assert result.precision >= 0.95, result.wrong


def test_texts_that_were_held_out_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    result = score(texts(held_out=True))
    with capsys.disabled():
        print(f"\ndrafting, held out: {result}")
    assert result.labels >= 15
    assert result.recall >= 0.8, result.missed
    assert result.precision >= 0.85, result.wrong


@pytest.mark.parametrize(
    ("sentence", "where"),
    [
        ("申报企业员工超过300人。", "staff > 300"),
        ("申报企业员工300人以下。", "staff <= 300"),
        ("申报企业员工不满300人。", "staff < 300"),
        ("申报企业员工300人以上（不含）。", "staff > 300"),
        ("申报企业营业收入达到3千万元。", "revenue >= 3000"),
        ("申报企业营业收入达到500000元。", "revenue >= 50"),
        ("申报企业成立满18个月。", "established_on <= today-547d"),
        ("申报企业2020年3月1日以后注册。", "established_on > 2020-03-01"),
        ("申报企业非房地产业，主营制造业。", 'industry under "C"'),
        ("申报企业未获得国家高新技术企业认定。", 'not qualifications has "national_high_tech"'),
        ("对营业收入达到1亿元以上的企业，给予100万元奖励。", "revenue >= 10000"),
    ],
)
def test_what_the_words_of_a_bound_mean(sentence: str, where: str) -> None:
    assert [proposal.where for proposal in draft(sentence, WORDS).proposals] == [where]


@pytest.mark.parametrize(
    "sentence",
    [
        "单个企业年度资助额最高300万元。",
        "按研发费用的10%给予资助，最高500万元。",
        "年营业收入首次突破1亿元、5亿元的，分别奖励50万元、200万元。",
        "项目团队不少于10人，用房面积不少于1000平方米。",
        "属于批发业的，注册资本不低于100万元。",
        "支持企业走专精特新发展道路。",
        "获得国家高新技术企业认定的，优先支持。",
    ],
)
def test_the_benefit_and_what_is_asked_of_some_is_no_condition(sentence: str) -> None:
    assert draft(sentence, WORDS).proposals == ()


def test_who_is_kept_out_is_asked_not_to_be() -> None:
    (proposal,) = draft("小微企业不在资助范围。", WORDS).proposals
    assert proposal.where == 'not size in ("small", "micro")'


def test_what_is_not_read_is_shown_to_the_officer() -> None:
    text = "申报条件：员工50人以上，近三年未发生重大安全事故。"
    found = draft(text, WORDS)
    assert [text[a:b] for a, b in found.unread] == ["近三年未发生重大安全事故"]


def test_an_attribute_that_the_register_has_not_is_not_asked_for() -> None:
    bare = Vocabulary(type(SCHEMA)("bare", SCHEMA.attributes[:2]), WORDS.terms, home="440307")
    assert draft("注册地在本区，员工50人以上，正常经营。", bare).proposals[0].where == (
        'status = "active"'
    )


def test_proposals_stand_in_order_inside_the_text_whatever_is_typed() -> None:
    """While an officer types, every beginning of a text and any mixture of it is read."""
    chance = random.Random(7)  # noqa: S311  # no secret: the same mixtures in every run
    whole = [row["text"] for held in (False, True) for row in texts(held_out=held)]
    pieces = [text[: chance.randrange(len(text))] for text in whole]
    pieces += ["".join(chance.sample(text, 120)) for text in whole]
    for text in pieces:
        found = draft(text, WORDS).proposals
        assert all(0 <= p.start < p.end <= len(text) for p in found)
        assert all(one.end <= other.start for one, other in pairwise(found))


def test_amounts_keep_their_offsets_and_bounds() -> None:
    text = "收入２０００万元以上（不含），三年以上，100至200人"
    found = [(text[a.start : a.end], a.bound, a.unit) for a in amounts_of(text)]
    assert found == [
        ("２０００万元以上（不含）", ">", "万元"),
        ("三年以上", ">=", "年"),
        ("100至200人", "=", "人"),
    ]


@pytest.mark.parametrize(
    ("where", "clause", "together"),
    [
        ("", "staff > 5", "staff > 5"),
        ("staff > 5 or staff < 2", "revenue > 1", "(staff > 5 or staff < 2)\nand revenue > 1"),
        ("staff > 5", "revenue > 1 or patents > 1", "staff > 5\nand (revenue > 1 or patents > 1)"),
        ("staff > ", "revenue > 1", "staff >\nand revenue > 1"),
    ],
)
def test_a_clause_that_is_taken_over_leaves_the_others_their_meaning(
    where: str, clause: str, together: str
) -> None:
    try:
        known = parse(where, SCHEMA)
    except ConditionError:
        known = None
    assert with_clause(where, parse(clause, SCHEMA), known) == together


def test_subsidies_for_people_are_read_as_their_labels_say() -> None:
    found = score(texts(held_out=False, name="people_texts"), PEOPLE)
    print(f"\ndrafting, people: {found}")
    assert not found.missed
    assert not found.wrong


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("年满60周岁", "birth_date <= today-60y"),
        ("不满60周岁", "birth_date > today-60y"),
        ("45周岁以下", "birth_date > today-46y"),
        ("超过45周岁", "birth_date <= today-46y"),
        ("16至24周岁", "birth_date > today-25y and birth_date <= today-16y"),
    ],
)
def test_ages_are_full_years(words: str, where: str) -> None:
    (proposal,) = draft(f"申请条件：年龄{words}。", PEOPLE).proposals
    assert proposal.where == where
