"""Coordinate systems: published pairs, and there and back again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.places.coordinates import (
    FROM_WGS84,
    TO_WGS84,
    bd09_to_gcj02,
    convert_geometry,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    outside_china,
    wgs84_to_gcj02,
)

# A kilometre inside the rectangle, where a shifted point is still inside.
INLAND = st.tuples(
    st.floats(min_value=72.05, max_value=137.8), st.floats(min_value=0.9, max_value=55.8)
)


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [  # from the tests of eviltransform, and the example of coordtransform
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_published_pairs_of_gcj02(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert wgs84_to_gcj02(*wgs84) == pytest.approx(gcj02, abs=1e-9)
    assert gcj02_to_wgs84(*gcj02) == pytest.approx(wgs84, abs=1e-8)


def test_published_pairs_of_bd09() -> None:
    reached = (116.41036949371029, 39.92133699351021)
    assert gcj02_to_bd09(116.404, 39.915) == pytest.approx(reached, abs=1e-9)
    # The published inverse is itself an approximation, good to a few millionths of a degree.
    published = (116.39762729119315, 39.90865673957631)
    assert bd09_to_gcj02(116.404, 39.915) == pytest.approx(published, abs=5e-6)


@given(INLAND, st.sampled_from(["gcj02", "bd09"]))
def test_there_and_back_is_within_a_millionth_of_a_degree(
    point: tuple[float, float], crs: str
) -> None:
    shifted = FROM_WGS84[crs](*point)
    assert TO_WGS84[crs](*shifted) == pytest.approx(point, abs=1e-7)
    assert abs(shifted[0] - point[0]) > 1e-7 or abs(shifted[1] - point[1]) > 1e-7


@given(
    st.floats(min_value=-180, max_value=180),
    st.floats(min_value=-90, max_value=90),
    st.sampled_from(["gcj02", "bd09"]),
)
def test_outside_china_nothing_changes(lon: float, lat: float, crs: str) -> None:
    if outside_china(lon, lat):
        assert FROM_WGS84[crs](lon, lat) == (lon, lat)
        assert TO_WGS84[crs](lon, lat) == (lon, lat)


def test_every_position_of_a_geometry_is_converted() -> None:
    square = [[[114.2, 22.7], [114.3, 22.7], [114.3, 22.8], [114.2, 22.7]]]
    converted = convert_geometry({"type": "MultiPolygon", "coordinates": [square]}, wgs84_to_gcj02)
    first = converted["coordinates"][0][0][0]
    assert tuple(first) == pytest.approx(wgs84_to_gcj02(114.2, 22.7), abs=1e-6)
    assert converted["type"] == "MultiPolygon"
    assert len(converted["coordinates"][0][0]) == 4
