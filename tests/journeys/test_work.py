"""Journeys through the demo in a browser: a member joins, a value turns a light, lists leave."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from openpyxl import load_workbook

from district.kernel.history.public import run_consumers, seal_all
from district.kernel.measures.public import Filing
from district.kernel.organisation.public import Member
from district.kernel.plan.public import Commitment
from district.testing.browser import complaints_of, open_page
from district.testing.demo import PEOPLE, DemoDistrict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

#: A number that the demo's officer owes, and the commitment that it decides on is yellow.
OWED = "龙岗区AEO企业"


@pytest.fixture
def open_as(
    live_demo: DemoDistrict, page_as: Callable[..., Any], live_server: Any
) -> Callable[..., Any]:
    """`open_as(role, name, *args)`: that page, open before the demo's member of that role."""

    def open_named(role: str, name: str, *args: Any, **options: Any) -> Any:
        page = page_as(live_demo.user(PEOPLE[role] or ""), **options)
        open_page(page, live_server.url + reverse(name, args=args))
        return page

    return open_named


def done(page: Any, words: str = "") -> None:
    """Wait for the toast that says so."""
    page.locator(".toast-success", has_text=words).first.wait_for()


def the_worker_takes_its_turn() -> None:
    """What the worker does within seconds: number the new events, tell who waits for them."""
    seal_all()
    while run_consumers():
        pass


def test_a_member_is_added_and_may_do_more_once_a_role_is_granted(
    open_as: Callable[..., Any], page_as: Callable[..., Any], live_server: Any
) -> None:
    page = open_as("administrator", "member_new")
    page.fill("#id_name", "江小雪")
    page.select_option("#id_unit", label="龙岗区发展和改革局")
    page.select_option("#id_role", "viewer")
    page.fill("#id_username", "xiaoxue")
    page.fill("#id_password", "ying-hua-kai-2025")
    page.locator("main form button.button-primary").click()
    done(page)
    member = Member.objects.get(name="江小雪")
    upload = live_server.url + reverse("plan_upload")
    hers = page_as(User.objects.get(username="xiaoxue"))
    assert open_page(hers, upload).status == 403

    open_page(page, live_server.url + reverse("member", args=[member.pk]))
    page.select_option("#id_unit", label="龙岗区发展和改革局")
    page.select_option("#id_role", "planner")
    page.locator("form[action$='/posts/'] button.button-primary").click()
    done(page)

    assert open_page(hers, upload).status == 200
    assert hers.locator("#id_file").count() == 1
    assert complaints_of(page) == []


def test_a_value_is_filed_reviewed_and_signed_off_and_the_light_turns(
    open_as: Callable[..., Any],
) -> None:
    row = Commitment.objects.get(title=OWED, state="active")
    filing = Filing.objects.get(measure=row.measure, state="draft", unit="440307-D04")
    before = open_as("leader", "plan_commitment", row.pk)
    assert before.locator(".light-lg.light-yellow").count()

    officer = open_as("officer", "filing", filing.pk)
    officer.fill("#id_value", "70")
    officer.locator("button[value=file]").click()
    confirm = officer.locator("#id_confirm")
    officer.locator(".toast-success, #id_confirm").first.wait_for()
    if confirm.count():
        officer.fill("#id_note", "新认定企业集中入库。")
        confirm.check()
        officer.locator("button[value=file]").click()
    done(officer)

    head = open_as("unit_head", "filing", filing.pk)
    head.locator("button[value=review]").click()
    done(head)
    planner = open_as("planner", "filing", filing.pk)
    planner.locator("button[value=sign_off]").click()
    done(planner)

    filing.refresh_from_db()
    assert (filing.state, filing.value) == ("signed_off", 70)
    the_worker_takes_its_turn()
    before.reload()
    assert before.locator(".light-lg.light-green").count()
    for page in (before, officer, head, planner):
        assert complaints_of(page) == []


def test_the_interface_turns_to_english_and_back_on_the_page_where_one_is(
    open_as: Callable[..., Any],
) -> None:
    page = open_as("planner", "plan_commitments")
    here, chinese = page.url, page.locator("h1").inner_text()
    for language, word in (("en", "en"), ("zh-hans", "zh")):
        page.locator("[popovertarget=user-menu]").click()
        page.locator(f"button[name=language][value={language}]:visible").click()
        page.locator(f"html[lang^={word}]").wait_for(state="attached")
        assert page.url == here
        assert (page.locator("h1").inner_text() == chinese) is (word == "zh")
    assert complaints_of(page) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_is_taken_out_as_a_file_with_its_rows(
    open_as: Callable[..., Any], tmp_path: Path, kind: str
) -> None:
    page = open_as("planner", "plan_commitments")
    link = page.locator(f"a[href*='format={kind}']").first
    with page.expect_download() as taken:
        link.click()
    assert taken.value.suggested_filename.endswith(f".{kind}")
    file = tmp_path / f"rows.{kind}"
    taken.value.save_as(file)
    if kind == "csv":
        rows: list[Any] = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    else:
        rows = list(load_workbook(file, read_only=True).worksheets[0].iter_rows(values_only=True))
    titles = set(Commitment.objects.values_list("title", flat=True))
    named = {str(cell) for row in rows for cell in row} & titles
    assert len(named) > 20
