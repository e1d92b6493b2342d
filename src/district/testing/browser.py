"""Headless Chromium for tests and screenshots: log-in, axe, pictures.

Fixtures (`browser`, `page`, `page_as`) come with `district.testing.fixtures`; a test that takes
one is marked `browser` and skips with the reason where Chromium or the built assets are absent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from district.testing import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
STYLES = ROOT / "src/district/ui/static/dist/app.css"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
# Contrast is judged by axe as serious; best practices that are no WCAG criteria are left out.
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# The navigation is most of a page's elements and looks like any other page's, but for the mark of
# the present page: of each part its markup without that mark, and how what is marked is drawn.
_NAVIGATION = """() => {
    const found = {};
    const around = [document.documentElement.lang, document.documentElement.dataset.theme,
        document.body.className].join(" ");
    for (const selector of [".rail", "#drawer:not([open])"]) {
        const part = document.querySelector(selector);
        if (!part) continue;
        const plain = part.cloneNode(true);
        const marked = [...plain.querySelectorAll("[aria-current]")].map((each) =>
            `${selector} ${around} ${each.tagName} ${each.className} ${each.ariaCurrent}`);
        plain.querySelectorAll("[aria-current]").forEach((each) =>
            each.removeAttribute("aria-current"));
        found[selector] = [`${around} ${plain.outerHTML}`, ...marked];
    }
    return found;
}"""


def missing() -> str:
    """Why no browser test can run here; empty when all is there."""
    if chromium.executable() is None:
        return "no Chromium (apt-get install chromium)"
    if not STYLES.exists():
        return "the assets are not built (make setup, or npm run build in frontend/)"
    if not AXE.exists():
        return "axe-core is not installed (npm ci in frontend/)"
    return ""


class Browser:
    """One Chromium; `with Browser() as browser: with browser.page() as page: ...`."""

    def __enter__(self) -> Browser:
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        self._chromium = self._playwright.chromium.launch(
            executable_path=chromium.executable(), args=list(chromium.FLAGS)
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._chromium.close()
        self._playwright.stop()

    @contextmanager
    def page(
        self, *, size: str = "desktop", scheme: str = "light", language: str = "zh-hans"
    ) -> Iterator[Page]:
        """A fresh page (own cookies) of that size, colour scheme and interface language.

        Messages of the console and refusals of the CSP collect in `complaints_of(page)`.
        """
        width, height = SIZES[size]
        context = self._chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            has_touch=size == "phone",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        page = context.new_page()
        complaints: list[str] = []
        setattr(page, "complaints", complaints)  # noqa: B010  # Page declares no such attribute
        page.on("console", lambda said: _note(complaints, said))
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.set_default_timeout(30_000)  # a busy machine is slow, which is no fault
        setattr(page, "language", language)  # noqa: B010  # as above
        try:
            yield page
        finally:
            context.close()


def _note(complaints: list[str], said: Any) -> None:
    # A page that answers 404 on purpose logs its own status as an error; that is no complaint.
    if said.type == "error" and "Failed to load resource" not in said.text:
        complaints.append(said.text)


def complaints_of(page: Page) -> list[str]:
    """Errors of scripts and refusals of the CSP since the page was opened."""
    return list(getattr(page, "complaints", []))


def set_language(page: Page, base: str, language: str) -> None:
    """Keep the interface language in the page's cookies."""
    page.context.add_cookies([{"name": "django_language", "value": language, "url": base}])


def sign_in(page: Page, base: str, username: str, password: str) -> None:
    """Log in through the log-in page."""
    set_language(page, base, getattr(page, "language", "zh-hans"))
    page.goto(f"{base}/login/")
    form = page.locator(".sign-in-fields")
    form.locator("input[name=username]").fill(username)
    form.locator("input[name=password]").fill(password)
    form.locator("button[type=submit]").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def open_page(page: Page, address: str) -> Response:
    """Go there and wait until the page's script runs and its islands in sight are drawn."""
    answer = page.goto(address)
    if answer is None:
        raise AssertionError(f"{address} gave no answer")
    if page.locator("script[type=module]").count():
        page.locator("html[data-ready]").wait_for(state="attached")
    settle(page)
    return answer


def settle(page: Page) -> None:
    """Wait until every island that has started is drawn or has failed, and every part that the
    page asks for by itself has come."""
    busy = "[data-island][data-started]:not([data-mounted]):not(.island-failed)"
    coming = '[hx-trigger="load"].htmx-request'
    page.locator(f"{busy}, {coming}").first.wait_for(state="detached")


def screenshot(page: Page, address: str, target: Path, *, full: bool = True) -> int:
    """Write a PNG of the page (all of it, or the first screen); returns the page's status."""
    answer = open_page(page, address)
    if full:
        # A screen as tall as the page: sticky bars stand at its end and islands draw themselves.
        size = page.viewport_size or {"width": SIZES["desktop"][0], "height": 900}
        tall = int(page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": size["width"], "height": max(tall, size["height"])})
        page.wait_for_timeout(300)
        settle(page)
    page.wait_for_timeout(400)
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target)
    if full:
        page.set_viewport_size(size)
    return answer.status


def missing_icons(page: Page) -> list[str]:
    """Icons that the page names and the sprite does not hold (each would be an empty square)."""
    named: list[str] = page.evaluate(
        "[...new Set([...document.querySelectorAll('use')].map((use) => use.href.baseVal))]"
    )
    sprites = {
        address: page.request.get(urljoin(page.url, address)).text()
        for address in {name.split("#")[0] for name in named}
    }
    return [name for name in named if _symbol(name) not in sprites[name.split("#")[0]]]


def _symbol(name: str) -> str:
    return f'id="{name.split("#")[1]}"'


def axe_findings(
    page: Page,
    impacts: tuple[str, ...] = ("serious", "critical"),
    judged: set[str] | None = None,
) -> list[str]:
    """axe's findings of these impacts on the page as it is: rule, help and elements.

    All rules of WCAG A and AA. With `judged`, which is kept for the pages of one member in one
    look, the navigation is judged where it is not, letter by letter, what was judged before.
    """
    _bring_axe(page)
    only = {"type": "tag", "values": _AXE_TAGS}
    options = {"runOnly": only, "resultTypes": ["violations"]}
    context: Any = {"include": [["html"]]}
    if judged is not None:
        context["exclude"] = list(_known_navigation(page, judged))
    found = page.evaluate("([context, options]) => axe.run(context, options)", [context, options])
    return [_finding(each) for each in found["violations"] if each["impact"] in impacts]


def _known_navigation(page: Page, judged: set[str]) -> Iterator[list[str]]:
    """Selectors of the navigation's parts that were judged; the others are from now on."""
    for selector, said in page.evaluate(_NAVIGATION).items():
        if judged.issuperset(said):
            yield [selector]
        judged.update(said)


def _bring_axe(page: Page) -> None:
    """Have axe in the page, through the debugger, which the page's CSP does not concern.

    Handing over half a million characters costs more than running them: the documents that come
    after the first one of a page bring them along as a function that nobody calls before.
    """
    state = page.evaluate("'axe' in window ? 'there' : '_bringAxe' in window ? 'brought' : ''")
    if state == "brought":
        page.evaluate("_bringAxe()")
    elif not state:
        source = AXE.read_text(encoding="utf-8")
        page.add_init_script(f"window._bringAxe = function () {{\n{source}\n}};")
        page.evaluate(source)


def _finding(found: dict[str, Any]) -> str:
    elements = [json.dumps(node["html"][:160], ensure_ascii=False) for node in found["nodes"][:5]]
    return "\n    ".join([f"{found['id']} ({found['impact']}): {found['help']}", *elements])


def assert_no_serious_axe_findings(page: Page) -> None:
    """Fail with the findings when axe calls anything on the page serious or critical."""
    findings = axe_findings(page)
    assert not findings, f"{page.url}: axe found\n" + "\n".join(findings)  # noqa: S101  # a test's assertion
