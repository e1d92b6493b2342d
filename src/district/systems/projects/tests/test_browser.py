"""The phone page of the weekly follow-up in a real browser: offline, back online, sent twice."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from PIL import Image

from district.kernel.base.sent_photos import Sent
from district.systems.projects.models import FollowUp, FollowUpPhoto, Problem, Project
from district.systems.projects.pages import following
from district.systems.projects.services.follow_photos import keep_follow_photo
from district.systems.projects.services.follow_ups import Given, take_follow_up
from district.systems.projects.services.projects import add_projects
from district.systems.projects.services.settings import put_settings
from district.systems.projects.services.weeks import open_weeks
from district.systems.projects.tests.conftest import POSTS, SETTINGS, UNITS, values
from district.testing.browser import (
    assert_no_serious_axe_findings,
    complaints_of,
    missing_icons,
)
from district.testing.browser_fixtures import PageAs
from district.testing.field import offline, opened, overflow, ready_for_offline, states
from district.testing.moments import moment
from district.testing.people import LOADER, People, small_district

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "/projects/phone/"
#: Open the project, the camera, its shutter, a step of the progress, a phrase, hand in.
MOST_TAPS = 6


class Hand:
    """A thumb that counts what it taps; typing into a field counts as one tap more."""

    def __init__(self, page: Page, photo: Path) -> None:
        self.page, self.photo, self.taps = page, photo, 0

    def tap(self, where: str | Locator) -> None:
        self.taps += 1
        one = self.page.locator(where) if isinstance(where, str) else where
        box = one.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 24
        one.click()

    def follow_up(self, project: Project, step: str) -> None:
        """Picture, progress and a phrase; nothing is typed."""
        self.tap(f"[data-project='{project.pk}'] a")
        self.taps += 2  # the camera's button and its shutter
        self.page.locator("input[data-photo=photos]").set_input_files(str(self.photo))
        self.page.locator(".field-pictures canvas").wait_for()
        self.tap(f"[data-step='{step}']")
        self.tap(self.page.locator("[data-phrase]").first)

    def hand_in(self) -> None:
        self.tap("[data-submit]")
        self.page.locator("[data-field][data-shown=list]").wait_for()


@pytest.fixture
def people(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[People]:
    """Two projects under construction, which owe a follow-up this week."""
    settings.MEDIA_ROOT = tmp_path
    with small_district(UNITS, POSTS) as found:
        put_settings(SETTINGS, actor=LOADER)
        names = ("东江电池一期", "西江芯片二期")
        add_projects([values(name=name) for name in names], actor=found.lead)
        Project.objects.update(
            stage="building", stage_since=date(2025, 6, 2), started_on=date(2025, 6, 2),
            progress=Decimal(40), lon=Decimal("114.2"), lat=Decimal("22.7"),
        )  # fmt: skip
        assert open_weeks() == 2
        yield found


def phone_of(page_as: PageAs, people: People, tmp_path: Path) -> Hand:
    page = page_as(people.members["lead"].user, size="phone")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 22.7001, "longitude": 114.2, "accuracy": 12})
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (40, 30), "navy").save(photo, "JPEG")
    return Hand(page, photo)


def test_two_follow_ups_without_a_network_take_few_taps_and_arrive_once(
    page_as: PageAs, live_server: Any, people: People, tmp_path: Path
) -> None:
    first, second = Project.objects.order_by("name")
    hand = phone_of(page_as, people, tmp_path)
    page, address = hand.page, live_server.url + ADDRESS
    ready_for_offline(page, address)
    assert_no_serious_axe_findings(page)
    with offline(page, following):
        hand.follow_up(first, "5")
        page.get_by_text("误差约12米").wait_for()
        assert_no_serious_axe_findings(page)
        hand.hand_in()
        # Six taps of a few seconds each: far below two minutes.
        assert hand.taps <= MOST_TAPS
        hand.follow_up(second, "same")
        page.locator("#raises").check()
        page.locator("#problem-title").fill("断路审批未下来")
        page.locator("#problem-kind").select_option("approval")
        page.locator("input[name=level][value=street]").check()
        page.locator(".field-saved:not(:empty)").wait_for()
        assert_no_serious_axe_findings(page)
        assert overflow(page) == 0
        # The page is closed in the middle; another one finds all of it, still without network.
        again = page.context.new_page()
        page.close()
        hand.page = again
        opened(again, address)
        again.get_by_text("待提交 1 份").wait_for()
        hand.tap(f"[data-project='{second.pk}'] a")
        assert again.locator("#problem-title").input_value() == "断路审批未下来"
        hand.hand_in()
        assert states(again) == ["queued", "queued"]
        again.get_by_text("待提交 2 份").wait_for()
        assert not FollowUp.objects.exists()
    for _time in range(2):
        again.locator("[data-field-sync]").click()
        again.locator("[data-field-state][data-kind=green]").wait_for()
    assert states(again) == ["done", "done"]
    assert FollowUp.objects.count() == FollowUpPhoto.objects.count() == 2
    problem = Problem.objects.get()
    assert (problem.title, problem.level) == ("断路审批未下来", "street")
    told = {row.week.project_id: row for row in FollowUp.objects.select_related("week")}
    assert (told[first.pk].progress, told[second.pk].progress) == (45, 40)
    assert (told[first.pk].lat, told[first.pk].accuracy) == (Decimal("22.7001"), 12)
    assert told[second.pk].problem_id == problem.pk
    assert missing_icons(again) == []
    assert complaints_of(page) == []


def test_what_another_made_meanwhile_is_said_in_words_and_corrected(
    page_as: PageAs, live_server: Any, people: People, tmp_path: Path
) -> None:
    project = Project.objects.order_by("name").first()
    assert project is not None
    hand = phone_of(page_as, people, tmp_path)
    opened(hand.page, live_server.url + ADDRESS)
    hand.follow_up(project, "5")
    made_by_the_street(project, people)
    hand.hand_in()
    refused = hand.page.locator("[data-record][data-state=refused]")
    refused.wait_for()
    assert "已由street于" in refused.inner_text()
    assert_no_serious_axe_findings(hand.page)
    hand.page.reload()
    hand.page.locator("[data-field][data-shown]").wait_for()
    hand.page.get_by_role("button", name="作为更正提交").click()
    hand.page.locator("[data-record][data-state=done]").wait_for()
    rows = FollowUp.objects.order_by("number").values_list("number", "progress")
    assert list(rows) == [(1, Decimal(41)), (2, Decimal(45))]


def made_by_the_street(project: Project, people: People) -> None:
    """The street's officer was there an hour before."""
    key, out = uuid4(), io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    digest = hashlib.sha256(out.getvalue()).hexdigest()
    sent = Sent(digest, "photo.jpg", out.getvalue())
    keep_follow_photo(key, project.pk, sent, actor=people.street)
    at = moment("2025-09-22 09:00")
    told = Given(key, project.pk, at, at, Decimal(41), "正常施工", (digest,))
    take_follow_up(told, actor=people.street)
