"""The demo's part of early warning: believable, through the services, once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db.models import Avg

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, demos
from district.kernel.cases.public import Case
from district.kernel.history.public import Actor
from district.kernel.organisation.public import MemberRow, load_members, load_units, parse_units
from district.kernel.places.public import load_areas, parse_areas
from district.kernel.sensing.public import Datastream, LatestReading, is_configured
from district.kernel.tracking.public import save_calendar
from district.systems.early_warning.demo import play
from district.systems.early_warning.models import (
    DroneNest,
    Forecast,
    FrontEnd,
    GasPoint,
    Mission,
    RoadVoid,
    Station,
    StationInput,
)
from district.testing.moments import moment

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
LOADER = Actor.system("demo")
TIME = DemoTime(
    moment("2025-01-06 09:00"),
    moment("2025-09-26 09:00"),
    files={
        "early_warning": LONGGANG / "demo" / "early_warning.toml",
        "simulation_past": LONGGANG / "demo" / "simulation_past.csv",
    },
)
#: What this system knows as its own.
KINDS = ("front_end", "level_station", "road_point", "rain_gauge", "gas_point")


@pytest.fixture
def played(db: None, settings: LazySettings, tmp_path: Path) -> list[str]:
    """The demo over the district's units and areas, with an officer in every unit, behind that of
    the simulation."""
    settings.MEDIA_ROOT, settings.VAR = tmp_path, tmp_path / "var"
    table = (LONGGANG / "demo" / "things.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    mine = [
        line for line in table if line.startswith(("#", "code,")) or line.split(",")[1] in KINDS
    ]
    (tmp_path / "things.csv").write_text("".join(mine), encoding="utf-8")
    time = replace(TIME, files={**TIME.files, "things": tmp_path / "things.csv"})
    rows = parse_units((LONGGANG / "units.csv").read_text(encoding="utf-8"))
    rows += parse_units((LONGGANG / "departments.csv").read_text(encoding="utf-8"))
    with clock.moved_to(TIME.begins_at):
        load_units(rows, actor=LOADER)
        for name in ("streets", "communities"):
            load_areas(parse_areas((LONGGANG / "areas" / f"{name}.geojson").read_bytes()),
                       actor=LOADER)  # fmt: skip
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        people = [
            MemberRow(f"u{at}", f"人{at}", row.code, "officer")
            for at, row in enumerate(rows)
            if row.level in ("street", "department")
        ]
        load_members(people, actor=LOADER)
    with clock.moved_to(TIME.starts_at):
        for key in ("simulation", "simulation_past"):
            list(demos()[key](time))
        return list(play(time))


@pytest.mark.slow
def test_the_demo_is_whole_and_adds_nothing_twice(played: list[str]) -> None:
    assert FrontEnd.objects.count() == 34
    assert DroneNest.objects.count() == 25
    assert all("演示" in name for name in FrontEnd.objects.values_list("name", flat=True))
    verdicts = set(Mission.objects.values_list("verdict", flat=True))
    assert verdicts == {"true", "false", ""}
    assert Mission.objects.filter(is_open=True).count() >= 3
    assert Case.objects.filter(type_key="forest_fire").count() == 3
    assert Case.objects.filter(type_key="gas_leak").count() == 1
    assert RoadVoid.objects.filter(earlier__isnull=False).exists()
    assert RoadVoid.objects.filter(standing="gone").exists()
    with clock.moved_to(TIME.starts_at):
        assert list(play(TIME)) == []


@pytest.mark.slow
def test_its_devices_are_the_simulations_and_its_forecasts_of_their_log_beat_no_change(
    played: list[str],
) -> None:
    assert not is_configured(), "what was read of the log is gone again"
    proven = Forecast.objects.filter(station__kind="river", hours=3, observed__isnull=False)
    assert proven.filter(station__code="SW01").count() > 50
    error = proven.aggregate(own=Avg("error"), base=Avg("base_error"))
    assert error["own"] < error["base"]
    streams = {
        *FrontEnd.objects.values_list("bearing", flat=True),
        *FrontEnd.objects.values_list("distance", flat=True),
        *Station.objects.values_list("level", flat=True),
        *StationInput.objects.values_list("datastream", flat=True),
        *GasPoint.objects.values_list("concentration", flat=True),
    }
    rows = Datastream.objects.filter(pk__in=streams).select_related("source")
    assert rows.count() == len(streams)
    assert {row.source.code for row in rows if row.source} == {
        "sim-forest",
        "sim-weather",
        "sim-gas",
    }
    told = LatestReading.objects.filter(time=TIME.starts_at).values_list("datastream", flat=True)
    assert set(Station.objects.values_list("level", flat=True)) <= set(told)
    # The storm of this morning is not over in every river, and none is above its mark any more.
    risen = [row for row in Station.objects.filter(kind="river") if _now(row) > 1.4]
    assert risen
    assert all(_now(row) < 2.0 for row in risen)


def _now(station: Station) -> float:
    return LatestReading.objects.get(datastream=station.level_id).value
