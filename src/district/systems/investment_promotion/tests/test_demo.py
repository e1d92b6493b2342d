"""The demo: believable, marked as invented, played once, none without a file."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from district.kernel.base.district_files import DemoTime
from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import create_member, load_units, parse_units
from district.kernel.tracking.public import save_calendar
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.selectors.catalogue import forget_catalogue
from district.systems.investment_promotion.demo import MARK, play
from district.systems.investment_promotion.models import Project, Trip, Verification, Visit
from district.systems.investment_promotion.names import WAY
from district.systems.investment_promotion.selectors import counting
from district.systems.investment_promotion.services.settings import load_investment_file
from district.systems.investment_promotion.tests.conftest import LOADER
from district.testing.moments import standing

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
BEGINS = datetime.fromisoformat("2025-01-06T09:00:00+08:00")
STARTS = datetime.fromisoformat("2025-09-26T09:00:00+08:00")
TIME = DemoTime(BEGINS, STARTS, {"investment": LONGGANG / "demo" / "investment.toml"})
YEAR = StatPeriod(date(2025, 1, 1), date(2025, 9, 26), "year_to_date")


@pytest.fixture
def longgang(db: None) -> None:
    """Longgang's units and settings, an officer and a head of each unit that tells of leads, and
    the entities that landed, without what else the register knows."""
    forget_all()
    forget_catalogue()
    with standing("2025-01-06 09:00"):
        for name in ("units.csv", "departments.csv"):
            load_units(parse_units((LONGGANG / name).read_text("utf-8")), actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        load_investment_file(LONGGANG / "investment.toml")
        rows = _leads()
        for unit in sorted({row["unit"] for row in rows} | {"440307-D04"}):
            for role in ("officer", "unit_head"):
                create_member(f"{role} {unit}", unit, role, actor=LOADER)
        Enterprise.objects.bulk_create(
            Enterprise(
                code=row["entity_code"],
                name=row["entity_name"] + MARK,
                kind="company",
                status="active",
                street_unit_id="440307015",
                lead_unit_id="440307015",
                capital=Decimal(3000),
                established_on=date(2025, 12, 31),
                added_on=date(2025, 1, 1),
            )
            for row in rows
            if row["entity_code"]
        )


def _leads() -> list[dict[str, str]]:
    path = LONGGANG / "demo" / "investment" / "leads.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_is_played_once_and_shows_every_stage(longgang: None) -> None:
    (line,) = list(play(TIME))
    assert line.startswith("investment: ")
    assert list(play(TIME)) == []
    stages = set(Case.objects.values_list("stage", flat=True))
    assert stages >= {*WAY, "lost", "shelved"}
    assert 60 <= Project.objects.count() <= 100
    assert all(
        name.endswith(MARK) for name in Project.objects.values_list("organisation", flat=True)
    )
    landed = Project.objects.filter(case__stage="landed")
    assert landed.count() == Verification.objects.filter(accepted=True).count() >= 10
    assert counting.landed_in("100m")(YEAR)["440307"] == landed.count()
    assert counting.landed_in("3b")(YEAR)["440307"] == 1
    assert Visit.objects.filter(state="held").count() > 30
    assert set(Trip.objects.values_list("state", flat=True)) == {"planned", "done"}
    assert Case.objects.filter(clock__light="red", category="open").exists()


def test_without_a_file_there_is_none(db: None) -> None:
    assert list(play(DemoTime(BEGINS, STARTS))) == []
