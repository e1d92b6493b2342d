"""Loading the tree of units: the same rows twice change nothing, differences are recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.base.errors import Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, Subject, events_of
from district.kernel.organisation.models import Unit
from district.kernel.organisation.selectors import unit_chain, unit_of, units
from district.kernel.organisation.services import load_units
from district.kernel.organisation.tables import UnitRow, parse_units, unit_paths
from district.kernel.organisation.tests.conftest import LOADER, ROWS

LONGGANG = Path(__file__).resolve().parents[5] / "districts" / "longgang"


def test_loading_makes_the_tree_with_paths(district: None) -> None:
    assert unit_of("901001").path == "/9/901/901001/"
    assert [unit.code for unit in unit_chain(unit_of("901001"))] == ["9", "901", "901001"]
    under = units(under=unit_of("901").path)
    assert [unit.code for unit in under] == ["901", "901001", "901002"]


def test_loading_the_same_rows_again_changes_and_records_nothing(district: None) -> None:
    again = load_units(ROWS, actor=LOADER)
    assert (again.created, again.changed, again.unchanged) == ((), (), len(ROWS))
    assert len(events_of(Subject("organisation.unit", "901"))) == 1


def test_a_difference_is_recorded_with_both_values(district: None) -> None:
    loaded = load_units([UnitRow("902", "西山街道", "street", "9", sort=4)], actor=LOADER)
    assert loaded.changed == ("902",)
    event = events_of(Subject("organisation.unit", "902"))[0]
    assert event.kind == "organisation.unit.changed"
    assert event.data == {"name": {"before": "西街道", "after": "西山街道"}}


def test_a_unit_that_moves_takes_its_subtree_along(district: None) -> None:
    load_units([UnitRow("901001G1", "一网格", "grid", "901001")], actor=LOADER)
    moved = load_units([UnitRow("901001", "桥头社区", "community", "902", sort=2)], actor=LOADER)
    assert set(moved.changed) == {"901001", "901001G1"}
    assert unit_of("901001G1").path == "/9/902/901001/901001G1/"


def test_units_that_the_table_leaves_out_are_named_and_kept_unless_retired(district: None) -> None:
    rest = [row for row in ROWS if row.code != "902001"]
    assert load_units(rest, actor=LOADER).missing == ("902001",)
    assert unit_of("902001").is_active
    assert load_units(rest, actor=LOADER, retire_missing=True).retired == ("902001",)
    assert not unit_of("902001").is_active
    assert load_units(ROWS, actor=LOADER).changed == ("902001",)
    assert unit_of("902001").is_active


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([UnitRow("1", "甲", "district"), UnitRow("1", "乙", "district")], "出现了两次"),
        ([UnitRow("11", "甲街道", "street", "1")], "不存在"),
        ([UnitRow("1", "甲", "district"), UnitRow("11", "乙", "community", "1")], "不相配"),
        (
            [
                UnitRow("1", "甲", "district"),
                UnitRow("1-A", "乙", "department", "1-B"),
                UnitRow("1-B", "丙", "department", "1-A"),
            ],
            "绕成了圈",
        ),
    ],
)
def test_rows_that_make_no_tree_are_refused_and_write_nothing(
    db: None, rows: list[UnitRow], says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        load_units(rows, actor=LOADER)
    assert not Unit.objects.exists()


@given(st.lists(st.integers(min_value=0, max_value=30), max_size=30))
def test_paths_agree_with_walking_up(choices: list[int]) -> None:
    parents, levels = {"0": ""}, {"0": "district"}
    for number, choice in enumerate(choices, start=1):
        parents[str(number)] = str(choice % number)
        levels[str(number)] = "department"
    for code, path in unit_paths(parents, levels).items():
        walked, step = "/", code
        while step:
            walked = f"/{step}{walked}"
            step = parents[step]
        assert path == walked


def test_a_table_names_every_line_that_it_cannot_take() -> None:
    table = (
        "code,name,level,parent_code\n1,甲,district,\nx,乙,street,1\n12,,street,1\n13,丙，村,1\n"
    )
    with pytest.raises(Invalid) as caught:
        parse_units(table)
    for line in ("第3行", "第4行", "第5行"):
        assert line in str(caught.value)
    with pytest.raises(Invalid, match="parent_code"):
        parse_units("code,name,level\n")


def test_longgang_has_its_streets_communities_and_departments(db: None) -> None:
    rows = parse_units((LONGGANG / "units.csv").read_text(encoding="utf-8"))
    rows += parse_units((LONGGANG / "departments.csv").read_text(encoding="utf-8"))
    load_units(rows, actor=LOADER)
    counts = {level: units(level=level).count() for level in ("street", "community", "department")}
    assert counts["street"] == 11
    assert counts["community"] == 111
    assert counts["department"] >= 35
    assert Unit.objects.filter(name="凤凰社区").count() == 2
    assert all(unit.name_en for unit in units())


def test_only_those_who_may_load_units(district: None) -> None:
    with pytest.raises(NotPermitted):
        load_units(ROWS, actor=Actor.anonymous())
    with pytest.raises(NotFound):
        unit_of("nowhere")
