"""The demo: believable, marked as invented, played once, and none where no file is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings

from district.kernel.base.district_files import DemoTime, demos
from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case
from district.kernel.history.public import verify
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import (
    create_member,
    load_units,
    parse_units,
    root_code,
)
from district.kernel.sensing.public import is_configured
from district.kernel.tracking.public import save_calendar
from district.systems.environment.demo import play
from district.systems.environment.models import (
    AirDay,
    AirStation,
    MeltDecision,
    NoisePart,
    SectionMonth,
)
from district.systems.environment.selectors import counting
from district.systems.environment.services.melting import load_environment_file
from district.systems.environment.tests.conftest import LOADER
from district.testing.moments import standing

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
BEGINS = datetime.fromisoformat("2025-01-06T09:00:00+08:00")
STARTS = datetime.fromisoformat("2025-09-26T09:00:00+08:00")
TIME = DemoTime(BEGINS, STARTS, {"environment": LONGGANG / "demo" / "environment.toml"})
#: What this system knows as its own.
KINDS = ("air_station", "building_site", "noise_zone", "river_section")
YEAR = StatPeriod(date(2025, 1, 1), date(2025, 9, 30), "year_to_date")


@pytest.fixture
def longgang(db: None, settings: LazySettings, tmp_path: Path) -> None:
    """Longgang's units, its rule, somebody who decides on permits, and what the simulation tells of
    its devices."""
    settings.VAR = tmp_path / "var"
    table = (LONGGANG / "demo" / "things.csv").read_text("utf-8").splitlines(keepends=True)
    mine = [
        line for line in table if line.startswith(("#", "code,")) or line.split(",")[1] in KINDS
    ]
    (tmp_path / "things.csv").write_text("".join(mine), encoding="utf-8")
    forget_all()
    with standing("2025-01-06 09:00"):
        for name in ("units.csv", "departments.csv"):
            load_units(parse_units((LONGGANG / name).read_text("utf-8")), actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        for role in ("officer", "unit_head"):
            create_member(role, "440307-D21", role, actor=LOADER)
        create_member("leader", "440307", "leader", actor=LOADER)
        assert load_environment_file(LONGGANG / "environment.toml").endswith("version 1")
    for key in ("simulation", "simulation_past"):
        list(demos()[key](replace(TIME, files={"things": tmp_path / "things.csv"})))


def test_it_is_played_once_and_every_number_follows_from_its_rows(longgang: None) -> None:
    (line,) = list(play(TIME))
    assert line.startswith("environment: ")
    assert not is_configured()
    months = SectionMonth.objects.filter(is_current=True, span="month", month=date(2025, 8, 1))
    assert months.count() == 68
    (missed,) = months.filter(meets=False)
    assert missed.failing_words == "氨氮"
    assert counting.sections_met(YEAR) == {root_code(): Decimal(67)}
    assert Decimal(60) < counting.good_reach(YEAR)[root_code()] <= 100
    days = AirDay.objects.filter(is_current=True, scope="")
    assert days.count() == 61
    assert 0 < days.filter(counts=True, good=False).count() < 15
    assert Decimal(12) < counting.fine_particles(YEAR)[root_code()] < Decimal(28)
    assert NoisePart.objects.filter(is_current=True, exceeds=True).count() >= 9
    assert {row.what for row in MeltDecision.objects.all()} == {"refused", "suspended"}
    assert counting.melted(YEAR)[root_code()] == MeltDecision.objects.count()
    stages = set(Case.objects.filter(type_key="night_permit").values_list("stage", flat=True))
    assert {"granted", "refused", "suspended", "checking", "approving", "submitted"} <= stages
    assert "refusal_review" in stages
    assert all("演示" in name for name in AirStation.objects.values_list("name", flat=True))
    with standing("2025-09-26 09:00"):
        assert not verify().problems
    assert list(play(TIME)) == []


def test_without_a_file_or_its_units_there_is_none(db: None) -> None:
    assert list(play(DemoTime(BEGINS, STARTS))) == []
    assert list(play(TIME)) == []
    assert not AirStation.objects.exists()
