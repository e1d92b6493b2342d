"""The demo: Longgang's own templates and invented projects, entered once."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from district.kernel.base.district_files import DemoTime
from district.kernel.base.recent import forget_all
from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import create_member, load_units, parse_units
from district.kernel.tracking.public import save_calendar
from district.systems.projects.demo import MARK, play
from district.systems.projects.models import CallLine, FollowUp, Item, Month, Problem, Project, Week
from district.systems.projects.selectors import counting
from district.systems.projects.selectors.settings import settings
from district.systems.projects.services.settings import load_projects_file
from district.testing.moments import standing

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
LOADER = Actor.system("tests")
BEGINS = datetime.fromisoformat("2025-01-06T09:00:00+08:00")
STARTS = datetime.fromisoformat("2025-09-26T09:00:00+08:00")


def _rows(name: str) -> list[dict[str, str]]:
    with (LONGGANG / "demo" / "projects" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def longgang(db: None) -> None:
    """Longgang's units, calendar and settings; leaders and officers where projects are."""
    forget_all()
    with standing("2025-01-06 09:00"):
        for name in ("units.csv", "departments.csv"):
            load_units(parse_units((LONGGANG / name).read_text("utf-8")), actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        load_projects_file(LONGGANG / "projects.toml")
        rows = _rows("projects")
        units = {row["lead_unit"] for row in rows} | {row["street"] for row in rows}
        for unit in sorted(units | {row["bureau"] for row in _rows("problems")}):
            create_member(f"officer {unit}", unit, "officer", actor=LOADER)
        create_member("leader", "440307", "leader", username="leader", actor=LOADER)


def test_it_is_played_once_and_shows_every_stage(longgang: None) -> None:
    part = DemoTime(BEGINS, STARTS, {"projects": LONGGANG / "demo" / "projects.toml"})
    (line,) = list(play(part))
    assert line.startswith("projects: 101 projects")
    assert list(play(part)) == []
    assert set(Project.objects.values_list("stage", flat=True)) == {
        "planning", "early", "turning", "building", "completed",
    }  # fmt: skip
    assert all(name.endswith(MARK) for name in Project.objects.values_list("name", flat=True))
    lights = set(Project.objects.values_list("clock__light", flat=True))
    assert {"red", "yellow", "green"} <= lights
    assert Item.objects.filter(critical=True).exists()
    assert Month.objects.exclude(doubt="").exists()
    assert set(Problem.objects.values_list("level", flat=True)) == {"street", "bureau", "leader"}
    assert CallLine.objects.filter(came_at=None, clock__light="red").exists()
    states = set(Week.objects.values_list("state", flat=True))
    assert states == {"owed", "made", "late", "missed"}
    assert {"", "falls", "far", "still"} <= set(FollowUp.objects.values_list("doubt", flat=True))
    owed = Week.objects.filter(state="owed")
    assert set(owed.values_list("first", flat=True)) == {date(2025, 9, 22)}
    assert not owed.filter(clock=None).exists()
    year = StatPeriod(date(2025, 1, 1), date(2025, 9, 26), "year_to_date")
    assert counting.new_starts(year)["440307"] > 0
    assert counting.invested("done")(year)["440307"] > 0


def test_its_tables_are_whole(longgang: None) -> None:
    known: Any = settings().templates
    rows = {row["name"]: row for row in _rows("projects")}
    assert len(rows) == 101
    for row in _rows("approvals"):
        template = known[rows[row["project"]]["kind"]]
        assert row["item"] in template.places, row
    assert {row["project"] for row in _rows("months")} <= set(rows)
    assert {row["project"] for row in _rows("problems")} <= set(rows)
    assert {row["project"] for row in _rows("follow_ups")} <= set(rows)
    assert {row["sector"] for row in rows.values()} <= set(settings().sectors)
    assert {row["works"] for row in rows.values()} - {""} <= set(settings().works)
    for row in rows.values():
        assert not row["output"] or settings().works[row["works"]].output, row


def test_without_a_file_there_is_none(db: None) -> None:
    assert list(play(DemoTime(BEGINS, STARTS))) == []
