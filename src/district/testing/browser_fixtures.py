"""Fixtures of browser tests: a page, and a page signed in as somebody.

Where Chromium, the built assets or axe are absent, a test that takes one skips with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from django.conf import settings
from django.test import Client

from district.testing import browser as chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page


class PageAs(Protocol):
    """Opens a fresh page signed in as `user` (a Django user), or as nobody for None."""

    def __call__(
        self, user: Any, *, size: str = ..., scheme: str = ..., language: str = ...
    ) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[chromium.Browser]:
    """One Chromium for all browser tests of the run."""
    reason = chromium.missing()
    if reason:
        pytest.skip(f"BROWSER TEST NOT RUN: {reason}")
    # Playwright's loop runs in this thread, and Django would refuse the ORM beside it; the
    # tests call both in turn, never at once.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium.Browser() as started:
        yield started


@pytest.fixture
def page_as(browser: chromium.Browser, live_server: Any) -> Iterator[PageAs]:
    """`page_as(user, size="phone", scheme="dark", language="en")`: a page with that session."""
    with ExitStack() as opened:

        def open_as(
            user: Any, *, size: str = "desktop", scheme: str = "light", language: str = "zh-hans"
        ) -> Page:
            page = opened.enter_context(browser.page(size=size, scheme=scheme, language=language))
            chromium.set_language(page, live_server.url, language)
            if user is not None:
                page.context.add_cookies([_session(user, live_server.url)])
            return page

        yield open_as


def _session(user: Any, address: str) -> Any:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": address}


@pytest.fixture
def page(page_as: Callable[[Any], Page]) -> Page:
    """A fresh page of desktop width, signed in as nobody."""
    return page_as(None)
