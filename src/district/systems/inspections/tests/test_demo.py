"""The demo: believable, marked as invented, and played once."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings

from district.kernel.base.district_files import DemoTime
from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case, CaseAttachment
from district.kernel.history.public import verify
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import create_member, load_units, parse_units
from district.kernel.tracking.public import refresh_lights, save_calendar
from district.systems.inspections.demo import play
from district.systems.inspections.models import Inspection, Place, Round, Task
from district.systems.inspections.names import HAZARD
from district.systems.inspections.rules.drawing import check
from district.systems.inspections.selectors.counting import (
    brought,
    hazards_found,
    hazards_rectified,
    inspected,
    section_rate,
)
from district.systems.inspections.selectors.draws import published
from district.systems.inspections.tests.conftest import LOADER, People
from district.testing.moments import standing

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
TIME = DemoTime(
    datetime.fromisoformat("2025-01-06T09:00:00+08:00"),
    datetime.fromisoformat("2025-09-26T09:00:00+08:00"),
)
YEAR = StatPeriod(date(2025, 1, 1), date(2025, 9, 30), "year_to_date")


@pytest.fixture
def longgang(db: None, settings: LazySettings, tmp_path: Path) -> None:
    """Longgang's units, with an officer and a head in each that inspects or rectifies."""
    settings.MEDIA_ROOT = tmp_path
    forget_all()
    with standing("2025-01-06 09:00"):
        for name in ("units.csv", "departments.csv"):
            load_units(parse_units((LONGGANG / name).read_text("utf-8")), actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        streets = [f"440307{at:03d}" for at in (3, 6, *range(12, 21))]
        for unit in (*streets, *(f"440307-D{at:02d}" for at in (1, 14, 22, 25))):
            for role in ("officer", "unit_head"):
                create_member(f"{role} {unit}", unit, role, actor=LOADER)


def test_it_is_played_once_and_every_number_follows_from_its_rows(longgang: None) -> None:
    (line,) = list(play(TIME))
    assert "150 places" in line
    assert all("演示" in place.name for place in Place.objects.all())
    assert Round.objects.count() == 4
    for row in Round.objects.exclude(drawn_at=None):
        assert check(published(row), row.commitment_sha256) == []
    assert 36 <= Inspection.objects.count() <= 60
    assert not Inspection.objects.filter(settled=False).exists()
    stages = Counter(Case.objects.filter(type_key=HAZARD).values_list("stage", flat=True))
    assert stages["closed"] >= 5
    assert {"rectifying", "recheck"} & set(stages)
    shown = CaseAttachment.objects.filter(kind="after").values("case").distinct().count()
    assert shown >= stages["closed"]
    assert Task.objects.filter(state="open", due_on__lt=date(2025, 9, 26)).exists()
    assert Case.objects.order_by("-reported_at")[0].reported_at < TIME.starts_at
    assert verify().sound
    # The plan's 957 cases of 2024, and this year's.
    last = StatPeriod(date(2024, 1, 1), date(2024, 12, 31), "year")
    assert brought("food")(last)["440307"] == Decimal(957)
    assert brought("food")(YEAR)["440307-D25"] == Decimal(214 + 263 + 181)
    assert inspected(YEAR)["440307"] == Decimal(Inspection.objects.count())
    hazards = Case.objects.filter(type_key=HAZARD)
    assert hazards_found(YEAR)["440307"] == Decimal(hazards.count())
    right = hazards.filter(stage="closed").count() * Decimal(100) / hazards.count()
    assert hazards_rectified(YEAR)["440307"] == right.quantize(Decimal("0.01"))
    for checklist, section in (("grain", "quantity"), ("grain", "quality"), ("dust", "six")):
        rows = Inspection.objects.filter(checklist=checklist)
        good = sum(row.sections[section] == "pass" for row in rows)
        share = (Decimal(good) * 100 / len(rows)).quantize(Decimal("0.01"))
        assert section_rate(checklist, section)(YEAR)["440307"] == share
    with standing("2025-09-26 09:00"):
        assert refresh_lights().turned == 0
    assert list(play(TIME)) == []


def test_without_its_units_there_is_no_demo(people: People) -> None:
    assert list(play(TIME)) == []
