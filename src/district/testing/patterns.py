"""One page of every pattern, found by walks of the demo: what a browser then looks at.

The walks that judge every link (`tests/crawl`) come by them anyway and keep what they found in the
folder of the run; where they have not run, walks of their own find them.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from district.testing.crawler import Crawl, Crawler, of_a_list
from district.testing.demo import DemoDistrict, gone_on
from district.testing.demo_life import live_in

#: Whose pages are looked at, whoever reaches most first; who may more is asked for the rest.
ROLES = ("planner", "administrator", "officer", "supervisor", "unit_head", "nobody")
#: Rows of one pattern that a walk of its own tries on the way to the others.
MOST = 4
#: The first address of every pattern, by its route.
Patterns = dict[str, str]


def lived_in(kept: Path) -> tuple[Path, dict[str, list[str]]]:
    """The demo in which more happened than its story tells, made once a run: its folder, and per
    role where to look at it."""
    return gone_on(kept, "lived-in", live_in)


def keep(kept: Path, role: str, walk: Crawl) -> None:
    """Write down what a walk of that role through the lived-in demo found, before its pages are
    let go."""
    file = _file(kept, role)
    written = file.with_suffix(".new")
    written.write_text(json.dumps(patterns(walk)), encoding="utf-8")
    written.replace(file)


def patterns(walk: Crawl) -> Patterns:
    """Of every pattern of a whole page the first address, rather a plain one than a list in
    another order or the rows of a figure."""
    found: dict[str, list[str]] = {}
    for visit in walk.visits:
        whole = visit.reading is not None and not visit.reading.fragment
        if whole and not visit.route.startswith("dummy/"):
            found.setdefault(visit.route, []).append(visit.address)
    return {
        route: min(addresses, key=lambda each: of_a_list(urlsplit(each).query))
        for route, addresses in found.items()
    }


def one_of_each(kept: Path) -> tuple[Path, dict[str, list[str]]]:
    """The folder of the lived-in demo; per role an address there of every pattern that no role
    before it reached."""
    folder, known = lived_in(kept)
    files = [_file(kept, role) for role in ROLES]
    if all(file.exists() for file in files):
        reached = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    else:
        reached = gone_on(folder, "patterns", lambda demo: _walked(demo, known))[1]
    found: dict[str, list[str]] = {}
    before: set[str] = set()
    for role, routes in zip(ROLES, reached, strict=True):
        new = [address for route, address in routes.items() if route not in before]
        if new:
            found[role] = new
        before.update(routes)
    return folder, found


def _walked(demo: DemoDistrict, known: dict[str, list[str]]) -> list[Patterns]:
    """What walks find that judge nothing: files, and lists in another order, are no patterns."""
    found = []
    for role in ROLES:
        walk = Crawler(demo.client(role), figures=False, lists=False, most=MOST)
        found.append(patterns(walk.crawl(["/", "/home/", *known.get(role, ())])))
    return found


def _file(kept: Path, role: str) -> Path:
    return kept / "lived-in" / f"patterns-{role}.json"
