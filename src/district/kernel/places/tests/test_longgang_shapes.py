"""The approximate shapes of Longgang: current, nested, near the true outline, marked as such."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scripts.make_longgang_areas import collections
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from district.kernel.places.tests.conftest import LONGGANG

SHARED = (
    LONGGANG.parents[2] / "shared" / "data" / "shenzhen_districts_tianditu2024_cgcs2000.geojson"
)


def shapes(name: str) -> dict[str, BaseGeometry]:
    text = (LONGGANG / "areas" / f"{name}.geojson").read_text(encoding="utf-8")
    return {f["properties"]["code"]: shape(f["geometry"]) for f in json.loads(text)["features"]}


def test_the_files_are_what_the_script_draws() -> None:
    for name, drawn in collections().items():
        text = (LONGGANG / "areas" / name).read_text(encoding="utf-8")
        committed = json.loads(text)["features"]
        assert len(committed) == len(drawn["features"])
        for one, other in zip(committed, drawn["features"], strict=True):
            assert one["properties"] == other["properties"]
            difference = shape(one["geometry"]).symmetric_difference(shape(other["geometry"]))
            assert difference.area < 1e-6


def test_streets_and_communities_partition_the_district() -> None:
    (district,) = shapes("district").values()
    streets, communities = shapes("streets"), shapes("communities")
    assert (len(streets), len(communities)) == (11, 111)
    for parts in (streets, communities):
        assert unary_union(list(parts.values())).symmetric_difference(district).area < 1e-5
        assert sum(part.area for part in parts.values()) == pytest.approx(district.area, rel=1e-3)
    for code, part in communities.items():
        assert part.difference(streets[code[:9]]).area < part.area * 0.01


def test_every_feature_says_that_it_is_approximate() -> None:
    for path in (LONGGANG / "areas").glob("*.geojson"):
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            assert feature["properties"]["approximate"] is True
            assert "不" in feature["properties"]["note"]


def true_outline(path: Path) -> BaseGeometry:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    (both,) = (f for f in features if "440307" in json.dumps(f["properties"]))
    # Longgang proper is the western of the two parts; the eastern one is Dapeng New District.
    parts: list[BaseGeometry] = list(getattr(shape(both["geometry"]), "geoms", []))
    return min(parts, key=lambda part: part.bounds[0])


@pytest.mark.skipif(
    not SHARED.exists(), reason="the published outline is not beside this checkout (../shared/data)"
)
def test_the_outline_covers_the_published_one() -> None:
    true = true_outline(SHARED)
    (drawn,) = shapes("district").values()
    overlap = true.intersection(drawn).area / true.union(drawn).area
    assert overlap >= 0.85
