"""The shell: log-in, switches, navigation, language, and what it costs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import gettext_lazy

from district.kernel.base import navigation
from district.kernel.base.navigation import NavItem
from district.ui import context

pytestmark = pytest.mark.django_db

WORD = "right-word-1"


@pytest.fixture
def rail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A navigation of this test's own."""
    monkeypatch.setattr(navigation, "_ITEMS", {})


def item(key: str, **facts: Any) -> NavItem:
    label = facts.pop("label", key)
    return NavItem(key, label, facts.pop("url_name", "home"), "inbox", **facts)


def test_the_scheme_is_kept_and_rendered_by_the_server(client: Client) -> None:
    assert "data-theme" not in client.get("/").content.decode()
    answer = client.post("/scheme/", {"scheme": "dark", "next": "/login/"})
    assert answer["Location"] == "/login/"
    assert 'data-theme="dark"' in client.get("/").content.decode()
    client.post("/scheme/", {"scheme": "auto"})
    assert "data-theme" not in client.get("/").content.decode()


def test_the_menu_s_button_is_called_what_it_shows(client: Client, rail: None) -> None:
    client.force_login(User.objects.create_user("officer", first_name="谷雨"))
    page = client.get("/home/").content.decode()
    opened = page.index('popovertarget="user-menu"')
    button = page[page.rindex("<button", 0, opened) : page.index("</button>", opened)]
    assert "aria-label" not in button
    words = " ".join(re.sub(r"<svg.*?</svg>|<[^>]*>", " ", button, flags=re.DOTALL).split())
    shown = re.search(r'class="wide-only">([^<]+)<', button)
    assert shown is not None
    assert words == f"{shown[1]} 个人菜单"


def test_an_unknown_scheme_and_a_foreign_next_are_not_taken(client: Client) -> None:
    answer = client.post("/scheme/", {"scheme": "neon", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert context.SCHEME_COOKIE not in answer.cookies


def test_a_wrong_password_says_what_to_do_and_keeps_the_name(client: Client) -> None:
    User.objects.create_user("officer", password=WORD)
    answer = client.post("/login/", {"username": "officer", "password": "wrong"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "请核对后重新输入" in body
    assert 'value="officer"' in body


def test_a_log_in_leads_to_the_first_page_of_the_rail(client: Client, rail: None) -> None:
    navigation.declare(item("late", url_name="public", order=20))
    navigation.declare(item("early", url_name="healthz", order=10))
    client.force_login(User.objects.create_user("officer"))
    assert client.get("/home/")["Location"] == "/healthz"


def test_a_member_without_pages_learns_whom_to_ask(client: Client, rail: None) -> None:
    client.force_login(User.objects.create_user("officer"))
    assert "请联系系统管理员" in client.get("/home/").content.decode()


def test_demo_accounts_show_in_a_demo_only(client: Client, tmp_path: Path, settings: Any) -> None:
    rows = [{"username": "planner", "password": "pw", "role": "计划统筹员", "unit": "区发改局"}]
    (tmp_path / "demo-logins.json").write_text(json.dumps(rows), encoding="utf-8")
    settings.VAR, settings.DISTRICT_DEMO = tmp_path, True
    assert "计划统筹员" in client.get("/login/").content.decode()
    settings.DISTRICT_DEMO = False
    assert "计划统筹员" not in client.get("/login/").content.decode()


def test_a_demo_says_so_on_every_page(client: Client, settings: Any, rail: None) -> None:
    client.force_login(User.objects.create_user("officer"))
    settings.DISTRICT_CLOCK_OFFSET = 0
    assert "演示时间" not in client.get("/home/").content.decode()
    settings.DISTRICT_CLOCK_OFFSET = -3600
    assert "演示时间" in client.get("/home/").content.decode()


def test_the_rail_marks_the_entry_whose_address_fits_best(rail: None) -> None:
    navigation.declare(item("start", url_name="public", order=1))
    navigation.declare(item("here", url_name="login", order=2))
    links = navigation.links(RequestFactory().get("/login/more"))
    assert [(link.item.key, link.current) for link in links] == [("start", False), ("here", True)]


def test_an_entry_is_hidden_from_those_who_may_not_open_it(rail: None) -> None:
    navigation.declare(item("secret", visible=lambda request: False))
    assert navigation.links(RequestFactory().get("/")) == []


def test_an_entry_without_address_does_not_break_the_page(rail: None) -> None:
    navigation.declare(item("gone", url_name="no-such-name"))
    assert navigation.links(RequestFactory().get("/")) == []


def test_entries_stand_under_their_sections_in_order(rail: None) -> None:
    for key, section, order in (("b", "work", 1), ("a", "plan", 9), ("c", "plan", 1)):
        navigation.declare(item(key, section=section, order=order))
    drawn = navigation.sections(navigation.links(RequestFactory().get("/")))
    assert [(title, [link.item.key for link in links]) for title, links in drawn] == [
        ("计划", ["c", "a"]),
        ("办理", ["b"]),
    ]


def rails(client: Client, address: str = "/nothing/here") -> str:
    """The navigation beside the page, in the drawer and in the phone's bar, without the rest."""
    page = client.get(address).content.decode()
    return "\n".join(re.findall(r"<nav.*?</nav>", page, flags=re.DOTALL))


def test_what_was_drawn_for_one_is_not_shown_to_another_who_may_less(
    client: Client, rail: None
) -> None:
    navigation.declare(item("all"))
    navigation.declare(item("some", visible=lambda request: request.user.username == "officer"))
    client.force_login(User.objects.create_user("officer"))
    assert rails(client).count(">some</a>") == 3
    client.force_login(User.objects.create_user("viewer"))
    assert rails(client).count(">all</a>") == 3
    assert ">some</a>" not in rails(client)


def test_what_was_drawn_is_drawn_anew_for_another_page_language_and_declaration(
    client: Client, rail: None
) -> None:
    navigation.declare(item("here", label=gettext_lazy("消息")))
    client.force_login(User.objects.create_user("officer"))
    chinese = rails(client)
    assert chinese.count(">消息</a>") == 3
    assert 'aria-current="page"' not in chinese
    client.cookies["django_language"] = "en"
    assert ">消息</a>" not in rails(client)
    client.cookies["django_language"] = "zh-hans"
    navigation.declare(item("here", label="别的"))
    assert rails(client).count(">别的</a>") == 3
    navigation.declare(item("nothing", url_name="notifications"))
    assert 'aria-current="page"' not in rails(client)
    assert rails(client, "/notifications/gone").count('aria-current="page"') == 3


def test_two_entries_cannot_take_one_key(rail: None) -> None:
    navigation.declare(item("one", keys="c"))
    with pytest.raises(ValueError, match="already goes to 'one'"):
        navigation.declare(item("two", keys="c"))


def test_every_declared_entry_has_an_address() -> None:
    request = RequestFactory().get("/")
    seen = {link.item.key for link in navigation.links(request)}
    unconditional = {each.key for each in navigation.declared() if each.visible is None}
    assert unconditional <= seen


def test_chinese_comes_first_whatever_the_browser_asks(client: Client) -> None:
    body = client.get("/login/", headers={"Accept-Language": "en"}).content.decode()
    assert "密码" in body
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    assert '<html lang="en"' in client.get("/login/").content.decode()


def test_a_page_of_the_shell_takes_few_queries(
    client: Client, django_assert_max_num_queries: Any, rail: None
) -> None:
    client.force_login(User.objects.create_user("officer"))
    client.get("/home/")
    with django_assert_max_num_queries(4):
        assert client.get("/home/").status_code == 200


def test_the_page_of_a_broken_server_needs_nothing_of_the_server() -> None:
    body = render_to_string("500.html")
    assert "系统出错" in body
    assert "/static/dist/app.css" in body


def test_an_address_that_is_none_answers_programs_in_json_and_people_with_a_page() -> None:
    answer = Client().get("/api/nothing/here")
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, 404)
    assert "<html" in Client().get("/nothing/here").content.decode()
