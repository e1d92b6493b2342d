"""Complaints go to the supervision centre; the unit complained about never hears of one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from district.kernel.base.errors import Invalid, NotFound, NotPermitted
from district.kernel.cases.models import Reporter
from district.kernel.cases.public import (
    Case,
    Contact,
    Report,
    case_detail,
    counts_of,
    perform,
    read_contacts,
    report_case,
    visible_cases,
)
from district.kernel.history.public import Actor, EventView, Subject, events_of
from district.kernel.notifications.public import notifications_of
from district.kernel.organisation.public import actor_for, assign, create_member
from district.kernel.tracking.public import counts_by_light, sweep, visible_rows
from district.systems.enterprise_requests.names import COMPLAINT
from district.systems.enterprise_requests.rules.protection import tells_who
from district.systems.enterprise_requests.services.requests import NewComplaint, register_complaint
from district.systems.enterprise_requests.tests.conftest import LOADER, MakeCase, People
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def test_a_complaint_lies_on_the_supervision_centres_desk(
    complained: MakeCase, people: People
) -> None:
    case = complained()
    assert (case.centre_unit_id, case.holder_unit_id, case.complained_unit_id) == (
        "9-D44",
        "9-D44",
        "902",
    )
    assert case.is_confidential
    assert counts_of(COMPLAINT, people.supervision)["triage"] == 1
    for other in (people.command, people.east, people.office, people.industry):
        assert not visible_cases(other, COMPLAINT).exists()


def _everything(case: Case, actor: Actor) -> None:
    """Every action of the type, tried by this actor."""
    data = {
        "text": "看看", "lead_unit": "901", "days": 2, "result": "好了", "grade": "urgent",
        "satisfaction": "satisfied",
    }  # fmt: skip
    for action in case_detail(case.pk, Actor.system("tests")).case_type.moves:
        with pytest.raises((NotPermitted, NotFound)):
            perform(case.pk, action, actor=actor, data=data)


def test_the_unit_complained_about_neither_sees_nor_handles_nor_lists_nor_exports_nor_counts(
    complained: MakeCase, people: People
) -> None:
    # In the worst case its own people hold every role that could otherwise see complaints.
    for role in ("leader", "auditor", "planner", "viewer", "duty_officer", "supervisor"):
        assign(people.members["west_head"].pk, "902", role, actor=LOADER)
    assign(people.members["west_head"].pk, "9-D44", "officer", actor=LOADER)
    case, other = complained(), complained("901")
    for each in (case, other):
        data = {"lead_unit": "9-D34"}
        perform(each.pk, "dispatch", actor=people.supervision, data=data)
        perform(each.pk, "give_back", actor=people.office, data={"text": "请中心核查"})
    west = people.west_head
    assert list(visible_cases(west, COMPLAINT)) == [other]
    with pytest.raises(NotFound):
        case_detail(case.pk, west)
    _everything(case, west)
    with pytest.raises(NotPermitted):
        read_contacts(case.pk, actor=west, reason="想看看是谁")
    assert counts_of(COMPLAINT, west)["triage"] == 1
    client = people.client("west_head")
    assert client.get(reverse("case", args=[case.pk])).status_code == 404
    pages = [reverse("register_list", args=[f"cases-{COMPLAINT}"])]
    pages += [reverse("register_list", args=["tracking-rows"])]
    pages += [reverse("enterprise_complaint_desk", args=["triage"]), reverse("enterprise_daily")]
    for page in pages:
        for form in ("", "csv", "json", "xlsx"):
            answer = client.get(page, {"format": form} if form else {})
            body = answer.getvalue()
            assert answer.status_code == 200
            assert case.number.encode() not in body, (page, form)
    listed = client.get(pages[0], {"format": "json"}).json()
    assert listed["count"] == 1
    assert client.get(f"/api/registers/cases-{COMPLAINT}").content.find(case.number.encode()) < 0
    told = [note.title for note in notifications_of(people.members["west_head"])]
    assert [case.number in title for title in told] == [False] * len(told)
    assert any(other.number in title for title in told)


def test_even_its_clock_is_in_no_list_but_of_those_who_see_the_complaint(
    complained: MakeCase, people: People
) -> None:
    case = complained("9-D01")
    for sees in (people.supervision, people.leader):
        assert visible_rows(sees).count() == 1
    for other in (people.planner, people.viewer, people.industry):
        assert not visible_rows(other).exists()
        assert counts_by_light(other).total == 0
    assert case.clock is not None
    page = people.client("planner").get(reverse("tracked", args=[case.clock.pk]))
    assert page.status_code == 404


def test_nor_do_units_below_it_and_the_unit_above_hears_nothing_by_itself(
    complained: MakeCase, people: People
) -> None:
    complained("901")
    assert not visible_cases(people.community, COMPLAINT).exists()
    complained("901001")
    assert not visible_cases(people.east, COMPLAINT).exists()
    assert visible_cases(people.leader, COMPLAINT).count() == 2


def test_it_is_never_given_to_the_unit_complained_about_or_one_below(
    complained: MakeCase, people: People
) -> None:
    case = complained("901")
    for unit in ("901", "901001"):
        with pytest.raises(Invalid, match="被投诉的单位"):
            perform(case.pk, "dispatch", actor=people.supervision, data={"lead_unit": unit})
    perform(case.pk, "dispatch", actor=people.supervision, data={"lead_unit": "9-D34"})
    data = {"lead_unit": "901", "text": "改交"}
    with pytest.raises(Invalid, match="被投诉的单位"):
        perform(case.pk, "reassign", actor=people.supervision, data=data)
    case = perform(case.pk, "accept", actor=people.office)
    case = perform(case.pk, "finish", actor=people.office, data={"result": "已责令改正"})
    assert (case.stage, case.holder_unit_id) == ("call_back", "9-D44")
    data = {"satisfaction": "satisfied"}
    case = perform(case.pk, "close", actor=people.supervision, data=data)
    assert case.stage == "closed"


def test_a_complaint_about_the_supervision_centre_goes_to_another(
    complained: MakeCase, people: People
) -> None:
    case = complained("9-D44")
    assert case.centre_unit_id == "9-D34"
    assert not visible_cases(people.supervision, COMPLAINT).exists()
    assert visible_cases(people.office, COMPLAINT).count() == 1


def test_who_complains_is_known_to_the_desk_alone_and_each_viewing_is_kept(
    complained: MakeCase, people: People
) -> None:
    case = complained()
    perform(case.pk, "dispatch", actor=people.supervision, data={"lead_unit": "9-D34"})
    with pytest.raises(NotPermitted):
        read_contacts(case.pk, actor=people.office, reason="联系投诉人")
    who = read_contacts(case.pk, actor=people.supervision, reason="核实材料")
    assert who[0].name == "东江精密制造有限公司"
    assert "东江" not in Reporter.objects.get().name
    seen = [event for event in events_of_case(case) if event.kind == "history.personal.viewed"]
    assert len(seen) == 2  # the name and the number
    for event in events_of_case(case):
        assert "东江" not in str(event.data)
    assert "enterprise" not in case.facts


def events_of_case(case: Case) -> list[EventView]:
    return list(events_of(Subject("cases.case", str(case.pk))))


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("东江 精密制造有限公司的材料三个月没有答复", True),
        ("请回电138-0013-8000", True),
        ("请回电１３８００１３８０００", True),
        ("材料三个月没有答复，窗口电话 28901234", False),
    ],
)
def test_the_text_must_not_tell_who_complains(people: People, text: str, tells: bool) -> None:
    assert tells_who(text, "东江精密制造有限公司", "13800138000") is tells
    contact = Contact("东江精密制造有限公司", "13800138000")
    new = NewComplaint("902", "delay", text)
    if tells:
        with pytest.raises(Invalid, match="投诉人的名称或电话"):
            register_complaint(new, actor=people.supervision, contact=contact)
    else:
        register_complaint(new, actor=people.supervision, contact=contact)


def test_an_anonymous_complaint_keeps_no_name(complained: MakeCase) -> None:
    case = complained(anonymous=True)
    assert case.is_anonymous
    assert Reporter.objects.get().name == ""


def test_fear_of_retaliation_makes_it_urgent(complained: MakeCase, people: People) -> None:
    assert complained(retaliation=True).grade == "urgent"
    assert complained(conduct="favours").grade == "urgent"
    assert complained().grade == "normal"


def test_it_names_a_unit_below_the_district_and_its_own_people_do_not_register_it(
    people: People,
) -> None:
    for unit in ("", "9", "nowhere"):
        with pytest.raises(Invalid) as refused:
            register_complaint(NewComplaint(unit, "delay", "没有答复"), actor=people.supervision)
        assert refused.value.field == "complained_unit"
    duty = actor_for(create_member("值班员", "902", "duty_officer", actor=LOADER))
    with pytest.raises(NotPermitted):
        register_complaint(NewComplaint("902", "delay", "没有答复"), actor=duty)
    register_complaint(NewComplaint("901", "delay", "没有答复"), actor=duty)
    for other in (people.east, people.command):
        with pytest.raises(NotPermitted):
            register_complaint(NewComplaint("902", "delay", "没有答复"), actor=other)


def test_whichever_way_it_is_reported_a_complaint_names_a_unit(people: People) -> None:
    with pytest.raises(Invalid) as refused:
        report_case(Report(COMPLAINT, "没有答复", centre="9-D44"), actor=people.supervision)
    assert refused.value.field == "complained_unit"


def test_late_complaints_are_urged_where_they_lie_and_nowhere_else(
    complained: MakeCase, people: People
) -> None:
    case = complained("902")
    with standing("2025-10-20 10:00"):
        sweep()
    told = {
        key
        for key, member in people.members.items()
        if any(case.number in note.title for note in notifications_of(member))
    }
    assert "supervision" in told
    assert not told & {"west", "west_head"}
