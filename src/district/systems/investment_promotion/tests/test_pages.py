"""The pages: shown within ten statements, refused to others, forms that come back filled."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.cases.public import Case, perform
from district.systems.enterprises.tests.conftest import code_of
from district.systems.investment_promotion.models import LandOffer, Project, Trip, Visit
from district.systems.investment_promotion.names import PROJECTS, TRIPS, VISITS
from district.systems.investment_promotion.services.visits import save_trip, save_visit
from district.systems.investment_promotion.tests.conftest import (
    LOADER,
    MakeProject,
    People,
    entity,
    held,
)
from district.systems.spaces.models import Demand, LandParcel, Offer
from district.systems.spaces.services import saving
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
MOST = 10


def shown(client: Client, url: str, count: Any, most: int = MOST) -> str:
    """The page, which costs at most so many statements."""
    client.get(url)
    with count(most):
        answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def planned_trip(people: People, **given: Any) -> Trip:
    """A trip of three days from tomorrow."""
    first = clock.today() + timedelta(days=1)
    values = {
        "title": "长三角招商行", "lead_unit": "9-D02", "head": "何处暑", "cities": "上海、苏州",
        "starts_on": first, "ends_on": first + timedelta(days=2), "purpose": "拜访半导体企业",
        **given,
    }  # fmt: skip
    return save_trip(values, None, people.industry)


def planned(people: People, **given: Any) -> Visit:
    """A visit that lies ahead."""
    starts = clock.now() + timedelta(days=1)
    values = {
        "organisation": "东江半导体", "kind": "out", "lead_unit": "9-D02", "starts_at": starts,
        "ends_at": starts + timedelta(hours=2), "city": "苏州", "visitors": "何处暑",
        "purpose": "看生产线", "agenda": "参观\n座谈", **given,
    }  # fmt: skip
    return save_visit(values, None, people.industry)


def test_every_page_keeps_to_its_statements(
    people: People, landed: MakeProject, told: MakeProject, django_assert_max_num_queries: Any
) -> None:
    project = landed(wanted="both", land_area="2")
    for number in range(6):
        other = told(organisation=f"投资方{number}", source="fair", chain="cars")
        held(people.industry, other)
    trip = planned_trip(people)
    visit = planned(people, trip=str(trip.pk), project=str(other.pk))
    client = people.client("industry")

    def count(most: int) -> Any:
        return django_assert_max_num_queries(most)

    for url in (
        reverse("investment_promotion"),
        reverse("investment_conversion"),
        reverse("investment_conversion") + "?by=unit",
        reverse("investment_weekly"),
        reverse("investment_projects"),
        reverse("investment_project", args=[project.pk]),
        reverse("investment_project", args=[other.pk]),
        reverse("investment_project_new"),
        reverse("investment_project_change", args=[other.pk]),
        reverse("investment_contact_new", args=[other.pk]),
        reverse("investment_space", args=[project.pk]),
        reverse("investment_space_ask", args=[other.pk]),
        reverse("investment_sign", args=[other.pk]),
        reverse("investment_desk", args=["following"]),
        reverse("investment_visits"),
        reverse("investment_calendar"),
        reverse("investment_visit_new") + f"?project={other.pk}",
        reverse("investment_visit", args=[visit.pk]),
        reverse("investment_visit_change", args=[visit.pk]),
        reverse("investment_visit_hold", args=[visit.pk]),
        reverse("investment_visit_cancel", args=[visit.pk]),
        reverse("investment_trips"),
        reverse("investment_trip", args=[trip.pk]),
        reverse("investment_trip_new"),
        reverse("investment_trip_change", args=[trip.pk]),
        reverse("case", args=[other.pk]),
    ):
        shown(client, url, count)


def test_who_may_not_is_refused_in_words(people: People, told: MakeProject) -> None:
    project = told()
    viewer = people.client("viewer")
    for name in ("promotion", "conversion", "weekly", "calendar", "project_new", "trip_new"):
        name = f"investment_{name}"
        assert viewer.get(reverse(name)).status_code == 403, name
    science = people.client("science")
    assert science.get(reverse("investment_project", args=[project.pk])).status_code == 404
    assert science.get(reverse("investment_verify", args=[project.pk])).status_code == 403


def test_a_lead_is_told_on_its_page_and_comes_back_filled_where_wrong(people: People) -> None:
    client, url = people.client("industry"), reverse("investment_project_new")
    sent = {
        "organisation": "东江半导体", "text": "拟建封测线", "lead_unit": "9-D02", "chain": "chips",
        "source": "chain", "wanted": "none", "key": "one",
    }  # fmt: skip
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "还没有写明由谁推荐" in answer.content.decode()
    assert "拟建封测线" in answer.content.decode()
    for _again in range(2):
        answer = client.post(url, {**sent, "recommended_by": "本地龙头"}, follow=True)
        assert answer.status_code == 200
    assert Project.objects.count() == 1


def test_figures_of_the_overview_open_as_many_rows(
    people: People, landed: MakeProject, told: MakeProject
) -> None:
    landed()
    first = told(organisation="甲投资方", chain="cars")
    lost = told(organisation="乙投资方", source="fair")
    data = {"lost_reason": "silent", "result": "联系不上"}
    perform(lost.pk, "lose", actor=people.industry, data=data)
    held(people.industry, first)
    with standing("2025-10-30 10:00"):
        client = people.client("leader")
        for name in ("investment_promotion", "investment_conversion", "investment_weekly"):
            page = client.get(reverse(name))
            found = _figures(page.context)
            assert len(found) > 5, name
            for figure in found:
                counted = client.get(figure.url + "&format=json&figure=1").json()
                assert Decimal(str(counted["figure"])) == Decimal(str(figure.value)), figure


def _figures(context: Any) -> list[Any]:
    found, waiting = [], [context["found"]]
    while waiting:
        one = waiting.pop()
        if hasattr(one, "register_key"):
            found.append(one)
        elif isinstance(one, tuple | list):
            waiting += one
        elif hasattr(one, "__dataclass_fields__"):
            waiting += [getattr(one, name) for name in one.__dataclass_fields__]
    return found


def test_a_confidential_lead_is_in_no_list_or_figure_of_others(
    people: People, told: MakeProject
) -> None:
    secret = told(organisation="隐名投资方", confidential=True)
    held(people.industry, secret, organisation="隐名投资方")
    for key, seen in (("industry", True), ("leader", True), ("centre", False)):
        client = people.client(key)
        for url in (
            reverse("investment_projects"),
            f"/registers/{PROJECTS}/?format=csv",
            f"/registers/{VISITS}/?format=csv",
            "/registers/cases-investment_project/?format=csv",
            f"/api/registers/{PROJECTS}",
            reverse("investment_weekly"),
            reverse("investment_calendar"),
        ):
            answer = client.get(url)
            content = b"".join(answer) if answer.streaming else answer.content
            text = content.decode("utf-8-sig")
            told_of = "隐名投资方" in text or json.dumps("隐名投资方").strip('"') in text
            assert told_of is seen, (key, url)
        overview = client.get(reverse("investment_promotion")).context["found"]
        assert overview.stats[0].value == int(seen)


def test_a_project_is_verified_on_its_page(people: People, registered: MakeProject) -> None:
    project = registered()
    url = reverse("investment_verify", args=[project.pk])
    client = people.client("commerce")
    assert client.get(reverse("investment_project", args=[project.pk])).status_code == 200
    page = client.get(url).content.decode()
    assert "没有全部满足" in page
    assert client.post(url, {"do": "accept"}).status_code == 422
    entity()
    page = client.get(url).content.decode()
    assert "全部满足" in page
    assert client.post(url, {"do": "accept", "note": "一致"}).status_code == 302
    assert Case.objects.get(pk=project.pk).stage == "landed"


def test_signing_and_registering_on_their_pages(people: People, told: MakeProject) -> None:
    project = told()
    perform(project.pk, "contact", actor=people.industry, data={"text": "已联系"})
    client = people.client("industry")
    sign = reverse("investment_sign", args=[project.pk])
    assert client.post(sign, {"signed_on": "2025-09-23", "agreed": "1"}).status_code == 422
    sent = {"signed_on": "2025-09-22", "agreed": "30000", "agreement": "LG-1"}
    assert client.post(sign, sent).status_code == 302
    register = reverse("investment_register", args=[project.pk])
    assert client.post(register, {"code": "123"}).status_code == 422
    sent = {"code": code_of(3), "name": "龙岗新公司"}
    assert client.post(register, sent).status_code == 302
    project.refresh_from_db()
    assert (project.agreed, project.entity_name) == (Decimal(30_000), "龙岗新公司")


def test_a_visit_is_planned_held_and_counted(people: People, told: MakeProject) -> None:
    project = told()
    client = people.client("industry")
    now = timezone.localtime(clock.now())
    sent = {
        "organisation": "东江半导体", "project": str(project.pk), "kind": "out",
        "lead_unit": "9-D02", "starts_at": f"{now - timedelta(hours=3):%Y-%m-%dT%H:%M}",
        "ends_at": f"{now - timedelta(hours=4):%Y-%m-%dT%H:%M}", "city": "苏州",
        "visitors": "何处暑", "purpose": "看生产线",
    }  # fmt: skip
    url = reverse("investment_visit_new")
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "结束不晚于开始" in answer.content.decode()
    sent["ends_at"] = f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    assert client.post(url, sent).status_code == 302
    visit = Visit.objects.get()
    hold = reverse("investment_visit_hold", args=[visit.pk])
    told_of = {"minutes": "谈了厂房", "result": "愿意来看地", "next_step": "发清单"}
    assert client.post(hold, told_of).status_code == 422
    assert client.post(hold, {**told_of, "next_on": "2025-09-30"}).status_code == 302
    assert client.post(hold, {**told_of, "next_on": "2025-09-30"}).status_code == 422
    visit.refresh_from_db()
    assert visit.state == "held"
    assert Case.objects.get(pk=project.pk).stage == "contact"


def test_a_planned_visit_is_cancelled_with_its_reason(people: People) -> None:
    visit = planned(people)
    client = people.client("industry")
    url = reverse("investment_visit_cancel", args=[visit.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "对方改期"}).status_code == 302
    page = client.get(reverse("investment_visit", args=[visit.pk])).content.decode()
    assert "对方改期" in page


def test_a_trip_is_handed_out_for_paper_and_calendar(people: People) -> None:
    trip = planned_trip(people)
    planned(people, trip=str(trip.pk))
    client, url = people.client("industry"), reverse("investment_trip", args=[trip.pk])
    word = client.get(url + "?format=docx")
    assert word.content[:2] == b"PK"
    calendar = client.get(url + "?format=ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert "SUMMARY:东江半导体" in calendar.content.decode()
    assert "DTSTART:20250923T020000Z" in calendar.content.decode()
    outside = client.post(
        reverse("investment_trip_change", args=[trip.pk]),
        {
            "title": "改", "lead_unit": "9-D02", "head": "甲", "cities": "上海",
            "starts_on": "2025-09-24", "ends_on": "2025-09-25", "purpose": "改期",
            "state": "planned",
        },
    )  # fmt: skip
    assert outside.status_code == 422


def test_reports_are_handed_out_as_files(people: People, told: MakeProject) -> None:
    told()
    client = people.client("industry")
    for name in ("investment_weekly", "investment_conversion"):
        for kind in ("docx", "xlsx"):
            answer = client.get(reverse(name) + f"?format={kind}")
            assert answer.content[:2] == b"PK", (name, kind)


def test_space_is_asked_for_matched_and_offered_by_the_rules_of_spaces(
    people: People, told: MakeProject
) -> None:
    _estate()
    project = told(wanted="both", land_area="2")
    client = people.client("industry")
    ask = reverse("investment_space_ask", args=[project.pk])
    assert client.post(ask, {"use": "封测"}).status_code == 422
    sent = {"use": "封测", "area_from": "800", "area_to": "1200", "load": "6"}
    assert client.post(ask, sent).status_code == 302
    demand = Demand.objects.get()
    project.refresh_from_db()
    assert (project.demand, demand.firm, demand.lead_unit_id) == (
        demand.pk, "东江半导体股份有限公司", "9-D02",
    )  # fmt: skip
    page = client.get(reverse("investment_space", args=[project.pk]))
    outlook = page.context["outlook"]
    assert [one.name for one in outlook.best] == ["单元U1"]
    offer = reverse("investment_space_offer", args=[project.pk])
    assert client.post(offer, {"unit": [outlook.best[0].key]}).status_code == 302
    assert Offer.objects.get().unit.code == "U1"
    land = reverse("investment_land_offer", args=[project.pk])
    assert client.post(land, {"parcel": "L-small"}).status_code == 404
    assert client.post(land, {"parcel": "L-gone"}).status_code == 404
    assert client.post(land, {"parcel": "L-fits"}).status_code == 302
    assert client.post(land, {"parcel": "L-fits"}).status_code == 409
    assert LandOffer.objects.get().parcel == "L-fits"


def test_of_a_confidential_project_the_demand_names_nobody(
    people: People, told: MakeProject
) -> None:
    project = told(confidential=True)
    sent = {"use": "封测", "area_from": "800"}
    client = people.client("industry")
    client.post(reverse("investment_space_ask", args=[project.pk]), sent)
    assert Demand.objects.get().firm == f"保密项目{project.case.number}"


def _estate() -> None:
    """A park with a unit that fits, one that does not, and three parcels."""
    saving.save_row(
        saving.PARK,
        {"code": "P1", "name": "P1园", "street": "901", "lead_unit": "9-D02",
         "lon": Decimal("114.2"), "lat": Decimal("22.7")},
        None, LOADER,
    )  # fmt: skip
    saving.save_row(
        saving.BUILDING,
        {"code": "P1-1", "name": "1栋", "park": "P1", "area": Decimal(20_000), "storeys": 6,
         "completed_on": clock.today()},
        None, LOADER,
    )  # fmt: skip
    for code, load in (("U1", 8), ("U2", 4)):
        saving.save_row(
            saving.UNIT,
            {"code": code, "name": f"单元{code}", "building": "P1-1", "storey": 2,
             "area": Decimal(1000), "load": Decimal(load)},
            None, LOADER,
        )  # fmt: skip
    for code, area, state in (
        ("L-fits", "2.5", LandParcel.State.RESERVED),
        ("L-small", "1", LandParcel.State.LISTED),
        ("L-gone", "5", LandParcel.State.TRANSFERRED),
    ):
        saving.save_row(
            saving.PARCEL,
            {"code": code, "name": f"宗地{code}", "street": "901", "lead_unit": "9-D02",
             "use": "m1", "state": state, "area": Decimal(area),
             **({"transferred_on": clock.today(), "transferee": "某公司"}
                if state == LandParcel.State.TRANSFERRED else {})},
            None, LOADER,
        )  # fmt: skip


def test_registers_hand_out_their_rows(people: People, told: MakeProject) -> None:
    told(industry="C3973")
    planned_trip(people)
    client = people.client("industry")
    answer = client.get(f"/registers/{PROJECTS}/?format=csv&columns=organisation,chain,industry")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert len(rows) == 1
    assert client.get(f"/registers/{TRIPS}/?format=json").json()["count"] == 1


def test_english_pages_hold_no_chinese_but_data(people: People, told: MakeProject) -> None:
    project = told()
    client = people.client("industry")
    client.cookies["django_language"] = "en"
    page = client.get(reverse("investment_project", args=[project.pk])).content.decode()
    assert "Semiconductors" in page
    assert "产业链环节" not in page
