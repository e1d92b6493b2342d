"""The file of lists is linted; credit codes check; editions differ as they should. No database."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from district.kernel.base.credit_code import is_credit_code, with_check
from district.systems.scenarios.catalogue import catalogue
from district.systems.scenarios.rules.differences import difference, edition_digest
from district.systems.scenarios.rules.kinds import KindError, parse_catalogue

FILE = Path(__file__).parents[1] / "kinds" / "lists.toml"
DATA = tomllib.loads(FILE.read_text("utf-8"))


def test_the_products_own_file_is_sound_and_joins_offers_with_needs() -> None:
    found = catalogue()
    assert set(found.lists) == {"capability", "opportunity", "achievements", "project"}
    assert [kind.key for kind in found.kinds_of("achievements")] == ["supply", "demand"]
    for kind in found.kinds.values():
        assert all(found.kinds[other].side != kind.side for other in kind.meets)


def _broken(path: str, value: Any) -> dict[str, Any]:
    data = deepcopy(DATA)
    at: Any = data
    *way, last = path.split(".")
    for name in way:
        at = at[name]
    at[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("kinds.capability.list", "nowhere", "unknown list"),
        ("kinds.capability.side", "both", "side must be"),
        ("kinds.capability.meets", ["supply"], "no counterpart"),
        ("kinds.capability.offer", [], "nobody may"),
        ("kinds.capability.offer", [["king", "unit"]], "unknown right"),
        ("kinds.capability.required", ["colour"], "unknown column"),
        ("kinds.capability.number", "JH", "another kind"),
        ("kinds.capability.must", "same_area = true", "must belongs"),
        ("kinds.opportunity.must", "colour = 1", "must"),
        ("lists.project.publish", [["unit_head"]], "write rights"),
        ("stages.trial", [1, "试", "Trial"], "levels rise"),
        ("near.ai", ["magic"], "unknown area"),
        ("kinds.demand.label_en", "", "label_en"),
    ],
)
def test_each_fault_of_the_file_is_named(path: str, value: Any, words: str) -> None:
    with pytest.raises(KindError, match=words):
        parse_catalogue(_broken(path, value))


def test_a_credit_code_is_checked_by_its_last_sign() -> None:
    assert not is_credit_code("91440300MA5DEMO00X")  # O is no sign of such a code
    code = with_check("91440300MA5DEM100")
    assert is_credit_code(code)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert not is_credit_code(wrong)
    assert not is_credit_code(code[:-1])


def _entry(number: str, **more: Any) -> dict[str, Any]:
    return {"number": number, "title": f"条目{number}", "money": "1", **more}


def test_a_difference_tells_what_came_went_and_changed() -> None:
    before = [_entry("1"), _entry("2"), _entry("3")]
    after = [_entry("3"), _entry("2", money="5"), _entry("4")]
    found = difference(before, after)
    assert [one["number"] for one in found.added] == ["4"]
    assert [one["number"] for one in found.removed] == ["1"]
    assert [(one.number, one.columns) for one in found.changed] == [("2", (("money", "1", "5"),))]
    assert difference(before, list(reversed(before))).nothing


def test_a_digest_depends_on_order_content_and_what_came_before() -> None:
    lines = [_entry("1"), _entry("2")]
    one = edition_digest("x", 1, "", lines)
    others = {
        edition_digest("x", 1, "", lines[::-1]),
        edition_digest("x", 2, "", lines),
        edition_digest("x", 1, one, lines),
        edition_digest("x", 1, "", [*lines, _entry("3")]),
    }
    assert len(others | {one}) == 5
