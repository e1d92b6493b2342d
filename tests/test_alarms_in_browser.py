"""The live screen in a browser: it changes by itself, and what one writes does not vanish."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from district.kernel.alarms.models import Episode
from district.kernel.alarms.tests.episodes.conftest import (
    MakeRule,
    Town,
    calendars,
    district,
    hold,
    member,
    request_type,
    rule,
    stream,
    town,
)
from district.kernel.sensing.tests.conftest import MakeMember, MakeStream
from district.testing.browser import (
    assert_no_serious_axe_findings,
    complaints_of,
    missing_icons,
    open_page,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.usefixtures("request_type", "calendars"),
]
# Fixtures of the part, under their own names.
__all__ = [
    "calendars",
    "district",
    "hold",
    "member",
    "request_type",
    "rule",
    "stream",
    "town",
]
PageAs = Callable[..., "Page"]


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_a_new_alarm_appears_by_itself_and_the_pages_are_sound(
    town: Town,
    stream: MakeStream,
    rule: MakeRule,
    member: MakeMember,
    page_as: PageAs,
    live_server: Any,
    size: str,
    scheme: str,
) -> None:
    one, two = stream("S-1"), stream("S-2")
    rule(handling={"case_type": "request", "open": "by_hand"})
    town.bind()
    page = page_as(member("duty_officer", "901").user, size=size, scheme=scheme)
    open_page(page, live_server.url + "/alarms/")
    town.say((one.pk, 0, 9.0))
    town.follow()
    page.locator("[data-alarm]").first.wait_for(timeout=8000)
    page.locator("[data-alarm] details summary").first.click()
    page.locator('input[name="reason"]').first.fill("检修")
    town.say((two.pk, 5, 9.0))
    town.follow()
    page.wait_for_timeout(4500)  # twice as long as it takes to ask again
    assert page.locator("[data-alarm]").count() == 1
    assert page.locator('input[name="reason"]').first.input_value() == "检修"
    assert_no_serious_axe_findings(page)
    page.get_by_role("button", name="开始静默").click()
    page.locator("[data-alarm]").nth(1).wait_for(timeout=8000)
    assert page.get_by_text("已静默").count() >= 1
    assert missing_icons(page) == []
    assert complaints_of(page) == []
    open_page(page, live_server.url + Episode.objects.latest("known_at").get_absolute_url())
    assert_no_serious_axe_findings(page)
    assert missing_icons(page) == []
    assert complaints_of(page) == []
