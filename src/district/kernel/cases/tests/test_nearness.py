"""What is likely the same thing: near in place, time and words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.cases.models import Case
from district.kernel.cases.rules.nearness import (
    FAR_METRES,
    LONG,
    OFFERED,
    Spot,
    cell_of,
    cells_around,
    grams,
    likeness,
    metres,
    words_alike,
)
from district.kernel.cases.selectors import near_cases
from district.kernel.cases.services import perform
from district.kernel.cases.tests.conftest import MakeCase, People, standing

MONDAY = datetime(2025, 9, 22, 2, tzinfo=UTC)
LON, LAT = 114.25, 22.72
texts = st.text(alphabet="桥头路口垃圾水管爆裂没人清理ABc1 ，。", max_size=20)
# Degrees around Longgang; None where no pin was set.
lons = st.floats(113.8, 114.7, allow_nan=False)
lats = st.floats(22.4, 22.9, allow_nan=False)
moments = st.integers(-20 * 86_400, 20 * 86_400).map(lambda s: MONDAY + timedelta(seconds=s))
spots = st.builds(
    Spot,
    text=texts,
    at=moments,
    lon=st.none() | lons,
    lat=st.none() | lats,
    matter=st.sampled_from(["", "01", "02"]),
)


@given(spots, spots)
def test_likeness_is_symmetric_and_from_0_to_1(a: Spot, b: Spot) -> None:
    assert likeness(a, b) == pytest.approx(likeness(b, a))
    assert 0.0 <= likeness(a, b) <= 1.0


@given(spots)
def test_nothing_is_more_like_a_report_than_itself(a: Spot) -> None:
    placed = a.lon is not None and a.lat is not None
    most = 0.4 * (1.0 if placed else 0.4) + 0.1 + 0.2 * (1.0 if a.matter else 0.5)
    assert likeness(a, a) == pytest.approx(most + 0.3 * words_alike(a.pairs, a.pairs))


@given(spots, spots, st.floats(0, 0.008), st.floats(0, 0.008))
def test_likeness_falls_with_distance(a: Spot, b: Spot, nearer: float, farther: float) -> None:
    low, high = sorted((nearer, farther))
    here = Spot(a.text, a.at, LON, LAT, a.matter)
    near = Spot(b.text, b.at, LON, LAT + low, b.matter)
    far = Spot(b.text, b.at, LON, LAT + high, b.matter)
    assert likeness(here, near) >= likeness(here, far)


@given(spots, spots, st.integers(0, 20), st.integers(0, 20))
def test_likeness_falls_with_time(a: Spot, b: Spot, sooner: int, later: int) -> None:
    low, high = sorted((sooner, later))
    here = Spot(a.text, MONDAY, a.lon, a.lat, a.matter)
    soon = Spot(b.text, MONDAY + timedelta(days=low), b.lon, b.lat, b.matter)
    late = Spot(b.text, MONDAY + timedelta(days=high), b.lon, b.lat, b.matter)
    assert likeness(here, soon) >= likeness(here, late)


@given(lons, lats, st.floats(-0.0045, 0.0045), st.floats(-0.0045, 0.0045))
def test_whatever_is_near_lies_in_the_square_or_beside_it(
    lon: float, lat: float, dx: float, dy: float
) -> None:
    a, b = Spot("", MONDAY, lon, lat), Spot("", MONDAY, lon + dx, lat + dy)
    assert (metres(a, b) or 0) < 800
    assert cell_of(b.lon, b.lat) in cells_around(cell_of(a.lon, a.lat))


def test_beyond_five_hundred_metres_or_two_weeks_nothing_is_alike() -> None:
    here = Spot("水管爆裂", MONDAY, LON, LAT, "02")
    assert likeness(here, Spot("水管爆裂", MONDAY, LON, LAT + 0.0046, "02")) == 0.0
    assert likeness(here, Spot("水管爆裂", MONDAY + LONG + timedelta(1), LON, LAT, "02")) == 0.0
    assert metres(here, Spot("", MONDAY, LON, LAT + 0.0045)) == pytest.approx(FAR_METRES, rel=0.01)
    assert cell_of(None, LAT) == ""
    assert cell_of(Decimal("114.25"), Decimal("22.72")) == cell_of(114.2501, 22.7201)


def test_width_case_and_marks_make_no_difference() -> None:
    assert words_alike(grams("ＡＢ路，１０号！"), grams("ab路 10号")) == 1.0
    assert words_alike(grams(""), grams("水")) == 0.0


@pytest.mark.django_db
class TestNearCases:
    """Offered at intake and at triage."""

    TEXT = "桥头路水管爆裂，水淹到路面"

    def near(self, text: str = TEXT, **given: object) -> list[Case]:
        asked = {"lon": 114.2503, "lat": 22.7202, "matter": "02", **given}
        found = near_cases("request", text, **asked)  # type: ignore[arg-type]  # a test's own keywords
        return [Case.objects.get(pk=near.id) for near in found]

    @pytest.fixture
    def burst(self, reported: MakeCase) -> Case:
        return reported(text=self.TEXT, matter="02", lon="114.25", lat="22.72").case

    def test_near_in_place_time_and_words(self, burst: Case) -> None:
        assert self.near("路口水管爆裂，路面淹水") == [burst]
        assert self.near(lon=114.27) == []
        assert self.near("西边路灯不亮", matter="01") == []
        with standing("2025-10-07 10:00"):
            assert self.near() == []

    def test_another_desks_types_and_what_is_over_are_not_offered(
        self, burst: Case, people: People
    ) -> None:
        assert near_cases("other", self.TEXT, lon=114.25, lat=22.72) == []
        Case.objects.filter(pk=burst.pk).update(category="done")
        assert self.near() == []

    @pytest.mark.parametrize(
        "hidden", [{"matter": "03"}, {"is_confidential": True}, {"complained_unit": "902"}]
    )
    def test_what_must_not_be_known_of_is_not_offered(
        self, hidden: dict[str, object], reported: MakeCase
    ) -> None:
        reported(**{"text": self.TEXT, "matter": "02", "lon": "114.25", "lat": "22.72", **hidden})
        assert self.near(matter="") == []

    def test_a_merged_case_is_not_offered_the_main_one_is(
        self, burst: Case, reported: MakeCase, people: People
    ) -> None:
        other = reported(text=self.TEXT, matter="02", lon="114.25", lat="22.72").case
        assert set(self.near()) == {burst, other}
        perform(other.pk, "merge", actor=people.desk, data={"into": burst.number})
        assert self.near() == [burst]
        assert self.near(exclude=burst.pk) == []

    def test_without_a_pin_the_community_says_where(
        self, reported: MakeCase, people: People
    ) -> None:
        case = reported(text=self.TEXT, matter="02", community="901001").case
        assert self.near(lon=None, lat=None, community="901001") == [case]
        # Two communities share a name; the code tells them apart.
        assert self.near(lon=None, lat=None, community="902001") == []
        assert self.near(lon=None, lat=None) == []

    def test_the_likeliest_come_first(self, burst: Case, reported: MakeCase) -> None:
        reported(text="水管坏了", matter="02", lon="114.2535", lat="22.72")
        found = near_cases("request", self.TEXT, lon=114.25, lat=22.72, matter="02", limit=5)
        assert found[0].id == burst.pk
        assert [near.likeness for near in found] == sorted(
            (near.likeness for near in found), reverse=True
        )
        assert all(near.likeness >= OFFERED for near in found)
