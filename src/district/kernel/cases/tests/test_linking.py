"""A case that goes on as another: nobody is asked twice."""

from __future__ import annotations

import pytest

from district.kernel.base.errors import Conflict, NotFound, NotPermitted
from district.kernel.cases.models import Case, CaseLink, Reporter
from district.kernel.cases.selectors import case_detail, public_status
from district.kernel.cases.services import Contact, carry_on, join_case, perform, read_contacts
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People
from district.kernel.history.public import events_of, verify

pytestmark = pytest.mark.django_db


def test_text_place_facts_and_people_come_along(reported: MakeCase, people: People) -> None:
    done = reported(
        text="欠薪三个月", facts={"floor": "3"}, lon="114.25", lat="22.72", place="桥头路8号"
    )
    join_case(done.case.pk, text="我也是", contact=Contact("李四", "13900139000"), actor=PUBLIC)
    inside = reported(contact=Contact("王五", "13700137000"))
    perform(inside.case.pk, "merge", actor=people.desk, data={"into": done.case.number})
    made = carry_on(
        done.case.pk, "request", kind="转仲裁", actor=people.desk, facts={"remark": "调解不成"}
    )
    case = made.case
    assert (case.text, case.title, case.place) == ("欠薪三个月", "欠薪三个月", "桥头路8号")
    assert (case.lon, case.street_unit_id) == (done.case.lon, "901")
    assert case.facts == {"floor": 3, "remark": "调解不成"}
    found = read_contacts(case.pk, actor=people.desk, reason="核实")
    assert {person.name for person in found} == {"张三", "李四", "王五"}
    assert Case.objects.get(pk=case.pk).reporter_count == 3
    assert case.stage == "triage"
    # Each tells of the other, and the old code still answers for the old case.
    detail = case_detail(done.case.pk, people.desk)
    assert [(kind, other.number) for kind, other in detail.links] == [("转仲裁", case.number)]
    for one, other in ((done.case, case), (case, done.case)):
        linked = [e for e in events_of(subject_of(one)) if e.kind == "cases.case.linked"]
        assert [event.data["to"] for event in linked] == [other.number]
    assert public_status(done.case.number, done.code) is not None
    assert public_status(case.number, done.code) is None
    assert verify().sound


def test_what_is_secret_stays_secret(reported: MakeCase, people: People) -> None:
    old = reported(is_confidential=True, is_anonymous=True, complained_unit="902").case
    new = carry_on(old.pk, "request", kind="转办", actor=people.desk).case
    assert (new.is_confidential, new.is_anonymous) == (True, True)
    assert new.complained_unit_id == "902"


def test_the_same_key_carries_on_once_and_a_second_time_is_refused(
    reported: MakeCase, people: People
) -> None:
    case = reported().case
    first = carry_on(case.pk, "request", kind="转办", actor=people.desk, key="c1")
    again = carry_on(case.pk, "request", kind="转办", actor=people.desk, key="c1")
    assert (again.repeated, again.case.pk) == (True, first.case.pk)
    with pytest.raises(Conflict, match="已经转为另一类事件"):
        carry_on(case.pk, "request", kind="转办", actor=people.desk)
    assert CaseLink.objects.count() == 1
    assert Case.objects.count() == 2


def test_a_key_that_opened_another_case_links_nothing(reported: MakeCase, people: People) -> None:
    reported(key="used")
    case = reported().case
    with pytest.raises(Conflict, match="请求编号"):
        carry_on(case.pk, "request", kind="转办", actor=people.desk, key="used")
    assert not CaseLink.objects.exists()
    assert Reporter.objects.count() == 2


def test_who_may_not_see_the_one_or_open_the_other_carries_nothing_on(
    reported: MakeCase, people: People
) -> None:
    case = reported().case
    for actor in (people.west, people.east, people.viewer, PUBLIC):
        with pytest.raises(NotPermitted):
            carry_on(case.pk, "request", kind="转办", actor=actor)
    with pytest.raises(NotPermitted):  # a leader sees every case and opens none
        carry_on(case.pk, "request", kind="转办", actor=people.leader)
    with pytest.raises(NotFound):
        carry_on(case.pk, "nothing", kind="转办", actor=people.desk)
    assert Case.objects.count() == 1
