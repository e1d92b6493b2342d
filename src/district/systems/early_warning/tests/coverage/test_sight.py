"""What a camera sees: against the plain computation, and things that must be so."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from district.systems.early_warning.coverage.grids import Grid
from district.systems.early_warning.coverage.projection import Frame
from district.systems.early_warning.coverage.sight import (
    Eye,
    Surface,
    drop,
    seen,
    surface_of,
)
from district.systems.early_warning.coverage.woodland import Cells, Woods, cells_of
from district.systems.early_warning.tests.coverage import plain

FRAME = Frame(114.25, 22.72)
STEP = 50.0


def surface(ground: Any, canopy: float = 0.0) -> Surface:
    values = ground.astype(float)
    return Surface(values, values + canopy, 0.0, 0.0, STEP)


def cells_at(x: list[float], y: list[float]) -> Cells:
    number = np.arange(len(x))
    ones = np.ones(len(x))
    return Cells(FRAME, STEP, number, number, np.array(x, float), np.array(y, float), ones)


def sees(eye: Eye, x: float, y: float, ground: Surface, **more: float) -> bool:
    return bool(seen(eye, cells_at([x], [y]), ground, canopy=more.pop("canopy", 0.0), **more).size)


heights = st.integers(0, 300)


@settings(max_examples=120, deadline=None)
@given(
    data=st.data(),
    shape=st.tuples(st.integers(2, 9), st.integers(2, 9)),
    mast=st.floats(0, 60),
    reach=st.floats(10, 900),
    sector=st.one_of(st.none(), st.tuples(st.floats(0, 360), st.floats(1, 360))),
    canopy=st.floats(0, 20),
    target=st.floats(0, 10),
    refraction=st.floats(-0.2, 0.3),
)
def test_the_fast_sight_is_the_plain_one(  # what a sight depends on
    data: st.DataObject,
    shape: tuple[int, int],
    mast: float,
    reach: float,
    sector: tuple[float, float] | None,
    canopy: float,
    target: float,
    refraction: float,
) -> None:
    """On random ground with gaps, from random places, every cell is told alike."""
    rows, columns = shape
    values = data.draw(
        st.lists(
            st.one_of(heights, st.just(math.nan)), min_size=rows * columns, max_size=rows * columns
        )
    )
    ground = np.array(values, float).reshape(rows, columns)
    top = ground + canopy * np.array(
        data.draw(st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns))
    ).reshape(rows, columns)
    field = Surface(ground, top, 0.0, 0.0, STEP)
    place = st.floats(-60, STEP * 9)
    x = data.draw(st.lists(place, min_size=1, max_size=12))
    y = data.draw(st.lists(place, min_size=len(x), max_size=len(x)))
    eye = Eye(data.draw(place), data.draw(place), mast, reach, *(sector or (None, None)))
    cells = cells_at(x, y)
    found = set(
        seen(eye, cells, field, canopy=canopy, target=target, refraction=refraction).tolist()
    )
    expected = plain.clearances(
        eye, cells, field, canopy=canopy, target=target, refraction=refraction
    )
    for at, clear in enumerate(expected):
        if clear is not None and abs(clear) < plain.TOUCHING:
            continue
        assert (at in found) == (clear is not None and clear >= 0), (at, clear)


def test_a_ridge_hides_what_lies_behind_it_and_a_taller_mast_sees_over() -> None:
    """Ten nodes in a row, a ridge of 40 m in the middle."""
    ground = np.zeros((3, 21))
    ground[:, 10] = 40
    low, tall = Eye(0, 50, 20, 5000), Eye(0, 50, 120, 5000)
    assert sees(low, 400, 50, surface(ground))
    assert not sees(low, 900, 50, surface(ground))
    assert sees(tall, 900, 50, surface(ground))


def test_canopy_hides_what_bare_ground_does_not() -> None:
    """A smoke of 2 m above crowns of 15 m is not hidden, the ground below them is."""
    ground = np.zeros((3, 21))
    eye = Eye(0, 50, 20, 5000)
    wooded = Surface(ground, ground + 15, 0.0, 0.0, STEP)
    assert sees(eye, 900, 50, wooded, canopy=15.0, target=2.0)
    assert not sees(eye, 900, 50, wooded, canopy=0.0, target=0.0)


def test_the_earth_is_round_and_air_bends_the_ray() -> None:
    """From 10 m the horizon lies 11.3 km away, with refraction of 0.13 at 12.1 km."""
    ground = np.zeros((3, 400))
    eye = Eye(0, 50, 10, 50_000)
    flat = Surface(ground, ground, 0.0, 0.0, 100.0)
    horizon = math.sqrt(2 * 6_371_000 * 10)
    assert horizon == pytest.approx(11_288, abs=1)
    assert sees(eye, horizon - 300, 50, flat, refraction=0.0)
    assert not sees(eye, horizon + 600, 50, flat, refraction=0.0)
    assert sees(eye, horizon + 600, 50, flat, refraction=0.13)
    assert float(drop(np.array([10_000.0]), 0.13)[0]) == pytest.approx(6.83, abs=0.01)


def test_a_sector_across_north_is_one_sector() -> None:
    """Looking north over 60 degrees sees 20 degrees to either side of north, nothing south."""
    eye = Eye(500, 500, 30, 5000, 0.0, 60.0)
    flat = surface(np.zeros((21, 21)))
    assert sees(eye, 600, 800, flat)
    assert sees(eye, 400, 800, flat)
    assert not sees(eye, 500, 200, flat)
    assert not sees(eye, 900, 500, flat)


def test_what_nothing_is_known_of_is_not_seen_and_hides_nothing() -> None:
    """A gap in the terrain."""
    ground = np.zeros((3, 21))
    ground[:, 10] = np.nan
    eye = Eye(0, 50, 20, 5000)
    assert not sees(eye, 500, 50, surface(ground))
    assert sees(eye, 900, 50, surface(ground))


def test_without_terrain_reach_alone_counts() -> None:
    """So it does for an eye outside the terrain, among the cells inside it."""
    eye = Eye(0, 0, 0, 1000)
    cells = cells_at([500, 999, 1001], [0, 0, 0])
    assert seen(eye, cells, None, canopy=0).tolist() == [0, 1]
    ground = np.full((3, 3), 10.0)
    near = Surface(ground, ground, 480.0, -50.0, STEP)
    assert seen(eye, cells, near, canopy=0).tolist() == [0]


def test_many_rays_are_cut_into_parts_without_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """As few samples at a time as it may be."""
    rng = np.random.default_rng(1)
    ground = surface(rng.integers(0, 120, (40, 40)))
    x, y = rng.uniform(0, 1900, (2, 300))
    cells = cells_at(x.tolist(), y.tolist())
    eye = Eye(1000, 1000, 30, 5000)
    whole = seen(eye, cells, ground, canopy=5)
    monkeypatch.setattr("district.systems.early_warning.coverage.sight._SAMPLES", 50)
    assert seen(eye, cells, ground, canopy=5).tolist() == whole.tolist()
    assert 0 < whole.size < 300


def test_the_surface_follows_the_terrain_and_the_woodland() -> None:
    """A slope that rises to the east; canopy stands on woodland only."""
    values = np.tile(np.arange(100.0), (100, 1))
    terrain = Grid(values, 114.2, 22.7, 0.001, 0.001)
    woods = Woods((box(114.24, 22.74, 114.26, 22.76),), (1.0,))
    cells = cells_of(woods, 100, Frame(114.25, 22.75))
    found = surface_of(terrain, woods, cells.frame, canopy=10, margin=1500)
    x, y = cells.frame.metres(114.25, 22.75)
    assert float(found.ground_at(x, y)) == pytest.approx(49.5, abs=0.01)
    assert float(found.top_at(x, y)) == pytest.approx(59.5, abs=0.01)
    x, y = cells.frame.metres(114.235, 22.75)
    assert float(found.top_at(x, y)) == pytest.approx(float(found.ground_at(x, y)))
    assert np.isnan(found.ground_at(*cells.frame.metres(114.1, 22.75)))
