"""In a real browser: a lead is told, visited, signed, registered and lands, on a phone too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.cases.public import Case, perform
from district.systems.enterprises.tests.conftest import code_of
from district.systems.investment_promotion.models import Project, Visit
from district.systems.investment_promotion.tests.conftest import People, entity
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


def _send(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=words, exact=True).last.click()


def test_a_lead_becomes_a_landed_project(
    people: People, page_as: PageAs, live_server: object
) -> None:
    entity()
    page = page_as(people.members["industry"].user, size="phone")
    base = f"{live_server}"  # its text is its address
    open_page(page, base + reverse("investment_project_new"))
    _sound(page)
    _send(page, "登记")
    assert page.locator("[role=alert]").count()
    page.locator("#id_organisation").fill("东江半导体")
    page.locator("#id_text").fill("拟建封测线")
    page.locator("#id_chain").select_option("chips")
    page.locator("#id_source").select_option("own")
    _send(page, "登记")
    _sound(page)
    project = Project.objects.get()
    open_page(page, base + reverse("investment_visit_new") + f"?project={project.pk}")
    now = timezone.localtime(clock.now())
    page.locator("#id_starts_at").fill(f"{now - timedelta(hours=3):%Y-%m-%dT%H:%M}")
    page.locator("#id_ends_at").fill(f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.locator("#id_city").fill("苏州")
    page.locator("#id_purpose").fill("介绍产业配套")
    _sound(page)
    _send(page, "保存")
    with page.expect_navigation():
        page.get_by_role("link", name="记录行程").first.click()
    page.locator("#id_minutes").fill("谈了厂房和供电")
    page.locator("#id_result").fill("愿意来看地")
    _send(page, "记录")
    _sound(page)
    assert Visit.objects.get().state == "held"
    assert Case.objects.get(pk=project.pk).stage == "contact"
    perform(project.pk, "negotiate", actor=people.industry, data={"text": "进入条款"})
    open_page(page, base + reverse("investment_sign", args=[project.pk]))
    page.locator("#id_signed_on").fill("2025-09-22")
    page.locator("#id_agreed").fill("30000")
    page.locator("#id_agreement").fill("LG-1")
    _send(page, "登记签约")
    open_page(page, base + reverse("investment_register", args=[project.pk]))
    page.locator("#id_code").fill(code_of(1))
    _send(page, "登记注册")
    _sound(page)
    verifier = page_as(people.members["commerce"].user)
    open_page(verifier, base + reverse("investment_verify", args=[project.pk]))
    _sound(verifier)
    _send(verifier, "认定落户")
    _sound(verifier)
    assert Case.objects.get(pk=project.pk).stage == "landed"
    leader = page_as(people.members["leader"].user, scheme="dark")
    for name in ("promotion", "conversion", "weekly", "calendar", "projects"):
        open_page(leader, base + reverse(f"investment_{name}"))
        _sound(leader)
