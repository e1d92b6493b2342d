"""Files of terrain and woodland: read as they are, refused with what is wrong."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from district.kernel.base.errors import Invalid
from district.systems.early_warning.coverage.grids import Grid, packed, read_grid
from district.systems.early_warning.coverage.projection import (
    Frame,
    Projection,
    from_degrees,
    projection_of,
    to_degrees,
)
from district.systems.early_warning.coverage.scene import normal
from district.systems.early_warning.coverage.woodland import cells_of, read_woods, woods_of_grid

ASC = """ncols 3
nrows 2
xllcorner 114.2
yllcorner 22.7
cellsize 0.001
NODATA_value -9999
10 20 30
40 -9999 60
"""


def test_an_ascii_grid_is_read_from_north_to_south() -> None:
    """The first row is the northern one; what is not there is not a height."""
    grid = read_grid(ASC.encode(), "a.asc")
    assert grid.values.shape == (2, 3)
    found = grid.nearest(
        np.array([114.2005, 114.2025, 114.2015]), np.array([22.7015, 22.7005, 22.7005])
    )
    assert found[:2].tolist() == [10, 60]
    assert np.isnan(found[2])


def test_centres_may_be_stated_instead_of_corners() -> None:
    """Both say the same."""
    centred = ASC.replace("xllcorner 114.2", "xllcenter 114.2005").replace(
        "yllcorner 22.7", "yllcenter 22.7005"
    )
    grid = read_grid(centred.encode(), "a.asc")
    assert grid.west == pytest.approx(114.2)
    assert grid.south == pytest.approx(22.7)


def test_npz_and_csv_say_the_same_as_ascii() -> None:
    """One grid in three forms."""
    grid = read_grid(ASC.encode(), "a.asc")
    again = read_grid(packed(grid), "kept.npz")
    lines = ["lon,lat,value"] + [
        f"{114.2005 + column * 0.001:.4f},{22.7015 - row * 0.001:.4f},{grid.values[row, column]}"
        for row, column in np.argwhere(np.isfinite(grid.values))
    ]
    listed = read_grid("\n".join(lines).encode(), "a.csv")
    for other in (again, listed):
        assert np.array_equal(other.values, grid.values, equal_nan=True)
        assert (other.west, other.south) == pytest.approx((grid.west, grid.south))
        assert (other.dx, other.dy) == pytest.approx((grid.dx, grid.dy))


def test_between_the_centres_heights_are_bilinear() -> None:
    """A plane stays a plane."""
    column, row = np.meshgrid(np.arange(10.0), np.arange(8.0))
    grid = Grid(3 * column - 2 * row, 0, 0, 1, 1)
    x, y = np.array([2.25, 7.9]), np.array([3.5, 1.1])
    assert grid.at(x, y) == pytest.approx(3 * (x - 0.5) - 2 * (7.5 - y))
    assert np.isnan(grid.at(np.array([-1.0]), np.array([3.0]))).all()


@pytest.mark.parametrize(
    ("text", "name", "word"),
    [
        (ASC.replace("nrows 2\n", ""), "a.asc", "nrows"),
        (ASC.replace(" 60", ""), "a.asc", "6 个"),
        (ASC.replace("20", "x"), "a.asc", "不是数字"),
        (ASC.replace("cellsize 0.001", "cellsize 0"), "a.asc", "间距"),
        (ASC.replace("114.2", "38512345"), "a.asc", "投影坐标"),
        (ASC.replace("ncols 3", "ncols 99999").replace("nrows 2", "nrows 99999"), "a.asc", "太大"),
        (ASC.replace("nrows 2", "nrows 1"), "a.asc", "两行"),
        ("lon,lat\n1,2", "a.csv", "列名"),
        ("lon,lat,value\n1,2", "a.csv", "第2行"),
        ("lon,lat,value\n1,1,5\n2,1,5\n4.5,2,5", "a.csv", "间距不一致"),
        ("", "a.tif", "不认识"),
        ("PK", "a.npz", ".npz"),
    ],
)
def test_a_broken_grid_is_refused_with_what_is_wrong(text: str, name: str, word: str) -> None:
    """In words, for the field file or crs."""
    with pytest.raises(Invalid) as refusal:
        read_grid(text.encode(), name)
    assert word in str(refusal.value)


def test_a_pickle_in_an_npz_is_not_opened() -> None:
    """Objects would run code."""
    file = io.BytesIO()
    np.savez(file, values=np.array([[{}, {}], [{}, {}]], dtype=object), west=0, south=0, dx=1, dy=1)
    with pytest.raises(Invalid):
        read_grid(file.getvalue(), "a.npz")


def test_gauss_kruger_agrees_with_published_points() -> None:
    """UTM zone 50 and CGCS2000 zone 38 near Shenzhen: the meridian is exact, and the rest closes.

    The length of the meridian to latitude 22.7 on this ellipsoid is 2,511,395.9 m, by numerical
    integration of the radius of curvature.
    """
    _x, y = projection_of("EPSG:4547").forward(114.0, 22.7)  # type: ignore[union-attr]  # it is one
    fine = np.radians(np.linspace(0, 22.7, 200_001))
    e2 = 0.0066943799901413165
    radius = 6378137.0 * (1 - e2) / (1 - e2 * np.sin(fine) ** 2) ** 1.5
    assert float(y) == pytest.approx(float(np.trapezoid(radius, fine)), abs=0.001)
    lon, lat = np.array([112.6, 114.05, 114.38, 115.4]), np.array([20.1, 22.57, 22.83, 24.0])
    for code in ("EPSG:4547", "EPSG:4526", "EPSG:32650", "EPSG:4502", "EPSG:4491"):
        back = to_degrees(code, *from_degrees(code, lon, lat))
        if abs(projection_of(code).meridian - 114) < 4:  # type: ignore[union-attr]  # it is one
            assert np.abs(back[0] - lon).max() < 1e-11
            assert np.abs(back[1] - lat).max() < 1e-11


def test_projected_distances_are_true_near_the_meridian() -> None:
    """A known small shift: a minute of arc north is 1,845.6 m at this latitude, times the scale."""
    for scale, projection in ((1.0, Projection(114.0)), (0.9996, Projection(114.0, 0.9996))):
        x, y = projection.forward(np.array([114.0, 114.0]), np.array([22.7, 22.7 + 1 / 60]))
        assert float(y[1] - y[0]) == pytest.approx(1845.66 * scale, abs=0.5)
        assert x == pytest.approx([500_000, 500_000])


def test_codes_of_systems_name_their_meridians() -> None:
    """As the EPSG register has them."""
    known = {
        "4547": (114, 500_000),
        "4526": (114, 38_500_000),
        "4508": (111, 500_000),
        "4498": (117, 20_500_000),
        "32650": (117, 500_000),
        "EPSG::4548": (117, 500_000),
    }
    for code, (meridian, easting) in known.items():
        found = projection_of(code)
        assert found is not None
        assert (found.meridian, found.easting) == (meridian, easting), code
    assert projection_of("EPSG:4490") is None
    with pytest.raises(Invalid, match="EPSG:3857"):
        projection_of("EPSG:3857")


def test_a_projected_grid_lies_where_its_system_says() -> None:
    """The same ground as degrees and as Gauss-Kruger metres."""
    x, y = from_degrees("EPSG:4547", np.array([114.25]), np.array([22.72]))
    values = np.arange(100.0).reshape(10, 10)
    grid = Grid(values, float(x[0]) - 450, float(y[0]) - 450, 100, 100, "EPSG:4547")
    assert grid.nearest(np.array([114.25]), np.array([22.72]))[0] == values[5, 4]
    again = read_grid(packed(grid), "kept.npz", "EPSG:4547")
    assert np.array_equal(again.values, values)


def test_the_frame_measures_as_the_sphere_does() -> None:
    """Distances across the district differ from great circles by no more than the sphere errs."""
    from district.kernel.places.public import metres_between

    frame = Frame(114.2, 22.7)
    rng = np.random.default_rng(5)
    for _round in range(200):
        a, b = rng.uniform([114.03, 22.57], [114.38, 22.83], (2, 2))
        (x0, x1), (y0, y1) = frame.metres(np.array([a[0], b[0]]), np.array([a[1], b[1]]))
        true = metres_between(a[0], a[1], b[0], b[1])
        if true > 1000:
            assert float(np.hypot(x1 - x0, y1 - y0)) == pytest.approx(true, rel=6e-3)


def woods_file(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def square(west: float, south: float, side: float, **facts: object) -> dict[str, object]:
    ring = [[west, south], [west + side, south], [west + side, south + side],
            [west, south + side], [west, south]]  # fmt: skip
    return {
        "type": "Feature",
        "properties": facts,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_cells_are_those_whose_centre_lies_in_woodland() -> None:
    """A square of 0.02 degrees has its area in cells of a hectare; the heavier weight counts."""
    woods = read_woods(
        woods_file(square(114.2, 22.7, 0.02), square(114.21, 22.71, 0.005, weight=3))
    )
    cells = cells_of(woods, 100)
    area = (0.02 * cells.frame.east) * (0.02 * cells.frame.north) / 10_000
    assert len(cells) == pytest.approx(area, rel=0.06)
    assert cells.hectares == 1
    assert set(cells.weight.tolist()) == {1.0, 3.0}
    lon, lat = cells.degrees
    assert lon.min() > 114.2
    assert lat.max() < 22.72


def test_a_grid_of_weights_is_woodland_too() -> None:
    """What is nought or nothing is none."""
    grid = read_grid(ASC.replace("10 20 30", "0 2 3").encode(), "a.asc")
    cells = cells_of(woods_of_grid(grid), 20)
    assert set(cells.weight.tolist()) == {2.0, 3.0, 40.0, 60.0}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"{", "JSON"),
        (b"{}", "FeatureCollection"),
        (woods_file(), "没有要素"),
        (woods_file(square(114, 22, 1, weight=0)), "权重"),
        (woods_file(square(114, 22, 1, weight=True)), "权重"),
        (woods_file(square(2e6, 3e5, 100)), "第1个要素"),
        (woods_file({"type": "Feature", "geometry": None}), "第1个要素"),
        (
            woods_file({"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}}),
            "Polygon",
        ),
    ],
)
def test_broken_woodland_is_refused_with_what_is_wrong(data: bytes, word: str) -> None:
    """Naming the feature."""
    with pytest.raises(Invalid) as refusal:
        read_woods(data)
    assert word in str(refusal.value)


def test_too_many_or_no_cells_name_the_size() -> None:
    """The remedy is another size of cell."""
    woods = read_woods(woods_file(square(114, 22, 1)))
    with pytest.raises(Invalid) as refusal:
        cells_of(woods, 20)
    assert refusal.value.field == "cell_m"
    tiny = read_woods(woods_file(square(114.20001, 22.70001, 0.00001)))
    with pytest.raises(Invalid) as refusal:
        cells_of(tiny, 1000)
    assert refusal.value.field == "cell_m"


def test_terrain_must_be_a_grid() -> None:
    """And roads must be lines."""
    with pytest.raises(Invalid):
        normal("terrain", woods_file(square(114, 22, 0.1)), "a.geojson", "EPSG:4326")
    with pytest.raises(Invalid, match="LineString"):
        normal("roads", woods_file(square(114, 22, 0.1)), "a.geojson", "EPSG:4326")
