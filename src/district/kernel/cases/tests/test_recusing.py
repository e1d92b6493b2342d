"""Whoever must keep away from a case neither sees nor handles it nor hears of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from district.kernel.base.errors import Conflict, NotFound, NotPermitted
from district.kernel.base.recent import forget_all
from district.kernel.cases import types
from district.kernel.cases.models import Case
from district.kernel.cases.selectors import case_for, sight_of, visible_cases, whose_is
from district.kernel.cases.selectors.seeing import hidden_clocks_q
from district.kernel.cases.services import perform, read_contacts, recuse
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.tests.conftest import MakeCase, People, signed_in
from district.kernel.history.public import Actor, EventView, events_of
from district.kernel.notifications.public import notifications_of
from district.kernel.organisation.public import actor_for, create_member, member_by_id
from district.kernel.tracking.public import TrackedRow

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


@pytest.fixture
def careful(request_pages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The type `request` knows recusals, for this test alone."""
    known = types._TYPES["request"]
    monkeypatch.setitem(types._TYPES, "request", replace(known, recusals=True))


def test_rights_are_of_no_use_to_whoever_keeps_away(
    handling: Case, careful: None, people: People
) -> None:
    other = actor_for(create_member("东另一经办", "901", "officer", actor=Actor.system("loader")))
    assert case_for(handling.pk, people.east) == handling
    assert recuse(handling.pk, [people.east.id], "kin", actor=SYSTEM) == 1
    assert recuse(handling.pk, [people.east.id], "kin", actor=SYSTEM) == 0
    forget_all()
    with pytest.raises(NotFound):
        case_for(handling.pk, people.east)
    assert not visible_cases(people.east).exists()
    assert not sight_of(people.east).sees(whose_is(handling))
    with pytest.raises(NotPermitted, match="回避"):
        perform(handling.pk, "finish", actor=people.east, data={"result": "办完了"})
    with pytest.raises(NotPermitted, match="回避"):
        read_contacts(handling.pk, actor=people.east, reason="看看")
    client = signed_in(people.east)
    assert client.get(reverse("case", args=[handling.pk])).status_code == 404
    found = client.get(reverse("register_list", args=["cases-request"]), {"format": "json"})
    assert found.json()["count"] == 0
    clocks = TrackedRow.objects.filter(theme="request")
    assert clocks.exists()
    assert not clocks.exclude(hidden_clocks_q(people.east)).exists()
    assert case_for(handling.pk, other) == handling
    assert sight_of(other).sees(whose_is(handling))
    assert clocks.exclude(hidden_clocks_q(other)).exists()
    kinds = [event.kind for event in events_of_case(handling)]
    assert kinds.count("cases.case.recused") == 1


def test_nobody_who_keeps_away_is_told(reported: MakeCase, careful: None, people: People) -> None:
    case = reported().case
    recuse(case.pk, [people.east.id], "kin", actor=SYSTEM)
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    told = {who: notifications_of(member_by_id(getattr(people, who).id)).count()
            for who in ("east", "east_head")}  # fmt: skip
    assert told == {"east": 0, "east_head": 1}


def test_only_a_system_keeps_members_away_and_only_where_the_type_says_so(
    handling: Case, people: People
) -> None:
    with pytest.raises(NotPermitted):
        recuse(handling.pk, [people.east.id], "kin", actor=people.desk)
    with pytest.raises(Conflict):
        recuse(handling.pk, [people.east.id], "kin", actor=SYSTEM)


def events_of_case(case: Case) -> list[EventView]:
    """The history of a case."""
    return list(events_of(subject_of(case), limit=50))
