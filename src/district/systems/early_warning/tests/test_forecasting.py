"""Forecasts: what is known, what is refused, and that the error told is the one that was made."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.sensing.public import NotConfigured
from district.systems.early_warning.forecasting import (
    Hours,
    Refusal,
    Wanted,
    hourly_levels,
    hourly_sums,
    look_ahead,
)
from district.systems.early_warning.forecasting.grid import HOUR, bridged
from district.systems.early_warning.models import Forecast, ForecastRun, Station, StationInput
from district.systems.early_warning.selectors.water import errors_of, levels, outlook
from district.systems.early_warning.services.forecasting import (
    forecast,
    micros,
    note_observed,
    run_forecasts,
)
from district.systems.early_warning.services.stations import (
    drop_input,
    save_input,
    save_station,
)
from district.systems.early_warning.tests.conftest import (
    FIRE,
    LOADER,
    Kept,
    People,
    Watch,
    stream_of,
    thing_at,
)

WANTED = Wanted((1, 3, 6), interval=0.9, least_hours=240, most_missing=0.2)


def basin(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Hourly rain, and a level that rises with it three hours later and runs off."""
    dice = np.random.default_rng(seed)
    rain = np.zeros(count)
    for start in dice.integers(0, count - 12, count // 40):
        rain[start : start + 6] += dice.uniform(2, 12)
    level, stored = np.zeros(count), 0.0
    for at in range(count):
        stored = stored * 0.85 + (rain[at - 2] if at >= 2 else 0) * 0.03
        level[at] = stored
    return level + 5 + dice.normal(0, 0.002, count), rain


def test_a_level_that_follows_rain_is_seen_ahead_better_than_no_change() -> None:
    level, rain = basin(1000)
    found = look_ahead(level, [rain], [], WANTED)
    assert isinstance(found, list)
    assert [one.hours for one in found] == [1, 3, 6]
    for one in found:
        assert one.method == "regression"
        assert one.trial_error < 0.8 * one.trial_base_error
        assert one.low <= one.value <= one.high


def test_the_error_that_is_told_is_about_the_one_that_is_made() -> None:
    """Looking ahead from many hours of a year, each knowing only what came before."""
    level, rain = basin(3000, seed=7)
    off, inside, told = [], [], []
    for end in range(1600, 2990, 10):
        found = look_ahead(level[end - 1400 : end], [rain[end - 1400 : end]], [], WANTED)
        assert isinstance(found, list)
        three = found[1]
        came = level[end - 1 + 3]
        off.append(abs(three.value - came))
        inside.append(three.low <= came <= three.high)
        told.append(three.trial_error)
    assert np.mean(off) == pytest.approx(np.mean(told), rel=0.5)
    assert 0.8 <= np.mean(inside) <= 1.0


def test_where_nothing_moves_the_plainest_method_is_chosen() -> None:
    level = np.full(600, 3.2)
    found = look_ahead(level, [], [], WANTED)
    assert isinstance(found, list)
    assert {one.method for one in found} == {"unchanged"}
    assert {(one.value, one.low, one.high) for one in found} == {(3.2, 3.2, 3.2)}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda level: level[-200:], "too_few"),
        (lambda level: np.concatenate((level[:-1], [np.nan])), "stale"),
        (lambda level: np.where(np.arange(len(level)) % 3 == 0, level, np.nan), "gaps"),
        (
            lambda level: np.where(np.arange(len(level))[::-1] % 12 < 9, level, np.nan),
            "gaps",
        ),
        (lambda level: np.full(len(level), np.nan), "stale"),
    ],
)
def test_too_little_is_refused_with_the_reason(spoil: object, why: str) -> None:
    level, rain = basin(1000)
    spoiled = spoil(level)  # type: ignore[operator]  # a function of the level
    found = look_ahead(spoiled, [rain[-len(spoiled) :]], [], WANTED)
    assert isinstance(found, Refusal)
    assert found.why == why


def test_nothing_that_comes_later_changes_what_was_said() -> None:
    level, rain = basin(1000)
    before = look_ahead(level[:800], [rain[:800]], [], WANTED)
    level[800:], rain[800:] = 99, 99
    assert look_ahead(level[:800], [rain[:800]], [], WANTED) == before


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 60), st.floats(-10, 10)), max_size=40))
def test_hours_are_what_their_readings_say(given: list[tuple[int, float]]) -> None:
    """Against a plain reading of the same, one hour after the other."""
    minute = HOUR // 60
    rows = sorted({at * 7 * minute: value for at, value in given}.items())
    times = np.array([at for at, _value in rows], np.int64)
    values = np.array([value for _at, value in rows], np.float64)
    hours = Hours(5 * HOUR, 4)
    last, sums = hourly_levels(times, values, hours), hourly_sums(times, values, hours)
    for at, end in enumerate((2, 3, 4, 5)):
        own = [value for time, value in rows if (end - 1) * HOUR < time <= end * HOUR]
        assert last[at] == own[-1] if own else np.isnan(last[at])
        assert sums[at] == pytest.approx(sum(own)) if own else np.isnan(sums[at])


def test_short_gaps_are_bridged_and_long_ones_and_ends_stay() -> None:
    nan = np.nan
    row = np.array([nan, 1, nan, 3, nan, nan, nan, nan, 5, nan])
    found = bridged(row)
    assert found[2] == 2
    assert np.isnan(found[[0, 4, 5, 6, 7, 9]]).all()


# With rows.


@pytest.fixture
def station(people: People, watch: Watch) -> Station:
    """A station with a rain gauge above it."""
    level = stream_of(thing_at("SW-1", 114.26, 22.7), "SW-1-level", "水位")
    rain = stream_of(thing_at("RG-1", 114.27, 22.72), "RG-1-rain", "雨量", "mm")
    made = save_station(
        {"code": "SW-1", "name": "桥头站", "kind": "river", "level": level.code,
         "lead_unit": FIRE, "lon": Decimal("114.26"), "lat": Decimal("22.7"),
         "warning_level": Decimal("5.2"), "danger_level": Decimal("5.5")}, None, LOADER
    )  # fmt: skip
    save_input({"station": "SW-1", "datastream": rain.code, "kind": "rain"}, None, LOADER)
    return made


def fill(log: Kept, station: Station, watch: Watch, hours: int = 900, ahead: int = 0) -> None:
    """So many hours of readings up to now, and `ahead` more."""
    level, rain = basin(hours + ahead)
    times = micros(watch.now) + HOUR * np.arange(1 - hours, ahead + 1)
    log.put(station.level_id, times, level)
    log.put(station.inputs.get().datastream_id, times, rain)


def test_a_forecast_is_made_once_an_hour_and_held_against_what_came(
    station: Station, watch: Watch, log: Kept
) -> None:
    fill(log, station, watch, ahead=12)
    assert run_forecasts() == 1
    assert run_forecasts() == 0
    rows = {row.hours: row for row in Forecast.objects.all()}
    assert set(rows) == {1, 3, 6}
    assert all(row.observed is None for row in rows.values())
    watch.on(hours=3, minutes=1)
    assert note_observed() == 2
    rows = {row.hours: row for row in Forecast.objects.filter(run__base_at__lt=watch.now)}
    for hours in (1, 3):
        row = rows[hours]
        assert row.observed is not None
        assert row.error == abs(row.value - row.observed)
        assert row.base_error == abs(row.base - row.observed)
        assert row.made_at < row.valid_at
    assert rows[6].observed is None


def test_only_readings_up_to_the_hour_are_known(station: Station, watch: Watch, log: Kept) -> None:
    fill(log, station, watch, ahead=6)
    watch.on(minutes=20)
    run = forecast(station, watch.now.replace(minute=0))
    assert run is not None
    kept = log.batch.time <= micros(run.base_at)
    log.batch = log.batch.take(kept)
    ForecastRun.objects.filter(pk=run.pk).delete()
    again = forecast(station, run.base_at)
    assert again is not None
    assert again.facts == run.facts


def test_a_refusal_is_kept_and_read_as_a_sentence(
    station: Station, watch: Watch, log: Kept, people: People
) -> None:
    fill(log, station, watch, hours=100)
    run_forecasts()
    seen = outlook(station, errors_of(station))
    assert seen.expected == ()
    assert "100小时" in seen.refusal
    assert "240小时" in seen.refusal
    page = people.client("fire").get(station.get_absolute_url()).content.decode()
    assert seen.refusal in page


def test_a_reading_that_may_still_come_is_waited_for_half_an_hour(
    station: Station, watch: Watch, log: Kept
) -> None:
    fill(log, station, watch)
    watch.on(hours=1, minutes=2)
    assert run_forecasts() == 0
    assert not ForecastRun.objects.exists()
    watch.on(minutes=30)
    assert run_forecasts() == 1
    assert ForecastRun.objects.get().refusal == "stale"


def test_no_forecast_is_shown_without_its_error(
    station: Station, watch: Watch, log: Kept, people: People
) -> None:
    fill(log, station, watch, ahead=60)
    run_forecasts()
    (first, *_rest) = outlook(station, errors_of(station)).expected
    assert not first.proven
    page = people.client("fire").get(station.get_absolute_url()).content.decode()
    assert "用过去的观测回测" in page
    for _hour in range(30):
        watch.on(hours=1)
        run_forecasts()
    (first, *_rest) = outlook(station, errors_of(station)).expected
    assert first.proven
    proven = Forecast.objects.filter(hours=1, observed__isnull=False)
    mean = sum((row.error or Decimal(0) for row in proven), Decimal(0)) / proven.count()
    assert first.error.error == mean.quantize(Decimal("0.001"))
    client = people.client("fire")
    page = client.get(station.get_absolute_url()).content.decode()
    assert "近期实际预报" in page
    answer = client.get(first.error.count.url + "&format=json").json()
    assert answer["figure"] == first.error.count.value == proven.count()


def test_without_a_log_nothing_is_forecast_and_the_page_says_so(
    station: Station, people: People
) -> None:
    assert run_forecasts() == 0
    with pytest.raises(NotConfigured):
        forecast(station, station.level.created_at)
    page = people.client("fire").get(station.get_absolute_url()).content.decode()
    assert "还没有接入观测记录库" in page


def test_members_make_no_forecasts(station: Station, people: People, log: Kept) -> None:
    with pytest.raises(NotPermitted):
        run_forecasts(actor=people.fire)


def test_levels_over_a_mark_come_first(
    station: Station, people: People, watch: Watch, log: Kept
) -> None:
    from district.kernel.sensing.public import Batch, write_latest

    write_latest(Batch.of([station.level_id], [micros(watch.now)], [5.31]), 0)
    (one,) = levels(people.fire, only_over=True)
    assert (one.over, round(one.by, 2), one.old) == ("warning", 0.11, False)
    watch.on(hours=3)
    assert levels(people.fire, only_over=True) == []
    assert levels(people.west) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "sea"}, "kind"),
        ({"level": "nothing"}, "level"),
        ({"danger_level": Decimal(1)}, "danger_level"),
        ({"lon": None}, "lon"),
    ],
)
def test_a_wrong_station_is_refused_by_field(
    station: Station, values: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_station(values, station, LOADER)
    assert refused.value.field == field


def test_what_a_forecast_reads_is_chosen_by_its_unit(station: Station, people: People) -> None:
    row = StationInput.objects.get()
    for who in ("east", "west", "viewer"):
        with pytest.raises(NotPermitted):
            drop_input(station.pk, row.pk, actor=getattr(people, who))
    own = {"station": "SW-1", "datastream": "SW-1-level", "kind": "level"}
    with pytest.raises(Invalid, match="自己的水位"):
        save_input(own, None, people.fire)
    client = people.client("fire")
    client.post(reverse("early_warning_input_drop", args=[station.pk, row.pk]))
    assert not StationInput.objects.exists()


def test_terms_that_differ_change_the_interval() -> None:
    level, rain = basin(1000)
    wide = look_ahead(level, [rain], [], WANTED)
    narrow = look_ahead(level, [rain], [], replace(WANTED, interval=0.5))
    assert isinstance(wide, list)
    assert isinstance(narrow, list)
    assert narrow[2].high - narrow[2].low < wide[2].high - wide[2].low
