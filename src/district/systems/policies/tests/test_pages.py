"""The pages: figures open what they count, the editor tries and proposes while it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.systems.enterprises.models import Enterprise
from district.systems.policies.models import Policy, Push, PushRun
from district.systems.policies.rules.terms import NewTerms
from district.systems.policies.services.applications import apply_for
from district.systems.policies.services.policies import save_policy
from district.systems.policies.tests.conftest import TEXT, WHERE, People, Publish

pytestmark = pytest.mark.django_db
Firms = dict[str, Enterprise]
Pushed = Callable[[Policy], PushRun]
_FIGURE = re.compile(r'<a class="figure" href="([^"]+)" data-figure="(\d*)"')


def _page(client: Client, url: str, most: int = 10) -> str:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    if len(queries) > most:  # what is kept for a few seconds was just asked anew
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
    assert answer.status_code == 200, url
    assert len(queries) <= most, [q["sql"][:160] for q in queries]
    return answer.content.decode()


def _counted(client: Client, page: str) -> list[int]:
    """Every figure of a page, after its rows were counted again."""
    found = []
    for href, value in _FIGURE.findall(page):
        answer = client.get(unescape(href) + "&format=json")
        assert answer.status_code == 200, href
        assert answer.json()["figure"] == int(value), href
        found.append(int(value))
    return found


def test_counts_open_their_rows_for_whoever_sees_all(
    firms: Firms, people: People, published: Publish
) -> None:
    client = people.client("writer")
    page = _page(client, reverse("policy_standing", args=[published().pk]))
    assert _counted(client, page) == [2, 2, 1, 1, 1]
    assert "上年度" not in page
    assert firms["holds"].name in page


def test_a_street_counts_and_opens_its_own_enterprises_alone(
    firms: Firms, people: People, published: Publish
) -> None:
    client = people.client("east")
    page = _page(client, reverse("policy_standing", args=[published().pk]))
    assert _counted(client, page) == [1, 2, 1, 1, 1]
    assert firms["holds"].name in page
    assert firms["holds_too"].name not in page


def test_who_may_see_no_enterprise_is_told_no_number(
    firms: Firms, people: People, published: Publish
) -> None:
    policy = published()
    page = _page(people.client("viewer"), reverse("policy_standing", args=[policy.pk]))
    assert not _FIGURE.search(page)
    assert "没有查看企业的权限" in page


def test_a_policys_page_shows_benefit_window_versions_and_pushes(
    firms: Firms, people: People, published: Publish, pushed: Pushed
) -> None:
    policy = published()
    run = pushed(policy)
    apply_for(policy.pk, firms["holds"].code, actor=people.writer)
    client = people.client("writer")
    page = _page(client, policy.get_absolute_url())
    assert _counted(client, page) == [2, 0, 1, 1]
    assert "最高奖励50万元" in page
    assert run.get_absolute_url() in page
    assert _page(client, run.get_absolute_url())
    push = Push.objects.get(code=firms["holds"].code)
    assert "3000万元" in _page(client, push.get_absolute_url())
    viewer = people.client("viewer")
    assert viewer.get(push.get_absolute_url()).status_code == 404
    assert viewer.get(run.get_absolute_url()).status_code == 404
    assert run.get_absolute_url() not in _page(viewer, policy.get_absolute_url())


def test_the_condition_is_tried_while_it_is_typed(
    firms: Firms, people: People, published: Publish
) -> None:
    other = published(title="已有的同样政策")
    client, url = people.client("writer"), reverse("policy_try")
    page = client.post(url, {"where": WHERE}).content.decode()
    assert _counted(client, page) == [2, 2, 1, 1, 1]
    assert "已有的同样政策" in page
    assert "完全相同" in page
    mine = client.post(url, {"where": WHERE, "policy": str(other.pk)}).content.decode()
    assert "完全相同" not in mine
    wrong = client.post(url, {"where": 'industry under "C" and revenue >= '}).content.decode()
    assert "第 35 个字" in wrong
    assert "<mark>" in wrong
    contradictory = client.post(url, {"where": "staff > 300 and staff < 20"}).content.decode()
    assert "互相矛盾" in contradictory
    superfluous = client.post(url, {"where": "revenue > 5 and revenue > 3"}).content.decode()
    assert "多余" in superfluous
    nobody = client.post(url, {"where": "revenue > 99999"}).content.decode()
    assert "没有一家符合" in nobody
    assert people.client("viewer").post(url, {"where": WHERE}).status_code == 403


def test_conditions_are_proposed_from_the_text_and_taken_over(firms: Firms, people: People) -> None:
    client = people.client("writer")
    page = client.post(reverse("policy_proposals"), {"text": TEXT}).content.decode()
    assert "revenue &gt;= 2000" in page
    assert "<mark>营业收入达到2000万元以上</mark>" in page
    new = reverse("policy_new")
    taken = client.post(new, {"text": TEXT, "where": "staff > 1", "do": "take:all"})
    form = unescape(taken.content.decode())
    assert 'staff > 1\nand industry under "C"\nand revenue >= 2000' in form
    assert "established_on <= today-730d" in form
    beside = {"text": TEXT, "where": 'revenue >= 20000 and industry under "C"', "do": "take:2"}
    once = unescape(client.post(new, beside).content.decode())
    assert 'industry under "C"\nand revenue >= 2000<' in once
    assert "已采用" in once


def test_what_the_editor_shows_of_a_policy_saves_the_same_again(
    people: People, published: Publish
) -> None:
    policy = published(closes_on=date(2025, 12, 31))
    client, url = people.client("writer"), reverse("policy_edit", args=[policy.pk])
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    shown = {name: value for name, value in values.items() if value not in (None, False)}
    assert str(shown["amount"]) == "50"
    page = client.get(url).content.decode()
    assert 'value="2025-01-01"' in page
    assert 'value="2025-12-31"' in page
    assert client.post(url, {**shown, "do": "save"}).status_code == 302
    policy.refresh_from_db()
    assert not policy.has_draft


def test_a_policy_is_written_published_and_withdrawn_on_its_pages(
    firms: Firms, people: People
) -> None:
    writer, head = people.client("writer"), people.client("head")
    new = reverse("policy_new")
    given = {
        "title": "工业企业增长奖励", "text": TEXT, "where": WHERE, "benefit": "奖励",
        "benefit_kind": "reward", "opens_on": "2025-01-01", "unit": "9-D01", "do": "save",
    }  # fmt: skip
    assert writer.get(new).status_code == 200
    bad = writer.post(new, {**given, "where": "revenue >"})
    assert bad.status_code == 422
    assert "第 10 个字" in bad.content.decode()
    page = writer.post(new, given)["Location"]
    policy = Policy.objects.get()
    publish = reverse("policy_publish", args=[policy.pk])
    assert writer.post(publish).status_code == 403
    assert head.post(publish)["Location"] == page
    policy.refresh_from_db()
    assert policy.state == "published"
    sent = writer.post(reverse("policy_send", args=[policy.pk]))
    assert PushRun.objects.get().get_absolute_url() == sent["Location"]
    assert PushRun.objects.get().sent == 2
    withdraw = reverse("policy_withdraw", args=[policy.pk])
    assert head.post(withdraw, {"reason": ""}).status_code == 422
    assert head.post(withdraw, {"reason": "预算用完"})["Location"] == page
    assert "已撤回" in _page(writer, page)


def test_an_enterprise_reads_what_it_holds_misses_and_what_is_not_known(
    firms: Firms, people: People, published: Publish
) -> None:
    published()
    client = people.client("east")

    def shown(name: str) -> str:
        return _page(client, reverse("policy_enterprise", args=[firms[name].code]))

    assert "还差：" not in shown("holds")
    assert "营业收入不低于2000万元" in shown("small")
    assert "缺少数据：" in shown("unknown")
    assert "看还差哪些" in shown("shop")
    url = reverse("policy_enterprise", args=[firms["holds_too"].code])
    assert client.get(url).status_code == 404  # of another street
    found = client.get(reverse("policy_enterprise_find"), {"code": firms["holds"].code})
    assert found["Location"] == reverse("policy_enterprise", args=[firms["holds"].code])
    assert people.client("viewer").get(reverse("policy_enterprise_find")).status_code == 403


def test_an_application_is_opened_on_its_page(
    firms: Firms, people: People, published: Publish
) -> None:
    policy = published(without_application=True)
    client = people.client("writer")
    url = reverse("policy_apply", args=[policy.pk])
    assert _page(client, url)
    at = f"{url}?code={firms['holds'].code}"
    assert "3000万元" in _page(client, at)
    assert client.post(at, {"asked": "51", "key": "a"}).status_code == 422
    answer = client.post(at, {"asked": "50", "key": "a"}).content.decode()
    assert "查询码" in answer
    offered = client.post(
        reverse("policy_offer", args=[policy.pk]), {"code": firms["holds_too"].code}
    )
    case = _page(client, offered["Location"])
    assert "条件核对" in case
    assert "3000万元" in case
    desk = client.get(reverse("policy_desk", args=["check"])).content.decode()
    assert firms["holds"].name in desk


def test_what_held_on_a_past_day_is_asked_on_its_page(
    firms: Firms, people: People, published: Publish
) -> None:
    policy = published()
    url = reverse("policy_on", args=[policy.pk])
    client = people.client("writer")
    assert "没有适用的版本" in _page(client, f"{url}?day=2025-09-21")
    assert client.get(f"{url}?day=2025-09-22").status_code == 422
    assert client.get(f"{url}?day=soon").status_code == 422


def test_lists_and_small_forms_answer(firms: Firms, people: People, published: Publish) -> None:
    save_policy(NewTerms("还没写完的政策", amount=Decimal(3)), unit="9-D01", actor=people.writer)
    published()
    assert "还没写完的政策" in _page(people.client("writer"), reverse("policies"))
    client = people.client("planner")
    assert "还没写完的政策" not in _page(client, reverse("policies"))
    assert _page(client, reverse("policy_pushes"))
    assert client.post(reverse("policy_limit"), {"most": "3"}).status_code == 302
    assert people.client("writer").get(reverse("policy_limit")).status_code == 403
    east = people.client("east")
    consent = reverse("policy_consent", args=[firms["holds"].code])
    assert east.post(consent, {"wants": "no", "reason": ""}).status_code == 422
    assert east.post(consent, {"wants": "no", "reason": "来电"}).status_code == 302
    assert firms["holds"].name in _page(east, reverse("register_list", args=["policies-consents"]))
