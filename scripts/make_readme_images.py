"""Makes the pictures of README and tutorial: docs/images/*.png, from a running demo.

    make run                                    # in another terminal
    .venv/bin/python scripts/make_readme_images.py --base http://127.0.0.1:8000

Each picture is the first screen of one page, as one member of the demo sees it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from district.testing.browser import Browser, open_page, settle, sign_in  # the path comes first

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
MOST_BYTES = 400_000
IMAGES = ROOT / "docs" / "images"


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at what; `then` goes on from there before it is taken."""

    name: str
    user: str
    path: str
    size: str = "desktop"
    then: Callable[[Page], None] | None = None


def _click(selector: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")

    return go


def _click_through(*selectors: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        for selector in selectors:
            _click(selector)(page)

    return go


def _draft_with(words: str) -> Callable[[Page], None]:
    """Of the first draft the chapter that says these words."""

    def go(page: Page) -> None:
        _click("a.row-link")(page)
        chapters = page.locator("main a[href*='/chapters/']")
        found = [chapters.nth(at).get_attribute("href") for at in range(chapters.count())]
        for href in dict.fromkeys(one for one in found if one):
            page.goto(f"{page.url.split('/plan_reports/')[0]}{href}")
            if page.locator("main", has_text=words).count():
                return
        raise SystemExit(f"no chapter says {words}")

    return go


_THREE_NEW = "“三新”产品"
PICTURES = (
    Picture("cockpit-1440", "planner", "/plan_tracking/"),
    Picture("phone-390", "planner", "/plan_tracking/", "phone"),
    Picture("public-1440", "", "/"),
    Picture("report-1440", "planner", "/plan_tracking/reports/", then=_click("a.stack-title")),
    Picture("review-1440", "planner", "/plan_tracking/reports/", then=_click("[href*='/review/']")),
    Picture("commitment-1440", "planner", "/plan_tracking/", then=_click("main h3 a")),
    Picture("filings-1440", "planner", "/filings/"),
    Picture("supervision-1440", "supervisor", "/plan_tracking/supervision/"),
    Picture(
        "tour-commitment-1440", "planner", "/plan_tracking/commitments/?q=三新",
        then=_click(f"a.row-link:text-is('{_THREE_NEW}')"),
    ),
    Picture("tour-rows-1440", "planner", "/registers/scenarios-recognitions/?scheme=three_new"),
    Picture(
        "tour-case-1440", "leader", "/registers/cases-recognition/?q=微站",
        then=_click("a.row-link"),
    ),
    Picture(
        "tour-matches-1440", "planner", "/scenarios/entries/",
        then=_click_through("a.row-link", "main a[href*='/matches/']"),
    ),
    Picture("tour-draft-1440", "planner", "/plan_reports/", then=_draft_with("72款")),
    Picture("tour-years-1440", "planner", "/plan_tracking/years/"),
)  # fmt: skip


def main() -> int:
    """Take all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", help="pictures to take; all if none is named")
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="address of the demo")
    given = parser.parse_args()
    IMAGES.mkdir(parents=True, exist_ok=True)
    wanted = [one for one in PICTURES if not given.names or one.name in given.names]
    with Browser() as browser:
        for picture in wanted:
            with browser.page(size=picture.size) as page:
                if picture.user:
                    sign_in(page, given.base, picture.user, _password(picture.user))
                _take(page, given.base, picture)
    return 0


def _password(user: str) -> str:
    var = Path(os.environ.get("DISTRICT_VAR") or ROOT / "var")
    rows = json.loads((var / "demo-logins.json").read_text(encoding="utf-8"))
    return next(str(row["password"]) for row in rows if row["username"] == user)


def _take(page: Page, base: str, picture: Picture) -> None:
    answer = open_page(page, base + picture.path)
    if picture.then is not None:
        picture.then(page)
    settle(page)
    page.wait_for_timeout(500)
    if answer.status >= 400:
        raise SystemExit(f"{picture.name}: {picture.path} answered {answer.status}")
    target = IMAGES / f"{picture.name}.png"
    page.screenshot(path=target)
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}  {size // 1000} kB  {page.url}")
    if size > MOST_BYTES:
        raise SystemExit(f"{picture.name}: {size} bytes, more than {MOST_BYTES}")


if __name__ == "__main__":
    sys.exit(main())
