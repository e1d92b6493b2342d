"""The live pages in a browser: numbers change by themselves, a lost connection is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import LazySettings

from district.systems.operations_centre.board.tests.conftest import (
    EventsProcess,
    MakeCase,
    People,
)
from district.testing.browser import (
    assert_no_serious_axe_findings,
    complaints_of,
    missing_icons,
    open_page,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
PAGES = (
    "/operations_centre/",
    "/operations_centre/unit/901/",
    "/operations_centre/map/",
    "/operations_centre/wall/?panel=0",
    "/operations_centre/wall/?panel=1",
    "/operations_centre/wall/?panel=3",
)


@pytest.fixture
def watched(
    events: EventsProcess, live_server: Any, settings: LazySettings, tmp_path: Path
) -> EventsProcess:
    """The process of events beside the live server, told where its pages come from."""
    events.close()
    events.env["DISTRICT_PAGES_PORT"] = str(live_server.thread.port)
    events.env["DISTRICT_HOSTS"] = "127.0.0.1,localhost"
    events.start()
    settings.DISTRICT_EVENTS_URL = f":{events.port}"
    return events


def user_of(people: People, key: str) -> Any:
    return people.members[key].user


def total(page: Page) -> Any:
    return page.locator('[data-part="totals"] [data-k="all"]')


def shows(page: Page, number: str) -> None:
    """Wait until the total is that; without `eval`, which the content policy refuses."""
    page.locator(
        '[data-part="totals"] [data-k="all"]', has_text=re.compile(f"^{number}$")
    ).wait_for()


def state(page: Page, wanted: str, within: float = 15_000) -> None:
    page.locator(f'[data-board][data-state="{wanted}"]').wait_for(timeout=within)


def test_the_board_changes_without_a_reload_when_another_process_acts(
    watched: EventsProcess,
    people: People,
    dispatched: MakeCase,
    page_as: Any,
    live_server: Any,
    python: Callable[[str], str],
) -> None:
    case = dispatched("901")
    page = page_as(user_of(people, "duty"))
    open_page(page, live_server.url + "/operations_centre/")
    state(page, "live")
    assert total(page).inner_text() == "1"
    page.evaluate("window.untouched = true")
    python(
        "from district.kernel.cases.public import Report, report_case\n"
        "from district.kernel.history.public import Actor\n"
        "made = report_case(Report('appeal', '路灯不亮', street='902'), actor=Actor.anonymous())\n"
        "print(made.case.number)"
    )
    shows(page, "2")
    assert page.locator("[data-part=moves] li").count() == 3
    python(
        "from district.kernel.cases.public import perform\n"
        "from district.kernel.organisation.public import Member, actor_for\n"
        "actor = actor_for(Member.objects.get(name='east'))\n"
        f"perform('{case.pk}', 'accept', actor=actor)"
    )
    page.locator("[data-part=moves] li", has_text=re.compile("签收")).wait_for()
    assert page.evaluate("window.untouched") is True, "the page was never loaded again"
    assert complaints_of(page) == []


def test_a_lost_connection_is_said_the_page_asks_by_itself_and_comes_back_to_life(
    watched: EventsProcess,
    people: People,
    dispatched: MakeCase,
    page_as: Any,
    live_server: Any,
) -> None:
    dispatched("901")
    page = page_as(user_of(people, "duty"))
    open_page(page, live_server.url + "/operations_centre/")
    state(page, "live")
    watched.kill()
    page.locator("[data-live-word]", has_text="实时连接已断开，正在重连").wait_for()
    dispatched("902")
    shows(page, "2")
    watched.start()
    state(page, "live", 60_000)
    dispatched("902")
    shows(page, "3")


def test_a_session_that_ended_is_said_with_the_way_back(
    watched: EventsProcess,
    people: People,
    dispatched: MakeCase,
    page_as: Any,
    live_server: Any,
) -> None:
    page = page_as(user_of(people, "duty"))
    open_page(page, live_server.url + "/operations_centre/")
    state(page, "live")
    page.context.clear_cookies()
    dispatched("901")
    state(page, "ended")
    assert page.locator("[data-live-login]").is_visible()


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_the_live_pages_are_sound_for_everybody(
    watched: EventsProcess,
    people: People,
    dispatched: MakeCase,
    page_as: Any,
    live_server: Any,
    size: str,
    scheme: str,
) -> None:
    for unit in ("901", "902", "9-D01"):
        dispatched(unit)
    page = page_as(user_of(people, "duty"), size=size, scheme=scheme)
    for address in PAGES:
        open_page(page, live_server.url + address)
        state(page, "live")
        assert_no_serious_axe_findings(page)
        assert missing_icons(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{address} is {wide} px wider than the screen"
    assert complaints_of(page) == []


def test_the_map_gets_new_points_and_the_wall_goes_on_by_key(
    watched: EventsProcess,
    people: People,
    dispatched: MakeCase,
    page_as: Any,
    live_server: Any,
) -> None:
    dispatched("901")
    page = page_as(user_of(people, "duty"))
    open_page(page, live_server.url + "/operations_centre/map/")
    state(page, "live")
    dispatched("901", text="新来的一件事情要办")
    page.locator("[data-part=spots] a", has_text="新来的一件").wait_for()
    points = "JSON.parse(document.getElementById('board-map').textContent).cases.rows.length"
    assert page.evaluate(points) == 2
    assert page.locator("[data-island=map][data-mounted]").count() == 1
    open_page(page, live_server.url + "/operations_centre/wall/?panel=0")
    state(page, "live")
    page.keyboard.press("ArrowRight")
    assert page.locator("#wall-units").is_visible()
    page.keyboard.press("ArrowRight")
    page.locator("[data-island=map][data-mounted]").wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator("#wall-totals").is_visible()
    assert complaints_of(page) == []
