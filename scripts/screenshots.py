"""Pictures of pages at desktop and phone width, in both colour schemes.

    scripts/screenshots.py --base http://127.0.0.1:8000 --user planner /cockpit/ /plan/

Takes a running server. The password of a demo account is read from var/demo-logins.json; give
`--password` for another. Without paths: the public page, the log-in and the member's first page.
One PNG a page, width and scheme is written to `--out` (default screenshots/); the exit code is 1
when a page answered an error.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from district.testing.browser import SIZES, Browser, sign_in  # the path comes first


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", nargs="*", help="paths such as /cockpit/")
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="address of the server")
    parser.add_argument("--user", default="", help="log-in name, e.g. planner of the demo")
    parser.add_argument("--password", default="", help="needed for accounts that are no demo's")
    parser.add_argument("--out", default="screenshots", type=Path)
    parser.add_argument("--schemes", nargs="+", default=["light", "dark"])
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])
    parser.add_argument("--screen", action="store_true", help="the first screen, not all")
    return parser.parse_args()


def main() -> int:
    """Take the pictures; 1 when a page answered an error."""
    given, failed = arguments(), 0
    given.paths = given.paths or (["/home/"] if given.user else ["/", "/login/"])
    given.password = given.password or demo_password(given.user)
    given.out.mkdir(parents=True, exist_ok=True)
    with Browser() as browser:
        for scheme in given.schemes:
            for size in given.sizes:
                with browser.page(size=size, scheme=scheme, language=given.language) as page:
                    if given.user:
                        sign_in(page, given.base, given.user, given.password)
                    for path in given.paths:
                        failed += shoot(page, given, path, f"{size}-{scheme}")
    return 1 if failed else 0


def demo_password(user: str) -> str:
    """The password of a demo account of this installation; empty when it has none."""
    path = Path(os.environ.get("DISTRICT_VAR", "var")) / "demo-logins.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return next((row["password"] for row in rows if row["username"] == user), "")


def shoot(page: object, given: argparse.Namespace, path: str, kind: str) -> int:
    """One picture; returns 1 when the page answered an error."""
    from district.testing.browser import screenshot

    name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "public"
    target = given.out / f"{name}-{kind}.png"
    status = screenshot(page, given.base + path, target, full=not given.screen)  # type: ignore[arg-type]  # Playwright's page, imported only where it is installed
    print(f"{status}  {target}")
    return int(status >= 400)


if __name__ == "__main__":
    sys.exit(main())
