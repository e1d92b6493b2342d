"""The demo's part of early warning: believable, through the services, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.models import Avg

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime
from district.kernel.cases.public import Case
from district.kernel.history.public import Actor
from district.kernel.organisation.public import MemberRow, load_members, load_units, parse_units
from district.kernel.places.public import load_areas, parse_areas
from district.kernel.sensing.public import is_configured
from district.kernel.tracking.public import save_calendar
from district.systems.early_warning.demo import play
from district.systems.early_warning.models import (
    DroneNest,
    Forecast,
    FrontEnd,
    Mission,
    RoadVoid,
    Station,
)
from district.testing.moments import moment

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
LOADER = Actor.system("demo")
TIME = DemoTime(
    moment("2025-01-06 09:00"),
    moment("2025-09-26 09:00"),
    files={"early_warning": LONGGANG / "demo" / "early_warning.toml"},
)


@pytest.fixture
def played(db: None, settings: object, tmp_path: Path) -> list[str]:
    """The demo over the district's units and areas, with an officer in every unit."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # the fixture's type is pytest-django's own
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
        return list(play(TIME))


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
def test_its_forecasts_were_held_against_what_came_and_beat_no_change(
    played: list[str],
) -> None:
    river = Station.objects.get(code="SW01")
    proven = Forecast.objects.filter(station=river, hours=3, observed__isnull=False)
    assert proven.count() > 100
    error = proven.aggregate(own=Avg("error"), base=Avg("base_error"))
    assert error["own"] < error["base"]
    assert not is_configured(), "the demo's memory is gone again"
