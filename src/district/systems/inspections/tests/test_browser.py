"""The phone page in a real browser: offline, closed, opened again, back online, synced twice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from district.kernel.cases.public import Case, CaseAttachment
from district.systems.inspections.models import Inspection, Photo
from district.systems.inspections.pages import phone
from district.systems.inspections.services.tasks import assign_task
from district.systems.inspections.tests.conftest import MakePlace, MakeTask, People, picture
from district.testing.browser import (
    assert_no_serious_axe_findings,
    complaints_of,
    missing_icons,
    open_page,
)
from district.testing.browser_fixtures import PageAs
from district.testing.field import offline, opened, overflow, ready_for_offline, states

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "/inspections/phone/"


def answer_all(page: Page, tmp_path: Path, *, bad: str = "") -> None:
    """Everything passes, but for one item, which is shown by a picture."""
    for item in page.locator(".field-item").all():
        key = (item.get_attribute("id") or "").removeprefix("item-")
        verdict = "fail" if key == bad else "pass"
        choice = item.locator(f"input[value={verdict}]")
        if choice.count():
            choice.check()
        else:
            item.locator(".field-number input").fill("20" if key == "gas" else "2")
    if bad:
        photo = tmp_path / "photo.jpg"
        photo.write_bytes(picture(40))
        page.locator(f"#item-{bad} input[data-photo=photos]").set_input_files(str(photo))
        page.locator(f"#item-{bad} canvas").wait_for()


def test_nothing_is_lost_or_doubled_by_a_journey_without_network(
    page_as: PageAs, live_server: Any, tasked: MakeTask, people: People, tmp_path: Path
) -> None:
    task = tasked()
    page = page_as(people.members["safety"].user, size="phone")
    ready_for_offline(page, live_server.url + ADDRESS)
    assert task.place.name in page.locator("main").inner_text()
    assert "null" not in page.locator("main").inner_text()
    with offline(page, phone):
        page.locator(f"[data-task='{task.pk}'] a").click()
        page.locator(".field-item").first.wait_for()
        page.locator("#item-wiring input[value=fail]").check()
        page.locator("#note-wiring").fill("配电箱敞开")
        page.locator(".field-saved:not(:empty)").wait_for()
        # The tab is closed in the middle; a new one finds all of it, still without network.
        second = page.context.new_page()
        page.close()
        opened(second, live_server.url + ADDRESS)
        second.locator(f"[data-task='{task.pk}'] a").click()
        second.locator(".field-item").first.wait_for()
        assert second.locator("#item-wiring input[value=fail]").is_checked()
        assert second.locator("#note-wiring").input_value() == "配电箱敞开"
        answer_all(second, tmp_path, bad="wiring")
        second.locator("[data-submit]").click()
        second.locator("[data-record][data-state=queued]").wait_for()
        assert not Inspection.objects.exists()
        third = second.context.new_page()
        second.close()
        opened(third, live_server.url + ADDRESS)
        assert states(third) == ["queued"]
    third.locator("[data-field-sync]").click()
    third.locator("[data-record][data-state=done]").wait_for()
    third.locator("[data-field-sync]").click()
    third.locator("[data-field-state][data-kind=green]").wait_for()
    assert Inspection.objects.count() == Photo.objects.count() == 1
    case = Case.objects.get(type_key="hazard")
    assert "配电箱敞开" in case.text
    assert CaseAttachment.objects.filter(case=case, kind="before").count() == 1


def test_an_answer_that_was_lost_on_the_way_is_not_handed_in_twice(
    page_as: PageAs, live_server: Any, tasked: MakeTask, people: People, tmp_path: Path
) -> None:
    tasked()
    page = page_as(people.members["safety"].user, size="phone")
    opened(page, live_server.url + ADDRESS)
    # The server takes it, but its answer never arrives, twice.
    page.evaluate(
        """() => {
            const real = window.fetch;
            let lost = 2;
            window.fetch = async (address, options) => {
                const answer = await real(address, options);
                if (String(address).endsWith('/sync') && lost-- > 0) throw new TypeError('lost');
                return answer;
            };
        }"""
    )
    page.locator("[data-task] a").first.click()
    page.locator(".field-item").first.wait_for()
    answer_all(page, tmp_path, bad="exits")
    page.locator("[data-submit]").click()
    page.locator("[data-record][data-state=queued]").wait_for()
    page.locator("[data-field-state][data-kind=yellow]").wait_for()
    page.locator("[data-field-sync]").click()
    # The third time it goes by itself.
    page.locator("[data-record][data-state=done]").wait_for()
    assert Inspection.objects.count() == 1
    assert Case.objects.filter(type_key="hazard").count() == 1


def test_a_reassigned_task_keeps_the_record_and_says_why(
    page_as: PageAs, live_server: Any, tasked: MakeTask, people: People, tmp_path: Path
) -> None:
    task = tasked()
    page = page_as(people.members["safety"].user, size="phone")
    ready_for_offline(page, live_server.url + ADDRESS)
    page.locator("[data-task] a").first.click()
    page.locator(".field-item").first.wait_for()
    answer_all(page, tmp_path)
    assign_task(task.pk, people.members["safety2"].pk, actor=people.safety_head)
    page.locator("[data-submit]").click()
    refused = page.locator("[data-record][data-state=refused]")
    refused.wait_for()
    assert "改派给safety2" in refused.inner_text()
    page.reload()
    page.locator("[data-field][data-shown]").wait_for()
    assert states(page) == ["refused"]
    assert_no_serious_axe_findings(page)
    page.get_by_role("button", name="另作一次检查提交").click()
    page.locator("[data-record][data-state=done]").wait_for()
    assert Inspection.objects.get().task is None


def test_a_log_in_that_ran_out_loses_nothing(
    page_as: PageAs, live_server: Any, tasked: MakeTask, people: People, tmp_path: Path
) -> None:
    tasked()
    page = page_as(people.members["safety"].user, size="phone")
    ready_for_offline(page, live_server.url + ADDRESS)
    cookies = page.context.cookies()
    page.locator("[data-task] a").first.click()
    page.locator(".field-item").first.wait_for()
    answer_all(page, tmp_path)
    page.context.clear_cookies()
    page.locator("[data-submit]").click()
    page.locator("[data-field-state] a[href*='/login/']").wait_for()
    assert states(page) == ["queued"]
    # Somebody else logs in on this phone: what is not theirs is not handed in under their name.
    other = Client()
    assert people.members["safety2"].user is not None
    other.force_login(people.members["safety2"].user)
    session = next(each for each in cookies if each["name"] == "sessionid")
    page.context.add_cookies(
        [{"name": "sessionid", "value": other.cookies["sessionid"].value, "url": live_server.url}]
    )
    opened(page, live_server.url + ADDRESS)
    page.get_by_text("1份别人的记录").wait_for()
    assert not Inspection.objects.exists()
    page.context.add_cookies(
        [{"name": "sessionid", "value": session["value"], "url": live_server.url}]
    )
    opened(page, live_server.url + ADDRESS)
    page.locator("[data-record][data-state=done]").wait_for()
    assert Inspection.objects.get().inspector_id == people.members["safety"].pk


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_list_and_form_are_accessible_and_obey_the_policy(
    page_as: PageAs, live_server: Any, tasked: MakeTask, people: People, scheme: str, tmp_path: Path
) -> None:
    tasked()
    page = page_as(people.members["safety"].user, size="phone", scheme=scheme)
    opened(page, live_server.url + ADDRESS)
    assert_no_serious_axe_findings(page)
    page.locator("[data-task] a").first.click()
    page.locator(".field-item").first.wait_for()
    answer_all(page, tmp_path, bad="exits")
    page.locator("#item-training input[value=na]").check()
    assert_no_serious_axe_findings(page)
    assert missing_icons(page) == []
    assert complaints_of(page) == []
    assert overflow(page) == 0


def test_the_pages_of_officers_are_accessible(
    page_as: PageAs, live_server: Any, tasked: MakeTask, placed: MakePlace, people: People
) -> None:
    task = tasked()
    for size in ("desktop", "phone"):
        page = page_as(people.members["safety_head"].user, size=size)
        for address in (
            "/inspections/",
            "/inspections/rounds/",
            "/inspections/rounds/new/",
            "/inspections/checklists/food/",
            task.get_absolute_url(),
            task.place.get_absolute_url(),
            "/inspections/draws/",
        ):
            open_page(page, live_server.url + address)
            assert_no_serious_axe_findings(page)
            assert complaints_of(page) == []
            assert overflow(page) == 0, address
