"""Pages of people, notices and rounds: what is shown to whom, within their statements."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.systems.policies.models import Notice, Policy, PushRun, Recipient
from district.systems.policies.services.pushing import do_run, start_run
from district.systems.policies.tests.conftest import People, Publish, not_queued
from district.systems.policies.tests.people import (
    WHERE,
    MakeRecipient,
    id_number,
    recorded,
    table,
)
from district.systems.policies.tests.test_pages import _counted

pytestmark = pytest.mark.django_db
__all__ = ["recorded"]
TEXT = "申领条件：具有本区户籍，年满80周岁，残疾等级为一级、二级。"


def _page(client: Client, url: str, most: int = 10) -> str:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert answer.status_code == 200, url
    assert len(queries) <= most, [q["sql"][:160] for q in queries]
    return answer.content.decode()


def _told(people: People, policy: Policy) -> PushRun:
    run, _small = start_run(policy.pk, actor=people.writer, enqueue=not_queued)
    return do_run(str(run.pk))


def test_the_page_of_a_person_says_all_but_who_it_is(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    row = recorded(family_income=None)
    policy = published("people", where=WHERE)
    published("people", where='owns_home = false and hukou = "here"', title="租房补贴")
    _told(people, policy)
    client = people.client("neighbour")
    page = _page(client, row.get_absolute_url())
    for shown in (
        '<span lang="zh-CN">区残联名册</span><span>2025-09-01</span>',
        "一级",
        "工业企业增长奖励",
        "本市有自有住房",
        "待告知",
    ):
        assert shown in page
    for hidden in ("张测试1", id_number(1), "幸福路99号"):
        assert hidden not in page
    assert row.number in _page(client, reverse("policy_recipients"))
    assert people.client("west").get(row.get_absolute_url()).status_code == 404
    read = reverse("policy_recipient_read", args=[row.number])
    assert client.post(read, {"reason": ""}).status_code == 422
    answer = client.post(read, {"reason": "上门告知"})
    assert "张测试1" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert people.client("viewer").get(read).status_code == 404


def test_a_person_is_written_down_found_and_ended_on_pages(people: People) -> None:
    client, new = people.client("neighbour"), reverse("policy_recipient_new")
    given = {"unit": "901001", "id_number": id_number(7), "name": "张测试7", "street": "901",
             "community": "901001", "disability": "3", "is_veteran": "no",
             "source": "社区登记", "as_of": "2025-09-20"}  # fmt: skip
    assert client.post(new, given | {"id_number": "1"}).status_code == 422
    refused = client.post(new, given | {"family_income": "-1"})
    assert refused.status_code == 422
    assert "张测试7" in refused.content.decode()  # nothing typed is lost
    assert client.post(new, given).status_code == 302
    row = Recipient.objects.get()
    assert (row.disability, row.is_veteran, row.owns_home) == ("3", False, None)
    find = reverse("policy_recipient_find")
    assert client.post(find, {"id_number": id_number(7)}).headers["Location"] == (
        row.get_absolute_url()
    )
    assert people.client("west").post(find, {"id_number": id_number(7)}).status_code == 422
    leave = reverse("policy_recipient_leave", args=[row.number])
    assert client.post(leave, {"left_on": "2025-09-30"}).status_code == 422
    assert client.post(leave, {"left_on": "2025-09-20"}).status_code == 302
    erase = reverse("policy_recipient_erase", args=[row.number])
    assert client.get(erase).status_code == 403
    head = people.client("neighbour_head")
    assert head.post(erase, {"reason": "张测试7"}).status_code == 422
    assert head.post(erase, {"reason": "mistake"}).status_code == 302


def test_a_file_is_refused_or_taken_in_on_its_page(people: People) -> None:
    client, url = people.client("neighbour"), reverse("policy_recipient_import")
    rows = [{"身份证号码": id_number(n), "姓名": f"李导入{n}", "残疾等级": "二级"} for n in (1, 2)]

    def send(rows: list[dict[str, str]]) -> str:
        file = SimpleUploadedFile("名册.csv", table(rows))
        given = {"unit": "901001", "file": file, "source": "区残联", "as_of": "2025-09-01"}
        return client.post(url, given).content.decode()

    wrong = send([rows[0], {**rows[1], "残疾等级": "九级"}])
    assert "没有导入" in wrong
    assert "九级" in wrong
    assert not Recipient.objects.exists()
    assert "新入册2人" in send(rows)
    assert "新入册0人" in send(rows)
    assert people.client("viewer").get(url).status_code == 403
    assert client.get(reverse("policy_recipient_template")).status_code == 200


def test_whoever_may_count_and_not_see_reads_rounded_numbers_that_open_nothing(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    for number in range(1, 13):
        recorded(number)
    recorded(13, disability="4")
    policy = published("people", where=WHERE)
    url = reverse("policy_standing", args=[policy.pk])
    page = _page(people.client("other"), url)
    assert "data-figure" not in page
    assert "不足10" in page
    assert ">10" in page
    assert "RY" not in page
    near = people.client("east")
    page = _page(near, url)
    assert "您可以查看的人员" in page
    assert _counted(near, page) == [12, 1, 0, 1]
    assert "没有查看居民的权限" in _page(people.client("viewer"), url)


def test_the_editor_reads_and_tries_a_subsidy(people: People, recorded: MakeRecipient) -> None:
    recorded()
    client = people.client("writer")
    page = _page(client, reverse("policy_new") + "?audience=people")
    assert "disability" in page
    assert "revenue" not in page
    tried = client.post(reverse("policy_try"), {"audience": "people", "where": WHERE})
    assert "不足10" in tried.content.decode()
    read = client.post(reverse("policy_proposals"), {"audience": "people", "text": TEXT})
    page = read.content.decode()
    for where in ("birth_date &lt;= today-80y", "disability in", "hukou = &quot;here&quot;"):
        assert where in page
    given = {"audience": "people", "title": "老年残疾补贴", "benefit_kind": "subsidy",
             "unit": "9-D01", "where": WHERE, "do": "save"}  # fmt: skip
    assert client.post(reverse("policy_new"), given).status_code == 302
    assert Policy.objects.get().audience == "people"


def test_a_notice_is_noted_on_its_page_and_the_round_shows_it(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    row = recorded()
    policy = published("people", where=WHERE)
    run = _told(people, policy)
    notice = Notice.objects.get()
    client = people.client("neighbour")
    assert row.number in _page(client, reverse("policy_notices"))
    assert "登记结果" in _page(client, notice.get_absolute_url())
    url = notice.get_absolute_url()
    assert client.post(url, {"outcome": "", "means": "phone"}).status_code == 422
    given = {"outcome": "told", "means": "phone", "seen": str(notice.version)}
    assert client.post(url, given).status_code == 302
    assert "登记结果" not in _page(client, url)
    own = people.client("writer")
    assert _counted(own, _page(own, policy.get_absolute_url())) == [1, 1, 0, 0]
    assert _counted(own, _page(own, run.get_absolute_url())) == [1]
    page = _page(people.client("leader"), policy.get_absolute_url())
    assert "人次" not in page
    assert _page(own, notice.push.get_absolute_url() if notice.push else "")


def test_a_round_is_stopped_on_its_page(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    recorded()
    policy = published("people", where=WHERE)
    run, _small = start_run(policy.pk, actor=people.writer, enqueue=not_queued)
    client, stop = people.client("writer"), reverse("policy_run_stop", args=[run.pk])
    assert "停止推送" in _page(client, run.get_absolute_url())
    assert people.client("other").post(stop).status_code == 404
    assert client.post(stop).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.sent) == ("stopped", 0)
    assert "推送已停止" in _page(client, run.get_absolute_url())
    assert client.post(stop).status_code == 302  # once more changes nothing
    assert start_run(policy.pk, actor=people.writer, enqueue=not_queued)[0].pk != run.pk


def test_applying_for_a_person_and_the_case_for_its_unit_alone(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    row = recorded()
    policy = published("people", where=WHERE, without_application=True)
    apply = reverse("policy_apply", args=[policy.pk])
    near = people.client("neighbour")
    assert "人员编号" in near.get(apply).content.decode()
    page = near.get(f"{apply}?code={row.number}").content.decode()
    assert page.count("登记数据：") == 3
    made = near.post(f"{apply}?code={row.number}", {"key": "k"}).content.decode()
    assert "查询码" in made
    desk = reverse("policy_subsidy_desk", args=["check"])
    assert "工业企业增长奖励" in people.client("writer").get(desk).content.decode()
    for stranger in ("leader", "planner", "other"):
        assert "工业企业增长奖励" not in people.client(stranger).get(desk).content.decode()
    assert date(2025, 9, 22)
