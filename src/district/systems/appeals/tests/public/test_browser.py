"""Residents' journeys on a phone, in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from district.kernel.base import tickets
from district.kernel.cases.models import Case, Reporter
from district.systems.appeals.services.reports import Submitted, submit_report
from district.systems.appeals.tests.public.conftest import (
    EAST,
    TEXT,
    People,
    closed,
    handled,
)
from district.testing.browser import (
    assert_no_serious_axe_findings,
    complaints_of,
    missing_icons,
    open_page,
    settle,
)
from district.testing.browser_fixtures import PageAs

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINE = "桥头路口垃圾堆得很高，三天没人清了"
TARGETS = "main .button, main .input, main .select, main .tab, main summary, main .choice"


@pytest.fixture
def district(people: People, monkeypatch: pytest.MonkeyPatch) -> People:
    """The trial district; a browser fills a form faster than anybody can."""
    monkeypatch.setattr(tickets, "QUICKEST", -1.0)
    return people


def reported(text: str = TEXT, key: str = "web:seed") -> Case:
    from decimal import Decimal

    sent = Submitted(
        key, text, Decimal(EAST[0]), Decimal(EAST[1]), name="王女士", phone="13800138000"
    )
    return Case.objects.get(number=submit_report(sent).number)


class Thumb:
    """Taps on a phone, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.tap()
        self.taps += 1

    def type(self, selector: str, text: str) -> None:
        self.tap(selector)
        self.page.keyboard.type(text)


def sound(page: Page) -> None:
    """Accessible, within its policy, as wide as the screen, with targets large enough."""
    settle(page)
    assert complaints_of(page) == []
    assert missing_icons(page) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    small = page.evaluate(
        """selector => [...document.querySelectorAll(selector)]
            .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 48)
            .map((each) => each.outerHTML.slice(0, 120))""",
        TARGETS,
    )
    assert small == []
    assert_no_serious_axe_findings(page)


def kept(page: Page) -> tuple[str, str]:
    """Number and code of the receipt."""
    number = page.locator(".receipt-number").inner_text()
    return number, page.locator(".receipt-code").inner_text()


def test_a_pin_on_the_map_finds_what_is_alike_and_one_tap_joins_it(
    page_as: PageAs, live_server: Any, district: People
) -> None:
    case = reported()
    page = page_as(None, size="phone")
    open_page(page, live_server.url + "/")
    thumb = Thumb(page)
    page.locator(".public-entry-primary").tap()
    page.wait_for_url("**/appeals/report/")
    page.locator("html[data-ready]").wait_for(state="attached")
    thumb.type("#id_text", MINE)
    thumb.tap("[data-map-toggle]")
    page.locator("[data-island=pick][data-mounted]").wait_for()
    # The middle of the east square, where the first report lies.
    box = page.locator(".resident-map").bounding_box()
    assert box
    page.locator(".resident-map canvas").tap(
        position={"x": box["width"] * 0.75, "y": box["height"] * 0.5}
    )
    thumb.taps += 1
    page.locator("#position-said").get_by_text("东街道").wait_for()
    assert page.locator(".pick-pin").is_visible()
    lon = float(page.locator("#id_lon").input_value())
    assert 114.2 < lon < 114.3
    Case.objects.filter(pk=case.pk).update(lon=round(lon, 6), cell="")
    lat = float(page.locator("#id_lat").input_value())
    from district.kernel.cases.rules.nearness import cell_of

    Case.objects.filter(pk=case.pk).update(lat=round(lat, 6), cell=cell_of(lon, lat))
    thumb.type("#id_name", "李先生")
    thumb.type("#id_phone", "13900139000")
    thumb.tap(".form-actions .button")
    page.get_by_role("heading", name="可能已有人反映").wait_for()
    sound(page)
    thumb.tap("[name=join]")
    page.get_by_role("heading", name="已加入同一件事").wait_for()
    assert thumb.taps <= 8
    number, _code = kept(page)
    assert number == case.number
    case.refresh_from_db()
    assert (case.reporter_count, Case.objects.count()) == (2, 1)
    sound(page)


def test_a_report_is_followed_and_reopened(
    page_as: PageAs, live_server: Any, district: People
) -> None:
    page = page_as(None, size="phone")
    open_page(page, live_server.url + "/appeals/report/")
    thumb = Thumb(page)
    thumb.type("#id_text", TEXT)
    thumb.type("#id_place", "桥头路8号")
    thumb.tap("#id_anonymous")
    assert not page.locator("#id_phone").is_visible()
    thumb.tap(".form-actions .button")
    page.get_by_role("heading", name="已收到您的反映").wait_for()
    assert thumb.taps <= 8
    number, code = kept(page)
    assert re.fullmatch(r"SQ\d{6}-\w{6}", number)
    assert number not in page.url
    page.reload()  # the form is sent again: the same receipt, no second case
    assert kept(page) == (number, code)
    assert Case.objects.count() == 1
    page.locator("[data-copies]").tap()
    page.get_by_text("已复制", exact=True).first.wait_for()

    closed(Case.objects.get(), district)
    open_page(page, live_server.url + "/appeals/status/")
    page.fill("#id_number", number.lower())
    page.fill("#id_code", code.lower())
    page.locator(".form-actions .button").tap()
    page.get_by_role("heading", name="已结案").wait_for()
    assert number not in page.url
    page.locator(".reopen-summary").tap()
    page.fill("#id_text", "垃圾又堆起来了")
    sound(page)
    page.get_by_role("button", name="申请重新办理").tap()
    page.get_by_text("已收到，将重新办理。").wait_for()
    assert Case.objects.get().reopens == 1
    page.get_by_text("垃圾又堆起来了").wait_for()


def test_the_position_of_the_phone_is_used_where_the_reader_allows_it(
    page_as: PageAs, live_server: Any, district: People
) -> None:
    page = page_as(None, size="phone")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": float(EAST[0]), "latitude": float(EAST[1])})
    open_page(page, live_server.url + "/appeals/report/")
    page.locator("[data-locates]").tap()
    page.locator("#position-said").get_by_text("已选位置").wait_for()
    assert page.locator("#id_lon").input_value() == "114.250000"
    page.locator("[data-unpick]").tap()
    assert page.locator("#id_lon").input_value() == ""
    assert not page.locator("#position-said").is_visible()
    assert complaints_of(page) == []


def test_a_refused_position_says_what_else_to_do(
    page_as: PageAs, live_server: Any, district: People
) -> None:
    page = page_as(None, size="phone")
    open_page(page, live_server.url + "/appeals/report/")
    page.locator("[data-locates]").tap()
    page.locator("#position-said").get_by_text("没有取得位置").wait_for()


def test_the_form_is_filled_and_sent_by_keyboard_alone(
    page_as: PageAs, live_server: Any, district: People
) -> None:
    page = page_as(None)
    open_page(page, live_server.url + "/appeals/report/")
    page.locator("#id_text").focus()
    page.keyboard.type(TEXT)
    toggle = page.locator("[data-map-toggle]:focus")
    for _ in range(6):  # past camera, gallery and the present position
        if not toggle.count():
            page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the map opens
    page.locator("[data-island=pick][data-mounted]").wait_for()
    page.locator(".resident-map canvas").focus()
    page.keyboard.press("Enter")
    page.locator("#position-said").get_by_text("已选位置").wait_for()
    page.locator("#id_anonymous").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="已收到您的反映").wait_for()
    assert Reporter.objects.count() == 1


def test_what_is_wrong_is_read_out_first_and_the_pin_stays(
    page_as: PageAs, live_server: Any, district: People
) -> None:
    page = page_as(None, size="phone")
    open_page(page, live_server.url + "/appeals/report/")
    page.locator("[data-map-toggle]").tap()
    page.locator("[data-island=pick][data-mounted]").wait_for()
    page.locator(".resident-map canvas").tap()
    page.locator("#position-said").get_by_text("已选位置").wait_for()
    page.locator(".form-actions .button").tap()
    page.locator(".error-summary:focus").wait_for()
    assert page.locator("#id_lon").input_value() != ""
    assert page.locator("#position-said").is_visible()
    page.locator("[data-map-toggle]").tap()
    page.locator(".pick-pin").wait_for()
    sound(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_every_public_page_is_accessible(
    page_as: PageAs, live_server: Any, district: People, size: str, scheme: str
) -> None:
    handled(reported(), district)
    page = page_as(None, size=size, scheme=scheme)
    for path in ("/", "/appeals/report/", "/appeals/status/", "/appeals/map/"):
        open_page(page, live_server.url + path)
        for island in page.locator("[data-island=map]").all():
            island.scroll_into_view_if_needed()
            page.locator("[data-island=map][data-mounted]").first.wait_for()
        if size == "phone":
            sound(page)
        assert_no_serious_axe_findings(page)
        assert complaints_of(page) == []


def test_the_receipt_prints_number_and_code_without_the_pages_furniture(
    page_as: PageAs, live_server: Any, district: People
) -> None:
    page = page_as(None)
    open_page(page, live_server.url + "/appeals/report/")
    page.fill("#id_text", TEXT)
    page.fill("#id_place", "桥头路8号")
    page.locator("#id_anonymous").check()
    page.locator(".form-actions .button").click()
    page.get_by_role("heading", name="已收到您的反映").wait_for()
    page.emulate_media(media="print")
    for gone in (".public-top", ".resident-tabs", ".receipt-actions"):
        assert not page.locator(gone).first.is_visible()
    for shown in (".receipt-number", ".receipt-code"):
        assert page.locator(shown).is_visible()
