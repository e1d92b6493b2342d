"""The pages of units and members: what they show, to whom, and within ten SQL statements."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import format_html

from district.kernel.history.public import Subject, events_of
from district.kernel.organisation import sections
from district.kernel.organisation.middleware import actor_for
from district.kernel.organisation.models import Assignment, Member, Unit
from district.kernel.organisation.sections import UnitSection, declare_unit_section
from district.kernel.organisation.services import assign, change_phone
from district.kernel.organisation.tests.conftest import LOADER, MakeMember

PASSWORD = "a-long-enough-word"  # noqa: S105  # of members who do not exist
Enter = Callable[[Member], Client]


@pytest.fixture
def enter() -> Enter:
    def as_member(member: Member) -> Client:
        client = Client()
        assert member.user is not None
        client.force_login(member.user)
        return client

    return as_member


@pytest.fixture
def root(make_member: MakeMember) -> Member:
    return make_member("administrator", "9", "林冬至", username="root")


@pytest.fixture
def officer(make_member: MakeMember) -> Member:
    return make_member("officer", "901001", "谷雨", username="guyu", phone="000-0000-7777")


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_every_page_stays_within_ten_statements(
    enter: Enter, root: Member, officer: Member
) -> None:
    for _number in range(3):
        assign(officer.pk, ["901", "902", "902001"][_number], "officer", actor=LOADER)
    client = enter(root)
    for path in (
        "/units/", "/units/?q=凤凰", "/units/901/", "/units/901001/", "/members/",
        "/members/?unit=901&role=officer&q=谷", f"/members/{officer.pk}/", "/members/new/", "/me/",
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        assert answer.status_code == 200, path
        assert len(queries) <= 10, (path, [q["sql"][:90] for q in queries])


def test_pages_ask_for_a_log_in(district: None, client: Client) -> None:
    for path in ("/units/", "/units/901/", "/members/", "/me/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_the_tree_is_searched_by_name_and_code(enter: Enter, officer: Member) -> None:
    client = enter(officer)
    both = text_of(client.get("/units/?q=凤凰"))
    assert "/units/901002/" in both
    assert "/units/902001/" in both
    assert "/units/901001/" not in both
    assert "/units/902001/" in text_of(client.get("/units/?q=902"))
    assert "没有找到单位" in text_of(client.get("/units/?q=火星"))


def test_a_unit_shows_its_members_and_the_sections_of_other_parts(
    enter: Enter, officer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "_sections", {})
    monkeypatch.setattr(sections, "note", lambda *_: None)
    declare_unit_section(
        UnitSection("t", "承担事项", lambda _r, unit: format_html("<b>{}</b>", unit.code + "!"))
    )
    declare_unit_section(UnitSection("empty", "空", lambda _r, _u: ""))
    shown = text_of(enter(officer).get("/units/901001/"))
    assert "谷雨" in shown
    assert "<b>901001!</b>" in shown
    assert "承担事项" in shown
    assert enter(officer).get("/units/nowhere/").status_code == 404


def test_the_list_of_members_filters_by_subtree_and_role(
    enter: Enter, root: Member, officer: Member
) -> None:
    client = enter(root)
    assert "谷雨" in text_of(client.get("/members/?unit=901"))
    assert str(officer.pk) not in text_of(client.get("/members/?unit=902"))
    assert str(officer.pk) not in text_of(client.get("/members/?role=viewer"))
    assert "没有符合条件的成员" in text_of(client.get("/members/?q=无此人"))


def test_a_number_is_shown_only_on_request_and_leaves_a_trace(
    enter: Enter, root: Member, officer: Member
) -> None:
    client = enter(root)
    page = f"/members/{officer.pk}/"
    assert "7777" not in text_of(client.get(page))
    assert client.post(page + "phone/look/", {"reason": ""}).status_code == 422
    answer = client.post(page + "phone/look/", {"reason": "防汛值班"})
    assert "000-0000-7777" in text_of(answer)
    assert answer["Cache-Control"] == "no-store"
    newest = events_of(Subject("organisation.member", str(officer.pk)))[0]
    assert (newest.kind, newest.actor) == ("history.personal.viewed", actor_for(root))
    assert "防汛值班" in text_of(enter(officer).get("/me/"))


def test_buttons_and_addresses_are_for_those_with_the_right(
    enter: Enter, root: Member, officer: Member
) -> None:
    client, page = enter(officer), f"/members/{root.pk}/"
    shown = text_of(client.get(page))
    for word in ("任命角色", "停用成员", "重置密码", "保存资料"):
        assert word not in shown
    for path, data in (
        ("posts/", {"unit": "901", "role": "officer"}),
        (f"posts/{root.assignments.get().pk}/end/", {}),
        ("change/", {"name": "别名", "version": "0"}),
        ("phone/", {"phone": "000"}),
        ("phone/look/", {"reason": "好奇"}),
        ("leave/", {"reason": "好奇"}),
        ("password/", {"password": PASSWORD}),
    ):
        assert client.post(page + path, data).status_code in (403, 404), path
    assert client.get("/members/new/").status_code == 403
    assert client.post("/members/new/", {"name": "x"}).status_code == 403
    root.refresh_from_db()
    assert (root.name, root.is_active) == ("林冬至", True)


def test_an_administrator_manages_a_member_from_the_page(
    enter: Enter, root: Member, officer: Member
) -> None:
    client, page = enter(root), f"/members/{officer.pk}/"
    shown = text_of(client.get(page))
    for word in ("任命角色", "停用成员", "重置密码", "保存资料"):
        assert word in shown
    moves: list[tuple[str, dict[str, str]]] = [
        ("posts/", {"unit": "902", "role": "unit_head", "since": ""}),
        ("change/", {"name": "谷雨", "title": "科员", "version": "0"}),
        ("password/", {"password": PASSWORD}),
    ]
    for path, data in moves:
        assert client.post(page + path, data).status_code == 302, path
    officer.refresh_from_db()
    assert officer.title == "科员"
    post = Assignment.objects.get(member=officer, unit="902")
    assert client.post(f"{page}posts/{post.pk}/end/").status_code == 302
    assert client.post(page + "leave/", {"reason": "调离"}).status_code == 302
    assert client.post(page + "leave/", {"reason": "回任", "back": "1"}).status_code == 302
    assert Client().login(username="guyu", password=PASSWORD)


def test_what_cannot_be_taken_comes_back_with_the_reason(
    enter: Enter, root: Member, officer: Member
) -> None:
    client, page = enter(root), f"/members/{officer.pk}/"
    weak = client.post(page + "password/", {"password": "12345"})
    assert weak.status_code == 422
    assert "field-error" in text_of(weak)
    double = client.post(page + "posts/", {"unit": "901001", "role": "officer"})
    assert double.status_code == 409
    stale = client.post(page + "change/", {"name": "小雪", "version": "7"})
    assert stale.status_code == 409


def test_a_new_member_is_made_from_the_page(enter: Enter, root: Member) -> None:
    client = enter(root)
    values = {"name": "霜降", "unit": "902", "role": "officer", "username": "shuang"}
    taken = client.post("/members/new/", values | {"username": "root"})
    assert taken.status_code == 422
    assert "已有人使用" in text_of(taken)
    made = client.post("/members/new/", values | {"password": PASSWORD})
    assert made.status_code == 302
    assert Member.objects.get(name="霜降").assignments.get().unit == Unit.objects.get(pk="902")


def test_one_changes_ones_own_number_and_password(enter: Enter, officer: Member) -> None:
    assert officer.user is not None
    officer.user.set_password(PASSWORD)
    officer.user.save()
    client = Client()
    assert client.login(username="guyu", password=PASSWORD)
    change_phone(officer.pk, "000-2", actor=actor_for(officer))
    assert client.post("/me/phone/", {"phone": ""}).status_code == 302
    officer.refresh_from_db()
    assert officer.phone == ""
    fresh = PASSWORD + "-2"
    wrong = {"old_password": "no", "new_password1": fresh, "new_password2": fresh}
    assert client.post("/me/password/", wrong).status_code == 422
    assert client.post("/me/password/", wrong | {"old_password": PASSWORD}).status_code == 302
    assert client.get("/me/").status_code == 200
    assert Client().login(username="guyu", password=fresh)


def test_counts_on_the_page_lead_to_just_those_rows(enter: Enter, officer: Member) -> None:
    client = enter(officer)
    figures = re.findall(r'href="([^"]+)" data-figure="([0-9]+)"', text_of(client.get("/units/")))
    assert [value for _href, value in figures] == ["2", "3", "2"]
    for href, value in figures:
        answer = client.get(html.unescape(href) + "&format=json").json()
        assert int(answer["figure"]) == int(value)
