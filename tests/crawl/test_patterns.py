"""One page of every pattern: of a walk's pages those that a browser looks at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from district.testing import patterns
from district.testing.crawler import Crawl, Visit
from district.testing.reading import Reading

_PAGE = Reading(b"<!doctype html><title>t</title><h1>t</h1>")
_PART = Reading(b"<p>t</p>", fragment=True)


def _walk(*visits: tuple[str, str, Reading | None]) -> Crawl:
    return Crawl([Visit(address, route, 200, reading=read) for route, address, read in visits])


def test_a_plain_page_stands_for_its_pattern_and_parts_and_files_for_none() -> None:
    walk = _walk(
        ("list/", "/list/?sort=-name", _PAGE),
        ("list/", "/list/", _PAGE),
        ("list/", "/list/?unit=1", _PAGE),
        ("rows/", "/rows/?figure=count", _PAGE),
        ("part/", "/part/", _PART),
        ("file/", "/file/", None),
        ("dummy/", "/dummy/", _PAGE),
    )
    assert patterns.patterns(walk) == {"list/": "/list/", "rows/": "/rows/?figure=count"}


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """A run's folder without a demo in it; the walks that were made because none had been kept."""
    made: list[str] = []

    def gone_on(kept: Path, name: str, make: Any) -> tuple[Path, Any]:
        made.append(name)
        return kept / name, [{"own/": f"/own/{role}/"} for role in patterns.ROLES]

    (tmp_path / "lived-in").mkdir()
    monkeypatch.setattr(patterns, "lived_in", lambda kept: (kept / "lived-in", {}))
    monkeypatch.setattr(patterns, "gone_on", gone_on)
    return made


def test_of_kept_walks_each_role_has_what_none_before_it_reached(
    walked: list[str], tmp_path: Path
) -> None:
    for role in patterns.ROLES:
        each = [("all/", f"/all/{role}/", _PAGE), (f"{role}/", f"/{role}/", _PAGE)]
        patterns.keep(tmp_path, role, _walk(*each))
    folder, found = patterns.one_of_each(tmp_path)
    assert folder == tmp_path / "lived-in"
    first, *others = patterns.ROLES
    assert found == {first: [f"/all/{first}/", f"/{first}/"]} | {
        role: [f"/{role}/"] for role in others
    }
    assert walked == []


def test_where_a_role_has_not_walked_all_walk_anew(walked: list[str], tmp_path: Path) -> None:
    for role in patterns.ROLES[1:]:
        patterns.keep(tmp_path, role, _walk(("all/", "/all/", _PAGE)))
    _folder, found = patterns.one_of_each(tmp_path)
    assert found == {patterns.ROLES[0]: [f"/own/{patterns.ROLES[0]}/"]}
    assert walked == ["patterns"]
