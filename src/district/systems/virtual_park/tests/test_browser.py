"""In a real browser on a phone: a firm signs in, sees what it may have and why, applies, raises a
request, registers for an activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from district.kernel.cases.public import Case
from district.systems.virtual_park.models import FirmRequest, Registration
from district.systems.virtual_park.tests.conftest import PASSWORD, People, bind, phone_of
from district.systems.virtual_park.tests.world import activity_of, policy_of
from district.testing.browser import (
    assert_no_serious_axe_findings,
    complaints_of,
    open_page,
    settle,
)
from district.testing.browser_fixtures import PageAs

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _sound(page: Page) -> None:
    page.evaluate("window.scrollTo(0, 0)")
    settle(page)
    assert_no_serious_axe_findings(page)
    assert complaints_of(page) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0


def _press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def _follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


def test_a_firm_on_a_phone(park: People, page_as: PageAs, live_server: object) -> None:
    bind(park, "east", "manager")
    policy_of(park, "制造业奖励", 'industry under "C" and revenue >= 2000')
    activity = activity_of(park)
    page = page_as(None, size="phone")
    open_page(page, f"{live_server}{reverse('park')}")  # its text is its address
    _sound(page)
    page.locator("#id_phone").fill(phone_of(100))
    page.locator("#id_password").fill(PASSWORD)
    _press(page, "登录")
    assert "东方精工有限公司" in page.locator("main").inner_text()
    _sound(page)
    bar = page.locator(".phone-bar")
    with page.expect_navigation():
        bar.get_by_role("link", name="政策").click()
    _sound(page)
    _follow(page, "制造业奖励")
    assert "符合全部条件" in page.locator("main").inner_text()
    assert "登记数据：3000万元" in page.locator("main").inner_text()
    _sound(page)
    _follow(page, "申报")
    page.locator("#id_note").fill("请审核")
    _sound(page)
    _press(page, "提交申报")
    assert Case.objects.get().facts["eligibility"] == "holds"
    _sound(page)
    open_page(page, f"{live_server}{reverse('park_request_new')}")
    page.locator("#id_kind").select_option("labour")
    page.locator("#id_industry").select_option("manufacturing")
    page.locator("#id_text").fill("急缺技工，请帮助招聘")
    _sound(page)
    _press(page, "提交诉求")
    assert FirmRequest.objects.get().firm.code == park.firms["east"].code
    _sound(page)
    open_page(page, f"{live_server}{reverse('park_activity_own', args=[activity.pk])}")
    _sound(page)
    _press(page, "报名")
    assert Registration.objects.get().state == "seated"
    assert "已报名，1人" in page.locator("main").inner_text()
    for name in ("park_spaces", "park_scenarios", "park_profile", "park_people", "park_account"):
        open_page(page, f"{live_server}{reverse(name)}")
        _sound(page)
