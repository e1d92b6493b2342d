"""Phone pages that work without a network, in a browser: opened, cut off, back again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING
from unittest import mock

if TYPE_CHECKING:
    from playwright.sync_api import Page


@contextmanager
def offline(page: Page, drawer: ModuleType) -> Iterator[None]:
    """No network for the context, its service worker included; the server draws no page for it.

    `drawer` is the module of the page, whose `words` it asks for whenever it draws one.
    """
    page.context.set_offline(True)
    with mock.patch.object(drawer, "words", wraps=drawer.words) as drawn:
        try:
            yield
        finally:
            page.context.set_offline(False)
    assert drawn.call_count == 0  # noqa: S101  # what tests are made of


def opened(page: Page, address: str) -> None:
    """Go there and wait until the page has drawn its list or form."""
    page.goto(address)
    page.locator("[data-field][data-shown]").wait_for()


def ready_for_offline(page: Page, address: str) -> None:
    """The page was opened once with a connection, and its worker has taken over."""
    opened(page, address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    opened(page, address)
    page.evaluate(
        """async () => {
            const soon = (go) => setTimeout(go, 50);
            while (!navigator.serviceWorker.controller) await new Promise(soon);
        }"""
    )


def states(page: Page) -> list[str]:
    """The states of the records on the phone, as its list shows them."""
    return [str(row.get_attribute("data-state")) for row in page.locator("[data-record]").all()]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return max(int(wide), 0)
