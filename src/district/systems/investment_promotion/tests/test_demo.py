"""The demo: believable, marked as invented, played once, none without a file."""

from __future__ import annotations

import csv
import tomllib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

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
from district.systems.investment_promotion.selectors.settings import HELD
from district.systems.investment_promotion.services.settings import load_investment_file
from district.systems.investment_promotion.tests.conftest import LOADER
from district.testing.moments import standing

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
BEGINS = datetime.fromisoformat("2025-01-06T09:00:00+08:00")
STARTS = datetime.fromisoformat("2025-09-26T09:00:00+08:00")
FOLDER = LONGGANG / "demo" / "investment"
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
    with (FOLDER / "leads.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _how_far(row: dict[str, str]) -> str:
    return row["ends"] or next((one for one in reversed(WAY[1:]) if row[one]), "lead")


@pytest.fixture
def part(tmp_path: Path) -> DemoTime:
    """Two leads of every kind of the demo's, the largest first, and its trips."""
    rows = sorted(_leads(), key=lambda row: -int(row["agreed"] or 0))
    kinds: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        kinds.setdefault(_how_far(row), []).append(row)
    chosen = [row for group in kinds.values() for row in group[:2]]
    with (tmp_path / "leads.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(chosen[0]))
        writer.writeheader()
        writer.writerows(chosen)
    (tmp_path / "trips.csv").write_bytes((FOLDER / "trips.csv").read_bytes())
    named = tmp_path / "investment.toml"
    named.write_text('leads = "leads.csv"\ntrips = "trips.csv"\n', encoding="utf-8")
    return DemoTime(BEGINS, STARTS, {"investment": named})


def test_it_is_played_once_and_shows_every_stage(longgang: None, part: DemoTime) -> None:
    (line,) = list(play(part))
    assert line.startswith("investment: ")
    assert list(play(part)) == []
    assert set(Case.objects.values_list("stage", flat=True)) == {*WAY, "lost", "shelved"}
    named = Project.objects.values_list("organisation", flat=True)
    assert all(name.endswith(MARK) for name in named)
    landed = Project.objects.filter(case__stage="landed").count()
    assert landed == Verification.objects.filter(accepted=True).count() == 2
    assert counting.landed_in("100m")(YEAR)["440307"] == landed
    assert counting.landed_in("3b")(YEAR)["440307"] == 1
    assert Visit.objects.filter(state="held").count() > 5
    assert set(Trip.objects.values_list("state", flat=True)) == {"planned", "done"}


def test_its_table_is_whole() -> None:
    rows = _leads()
    assert 60 <= len(rows) <= 100
    assert len({row["organisation"] for row in rows}) == len(rows)
    known = HELD.checked(_settings())
    for row in rows:
        assert row["chain"] in known.chains, row
        assert row["source"] in known.sources, row
    landed = [row for row in rows if row["landed"]]
    assert len(landed) >= 10
    codes = [row["entity_code"] for row in rows if row["entity_code"]]
    assert len(set(codes)) == len(codes) >= len(landed)
    assert {row["confidential"] for row in rows} == {"true", "false"}


def _settings() -> dict[str, Any]:
    return tomllib.loads((LONGGANG / "investment.toml").read_text(encoding="utf-8"))


def test_without_a_file_there_is_none(db: None) -> None:
    assert list(play(DemoTime(BEGINS, STARTS))) == []
