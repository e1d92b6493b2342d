"""In a real browser: a condition is tried and proposed while it is typed, on a phone too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from district.systems.policies.tests.conftest import TEXT, MakeEnterprise, People
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
    # From the top: elsewhere the phone's bar may half cover a control that is in no trouble.
    page.evaluate("window.scrollTo(0, 0)")
    settle(page)
    assert_no_serious_axe_findings(page)
    assert complaints_of(page) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0


def test_what_is_typed_is_tried_and_what_is_pasted_is_read(
    made: MakeEnterprise, people: People, page_as: PageAs, live_server: object
) -> None:
    firm = made()
    page = page_as(people.members["writer"].user, size="phone")
    open_page(page, f"{live_server}{reverse('policy_new')}")  # its text is its address
    _sound(page)
    page.locator("#id_where").press_sequentially('industry under "C"')
    page.wait_for_selector("#trial .stat")
    assert firm.name in page.locator("#trial").inner_text()
    page.locator("#id_text").fill(TEXT)
    page.wait_for_selector("#proposals mark")
    _sound(page)
    with page.expect_navigation():
        page.get_by_role("button", name="全部采用").click()
    typed = page.locator("#id_where").input_value()
    assert typed.startswith('industry under "C"\nand revenue >= 2000')
    page.locator("#id_where").fill("revenue >=")
    page.wait_for_selector("#trial mark")
    _sound(page)
