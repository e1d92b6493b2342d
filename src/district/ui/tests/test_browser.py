"""The shell in a real browser: looks, keys, islands, policy."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from district.kernel.base import navigation
from district.kernel.base.navigation import NavItem
from district.testing.browser import (
    Browser,
    assert_no_serious_axe_findings,
    axe_findings,
    complaints_of,
    missing_icons,
    open_page,
    settle,
)
from district.testing.browser_fixtures import PageAs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPONENTS = "/ui/components/"
WORD = "a-long-word-9"
TARGETS = ".button:not(.button-small), .input, .select, .tab, .phone-tab, .pages a, .icon-button"


@pytest.fixture
def officer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> User:
    """Somebody signed in, with two entries in the rail and a search field."""
    settings.UI_COMPONENTS = True
    monkeypatch.setattr(navigation, "_ITEMS", {})
    monkeypatch.setattr(navigation, "_search", [])
    for at, name in enumerate(("ui_components", "public")):
        navigation.declare(NavItem(name, name, name, "inbox", order=at, keys="cp"[at], phone=True))
    navigation.declare_search("ui_components", "搜索")
    return User.objects.create_user("officer", password=WORD)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_component_is_accessible_and_obeys_the_policy(
    page_as: PageAs, live_server: Any, officer: User, size: str, scheme: str
) -> None:
    page = page_as(officer, size=size, scheme=scheme)
    open_page(page, live_server.url + COMPONENTS)
    for island in page.locator("[data-island]").all():
        island.scroll_into_view_if_needed()
        page.locator("[data-island][data-mounted]").first.wait_for()
    page.wait_for_timeout(300)
    settle(page)
    assert page.locator("[data-island]").count() == 5
    assert page.locator("[data-island][data-mounted]").count() == 5
    assert page.locator(".island-failed").count() == 0
    assert missing_icons(page) == []
    assert complaints_of(page) == []
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0
    assert_no_serious_axe_findings(page)


@pytest.mark.parametrize("path", ["/", "/login/", "/no/such/page"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_are_accessible(
    page_as: PageAs, live_server: Any, scheme: str, path: str
) -> None:
    page = page_as(None, size="phone", scheme=scheme)
    open_page(page, live_server.url + path)
    assert_no_serious_axe_findings(page)
    assert complaints_of(page) == []


def test_every_document_that_a_page_opens_is_judged(browser: Browser) -> None:
    document = "data:text/html,<html lang=en><title>%s</title><h1>%s</h1>%s"
    fault = "<img src='data:,'>"
    with browser.page() as page:
        for name, body in (("a", fault), ("b", fault), ("c", ""), ("d", fault)):
            page.goto(document % (name, name, body))
            found = [each.split(" ")[0] for each in axe_findings(page)]
            assert found == (["image-alt"] if body else []), name


def test_islands_draw_pixels(page_as: PageAs, live_server: Any, officer: User) -> None:
    page = page_as(officer)
    open_page(page, live_server.url + COMPONENTS)
    for kind in ("chart", "map"):
        island = page.locator(f"[data-island={kind}]").first
        island.scroll_into_view_if_needed()
        page.locator(f"[data-island={kind}][data-mounted]").first.wait_for()
        page.wait_for_timeout(400)
        one_colour = page.evaluate(
            """selector => {
                const canvas = document.querySelector(selector);
                const copy = new OffscreenCanvas(canvas.width, canvas.height);
                copy.getContext('2d').drawImage(canvas, 0, 0);
                const { data } = copy.getContext('2d').getImageData(0, 0, copy.width, copy.height);
                const words = new Uint32Array(data.buffer);
                return words.every((word) => word === words[0]);
            }""",
            f"[data-island={kind}] canvas",
        )
        if kind == "chart":  # a map's WebGL buffer is gone after it is shown
            assert not one_colour
        else:
            assert page.locator(".map .maplibregl-ctrl-zoom-in").is_visible()


def test_a_member_logs_in_by_keyboard_alone(
    page_as: PageAs, live_server: Any, officer: User
) -> None:
    page = page_as(None)
    open_page(page, live_server.url + "/login/?next=" + COMPONENTS)
    page.keyboard.type("officer")
    page.keyboard.press("Tab")
    page.keyboard.type(WORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**" + COMPONENTS)


def test_keys_search_help_and_go(page_as: PageAs, live_server: Any, officer: User) -> None:
    page = page_as(officer)
    open_page(page, live_server.url + COMPONENTS)
    page.locator("#main").focus()
    page.keyboard.press("/")
    assert page.locator("[data-search]:focus").count() == 1
    page.keyboard.press("Escape")
    page.locator("#main").focus()
    page.keyboard.press("?")
    assert page.locator("#keyboard-help[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("#keyboard-help[open]").count() == 0
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url(live_server.url + "/")


def test_the_scheme_changes_at_once_and_stays(
    page_as: PageAs, live_server: Any, officer: User
) -> None:
    page = page_as(officer)
    open_page(page, live_server.url + COMPONENTS)
    page.locator("[popovertarget=user-menu]").click()
    page.locator("#user-menu button[value=dark]").click()
    page.locator("html[data-theme=dark]").wait_for()
    assert page.url.endswith(COMPONENTS)
    page.reload()
    assert page.locator("html[data-theme=dark]").count() == 1
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(15, 21, 32)"


def test_the_phone_opens_every_page_from_its_bar(
    page_as: PageAs, live_server: Any, officer: User
) -> None:
    page = page_as(officer, size="phone")
    open_page(page, live_server.url + COMPONENTS)
    assert not page.locator(".rail").is_visible()
    page.locator(".phone-bar [data-opens=drawer]").click()
    page.locator("#drawer .nav-link").nth(1).click()
    page.wait_for_url(live_server.url + "/")


def test_targets_on_a_phone_are_large_enough(
    page_as: PageAs, live_server: Any, officer: User
) -> None:
    page = page_as(officer, size="phone")
    open_page(page, live_server.url + COMPONENTS)
    small = page.evaluate(
        """selector => [...document.querySelectorAll(selector)]
            .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 48)
            .map((each) => each.outerHTML.slice(0, 120))""",
        TARGETS,
    )
    assert small == []


def test_a_term_explains_itself_to_the_keyboard(
    page_as: PageAs, live_server: Any, officer: User
) -> None:
    page = page_as(officer)
    open_page(page, live_server.url + COMPONENTS)
    note = page.locator("#term-t1")
    assert not note.is_visible()
    page.locator(".term").first.focus()
    assert note.is_visible()
    page.keyboard.press("Escape")
    assert not note.is_visible()


def test_print_shows_the_page_without_its_furniture(
    page_as: PageAs, live_server: Any, officer: User
) -> None:
    page = page_as(officer)
    open_page(page, live_server.url + COMPONENTS)
    page.emulate_media(media="print")
    for gone in (".rail", ".topbar", ".page-actions", ".pages"):
        assert not page.locator(gone).first.is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator(".light").first.is_visible()
