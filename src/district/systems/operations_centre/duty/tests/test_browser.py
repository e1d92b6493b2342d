"""Journeys on a phone, in a real browser: answering a call in one tap, handing over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from district.systems.operations_centre.duty.services import (
    Wanted,
    make_call,
    open_hand_overs,
)
from district.systems.operations_centre.duty.tests.conftest import People, Plan, standing
from district.systems.operations_centre.models import CallLine, HandOver
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


def sound(page: Page) -> None:
    """Accessible, within its policy, as wide as the screen, with targets large enough."""
    settle(page)
    assert_no_serious_axe_findings(page)
    assert complaints_of(page) == []
    assert missing_icons(page) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0


def test_a_call_is_answered_in_one_tap_on_a_phone(
    manned: People, page_as: PageAs, live_server: object
) -> None:
    make_call("9", "暴雨叫应", "请立即到岗", [Wanted(unit="901")], actor=manned.duty)
    page = page_as(manned.members["east"].user, size="phone")
    home = f"{live_server}{reverse('duty_home')}"  # a live server's text is its address
    open_page(page, home)
    sound(page)
    button = page.get_by_role("button", name="收到，我来处理")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 48
    with page.expect_navigation():
        button.tap()
    line = CallLine.objects.get()
    assert (line.state, line.answered_by) == ("answered", manned.members["east"])
    assert page.get_by_role("button", name="收到，我来处理").count() == 0
    open_page(page, f"{live_server}{line.call.get_absolute_url()}")
    sound(page)


def test_a_shift_is_handed_over_on_phones(
    manned: People, plan: Plan, page_as: PageAs, live_server: object
) -> None:
    plan("901", "east2", "2025-09-22 20:00", "2025-09-23 08:00")
    with standing("2025-09-22 20:20"):
        open_hand_overs()
        going = page_as(manned.members["east"].user, size="phone")
        home = f"{live_server}{reverse('duty_home')}"
        open_page(going, home)
        assert going.get_by_text("继续在岗").first.is_visible()
        with going.expect_navigation():
            going.get_by_role("link", name="去交接班").tap()
        going.get_by_label("交班内容").fill("东门积水待查")
        with going.expect_navigation():
            going.get_by_role("button", name="交班", exact=True).tap()
        sound(going)
        coming = page_as(manned.members["east2"].user, size="phone")
        open_page(coming, home)
        with coming.expect_navigation():
            coming.get_by_role("link", name="去交接班").tap()
        assert coming.get_by_text("东门积水待查").is_visible()
        with coming.expect_navigation():
            coming.get_by_role("button", name="确认接班").tap()
        sound(coming)
    row = HandOver.objects.get()
    assert (row.state, row.taken_by) == ("taken", manned.members["east2"])


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_other_pages_are_sound(
    manned: People, page_as: PageAs, live_server: object, size: str
) -> None:
    page = page_as(manned.members["duty"].user, size=size)
    for name in ("duty_roster", "duty_daily", "duty_call_new", "duty_incident_new"):
        open_page(page, f"{live_server}{reverse(name)}")
        sound(page)
