"""What axe is not asked again on the next page is nothing but the navigation, word for word."""

from __future__ import annotations

from typing import Any

import pytest

from district.testing.browser import Browser, axe_findings

pytestmark = pytest.mark.browser

_PAGE = """<!doctype html><html lang="zh-CN"><title>t</title><body><style>
a { display: block; min-height: 2rem; } [aria-current] { color: #ddd; background: #fff; }</style>
<aside class="rail"><nav><a class="nav-link" href="/a/">Plan</a> <a class="nav-link" href="/b/">
Work</a></nav></aside><main><h1>t</h1><a href="/c/">Commitment</a></main></body></html>"""
#: A link without a name.
_EMPTY = "document.querySelector('{}').insertAdjacentHTML('beforeend', '<a href=\"/e/\"></a>')"
_MARK = "document.querySelector('a[href=\"/{}/\"]').setAttribute('aria-current', 'page')"
_UNMARK = "document.querySelector('[aria-current]').removeAttribute('aria-current')"


def _rules(page: Any, judged: set[str]) -> list[str]:
    return [found.split(" ")[0] for found in axe_findings(page, judged=judged)]


def test_a_fault_of_the_navigation_is_found_where_it_is_new(browser: Browser) -> None:
    with browser.page() as page:
        page.set_content(_PAGE)
        judged: set[str] = set()
        assert _rules(page, judged) == []
        page.evaluate(_EMPTY.format(".rail nav"))
        assert _rules(page, judged) == ["link-name"]
        assert _rules(page, judged) == []


def test_a_mark_that_cannot_be_read_is_found(browser: Browser) -> None:
    with browser.page() as page:
        page.set_content(_PAGE)
        judged: set[str] = set()
        assert _rules(page, judged) == []
        page.evaluate(_MARK.format("a"))
        assert _rules(page, judged) == ["color-contrast"]
        page.evaluate(_UNMARK)
        page.evaluate(_MARK.format("b"))
        assert _rules(page, judged) == []


def test_a_fault_of_the_page_itself_is_found_on_every_page(browser: Browser) -> None:
    with browser.page() as page:
        judged: set[str] = set()
        for _each in range(2):
            page.set_content(_PAGE)
            page.evaluate(_EMPTY.format("main"))
            assert _rules(page, judged) == ["link-name"]
        page.evaluate("document.documentElement.removeAttribute('lang')")
        assert sorted(_rules(page, judged)) == ["html-has-lang", "link-name"]
