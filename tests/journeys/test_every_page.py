"""One page of every pattern in a browser, wide and light, narrow and dark: nothing is wrong there.

The patterns are those that the crawler reaches, planner first; who may more is asked for the rest
(`district.testing.patterns`). They are looked at in several parts, so that every process has its
share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from district.testing.browser import axe_findings, complaints_of, open_page
from district.testing.demo import PEOPLE, loaded, standing_in_demo
from district.testing.patterns import one_of_each

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

#: How each page is looked at.
LOOKS = (("desktop", "light"), ("phone", "dark"))
#: What the crawler is known to reach at least; fewer would be a sweep that looks away.
LEAST = 50
#: In how many parts the pages of each look are looked at.
PARTS = 6


def wrong_with(page: Any, address: str, judged: set[str]) -> Iterator[str]:
    """Open the page; what is wrong with it, its width among other things. `judged` is what axe
    has seen of the navigation."""
    answer = open_page(page, address)
    if answer.status != 200:
        yield f"answers {answer.status}"
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        yield f"{wide} px wider than the screen"
    yield from axe_findings(page, judged=judged)


def failures_of(page: Any) -> list[str]:
    """A list that fills with the requests of `page` that fail.

    What the browser itself lets go is none: leaving a page aborts what it still loads, and that
    is told after the next has begun.
    """
    failed: list[str] = []

    def answered(answer: Any) -> None:
        if answer.status >= 400:
            failed.append(f"{answer.status} for {answer.url}")

    def fell(asked: Any) -> None:
        if asked.failure != "net::ERR_ABORTED":
            failed.append(f"{asked.failure} for {asked.url}")

    page.on("response", answered)
    page.on("requestfailed", fell)
    return failed


def wrong_with_all(page: Any, base: str, addresses: list[str]) -> Iterator[str]:
    """Open one after the other; everything that is wrong, with its address."""
    failed = failures_of(page)
    judged: set[str] = set()
    for address in addresses:
        found = [*wrong_with(page, base + address, judged), *complaints_of(page), *failed]
        yield from (f"{address}: {each}" for each in found)
        page.complaints.clear()
        failed.clear()


@pytest.fixture
def pages(transactional_db: None, demo_folder: Path) -> Iterator[dict[str, list[str]]]:
    """Per role the addresses; the live server shows the demo in which they were found."""
    folder, found = one_of_each(demo_folder)
    with standing_in_demo(folder), loaded(folder, committed=True):
        yield found


def part_of(pages: dict[str, list[str]], part: int) -> dict[str, list[str]]:
    """The addresses of one part: of all in their order each `PARTS`-th, from that one on."""
    every = [(role, address) for role, addresses in pages.items() for address in addresses]
    found: dict[str, list[str]] = {}
    for role, address in every[part::PARTS]:
        found.setdefault(role, []).append(address)
    return found


# It is run first of all in the browser (conftest.py), so that no other process waits for the walk.
@pytest.mark.usefixtures("browser")  # without one it is left out, like those it is for
@pytest.mark.timeout(1800)  # it may load the demo, and walks it as six members
def test_the_walk_finds_many_page_patterns_and_every_one_is_in_a_part(
    pages: dict[str, list[str]],
) -> None:
    assert sum(map(len, pages.values())) >= LEAST
    parts = [part_of(pages, part) for part in range(PARTS)]
    assert {
        role: sorted(address for part in parts for address in part.get(role, ())) for role in pages
    } == {role: sorted(addresses) for role, addresses in pages.items()}


@pytest.mark.timeout(1800)  # by itself it makes the walk, and a machine may be slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_no_page_pattern_is_wrong_in_a_browser(
    size: str,
    scheme: str,
    part: int,
    pages: dict[str, list[str]],
    page_as: Callable[..., Any],
    live_server: Any,
) -> None:
    wrong = []
    for role, addresses in part_of(pages, part).items():
        username = PEOPLE[role]
        user = User.objects.get(username=username) if username else None
        page = page_as(user, size=size, scheme=scheme)
        found = wrong_with_all(page, live_server.url, addresses)
        wrong += [f"{each} ({role}, {size}, {scheme})" for each in found]
        page.context.close()
    assert not wrong, "\n".join(wrong)
