"""The catalogue of matters is read whole, and everything wrong in it is told at once."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.base.errors import Invalid
from district.systems.appeals.rules.matters import (
    COLUMNS,
    Catalogue,
    parse_matters,
    usable_catalogue,
)
from district.systems.appeals.tests.samples import CALENDARS, catalogue, departments, rows_of

UNITS = {"D1", "D2"}
TOP = {"code": "M01", "name": "水务", "name_en": "Water"}
LEAF = {
    "code": "M0101",
    "name": "积水",
    "name_en": "Flooding",
    "parent_code": "M01",
    "description": "道路积水",
    "handler": "D1",
    "co_units": "street;D2",
    "term_amount": "2",
    "term_unit": "hours",
    "calendar": "24x7",
    "emergency": "yes",
    "sensitive": "no",
    "standard": "积水已排除。",
    "keywords": "积水;内涝",
}


def written(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, restval="")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def read(*rows: dict[str, str]) -> Catalogue:
    return parse_matters(written(*rows), units=UNITS, calendars=CALENDARS)


def test_longgangs_catalogue_has_no_problem_and_covers_both_levels() -> None:
    found = catalogue()
    assert found.problems == ()
    assert 60 <= len(found.matters) + len(found.fields) <= 90
    assert {matter.field for matter in found.matters} == {one.code for one in found.fields}
    assert any(matter.emergency for matter in found.matters)
    assert any(matter.sensitive for matter in found.matters)


def test_a_row_becomes_a_matter_with_its_term() -> None:
    (matter,) = read(TOP, LEAF).matters
    assert (matter.term.amount, matter.term.unit, matter.calendar) == (2, "hours", "24x7")
    assert (matter.handler, matter.co_units) == ("D1", ("street", "D2"))
    assert (matter.emergency, matter.sensitive) == (True, False)
    assert matter.keywords == ("积水", "内涝")


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"code": "m 1"}, "code"),
        ({"name": ""}, "name"),
        ({"name": "长" * 41}, "name"),
        ({"name": "水务"}, "name"),
        ({"name_en": ""}, "name_en"),
        ({"parent_code": "M09"}, "parent_code"),
        ({"handler": ""}, "handler"),
        ({"handler": "D9"}, "handler"),
        ({"co_units": "D9"}, "co_units"),
        ({"co_units": "D1"}, "co_units"),
        ({"co_units": "D2;D2"}, "co_units"),
        ({"term_amount": "0"}, "term_amount"),
        ({"term_amount": "1.5"}, "term_amount"),
        ({"term_amount": "9" * 30}, "term_amount"),
        ({"term_amount": "²"}, "term_amount"),
        ({"term_unit": "weeks"}, "term_unit"),
        ({"term_unit": "working_days"}, "term_unit"),
        ({"calendar": "always"}, "calendar"),
        ({"calendar": "working_days", "term_unit": "days"}, "calendar"),
        ({"emergency": "maybe"}, "emergency"),
        ({"sensitive": ""}, "sensitive"),
        ({"standard": ""}, "standard"),
        ({"keywords": ""}, "keywords"),
        ({"keywords": "积水;积水"}, "keywords"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_a_remedy(
    changed: dict[str, str], column: str
) -> None:
    other = LEAF | {"code": "M0102", "name": "停水"}
    found = read(TOP, other, LEAF | changed)
    (problem,) = found.problems
    assert (problem.line, problem.field) == (4, column)
    assert problem.remedy
    assert str(problem).startswith("第4行")
    assert [matter.code for matter in found.matters] == ["M0102"]


def test_all_problems_are_told_at_once_and_refuse_the_file() -> None:
    rows = (TOP, LEAF | {"handler": "D9", "standard": "", "emergency": "?"}, LEAF)
    found = read(*rows)
    assert [(p.line, p.field) for p in found.problems] == [
        (3, "handler"),
        (3, "emergency"),
        (3, "standard"),
        (4, "code"),
        (4, "name"),
    ]
    with pytest.raises(Invalid, match=r"第3行 handler.*第4行 name"):
        usable_catalogue(written(*rows), units=UNITS, calendars=CALENDARS)


def test_levels_are_two_and_a_field_has_no_term_and_has_matters() -> None:
    deeper = LEAF | {"code": "M010101", "name": "桥下积水", "parent_code": "M0101"}
    empty = {"code": "M02", "name": "交通", "name_en": "Traffic", "handler": "D1"}
    assert [(p.line, p.field) for p in read(TOP, LEAF, deeper, empty).problems] == [
        (4, "parent_code"),
        (5, "handler"),
        (5, "code"),
    ]


@pytest.mark.parametrize("text", ["", "code,name\nM01,水务\n", '"code\n'])
def test_a_file_without_its_header_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(Invalid, match="表头缺少列"):
        parse_matters(text, units=UNITS, calendars=CALENDARS)


def test_a_comma_without_quotes_is_noticed() -> None:
    text = written(TOP, LEAF).rstrip() + ",外加一列\r\n"
    (problem,) = parse_matters(text, units=UNITS, calendars=CALENDARS).problems
    assert (problem.line, problem.field) == (3, "row")


def test_the_version_changes_with_what_is_said_and_not_with_how_it_is_written() -> None:
    first = read(TOP, LEAF)
    assert first.version == read(LEAF, TOP).version
    assert first.version == read(TOP, LEAF | {"co_units": " street ；D2 "}).version
    assert first.version != read(TOP, LEAF | {"term_amount": "3"}).version
    assert first.version != read(TOP | {"name": "水"}, LEAF).version


@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=12)), max_size=5))
def test_whatever_stands_in_the_cells_is_answered_with_rows_or_problems(
    rows: list[dict[str, str]],
) -> None:
    safe = [{k: v.replace("\0", "") for k, v in row.items()} for row in rows]
    found = read(*safe)
    if not found.problems:
        assert len(found.fields) + len(found.matters) == len([r for r in safe if any(r.values())])


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_order_of_longgangs_rows_is_the_same_catalogue(order: random.Random) -> None:
    rows = rows_of("matters.csv")
    order.shuffle(rows)
    found = parse_matters(written(*rows), units=departments(), calendars=CALENDARS)
    assert found.problems == ()
    assert found.version == catalogue().version
