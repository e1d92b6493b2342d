"""Without a log-in: the check keeps nothing, an application is encrypted and tells nobody who is
on record."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base import tickets
from district.kernel.base.errors import NotFound, NotPermitted
from district.kernel.cases.public import Case, case_url, perform
from district.kernel.history.public import Actor
from district.systems.policies.models import Application
from district.systems.policies.names import SUBSIDY_APPLICATION
from district.systems.policies.services.forgetting import forget_applicants
from district.systems.policies.services.public_applying import read_applicant
from district.systems.policies.tests.conftest import People, Publish
from district.systems.policies.tests.people import WHERE, MakeRecipient, id_number, recorded

pytestmark = pytest.mark.django_db
__all__ = ["recorded"]
HELD = {"birth_date": "1940-05-06", "hukou": "here", "disability": "2"}
WHO = {"name": "赵网上", "phone": "13811112222", "id_number": id_number(1)}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits three seconds in a test."""
    monkeypatch.setattr(tickets, "QUICKEST", -1.0)


def _check(client: Client, **given: str) -> str:
    return client.post(reverse("policy_check"), given).content.decode()


def _card(page: str, title: str) -> str:
    """What stands in the card of that title, "" where there is none."""
    found = re.search(f'card-title">{title}<.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def test_the_check_says_what_holds_what_is_missing_and_what_was_not_stated(
    people: People, published: Publish
) -> None:
    policy = published("people", where=WHERE, title="重残护理补贴")
    published()  # of enterprises nothing is asked here
    client = Client()
    page = client.get(reverse("policy_check")).content.decode()
    open_now = _card(page, "正在受理的补贴")
    assert reverse("policy_subsidy_apply", args=[policy.number]) in open_now
    assert open_now.count("stack-title") == 1
    for asked in ("出生日期", "户籍", "残疾等级"):
        assert asked in page
    for not_asked in ("学历", "社保", "工业企业增长奖励"):
        assert not_asked not in page
    assert "重残护理补贴" in _card(_check(client, **HELD), "符合全部条件")
    one_short = _card(_check(client, **{**HELD, "disability": "4"}), "只差一项")
    assert "还差：" in one_short
    unstated = _check(client, **{**HELD, "disability": ""})
    assert "残疾等级" in _card(unstated, "数据不全，还不能判断")
    assert "还差：" in _card(_check(client, hukou="city", disability="4"), "不符合")


def test_the_check_keeps_nothing_and_takes_no_impossible_value(
    people: People, published: Publish
) -> None:
    published("people", where=WHERE + " and family_size >= 1")
    client, url = Client(), reverse("policy_check")
    assert client.post(url, {**HELD, "birth_date": "2199-01-01"}).status_code == 422
    assert client.post(url, {**HELD, "hukou": "moon"}).status_code == 422
    assert client.post(url, {**HELD, "family_size": "99"}).status_code == 422
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(url, HELD)
    assert answer["Cache-Control"] == "no-store"
    written = [q["sql"] for q in queries if not q["sql"].lstrip().startswith("SELECT")]
    assert all("throttling" in sql or "SAVEPOINT" in sql for sql in written), written
    assert not any("1940" in sql for sql in written)
    assert len(queries) <= 10


def test_without_a_policy_for_people_the_page_says_so(people: People) -> None:
    assert "现在没有可以申领的补贴" in Client().get(reverse("policy_check")).content.decode()


def _send(client: Client, number: str, **given: Any) -> Any:
    url = reverse("policy_subsidy_apply", args=[number])
    page = client.get(url).content.decode()
    found = re.search('name="ticket" value="([^"]+)"', page)
    assert found is not None
    return client.post(url, {"ticket": found[1], **HELD, **WHO, **given})


def test_a_resident_applies_and_follows_it_with_number_and_code(
    people: People, published: Publish
) -> None:
    policy = published("people", where=WHERE)
    client = Client()
    assert _send(client, policy.number, id_number="1").status_code == 422
    assert _send(client, policy.number, name="").status_code == 422
    receipt = _send(client, policy.number).content.decode()
    case = Case.objects.get(type_key=SUBSIDY_APPLICATION)
    number, code = re.findall('<b class="digits">([^<]+)</b>', receipt)
    assert number == case.number
    assert (case.stage, case.is_confidential) == ("submitted", True)
    assert case.facts["eligibility"] == "holds"
    assert "赵网上" not in case.text + case.title
    status = reverse("policy_status")
    asked = {"number": number, "code": code}
    assert "审查" in client.post(status, asked).content.decode()
    assert client.post(status, {**asked, "code": "0000000000"}).status_code == 404
    perform(case.pk, "ask_supplement", actor=people.writer, data={"text": "缺残疾人证"})
    shown = client.post(status, asked).content.decode()
    assert "缺残疾人证" in shown
    step = {"do": "complete", "round": "1", **asked}
    assert client.post(status, {**step, "text": ""}).status_code == 422
    assert client.post(status, {**step, "text": "已补"}).status_code == 200
    case.refresh_from_db()
    assert case.stage == "submitted"
    assert client.post(status, {**asked, "do": "grant", "round": "2"}).status_code == 404


def test_the_answer_does_not_tell_who_is_on_record_and_the_desk_sees_it(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    policy = published("people", where=WHERE)
    client = Client()
    unknown = _send(client, policy.number, id_number=id_number(2)).content.decode()
    row = recorded(1)
    known = _send(client, policy.number).content.decode()
    twice = _send(client, policy.number).content.decode()

    def shape(page: str) -> str:
        page = re.sub('<b class="digits">[^<]+</b>|value="[^"]*"', "", page)
        return re.sub("[A-Za-z0-9]{64}", "", page)  # the token against forged forms

    assert shape(unknown) == shape(known) == shape(twice)
    application = Application.objects.get(recipient=row, case=Case.objects.order_by("-pk")[0])
    page = people.client("writer").get(case_url(application.case_id)).content.decode()
    assert "本人填写：" in page
    assert row.number in page


def test_a_form_sent_twice_opens_one_case_with_the_same_code(
    people: People, published: Publish
) -> None:
    policy = published("people", where=WHERE)
    client, url = Client(), reverse("policy_subsidy_apply", args=[policy.number])
    ticket = re.search('name="ticket" value="([^"]+)"', client.get(url).content.decode())
    assert ticket is not None
    given = {"ticket": ticket[1], **HELD, **WHO}
    first, second = (client.post(url, given).content.decode() for _turn in range(2))
    codes = [re.findall('<b class="digits">([^<]+)</b>', page) for page in (first, second)]
    assert codes[0] == codes[1]
    assert Case.objects.count() == 1
    assert client.post(url, {**given, "ticket": "forged"}).status_code == 422
    assert client.post(url, {**given, "website": "spam"}).status_code == 422


def test_what_was_stated_at_the_check_comes_along(people: People, published: Publish) -> None:
    policy = published("people", where=WHERE)
    url = reverse("policy_subsidy_apply", args=[policy.number])
    page = Client().post(url, {**HELD, "degree": "master"}).content.decode()
    assert 'value="1940-05-06"' in page
    assert "master" not in page
    assert Client().get(reverse("policy_subsidy_apply", args=["none"])).status_code == 404


def test_the_identity_number_is_read_by_the_desk_for_a_reason_and_forgotten_with_the_case(
    people: People, published: Publish
) -> None:
    policy = published("people", where=WHERE)
    _send(Client(), policy.number)
    case = Case.objects.get()
    with pytest.raises(NotPermitted):
        read_applicant(case, "好奇", actor=people.other)
    assert read_applicant(case, "核对户籍", actor=people.writer) == id_number(1)
    url = reverse("policy_applicant", args=[case.pk])
    assert people.client("other").get(url).status_code == 404
    assert id_number(1) in people.client("writer").post(url, {"reason": "核对"}).content.decode()
    system = Actor.system("policies")
    assert forget_applicants(actor=system) == 0
    Case.objects.update(anonymised_at=case.reported_at)
    assert forget_applicants(actor=system) == 1
    kept = Application.objects.get()
    assert (kept.id_number, kept.person, kept.values) == ("", None, {})
    with pytest.raises(NotFound):  # no person is left whose number it was
        read_applicant(case, "核对户籍", actor=people.writer)
