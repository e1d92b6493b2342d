"""Things are read from a table or made from a district's streets, each in its street."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from shapely.geometry import Point, shape

from district.kernel.base.errors import Invalid
from district.simulation.kinds import KINDS
from district.simulation.layout import WANTED, Ground, generate, read_table, write_table
from district.simulation.tests.samples import FOLDER, things

pytestmark = pytest.mark.one_database
HEAD = "code,kind,name,unit,lon,lat,details\n"
SQUARES = [
    Ground(
        f"90{number}",
        f"第{number}",
        {
            "type": "Polygon",
            "coordinates": [
                [[number, 22], [number + 1, 22], [number + 1, 23], [number, 23], [number, 22]]
            ],
        },
    )
    for number in (1, 2, 3)
]


def test_any_district_gets_things_inside_its_streets_the_same_each_time() -> None:
    made = generate(SQUARES)
    assert made == generate(SQUARES)
    assert generate(SQUARES, seed=2) != made
    assert Counter(each.kind for each in made) == WANTED
    assert len({each.code for each in made}) == len(made)
    assert len({each.name for each in made}) == len(made)
    ground = {each.code: shape(each.geometry) for each in SQUARES}
    assert all(ground[each.unit].contains(Point(each.lon, each.lat)) for each in made)
    assert all("演示" in each.name for each in made)
    assert generate([]) == []


def test_a_table_says_what_was_written() -> None:
    made = generate(SQUARES)
    assert read_table("# a note\n" + write_table(made)) == made


def test_the_demo_of_longgang_has_every_kind_inside_the_district() -> None:
    rows = things()
    assert {each.kind for each in rows} == {kind.key for kind in KINDS}
    counts = Counter(each.kind for each in rows)
    assert counts["front_end"] == 34
    assert counts["river_section"] == 10
    areas = json.loads((FOLDER / "areas" / "streets.geojson").read_text(encoding="utf-8"))
    shapes = [shape(each["geometry"]) for each in areas["features"]]
    for each in rows:
        assert "演示" in each.name
        assert any(one.contains(Point(each.lon, each.lat)) for one in shapes), each.code


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("a,b\n1,2\n", "columns"),
        (HEAD + "A,spaceship,x,9,114,22,\n", "第 1 行 kind"),
        (HEAD + "A,gas_point,x,9,east,22,\n", "第 1 行 lon, lat, details"),
        (HEAD + "A,gas_point,x,9,114,22,range\n", "第 1 行 lon, lat, details"),
        (HEAD + "A,gas_point,x,9,114,22,\n" * 2, "code"),
    ],
)
def test_a_table_that_cannot_be_taken_is_refused_with_its_place(text: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(text)
    assert refused.value.field == field
    assert refused.value.remedy
