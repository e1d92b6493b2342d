"""The editor of alarm rules in a real browser: form and text in step, by keyboard, on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from district.kernel.alarms.models import AlarmRule
from district.kernel.alarms.tests.rules.conftest import (  # noqa: F401  # fixtures
    MakeGauge,
    district,
    gauge,
    hold,
    member,
)
from district.kernel.sensing.tests.conftest import MakeMember
from district.testing.browser import (
    assert_no_serious_axe_findings,
    complaints_of,
    missing_icons,
    open_page,
)
from district.testing.browser_fixtures import PageAs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/alarms/rules/new/"


def step(page: Any, name: str) -> Any:
    return page.locator(f'[name="{name}"]')


def until_value(field: Any, pattern: str) -> None:
    """Wait until the field says so."""
    from playwright.sync_api import expect

    expect(field).to_have_value(re.compile(pattern))


def fill_in(page: Any) -> None:
    step(page, "label").fill("河道水位偏高")
    step(page, "key").fill("river_high")
    step(page, "watch.0-property").select_option("水位")
    step(page, "when-level").fill("3")
    step(page, "when-release").fill("2.5")
    step(page, "when-release").blur()


def test_form_and_text_are_in_step_and_the_keyboard_stays_where_it_was(
    member: MakeMember,  # noqa: F811  # the fixture
    gauge: MakeGauge,  # noqa: F811  # the fixture
    page_as: PageAs,
    live_server: Any,
) -> None:
    gauge("A", "901")
    page = page_as(member("planner", "9").user)
    open_page(page, live_server.url + NEW)
    fill_in(page)
    page.get_by_text("现在有 1 条数据流符合").wait_for()
    text = step(page, "toml")
    assert "above = 3" in text.input_value()
    button = page.get_by_role("button", name="加要求")
    button.focus()
    page.keyboard.press("Enter")
    step(page, "when-m0-span").fill("30")
    step(page, "when-m0-span").blur()
    page.get_by_text("持续 30 分钟").first.wait_for()
    kind = step(page, "when-m0-kind")
    kind.focus()
    kind.select_option("count")
    step(page, "when-m0-least").wait_for()
    assert page.evaluate("document.activeElement.id") == "id_when-m0-kind"
    kind.select_option("sustained")
    step(page, "when-m0-least").wait_for(state="detached")
    until_value(text, "30 min")
    text.fill(text.input_value().replace("30 min", "2 h"))
    page.get_by_role("button", name="更新表单").click()
    until_value(step(page, "when-m0-span"), "^2$")
    assert_no_serious_axe_findings(page)
    assert missing_icons(page) == []
    page.get_by_role("button", name="保存草稿").last.click()
    page.wait_for_url("**/alarms/rules/*-*/")
    assert complaints_of(page) == []
    made = AlarmRule.objects.get(key="river_high")
    assert made.draft["rule"]["when"]["sustained_for"] == "2 h"
    assert_no_serious_axe_findings(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_fits_a_phone(
    member: MakeMember,  # noqa: F811  # the fixture
    gauge: MakeGauge,  # noqa: F811  # the fixture
    page_as: PageAs,
    live_server: Any,
    scheme: str,
) -> None:
    gauge("A", "901")
    page = page_as(member("planner", "9").user, size="phone", scheme=scheme)
    open_page(page, live_server.url + NEW)
    fill_in(page)
    page.get_by_role("button", name="与别的条件组合").click()
    step(page, "when.1-kind").select_option("silent")
    step(page, "when.1-span").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert_no_serious_axe_findings(page)
    assert complaints_of(page) == []
