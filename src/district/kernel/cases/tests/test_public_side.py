"""What somebody without a log-in is told of a case: their own words, and of others nothing."""

from __future__ import annotations

from datetime import date

import pytest

from district.kernel.base.errors import Invalid
from district.kernel.cases.models import Case, Reporter
from district.kernel.cases.rules.nearness import phrases_in_common
from district.kernel.cases.rules.numbers import code_hash, new_number, read_number
from district.kernel.cases.selectors import near_cases, public_status
from district.kernel.cases.services import Contact, is_phone, join_case, perform
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People
from district.kernel.history.public import Actor

NUMBER = "SQ250926-7K2Q9M"


@pytest.mark.parametrize(
    "typed",
    [
        "SQ250926-7K2Q9M",
        " sq250926 7k2q9m ",
        "sq 2509 26 - 7k2 q9m",
        "ＳＱ２５０９２６－７Ｋ２Ｑ９Ｍ",
        "SQ25O926-7K2Q9M",
        "SQ2509267K2Q9M",
        "SQ250926—7K2Q9M",
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert read_number(typed, "SQ") == NUMBER


@pytest.mark.parametrize("typed", ["", "SQ", "x" * 500, "SQ250926-7K2Q9", "'; DROP TABLE"])
def test_what_is_no_number_is_found_nowhere(typed: str) -> None:
    assert len(read_number(typed, "SQ")) <= 24
    assert read_number(typed, "SQ") != NUMBER


def test_every_drawn_number_reads_as_itself() -> None:
    for _ in range(200):
        drawn = new_number("SQ", date(2025, 9, 26))
        assert read_number(drawn.lower(), "SQ") == drawn


def test_a_code_is_read_as_people_type_it() -> None:
    for typed in ("0VWXY 12345", "ovwxy-12345", "OVWXY1234５", "ovwxyI2345", " 0uwxy l2345"):
        assert code_hash(NUMBER, typed) == code_hash(NUMBER, "0VWXY12345")
    assert code_hash(NUMBER, "0VWXY12346") != code_hash(NUMBER, "0VWXY12345")


def test_phrases_in_common_are_the_askers_own_and_hold_no_digits() -> None:
    mine, other = "桥头路8号垃圾堆了三天，没人清", "张三说三天没人清，垃圾堆在13800138000旁"
    assert phrases_in_common(mine, other) == ("垃圾堆", "没人清", "三天")
    assert phrases_in_common("8号13800138000", other) == ()
    assert phrases_in_common("路灯不亮", other) == ()
    assert phrases_in_common("Broken LAMP", "a broken lamp") == ("Broken", "LAMP")


def test_a_telephone_number_is_known_from_a_slip() -> None:
    assert all(is_phone(text) for text in ("13800138000", " 0755-28123456 ", "+86 138 0013 8000"))
    assert not any(is_phone(text) for text in ("", "12", "打这个", "1380013800x"))


def test_the_callers_own_report_is_known_by_its_key(reported: MakeCase) -> None:
    reported(lon="114.25", lat="22.7", key="k1")
    [near] = near_cases("request", "桥头路口垃圾堆了三天没人清", lon=114.25, lat=22.7)
    assert (near.key, near.metres, near.matter) == ("k1", 0, "01")


def test_a_code_of_the_callers_own_opens_the_status(reported: MakeCase, people: People) -> None:
    case = reported().case
    mine = Contact("李四", "13900139000")
    join_case(case.pk, text="我也看到了", contact=mine, actor=PUBLIC, key="j", code="AAAAABBBBB")
    status = public_status(case.number, "aaaaa bbbbb")
    assert status is not None
    assert status.words == "我也看到了"


def test_who_joined_without_words_does_not_read_the_first_ones(
    reported: MakeCase, people: People
) -> None:
    done = reported(text="住在桥头路8号的李四报告漏水")
    second = join_case(done.case.pk, text="", contact=Contact(), actor=PUBLIC)
    first, other = (public_status(done.case.number, each) for each in (done.code, second.code))
    assert first is not None
    assert other is not None
    assert first.words == "住在桥头路8号的李四报告漏水"
    assert other.words == ""


def test_a_reporter_reads_their_own_reason_and_the_others_only_that_it_was_reopened(
    reported: MakeCase, people: People
) -> None:
    done = reported()
    second = join_case(done.case.pk, text="同样", contact=Contact(), actor=PUBLIC)
    Case.objects.filter(pk=done.case.pk).update(stage="closed", category="done")
    reporter = Reporter.objects.order_by("pk")[0]
    who = Actor("public", str(reporter.pk))
    perform(done.case.pk, "reopen", actor=who, data={"text": "我家门口还在"}, reporter=reporter)
    first, other = (public_status(done.case.number, each) for each in (done.code, second.code))
    assert first is not None
    assert other is not None
    assert [(step.text, step.mine) for step in first.steps] == [("我家门口还在", True)]
    assert [(step.text, step.mine) for step in other.steps] == [("", False)]


def test_the_time_expected_is_that_of_the_running_clock_that_ends_last(
    reported: MakeCase, people: People
) -> None:
    done = reported()
    perform(done.case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    status = public_status(done.case.number, done.code)
    assert status is not None
    assert status.expected is not None
    assert status.expected.label == "办理时限"


@pytest.mark.parametrize("hidden", ["is_sensitive", "is_confidential", "complained_unit"])
def test_the_public_joins_no_case_that_others_must_not_hear_of(
    reported: MakeCase, people: People, hidden: str
) -> None:
    case = reported().case
    Case.objects.filter(pk=case.pk).update(**{hidden: "901" if "unit" in hidden else True})
    with pytest.raises(Invalid, match="没有这一单"):
        join_case(case.pk, text="我也是", contact=Contact(), actor=PUBLIC)
    join_case(case.pk, text="电话反映", contact=Contact(), actor=people.desk)
