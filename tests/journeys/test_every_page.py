"""One page of every pattern in a browser, wide and light, narrow and dark: nothing is wrong there.

The patterns are those that the crawler reaches, planner first; who may more is asked for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from district.testing.browser import axe_findings, complaints_of, open_page
from district.testing.crawler import Crawler
from district.testing.demo import PEOPLE, DemoDistrict
from district.testing.demo_life import live_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

_ROLES = ("planner", "administrator", "officer", "supervisor", "unit_head", "nobody")
#: How each page is looked at.
LOOKS = (("desktop", "light"), ("phone", "dark"))
#: What the crawler is known to reach at least; fewer would be a sweep that looks away.
LEAST = 50
#: Rows of one pattern that are tried on the way to the others.
MOST = 4


def one_of_each(demo: DemoDistrict) -> dict[str, list[str]]:
    """Per role the first address of every page pattern that no role before it reached."""
    known = live_in(demo)
    reached: set[str] = set()
    found: dict[str, list[str]] = {}
    for role in _ROLES:
        starts = ["/", "/home/", *known.get(role, ())]
        # Files, and lists in another order, are no patterns of their own.
        walk = Crawler(demo.client(role), figures=False, lists=False, most=MOST)
        for visit in walk.crawl(starts).visits:
            whole = visit.reading is not None and not visit.reading.fragment
            if whole and visit.route not in reached and not visit.route.startswith("dummy/"):
                reached.add(visit.route)
                found.setdefault(role, []).append(visit.address)
    return found


def wrong_with(page: Any, address: str) -> Iterator[str]:
    """Open the page; what is wrong with it, its width among other things."""
    answer = open_page(page, address)
    if answer.status != 200:
        yield f"answers {answer.status}"
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        yield f"{wide} px wider than the screen"
    yield from axe_findings(page)


def failures_of(page: Any) -> list[str]:
    """A list that fills with the requests of `page` that fail."""
    failed: list[str] = []

    def answered(answer: Any) -> None:
        if answer.status >= 400:
            failed.append(f"{answer.status} for {answer.url}")

    page.on("response", answered)
    page.on("requestfailed", lambda asked: failed.append(f"{asked.failure} for {asked.url}"))
    return failed


def wrong_with_all(page: Any, base: str, addresses: list[str]) -> Iterator[str]:
    """Open one after the other; everything that is wrong, with its address."""
    failed = failures_of(page)
    for address in addresses:
        found = [*wrong_with(page, base + address), *complaints_of(page), *failed]
        yield from (f"{address}: {each}" for each in found)
        page.complaints.clear()
        failed.clear()


@pytest.mark.timeout(1800)  # a hundred pages twice, and a machine may be slow
def test_no_page_pattern_is_wrong_in_a_browser(
    live_demo: DemoDistrict, page_as: Callable[..., Any], live_server: Any
) -> None:
    pages = one_of_each(live_demo)
    assert sum(map(len, pages.values())) >= LEAST
    wrong = []
    for role, addresses in pages.items():
        username = PEOPLE[role]
        user = live_demo.user(username) if username else None
        for size, scheme in LOOKS:
            page = page_as(user, size=size, scheme=scheme)
            found = wrong_with_all(page, live_server.url, addresses)
            wrong += [f"{each} ({role}, {size}, {scheme})" for each in found]
            page.context.close()
    assert not wrong, "\n".join(wrong)
