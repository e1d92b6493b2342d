"""Cases over the API: the pages' rights, words for what is wrong, and never a failure."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district.kernel.cases.models import Case, CaseStep
from district.kernel.cases.services import perform
from district.kernel.cases.tests.conftest import MakeCase, People
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Member, member_by_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_member(people: People) -> Callable[[Actor], Client]:
    """`as_member(actor)`: a client of that member's session."""
    from django.contrib.auth.models import User

    def sign_in(actor: Actor, **given: Any) -> Client:
        member = member_by_id(actor.id)
        if member.user is None:
            user = User.objects.create_user(f"u-{member.pk}")
            Member.objects.filter(pk=member.pk).update(user=user)
            member.refresh_from_db()
        client = Client(**given)
        assert member.user is not None
        client.force_login(member.user)
        return client

    return sign_in


def post(client: Client, path: str, body: Any, **more: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json", **more)


def test_a_case_is_told_as_its_page_shows_it_and_its_reporter_is_not(
    reported: MakeCase, people: People, as_member: Callable[[Actor], Client]
) -> None:
    case = reported().case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901", "text": "请办"})
    answer = as_member(people.east).get(f"/api/cases/{case.pk}")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["number"], told["stage"], told["lead_unit"]) == (case.number, "assigned", "901")
    assert next(one["key"] for one in told["actions"]) == "accept"
    assert told["steps"][0]["text"] == "请办"
    assert told["clocks"][0]["due_at"]
    assert "张三" not in answer.content.decode()
    assert "13800138000" not in answer.content.decode()


def test_whoever_may_not_see_a_case_does_not_find_it(
    reported: MakeCase, people: People, as_member: Callable[[Actor], Client]
) -> None:
    case = reported().case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    assert Client().get(f"/api/cases/{case.pk}").status_code == 401
    for actor in (people.west, people.viewer):
        client = as_member(actor)
        assert client.get(f"/api/cases/{case.pk}").status_code == 404
        body = {"action": "accept"}
        assert post(client, f"/api/cases/{case.pk}/actions", body).status_code == 403
    hidden = reported(complained_unit="901").case
    assert as_member(people.east).get(f"/api/cases/{hidden.pk}").status_code == 404
    assert as_member(people.desk).get(f"/api/cases/{uuid4()}").status_code == 404


def test_an_action_is_done_once_under_its_key_and_its_words_name_what_is_wrong(
    reported: MakeCase, people: People, as_member: Callable[[Actor], Client]
) -> None:
    case = reported().case
    client = as_member(people.desk)
    path = f"/api/cases/{case.pk}/actions"
    body = {"action": "dispatch", "data": {"lead_unit": "901", "co_units": ["9-D01"]}, "key": "k"}
    assert post(client, path, body).json()["stage"] == "assigned"
    assert post(client, path, body).status_code == 200
    assert CaseStep.objects.filter(case=case).count() == 1
    answer = post(client, path, {"action": "reassign", "data": {"text": "改"}})
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "lead_unit"
    assert post(client, path, {"action": "merge", "data": {"into": "T"}}).status_code == 422
    again = post(client, path, {"action": "dispatch", "data": {"lead_unit": "902"}})
    assert again.status_code == 409
    assert "值班员" in again.json()["error"]["message"]
    assert post(client, path, {"action": "nothing"}).status_code == 404
    assert post(client, path, {"action": "close_with"}).status_code == 403


def test_who_gives_a_case_away_is_told_that_it_was_done(
    reported: MakeCase, people: People, as_member: Callable[[Actor], Client]
) -> None:
    case = reported().case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901001"})
    client = as_member(people.east_head)
    body = {"action": "reassign", "data": {"lead_unit": "902", "text": "属西街道"}}
    answer = post(client, f"/api/cases/{case.pk}/actions", body)
    assert (answer.status_code, answer.json()["stage"]) == (200, "assigned")
    assert client.get(f"/api/cases/{case.pk}").status_code == 404


def test_a_report_opens_a_case_once_and_tells_its_code_once(
    people: People, as_member: Callable[[Actor], Client]
) -> None:
    client = as_member(people.desk)
    body = {
        "type": "request",
        "text": "窗口反映：路灯不亮",
        "source": "counter",
        "name": "张三",
        "phone": "13800138000",
        "lon": "114.25",
        "lat": 22.72,
        "facts": {"floor": 3},
        "key": "r-1",
    }
    made = post(client, "/api/cases/", body)
    assert made.status_code == 201
    assert len(made.json()["code"]) == 10
    again = post(client, "/api/cases/", body).json()
    assert (again["repeated"], again["code"]) == (True, "")
    case = Case.objects.get()
    assert (case.source, case.facts, case.is_anonymous) == ("counter", {"floor": 3}, False)
    for change, field in (
        ({"source": "city"}, "source"),
        ({"phone": "12"}, "phone"),
        ({"matter": "99"}, "matter"),
        ({"lat": "nan"}, "lon"),
        ({"text": " "}, "text"),
        ({"facts": {"roof": 1}}, "roof"),
    ):
        answer = post(client, "/api/cases/", {**body, "key": "", **change})
        assert answer.status_code == 422, change
        assert answer.json()["error"]["field"] == field
    assert post(as_member(people.west), "/api/cases/", body).status_code == 403
    assert Case.objects.count() == 1


def test_types_are_told_to_who_may_see_their_cases(
    people: People, as_member: Callable[[Actor], Client]
) -> None:
    (told,) = (
        one
        for one in as_member(people.desk).get("/api/cases/types").json()
        if one["key"] == "request"
    )
    assert told["register_key"] == "cases-request"
    assert told["stages"]["triage"] == "待分派"
    assert told["can_report"]
    found = as_member(people.viewer).get("/api/cases/types").json()
    assert "request" not in [one["key"] for one in found]


def test_a_write_without_the_token_against_forgery_is_refused(
    reported: MakeCase, people: People, as_member: Callable[..., Client]
) -> None:
    case = reported().case
    client = as_member(people.desk, enforce_csrf_checks=True)
    body = {"action": "dispatch", "data": {"lead_unit": "901"}}
    assert post(client, f"/api/cases/{case.pk}/actions", body).status_code == 403
    case.refresh_from_db()
    assert case.stage == "triage"


_PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=30)
    | st.lists(st.text(max_size=10), max_size=4)
    | st.sampled_from(["901", "902", "9-D01", "01", "\x00", "\ud800", "2025-09-25", "satisfied"])
)
_FIELDS = st.sampled_from(
    ["text", "result", "lead_unit", "co_units", "handler", "matter", "grade", "days", "until",
     "into", "satisfaction", "source_due_at", "floor", "x"]
)  # fmt: skip
_ACTIONS = st.sampled_from(
    ["dispatch", "regrade", "accept", "give_back", "adjudicate", "reassign", "ask_extension",
     "grant_extension", "refuse_extension", "suspend", "resume", "finish_part", "finish",
     "note_call", "close", "redo", "reopen", "merge", "unmerge", "supplement"]
)  # fmt: skip
_HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=40, deadline=None, suppress_health_check=_HEALTH)
@given(
    steps=st.lists(
        st.tuples(_ACTIONS | st.text(max_size=8), st.dictionaries(_FIELDS, _PLAIN, max_size=6)),
        min_size=1,
        max_size=5,
    ),
    whose=st.sampled_from(["desk", "east", "east_head", "water"]),
)
def test_whatever_is_asked_of_a_case_is_done_or_refused_and_never_fails(
    reported: MakeCase,
    people: People,
    as_member: Callable[[Actor], Client],
    steps: list[tuple[str, dict[str, Any]]],
    whose: str,
) -> None:
    client = as_member(getattr(people, whose))
    path = f"/api/cases/{reported().case.pk}/actions"
    for action, data in steps:
        answer = post(client, path, {"action": action, "data": data})
        assert answer.status_code in (200, 400, 403, 404, 409, 422), answer.content
        assert answer.status_code == 200 or answer.json()["error"]["message"]


@settings(max_examples=40, deadline=None, suppress_health_check=_HEALTH)
@given(
    body=st.dictionaries(
        st.sampled_from(
            ["type", "text", "title", "matter", "place", "lon", "lat", "source", "name", "phone",
             "facts", "key", "is_confidential"]
        ),
        _PLAIN | st.dictionaries(_FIELDS, _PLAIN, max_size=3),
    )
)  # fmt: skip
def test_whatever_is_reported_is_taken_or_refused_and_never_fails(
    people: People, as_member: Callable[[Actor], Client], body: dict[str, Any]
) -> None:
    client = as_member(people.desk)
    for given_ in (body, {"type": "request", "text": "路灯不亮了", **body}):
        answer = post(client, "/api/cases/", given_)
        assert answer.status_code in (201, 400, 404, 409, 422), answer.content


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [("{", 400, ""), ('{"text": "路灯不亮"}', 422, "type"), ('{"type": "request"}', 422, "text")],
)
def test_a_request_of_another_shape_is_told_which_field(
    people: People, as_member: Callable[[Actor], Client], body: str, status: int, field: str
) -> None:
    answer = as_member(people.desk).post("/api/cases/", body, content_type="application/json")
    assert answer.status_code == status
    assert answer.json()["error"].get("field", "") == field
    assert answer.json()["error"]["message"]
