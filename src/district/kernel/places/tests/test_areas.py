"""Areas: loading, refusing what is no area, and which area a point lies in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, shape

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.history.public import Actor, Subject, events_of
from district.kernel.places.coordinates import wgs84_to_gcj02
from district.kernel.places.geojson import parse_areas
from district.kernel.places.models import Area
from district.kernel.places.selectors import area_at, area_codes_at, areas_geojson
from district.kernel.places.services import load_areas
from district.kernel.places.tests.conftest import LOADER, LONGGANG

SQUARE = [[[114.2, 22.7], [114.3, 22.7], [114.3, 22.8], [114.2, 22.8], [114.2, 22.7]]]


def feature(**changes: Any) -> dict[str, Any]:
    properties = {"code": "440307015", "name": "龙城街道", "level": "street"}
    geometry = changes.pop("geometry", {"type": "Polygon", "coordinates": SQUARE})
    return {"type": "Feature", "properties": properties | changes, "geometry": geometry}


def file_of(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def test_loading_the_same_file_again_changes_nothing(longgang: None) -> None:
    assert Area.objects.count() == 123
    data = (LONGGANG / "areas" / "streets.geojson").read_bytes()
    again = load_areas(parse_areas(data), actor=LOADER)
    assert (again.created, again.changed, again.unchanged) == ((), (), 11)


def test_a_true_shape_replaces_the_approximate_one_and_history_says_so(longgang: None) -> None:
    rows = parse_areas(file_of(feature()), source="测绘成果", licence="内部使用")
    assert load_areas(rows, actor=LOADER).changed == ("440307015",)
    area = Area.objects.get(pk="440307015")
    assert not area.approximate
    assert area.source == "测绘成果"
    assert area.parent_code == "440307"
    event = events_of(Subject("places.area", "440307015"))[0]
    assert event.data["before"]["approximate"] is True
    assert event.data["after"]["geometry_sha256"] != event.data["before"]["geometry_sha256"]
    found = area_at(114.25, 22.75, "street")
    assert found is not None
    assert found.pk == "440307015"


def test_shapes_in_gcj02_are_stored_as_wgs84(longgang_units: None) -> None:
    shifted = [[list(wgs84_to_gcj02(*position)) for position in SQUARE[0]]]
    there = feature(geometry={"type": "Polygon", "coordinates": shifted})
    load_areas(parse_areas(file_of(there), crs="gcj02"), actor=LOADER)
    stored = shape(Area.objects.get().geometry)
    assert stored.symmetric_difference(Polygon(SQUARE[0])).area < 1e-6


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("so what", "不是 JSON"),
        ("[1, 2]", "FeatureCollection"),
        ('{"type": "Feature"}', "FeatureCollection"),
        (file_of(), "没有要素"),
        (
            file_of(feature(), crs={"type": "name", "properties": {"name": "EPSG:4547"}}),
            "EPSG:4547",
        ),
        (file_of("nothing"), "第1个要素"),
        (file_of(feature(), feature(code="")), "第2个要素:缺少属性 code"),
        (file_of(feature(level="village")), "village"),
        (file_of(feature(), feature()), "出现了两次"),
        (file_of(feature(geometry=None)), "Polygon"),
        (file_of(feature(geometry={"type": "Point", "coordinates": [114, 22]})), "Polygon"),
        (
            file_of(feature(geometry={"type": "Polygon", "coordinates": [[[500000, 2500000]]]})),
            "投影坐标",
        ),
        (file_of(feature(geometry={"type": "Polygon", "coordinates": "x"})), "写法不对"),
        (file_of(feature(geometry={"type": "Polygon", "coordinates": [[[114]]]})), "写法不对"),
        (
            file_of(
                feature(
                    geometry={
                        "type": "Polygon",
                        "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]],
                    }
                )
            ),
            "自相交",
        ),
    ],
)
def test_a_file_that_is_no_area_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_areas(text)
    assert says in str(caught.value)
    assert caught.value.remedy


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["type", "properties", "geometry", "coordinates", "code", "features"]
                ),
                inner,
                max_size=5,
            )
        ),
    )
)
def test_any_json_gives_areas_or_a_sentence(part: Any) -> None:
    for text in (
        json.dumps(part),
        json.dumps({"type": "FeatureCollection", "features": [part], "crs": None}),
        file_of(feature(geometry={"type": "Polygon", "coordinates": part})),
    ):
        with pytest.raises(Invalid):
            parse_areas(text)


def test_codes_must_be_those_of_units(longgang_units: None) -> None:
    for change, says in (({"code": "999"}, "999"), ({"code": "440307"}, "另一层级")):
        with pytest.raises(Invalid, match=says):
            load_areas(parse_areas(file_of(feature(**change))), actor=LOADER)
    with pytest.raises(NotPermitted):
        load_areas(parse_areas(file_of(feature())), actor=Actor.anonymous())
    assert not Area.objects.exists()


def test_points_are_found_as_a_plain_scan_finds_them(longgang: None) -> None:
    shapes = {a.code: shape(a.geometry) for a in Area.objects.filter(level="community")}
    steps = range(31)
    points = [(114.03 + x * 0.0108, 22.58 + y * 0.0078) for x in steps for y in steps]
    expected = [
        min((code for code, s in shapes.items() if s.intersects(Point(point))), default=None)
        for point in points
    ]
    assert area_codes_at(points, "community") == expected
    assert any(expected)
    assert None in expected


def test_many_points_cost_one_query_once_the_shapes_are_known(longgang: None) -> None:
    area_codes_at([(114.2, 22.7)], "street")
    with CaptureQueriesContext(connection) as queries:
        area_codes_at([(114.2, 22.7)] * 1000, "street")
    assert len(queries) == 1
    assert area_at(0.0, 0.0, "street") is None


def test_shapes_go_out_in_the_system_that_was_asked_for(longgang: None) -> None:
    plain = areas_geojson("street")
    shifted = areas_geojson("street", "gcj02")
    lon, lat = plain["features"][0]["geometry"]["coordinates"][0][0]
    there = shifted["features"][0]["geometry"]["coordinates"][0][0]
    assert there == pytest.approx(wgs84_to_gcj02(lon, lat), abs=2e-6)
    assert all(f["properties"]["approximate"] for f in plain["features"])
    for level, crs in (("village", "wgs84"), ("street", "utm")):
        with pytest.raises(Invalid):
            areas_geojson(level, crs)
