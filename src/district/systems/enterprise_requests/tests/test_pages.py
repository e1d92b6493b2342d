"""The pages of requests and complaints: registering, desks, who is refused."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.cases.public import Case, perform
from district.systems.enterprise_requests.tests.conftest import MakeCase, People

pytestmark = pytest.mark.django_db
GIVEN = {
    "enterprise": "东江精密制造有限公司",
    "industry": "manufacturing",
    "kind": "policy",
    "text": "技改补贴申报后没有消息",
    "amount": "120",
    "name": "张三",
    "phone": "13800138000",
    "source": "phone",
    "key": "form-1",
}


def test_a_request_is_registered_and_its_code_told_once(people: People) -> None:
    client = people.client("east")
    assert client.get(reverse("enterprise_new")).status_code == 200
    wrong = client.post(reverse("enterprise_new"), {**GIVEN, "phone": "1", "industry": ""})
    assert wrong.status_code == 422
    page = client.post(reverse("enterprise_new"), GIVEN).content.decode()
    case = Case.objects.get()
    assert case.number in page
    assert "查询码" in page
    assert reverse("case", args=[case.pk]) not in page  # the command post's until it dispatches
    again = client.post(reverse("enterprise_new"), GIVEN).content.decode()
    assert "没有重复登记" in again
    assert Case.objects.count() == 1


def test_a_phone_that_is_none_is_named_on_the_form(people: People) -> None:
    page = people.client("east").post(reverse("enterprise_new"), {**GIVEN, "phone": "12"})
    assert page.status_code == 422
    assert "联系电话不对" in page.content.decode()
    assert not Case.objects.exists()


def test_a_complaint_is_registered_at_the_centre_and_nowhere_else(people: People) -> None:
    given = {
        "complained_unit": "902",
        "conduct": "fees",
        "text": "收费没有依据",
        "name": "东江精密",
        "source": "counter",
    }
    url = reverse("enterprise_complaint_new")
    page = people.client("supervision").post(url, given).content.decode()
    case = Case.objects.get()
    assert case.number in page
    told = people.client("supervision").post(url, {**given, "text": "东江精密被收费"})
    assert told.status_code == 422
    for other in ("command", "east", "viewer"):
        assert people.client(other).get(url).status_code == 403
    detail = people.client("supervision").get(reverse("case", args=[case.pk])).content.decode()
    assert "被投诉单位" in detail
    assert "东江精密" not in detail


def test_each_post_begins_at_its_desk_within_ten_statements(
    requested: MakeCase, complained: MakeCase, people: People
) -> None:
    case, complaint = requested(), complained()
    perform(case.pk, "dispatch", actor=people.command)
    for who, entry, number in (
        ("command", "enterprise_requests", ""),
        ("industry", "enterprise_requests", case.number),
        ("supervision", "enterprise_complaints", complaint.number),
        ("west", "enterprise_complaints", ""),
    ):
        client = people.client(who)
        onward = client.get(reverse(entry))
        assert onward.status_code == 302
        with CaptureQueriesContext(connection) as queries:
            page = client.get(onward["Location"])
        assert page.status_code == 200
        assert len(queries) <= 10
        assert number in page.content.decode()
    assert complaint.number not in page.content.decode()


def test_the_register_filters_by_industry_and_finds_the_enterprise(
    requested: MakeCase, people: People
) -> None:
    requested()
    requested(industry="trade", enterprise="北湖商贸有限公司")
    client = people.client("command")
    url = reverse("register_list", args=["cases-enterprise_request"])
    assert client.get(url, {"industry": "trade", "format": "json"}).json()["count"] == 1
    assert client.get(url, {"q": "北湖", "format": "json"}).json()["count"] == 1
    assert "北湖商贸有限公司" in client.get(url).content.decode()
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert len(queries) <= 10


def test_a_case_shows_its_facts_within_ten_statements(requested: MakeCase, people: People) -> None:
    case, client = requested(amount=800), people.client("command")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert len(queries) <= 10
    for words in ("制造业", "用地用房", "800 万元", "东江精密制造有限公司"):
        assert words in page


def test_another_unit_finds_no_page_of_a_case(requested: MakeCase, people: People) -> None:
    case = requested()
    perform(case.pk, "dispatch", actor=people.command, data={"lead_unit": "901"})
    url = reverse("case", args=[case.pk])
    assert people.client("east").get(url).status_code == 200
    for stranger in ("west", "west_head", "commerce", "viewer"):
        client = people.client(stranger)
        assert client.get(url).status_code == 404
        assert client.post(url, {"do": "accept"}).status_code == 404
    for page in ("enterprise_daily", "enterprise_new"):
        assert people.client("viewer").get(reverse(page)).status_code == 403
