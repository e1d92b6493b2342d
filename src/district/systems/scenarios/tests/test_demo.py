"""The demo: a hundred entries, two editions, a round in every stage; marked, and played once."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from district.kernel.base.district_files import DemoTime
from district.kernel.base.recent import forget_all
from district.kernel.history.public import verify
from district.kernel.measures.models import MeasureValue
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import create_member, load_units, parse_units, root_code
from district.kernel.tracking.public import save_calendar
from district.systems.scenarios.demo import play
from district.systems.scenarios.models import (
    Application,
    Edition,
    Entry,
    Expert,
    Objection,
    Recognition,
    Review,
    Round,
)
from district.systems.scenarios.selectors import counting
from district.systems.scenarios.selectors.editions import contents_of, is_sound
from district.systems.scenarios.selectors.landings import landed_by_unit, landed_with
from district.systems.scenarios.selectors.recognition import barred_from
from district.systems.scenarios.services.publishing import load_keepers_file
from district.systems.scenarios.tests.conftest import LOADER, PASSWORD
from district.testing.moments import standing

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
TIME = DemoTime(
    datetime.fromisoformat("2025-01-06T09:00:00+08:00"),
    datetime.fromisoformat("2025-09-26T09:00:00+08:00"),
    {"scenarios": LONGGANG / "demo" / "scenarios.toml"},
)
YEAR = StatPeriod(date(2025, 1, 1), date(2025, 9, 26), "year_to_date")


@pytest.fixture
def longgang(db: None) -> None:
    """Longgang's units and keepers, with those members of its demo who act here."""
    forget_all()
    with standing("2025-01-06 09:00"):
        for name in ("units.csv", "departments.csv"):
            load_units(parse_units((LONGGANG / name).read_text("utf-8")), actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        hours = (("09:00", "12:00"), ("14:00", "18:00"))
        save_calendar("working_hours", kind="working_hours", name="h", hours=hours, actor=LOADER)
        load_keepers_file(LONGGANG / "scenarios.toml")
        acting = {"head-d03", "head-d04", "head-d05", "head-d25", "officer-d05", "officer-d25"}
        experts = tomllib.loads(TIME.files["scenarios"].read_text("utf-8"))["experts"]
        acting |= {name for rows in experts.values() for name, _firm in rows}
        with (LONGGANG / "demo" / "members.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["username"] in acting:  # some have a second post
                    acting.remove(row["username"])
                    create_member(
                        row["name"], row["unit"], row["role"], username=row["username"],
                        password=PASSWORD, actor=LOADER,
                    )  # fmt: skip


def test_a_hundred_entries_and_a_round_in_every_stage_and_a_second_time_adds_none(
    longgang: None,
) -> None:
    (line,) = list(play(TIME))
    assert "106 entries, 5 of 5 rounds" in line
    assert Counter(Edition.objects.values_list("list_key", flat=True)) == dict.fromkeys(
        ("capability", "opportunity", "achievements", "project"), 2
    )
    assert all(is_sound(one, contents_of(one)) for one in Edition.objects.all())
    assert Entry.objects.filter(state="ready").count() >= 3
    assert all("演示" in entry.text for entry in Entry.objects.all())
    assert set(Round.objects.values_list("state", flat=True)) == set(Round.State.values)
    assert Recognition.objects.count() == 5 + 67 + 118
    assert Objection.objects.count() == 1
    states = Counter(Review.objects.values_list("state", flat=True))
    assert min(states["assigned"], states["submitted"]) >= 3
    bound = barred_from(Application.objects.all(), Expert.objects.prefetch_related("interests"))
    for review in Review.objects.all():
        assert str(review.expert_id) not in bound[str(review.application_id)]
    assert sum(map(len, bound.values())) >= 1
    whole = root_code()
    assert landed_by_unit(YEAR)[whole] == 40
    assert landed_with("cim")(YEAR)[whole] == 3
    assert counting.recognised("three_new")(YEAR)[whole] == 72
    assert counting.recognised("selected_factory")(YEAR)[whole] == 118
    held = MeasureValue.objects.filter(measure="scenarios_three_new", unit=whole)
    ends = dict(held.values_list("period_end", "value"))
    days = (date(2025, 2, 28), date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 26))
    assert [ends[day] for day in days] == [0, 31, 58, 72]
    assert counting.published("project")(YEAR)[whole] == 22
    assert verify().sound
    assert list(play(TIME)) == []


def test_without_the_file_there_is_no_demo(db: None) -> None:
    assert list(play(DemoTime(TIME.begins_at, TIME.starts_at))) == []
