"""The demo and the measures: believable, marked as invented, played once, none without a file."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from district.kernel.base.district_files import DemoTime
from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import (
    create_member,
    load_units,
    parse_units,
    root_code,
)
from district.kernel.tracking.public import save_calendar
from district.systems.spaces.demo import play
from district.systems.spaces.models import Building, Demand, LandParcel, Lease, Park, SpaceUnit
from district.systems.spaces.selectors import counting
from district.systems.spaces.tests.conftest import LOADER
from district.testing.moments import standing

LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
BEGINS = datetime.fromisoformat("2025-01-06T09:00:00+08:00")
STARTS = datetime.fromisoformat("2025-09-26T09:00:00+08:00")
TIME = DemoTime(BEGINS, STARTS, {"spaces": LONGGANG / "demo" / "spaces.toml"})
YEAR = StatPeriod(date(2025, 1, 1), date(2025, 9, 26), "year_to_date")


@pytest.fixture
def longgang(db: None) -> None:
    """Longgang's units, and an officer of each that handles demands or runs parks."""
    forget_all()
    with standing("2025-01-06 09:00"):
        for name in ("units.csv", "departments.csv"):
            load_units(parse_units((LONGGANG / name).read_text("utf-8")), actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        streets = ("003", "006", "016", "017", "018", "019", "020")
        for unit in (
            "440307-D02",
            "440307-D04",
            "440307-D09",
            *(f"440307{one}" for one in streets),
        ):
            create_member(f"officer {unit}", unit, "officer", actor=LOADER)


def test_it_is_played_once_and_every_measure_follows_from_its_rows(longgang: None) -> None:
    (line,) = list(play(TIME))
    assert line.startswith("spaces: ")
    stages = set(Case.objects.filter(type_key="space_offer").values_list("stage", flat=True))
    assert stages == {"offered", "visited", "negotiating", "declined", "signed"}
    assert Demand.objects.filter(state=Demand.State.SIGNED).count() == 1
    root = root_code()
    begun = Building.objects.filter(upstairs=True, started_on__year=2025)
    total = begun.aggregate(total=Sum("factory_area"))["total"]
    assert counting.factory_started(YEAR)[root] == total / 10_000 > 20
    assert counting.factory_completed(YEAR)[root] == Decimal("22.4")
    # What was begun and not completed, whenever it was begun.
    under_way = counting.factory_under_way(YEAR)
    assert under_way[root] == sum(under_way[unit] for unit in under_way if unit != root)
    assert under_way[root] == Decimal("76.5")
    let = Lease.objects.filter(starts_on__lte=YEAR.end, ends_on__gte=YEAR.end)
    free = SpaceUnit.objects.exclude(pk__in=let.values("unit"))
    vacant = counting.vacant_area(YEAR)[root]
    assert vacant == free.aggregate(total=Sum("area"))["total"] / 10_000
    assert 0 < vacant < 20
    parcels = LandParcel.objects.filter(transferred_on__year=2025)
    assert counting.parcels_transferred(YEAR) == {root: parcels.count()} == {root: 6}
    area = parcels.aggregate(total=Sum("area"))["total"]
    assert counting.land_transferred(YEAR) == {root: area}
    for rows in (Park, Building, SpaceUnit, LandParcel):
        assert all("演示" in name for name in rows.objects.values_list("name", flat=True))
    assert all("演示" in name for name in Lease.objects.values_list("tenant", flat=True))
    assert list(play(TIME)) == []


def test_without_a_file_or_its_units_there_is_none(db: None) -> None:
    assert list(play(DemoTime(BEGINS, STARTS))) == []
    list(play(TIME))
    assert not Park.objects.exists()
    assert not SpaceUnit.objects.exists()
