"""The screen and a mission in a real browser: readable, usable, no complaint of the policy."""

from __future__ import annotations

from typing import Any

import pytest

from district.systems.early_warning.models import Mission
from district.systems.early_warning.services.sending import make_mission
from district.systems.early_warning.tests.conftest import MakeEpisode, MakeNest, People
from district.testing.browser import (
    assert_no_serious_axe_findings,
    complaints_of,
    missing_icons,
    open_page,
)
from district.testing.browser_fixtures import PageAs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def sent(nest: MakeNest, episode: MakeEpisode) -> Mission:
    """A mission with the nest that is near."""
    nest("N-1", 114.26, 22.7)
    found = make_mission(episode().pk)
    assert found is not None
    return found


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_screen_and_mission_are_sound(
    sent: Mission, people: People, page_as: PageAs, live_server: Any, size: str, scheme: str
) -> None:
    page = page_as(people.members["fire"].user, size=size, scheme=scheme)
    for address in ("/early_warning/", sent.get_absolute_url(), "/early_warning/roads/"):
        open_page(page, live_server.url + address)
        assert_no_serious_axe_findings(page)
        assert missing_icons(page) == []
        assert complaints_of(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{address} is wider than the {size}"


def test_a_mission_is_flown_to_its_verdict_by_its_buttons(
    sent: Mission, people: People, page_as: PageAs, live_server: Any
) -> None:
    page = page_as(people.members["fire"].user, size="phone", scheme="light")
    open_page(page, live_server.url + sent.get_absolute_url())
    page.get_by_role("button", name="已起飞").click()
    page.get_by_role("button", name="已到达现场").click()
    page.get_by_label("核查结果").select_option("false")
    page.get_by_label("误报原因").select_option("fog")
    page.get_by_role("button", name="登记核查结果").click()
    page.get_by_text("已登记核查结果").first.wait_for()
    sent.refresh_from_db()
    assert (sent.verdict, sent.why_false, sent.state) == ("false", "fog", "verified")
