"""Leads: told, refused where another unit was first, followed up, handed over, kept secret."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import Case, case_for, perform, visible_cases
from district.kernel.history.public import Subject, events_of
from district.systems.investment_promotion.jobs import forget_people
from district.systems.investment_promotion.models import ContactPerson, Project
from district.systems.investment_promotion.names import PROJECT, PROJECTS, TYPE
from district.systems.investment_promotion.selectors.duplicates import twins
from district.systems.investment_promotion.selectors.rights import (
    project_for,
    projects_seen,
    visits_seen,
)
from district.systems.investment_promotion.services.projects import (
    add_contact,
    change_project,
    read_contacts,
    save_imported,
    tell_lead,
)
from district.systems.investment_promotion.tests.conftest import (
    MakeProject,
    People,
    held,
    lead_values,
)
from district.testing.moments import standing


def test_a_lead_goes_to_its_unit_with_a_clock(told: MakeProject) -> None:
    project = told()
    case = Case.objects.get(pk=project.pk)
    assert (case.lead_unit_id, case.centre_unit_id, case.stage) == ("9-D02", "9-D05", "lead")
    assert case.grade == "major"
    assert case.clock is not None
    assert case.clock.due_at is not None
    assert case.clock.due_at.isoformat() == "2025-09-25T15:59:59+00:00"


def test_the_same_key_opens_one_project(people: People) -> None:
    first = tell_lead(lead_values(), actor=people.industry, key="k1")
    again = tell_lead(lead_values(distinct="又一次"), actor=people.industry, key="k1")
    assert again.repeated
    assert again.project.pk == first.project.pk
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation", "东"),
        ("organisation", "……"),
        ("chain", "nothing"),
        ("source", ""),
        ("industry", "Z99"),
        ("code", "12345"),
        ("investment", "-1"),
        ("wanted", "castle"),
        ("lead_unit", "8"),
        ("city", "市" * 41),
    ],
)
def test_what_cannot_be_taken_is_named(people: People, field: str, value: str) -> None:
    with pytest.raises(Invalid) as error:
        tell_lead(lead_values(**{field: value}), actor=people.leader)
    assert error.value.field == field
    assert not Project.objects.exists()
    assert not Case.objects.exists()


def test_a_recommendation_says_whose_it_is(people: People, told: MakeProject) -> None:
    with pytest.raises(Invalid) as error:
        told(source="chain")
    assert error.value.field == "recommended_by"
    assert told(source="chain", recommended_by="本地龙头公司").recommended_by == "本地龙头公司"


def test_who_tells_first_follows_up(people: People, told: MakeProject) -> None:
    first = told()
    with pytest.raises(Invalid, match=first.case.number) as error:
        told(people.science, organisation="东江半导体（股份）有限公司", lead_unit="9-D03")
    assert error.value.field == "organisation"
    other = told(
        people.science, organisation="东江半导体", lead_unit="9-D03", distinct="研发中心项目"
    )
    assert [one.number for one in twins(other)] == [first.case.number]
    assert [one.number for one in twins(first)] == [other.case.number]


def test_one_that_was_lost_stops_nobody(people: People, told: MakeProject) -> None:
    first = told()
    lost = {"lost_reason": "silent", "result": "三次联系不上"}
    perform(first.pk, "lose", actor=people.industry, data=lost)
    assert told(people.science, lead_unit="9-D03").pk != first.pk


def test_a_unit_tells_its_own_leads_alone(people: People, told: MakeProject) -> None:
    with pytest.raises(NotPermitted):
        told(people.science)
    with pytest.raises(NotPermitted):
        told(people.viewer)
    assert told(people.centre).case.lead_unit_id == "9-D02"
    assert told(people.leader, organisation="另一家").case.lead_unit_id == "9-D02"


def test_units_see_their_own_and_the_coordinating_unit_all(
    people: People, told: MakeProject
) -> None:
    mine = told()
    theirs = told(people.science, organisation="生物医药公司", lead_unit="9-D03", chain="other")

    def seen(key: str) -> set[Any]:
        return set(projects_seen(getattr(people, key)).values_list("pk", flat=True))

    assert seen("industry") == {mine.pk}
    assert seen("science") == {theirs.pk}
    assert seen("centre") == seen("leader") == {mine.pk, theirs.pk}
    assert seen("viewer") == seen("auditor") == seen("commerce") == set()


def test_a_confidential_lead_is_its_units_and_the_leaders(
    people: People, told: MakeProject
) -> None:
    secret = told(confidential=True)
    visit = held(people.industry, secret)
    assert secret.case.is_confidential
    for key in ("centre", "science", "commerce", "auditor", "viewer"):
        actor = getattr(people, key)
        assert not projects_seen(actor).exists()
        assert not visible_cases(actor, TYPE).exists()
        assert not visits_seen(actor).exists()
        with pytest.raises(NotFound):
            project_for(secret.pk, actor)
    for key in ("industry", "industry_head", "leader"):
        assert projects_seen(getattr(people, key)).get() == secret
        assert visits_seen(getattr(people, key)).get() == visit
    told_of = [dict(one.data) for one in events_of(Subject(PROJECT, str(secret.pk)))]
    assert all("organisation" not in data for data in told_of)


def test_a_confidential_lead_stops_nobody_and_is_told_to_nobody(
    people: People, told: MakeProject
) -> None:
    told(confidential=True)
    other = told(people.science, lead_unit="9-D03")
    assert twins(other) == []


def test_disclosing_lets_the_coordinating_unit_in(people: People, told: MakeProject) -> None:
    secret = told(confidential=True)
    with pytest.raises(NotPermitted):
        perform(secret.pk, "disclose", actor=people.industry, data={"text": "可以公开"})
    with pytest.raises(Conflict):
        perform(
            secret.pk,
            "hand_over",
            actor=people.industry_head,
            data={"lead_unit": "9-D03", "text": "归科创"},
        )
    case = perform(secret.pk, "disclose", actor=people.industry_head, data={"text": "可以公开"})
    assert (case.is_confidential, case.centre_unit_id) == (False, "9-D05")
    assert projects_seen(people.centre).get() == secret
    with pytest.raises(Conflict):
        perform(secret.pk, "disclose", actor=people.industry_head, data={"text": "再来"})


def test_handing_over_moves_the_project(people: People, told: MakeProject) -> None:
    project = told()
    data = {"lead_unit": "9-D03", "text": "属科创口"}
    perform(project.pk, "hand_over", actor=people.centre, data=data)
    assert projects_seen(people.science).get() == project
    assert not projects_seen(people.industry).exists()


def test_the_follow_up_is_due_by_the_days_of_the_chain(people: People, told: MakeProject) -> None:
    for chain, day in (("chips", "2025-10-22"), ("cars", "2025-10-13")):
        project = told(organisation=f"投资方{chain}", chain=chain)
        case = perform(project.pk, "contact", actor=people.industry, data={"text": "已联系"})
        assert case.clock is not None
        assert case.clock.due_at is not None
        assert f"{case.clock.due_at:%Y-%m-%d}" == day
    with standing("2025-10-20 10:00"):
        case = perform(project.pk, "follow_up", actor=people.industry, data={"text": "寄了资料"})
        assert case.clock is not None
        assert case.clock.due_at is not None
        assert f"{case.clock.due_at:%Y-%m-%d}" == "2025-11-10"


def test_a_shelved_project_goes_on_where_it_stood(people: People, told: MakeProject) -> None:
    project = told()
    actor = people.industry
    perform(project.pk, "contact", actor=actor, data={"text": "已联系"})
    perform(project.pk, "shelve", actor=actor, data={"text": "暂缓", "until": "2025-12-01"})
    assert perform(project.pk, "resume", actor=actor, data={}).stage == "contact"


def test_a_helping_units_visit_follows_the_project_up(people: People, told: MakeProject) -> None:
    project = told()
    perform(project.pk, "contact", actor=people.industry, data={"text": "已联系"})
    data = {"lead_unit": "9-D02", "co_units": ["9-D03"], "text": "请科创局配合"}
    perform(project.pk, "hand_over", actor=people.centre, data=data)
    with standing("2025-10-10 10:00"):
        held(people.science, project, lead_unit="9-D03")
        case = Case.objects.get(pk=project.pk)
    assert case.clock is not None
    assert case.clock.due_at is not None
    assert f"{case.clock.due_at:%Y-%m-%d}" == "2025-11-10"


def test_a_merged_project_waits_inside_the_other(people: People, told: MakeProject) -> None:
    first = told()
    second = told(people.science, lead_unit="9-D03", distinct="说是另一个")
    data = {"into": first.case.number, "text": "同一项目"}
    with pytest.raises(NotPermitted):
        perform(second.pk, "merge", actor=people.science, data=data)
    assert perform(second.pk, "merge", actor=people.centre, data=data).stage == "merged"
    lost = {"lost_reason": "silent", "result": "联系不上"}
    perform(first.pk, "lose", actor=people.industry, data=lost)
    assert case_for(second.pk, people.centre).stage == "joined"


def test_changing_is_refused_to_who_saw_an_older_one(people: People, told: MakeProject) -> None:
    project = told()
    seen = project.version
    change_project(project.pk, {"city": "无锡"}, actor=people.industry, seen=seen)
    with pytest.raises(Conflict):
        change_project(project.pk, {"city": "南京"}, actor=people.industry, seen=seen)
    with pytest.raises(NotPermitted):
        change_project(project.pk, {"city": "南京"}, actor=people.science)
    project.refresh_from_db()
    assert (project.city, project.chain) == ("无锡", "chips")


def test_an_imported_row_is_told_once_and_then_changed(people: People) -> None:
    made = save_imported(lead_values(), None, people.industry)
    again = save_imported({"city": "无锡"}, made, people.industry)
    assert (again.pk, again.city) == (made.pk, "无锡")


def test_contacts_are_encrypted_and_every_reading_is_recorded(
    people: People, told: MakeProject
) -> None:
    project = told()
    add_contact(project.pk, "王大雪", "董事长", "13800138000", actor=people.industry)
    row = ContactPerson.objects.get()
    assert "王大雪" not in row.name
    assert "138" not in row.phone
    with pytest.raises(Invalid):
        read_contacts(project.pk, actor=people.centre, reason=" ")
    found = read_contacts(project.pk, actor=people.centre, reason="约时间")
    assert (found[0].name, found[0].post, found[0].phone) == ("王大雪", "董事长", "13800138000")
    kinds = [one.kind for one in events_of(Subject(PROJECT, str(project.pk)))]
    assert kinds.count("history.personal.viewed") == 3
    with pytest.raises(NotPermitted):
        read_contacts(project.pk, actor=people.leader, reason="看看")
    with pytest.raises(NotFound):
        read_contacts(project.pk, actor=people.science, reason="看看")


def test_the_people_of_a_lost_project_are_forgotten_after_a_year(
    people: People, told: MakeProject
) -> None:
    lost, open_one = told(), told(organisation="另一家")
    for project in (lost, open_one):
        add_contact(project.pk, "王大雪", "", "", actor=people.industry)
    data = {"lost_reason": "silent", "result": "三次联系不上"}
    perform(lost.pk, "lose", actor=people.industry, data=data)
    with standing("2026-09-20 10:00"):
        assert forget_people() == 0
    with standing("2026-09-24 10:00"):
        assert forget_people() == 1
        assert forget_people() == 0
    assert ContactPerson.objects.get().project == open_one


def _sent(client: Client, *lines: str) -> str:
    """A file of leads, checked and written where it can be; the page of what became of it."""
    head = "投资方,产业链环节,线索来源,跟进单位,意向投资额,项目情况"
    content = "\n".join((head, *lines)).encode("utf-8-sig")
    file = SimpleUploadedFile("leads.csv", content, "text/csv")
    url = f"/registers/{PROJECTS}/import/"
    page = client.post(url, {"file": file}, follow=True)
    assert page.status_code == 200
    run = page.redirect_chain[-1][0]
    return client.post(f"{run}commit/", follow=True).content.decode()


def test_a_file_of_leads_comes_in_whole_or_says_which_row_is_wrong(people: People) -> None:
    client = people.client("industry")
    good = "甲投资方,chips,own,9-D02,20000,拟建厂"
    page = _sent(client, good, "乙投资方,nothing,own,9-D02,,")
    assert "没有这个产业链环节" in page
    assert not Project.objects.exists()
    _sent(client, good, "乙投资方,cars,own,9-D02,,")
    assert Project.objects.count() == 2
    assert Project.objects.get(organisation="甲投资方").case.text == "拟建厂"
    _sent(client, "甲投资方,chips,own,9-D02,30000,拟建厂")
    assert Project.objects.count() == 2
    assert Project.objects.get(organisation="甲投资方").investment == 30_000
