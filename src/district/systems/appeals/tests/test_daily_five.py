"""民生诉求每日5条: a stated score, its reasons, its order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.cases.public import Case
from district.systems.appeals.rules.daily_five import Standing, choose, score
from district.systems.appeals.selectors.analysis import daily_five
from district.systems.appeals.tests.conftest import MakeCase, People

QUIET = Standing("a", "green", "normal", 1, 0, 0)
STANDINGS = st.builds(
    Standing,
    key=st.integers(0, 99).map(str),
    light=st.sampled_from(["red", "yellow", "green", "none"]),
    grade=st.sampled_from(["emergency", "urgent", "normal", ""]),
    reporters=st.integers(0, 300),
    returns=st.integers(0, 2),
    reopens=st.integers(0, 3),
    satisfaction=st.sampled_from(["", "satisfied", "unhappy"]),
)


@given(STANDINGS)
def test_a_score_is_the_sum_of_its_reasons(standing: Standing) -> None:
    found = score(standing)
    assert found.score == pytest.approx(sum(weight for _how, weight in found.because), abs=0.01)
    assert list(found.because) == sorted(found.because, key=lambda part: -part[1])


@given(STANDINGS)
def test_what_is_worse_never_scores_less(standing: Standing) -> None:
    worse = replace(
        standing,
        light="red",
        grade="emergency",
        reporters=standing.reporters + 5,
        returns=standing.returns + 1,
        reopens=standing.reopens + 1,
        satisfaction="unhappy",
    )
    assert score(worse).score > score(standing).score


@given(st.lists(STANDINGS, max_size=12))
def test_five_at_most_and_none_left_out_that_scores_more(standings: list[Standing]) -> None:
    chosen = choose(standings)
    scores = sorted((score(each).score for each in standings), reverse=True)
    assert [found.score for found in chosen] == [s for s in scores if s > 0][:5]


def test_a_quiet_appeal_is_not_among_them() -> None:
    assert choose([QUIET]) == []


def test_the_page_says_why_and_leaves_out_what_is_over(
    reported: MakeCase, closed: MakeCase, people: People, client: Client
) -> None:
    closed()
    quiet, many = reported(), reported(text="南门燃气泄漏味道很大")
    Case.objects.filter(pk=many.pk).update(reporter_count=8)
    found = daily_five(people.leader)
    assert [each.case.pk for each in found] == [many.pk]
    assert found[0].because == ("紧急事件（+4）", "8 人反映（+3）")
    assert quiet.grade == "normal"
    user = people.members["leader"].user
    assert user is not None
    client.force_login(user)
    page = client.get("/appeals/daily-five/").content.decode()
    assert many.number in page
    assert "8 人反映（+3）" in page
    for kind in ("docx", "xlsx"):
        answer = client.get(f"/appeals/daily-five/?format={kind}")
        assert answer["Content-Disposition"].endswith(f".{kind}")
        assert answer.content.startswith(b"PK")


def test_who_may_see_no_appeal_is_refused(people: People, client: Client) -> None:
    user = people.members["viewer"].user
    assert user is not None
    client.force_login(user)
    for page in ("daily-five", "analysis", "desks/triage"):
        assert client.get(f"/appeals/{page}/").status_code == 403
