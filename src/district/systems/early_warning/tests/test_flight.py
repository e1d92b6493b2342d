"""Which nest is there first, and why another is not asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.places.public import metres_between
from district.systems.early_warning.rules.flight import NestFacts, options, speed_over_ground
from district.systems.early_warning.rules.ground import destination, in_sector
from district.systems.early_warning.terms import MissionTerms

TERMS = MissionTerms(5, wind_allowance=3, least_speed_share=0.3, target_minutes=10, same_within=500)
LON, LAT = st.floats(-179, 179), st.floats(-80, 80)


def facts(key: str, lon: float, **more: object) -> NestFacts:
    values = {"speed": 15.0, "range": 5000.0, "launch_seconds": 30.0, "ready": True, "busy": False}
    return NestFacts(key, key, lon, 22.7, **{**values, **more})  # type: ignore[arg-type]  # a test's own keywords


def test_the_quicker_nest_comes_first_though_another_is_nearer() -> None:
    near_but_slow = facts("slow", 114.26, launch_seconds=300.0)
    found = options(114.25, 22.7, [near_but_slow, facts("far", 114.28)], TERMS)
    assert [one.key for one in found] == ["far", "slow"]


@pytest.mark.parametrize(
    ("more", "why"),
    [({"busy": True}, "busy"), ({"ready": False}, "not_ready"), ({"range": 900.0}, "too_far")],
)
def test_a_nest_that_cannot_go_stands_last_with_its_reason(
    more: dict[str, object], why: str
) -> None:
    found = options(114.25, 22.7, [facts("no", 114.26, **more), facts("yes", 114.29)], TERMS)
    assert [(one.key, one.why_not) for one in found] == [("yes", ""), ("no", why)]


def test_the_time_is_launch_and_way_at_the_speed_that_wind_leaves() -> None:
    (one,) = options(114.25, 22.7, [facts("a", 114.26)], TERMS)
    assert one.metres == pytest.approx(1025.8, abs=1)
    assert one.seconds == pytest.approx(30 + one.metres / 12)
    assert speed_over_ground(4, TERMS) == pytest.approx(1.2), "some speed is always left"


@given(LON, LAT, st.floats(0, 360), st.floats(1, 20_000))
def test_who_goes_so_far_is_so_far_away(
    lon: float, lat: float, bearing: float, metres: float
) -> None:
    assert metres_between(lon, lat, *destination(lon, lat, bearing, metres)) == pytest.approx(
        metres, rel=1e-3, abs=0.5
    )


@given(LON, LAT, LON, LAT)
def test_the_way_there_is_as_long_as_the_way_back(
    lon: float, lat: float, to_lon: float, to_lat: float
) -> None:
    there = metres_between(lon, lat, to_lon, to_lat)
    assert there == pytest.approx(metres_between(to_lon, to_lat, lon, lat))


def test_a_sector_may_pass_north() -> None:
    assert in_sector(350, 300, 40)
    assert in_sector(10, 300, 40)
    assert not in_sector(180, 300, 40)
    assert in_sector(180, None, None)
