"""Rights: default deny, the same answer for one object and for a list, one query a request."""

from __future__ import annotations

from unittest import mock

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.base.errors import NotPermitted
from district.kernel.history.public import Actor
from district.kernel.organisation import actions
from district.kernel.organisation.actions import declare_action
from district.kernel.organisation.middleware import (
    ActorMiddleware,
    actor_for,
    actor_of,
    member_of,
)
from district.kernel.organisation.models import Unit
from district.kernel.organisation.rules import (
    Action,
    Grant,
    Owned,
    Post,
    Relation,
    Role,
    grants,
    lies_under,
    permits,
)
from district.kernel.organisation.selectors import (
    authorise,
    members_permitted,
    permitted,
    permitted_by,
    permitted_somewhere,
    visible,
    visible_by,
)
from district.kernel.organisation.services import assign, deactivate
from district.kernel.organisation.tests.conftest import LOADER, MakeMember

TREE = {"9": "", "901": "9", "902": "9", "901001": "901", "90": "", "9010": "90"}
CODES = st.sampled_from(sorted(TREE))


def path(code: str) -> str:
    return (path(TREE[code]) if TREE[code] else "/") + f"{code}/"


def ancestors(code: str) -> list[str]:
    return [code, *(ancestors(TREE[code]) if TREE[code] else [])]


@given(
    posts=st.lists(st.tuples(st.sampled_from(list(Role)), CODES), max_size=4),
    granted=st.lists(
        st.tuples(st.sampled_from(list(Role)), st.sampled_from(list(Relation))), max_size=5
    ),
    lead=st.none() | CODES,
    co_units=st.frozensets(CODES, max_size=3),
    own=st.booleans(),
    centre=st.just("") | CODES,
    leads=st.booleans(),
)
def test_decisions_agree_with_a_plain_oracle(
    posts: list[tuple[Role, str]],
    granted: list[tuple[Role, Relation]],
    lead: str | None,
    co_units: frozenset[str],
    own: bool,
    centre: str,
    leads: bool,
) -> None:
    expected = False
    for role, unit in posts:
        for granted_role, relation in granted:
            if role != granted_role:
                continue
            expected = (
                expected
                or {
                    "any": True,
                    "unit": unit == lead,
                    "subtree": lead is not None and unit in ancestors(lead),
                    "superior": lead is not None and unit in ancestors(lead)[1:],
                    "centre": unit == centre,
                    "co_unit": unit in co_units,
                    "self": own,
                    "leader": leads,
                }[relation.value]
            )
    action = Action("test.thing.do", "办事", tuple(Grant(*grant) for grant in granted))
    held = [Post(role, unit, path(unit)) for role, unit in posts]
    way = path(lead) if lead else ""
    leader = "me" if leads else ""
    owned = Owned(lead, co_units, "me" if own else "", way, centre, leader)
    assert permits(action, held, owned, "me") == expected


def test_a_code_that_begins_like_another_is_not_below_it() -> None:
    assert not lies_under("/90/9010/", "/9/")
    assert not lies_under("/9/901/", "/9/9010/")
    assert lies_under("/9/901/", "/9/")
    assert not lies_under("", "")


@pytest.fixture
def action(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(actions, "_actions", dict(actions._actions))
    monkeypatch.setattr("district.kernel.organisation.actions.note", lambda *_: None)
    declared = Action(
        "test.thing.do",
        "办事",
        grants("subtree", Role.UNIT_HEAD) + grants("unit", Role.OFFICER),
    )
    return declare_action(declared).key


def test_nothing_is_permitted_without_a_grant(make_member: MakeMember, action: str) -> None:
    owned = Owned("901")
    for actor in (
        Actor.anonymous(),
        Actor.system("worker"),
        Actor("source", "sensor-1"),
        Actor("member", "00000000-0000-7000-8000-000000000000"),
        actor_for(make_member("auditor", "901")),
    ):
        assert not permitted(actor, action, owned)
        assert visible(actor, action).nothing
        assert not permitted_somewhere(actor, action)
        with pytest.raises(NotPermitted, match="办事"):
            authorise(actor, action, owned)
    with pytest.raises(KeyError):
        permitted(actor, "test.thing.undeclared")


def test_a_list_shows_what_single_decisions_allow(make_member: MakeMember, action: str) -> None:
    member = make_member("unit_head", "901")
    assign(member.pk, "902001", "officer", actor=LOADER)
    actor = actor_for(member)
    shown = set(Unit.objects.filter(visible(actor, action).q("")).values_list("pk", flat=True))
    single = {u.pk for u in Unit.objects.all() if permitted(actor, action, Owned(u.pk))}
    assert shown == single == {"901", "901001", "901002", "902001"}


def test_a_superior_sees_what_lies_below_and_not_what_it_leads_itself(
    make_member: MakeMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = actor_for(make_member("unit_head", "901"))
    action = Action("test.thing.do", "办事", grants("superior", Role.UNIT_HEAD))
    scope = visible_by(actor, action)
    shown = set(Unit.objects.filter(scope.q("")).values_list("pk", flat=True))
    single = {u.pk for u in Unit.objects.all() if permitted_by(actor, action, Owned(u.pk))}
    assert shown == single == {"901001", "901002"}
    assert not scope.covers(path="/9/901/", code="901")
    assert scope.covers(path="/9/901/901001/", code="901001")


def test_an_action_declared_twice_with_other_grants_is_refused(action: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        declare_action(Action(action, "办事", grants("any", Role.VIEWER)))


def request_of(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.mark.parametrize("relation", list(Relation))
def test_whom_to_tell_is_whoever_is_permitted(make_member: MakeMember, relation: Relation) -> None:
    both = Action("tests.both", "x", (Grant(Role.OFFICER, relation), Grant(Role.PLANNER, "any")))
    everybody = [
        make_member(role, unit)
        for role in ("officer", "planner", "viewer")
        for unit in ("9", "901", "901001", "902", "9-D01")
    ]
    deactivate(everybody[1].pk, "调离", actor=LOADER)
    found = set()
    with mock.patch.dict(actions._actions, {both.key: both}):
        for lead, path in (("901", ""), ("901", "/9/901/"), ("901001", ""), (None, "")):
            on = Owned(
                lead, frozenset({"902"}), str(everybody[4].pk), path, "902", str(everybody[3].pk)
            )
            told = set(members_permitted(both.key, on))
            able = {m for m in everybody if permitted(actor_for(m), both.key, on)}
            assert told == able
            found |= {m for m in told if m in everybody[:5]}
    assert found  # each relation reaches somebody, so the two were compared on something


def test_one_query_decides_all_rights_of_a_request(make_member: MakeMember, action: str) -> None:
    member = make_member("officer", "901", username="who")
    assign(member.pk, "902", "unit_head", actor=LOADER)
    answers = []

    def view(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answers.append(
                [permitted(actor, action, Owned(c, path=f"/9/{c}/")) for c in ("901", "902")]
            )
            visible(actor, action)
        assert len(queries) == 0
        assert member_of(request) == member
        return HttpResponse()

    with CaptureQueriesContext(connection) as queries:
        ActorMiddleware(view)(request_of(member.user))  # type: ignore[arg-type]  # has a log-in
    assert len(queries) == 1
    assert answers == [[True, True]]


def test_a_log_in_without_a_member_acts_as_the_public(district: None) -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(actor_of(request))
        with pytest.raises(NotPermitted):
            member_of(request)
        return HttpResponse()

    ActorMiddleware(view)(request_of(User.objects.create(username="stray", is_superuser=True)))
    ActorMiddleware(view)(request_of(AnonymousUser()))
    assert seen == [Actor.anonymous(), Actor.anonymous()]


def test_rights_of_a_request_follow_a_change_within_it(make_member: MakeMember) -> None:
    member = make_member("administrator", "9", username="root")

    def view(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        assert not permitted(actor, "organisation.member.view_phone", Owned(None))
        assign(member.pk, "9", "leader", actor=actor)
        assert permitted(actor, "organisation.member.view_phone", Owned(None))
        return HttpResponse()

    ActorMiddleware(view)(request_of(member.user))  # type: ignore[arg-type]  # has a log-in
