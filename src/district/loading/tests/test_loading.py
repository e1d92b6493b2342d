"""Loading: every step once; the same again changes nothing, a changed file only what it says."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.history.models import Event
from district.kernel.history.public import recent_events
from district.kernel.measures.public import Filing, MeasureValue
from district.kernel.organisation.public import Member, Unit, unit_of
from district.kernel.plan.public import Commitment, report_storage, reports
from district.kernel.tracking.public import calendar_for
from district.loading import ledger
from district.loading.folder import FolderError
from district.loading.load import load_district
from district.loading.tests.conftest import (
    FILINGS,
    HOLIDAYS,
    REPORT,
    STORY,
    TOML,
    UNITS,
    MakeFolder,
)

pytestmark = pytest.mark.django_db


def loaded(source: object, *, demo: bool = False) -> list[str]:
    return list(load_district(source, demo=demo))  # type: ignore[arg-type]  # a DistrictFolder


def test_a_second_load_writes_no_event(folder: MakeFolder) -> None:
    loaded(folder())
    before = Event.objects.count()
    lines = loaded(folder())
    assert Event.objects.count() == before
    assert "units: 0 new, 0 changed, 3 as they were" in lines
    assert "report 2025: as it was" in lines
    assert calendar_for("working_days").key == "working_days"


def test_a_changed_unit_changes_only_that(folder: MakeFolder) -> None:
    loaded(folder())
    last = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    loaded(folder({"units.csv": UNITS.replace("Education Bureau", "Bureau of Education")}))
    fresh = Event.objects.filter(pk__gt=last).values_list("kind", flat=True)
    assert sorted(fresh) == ["loading.district.loaded", "organisation.unit.changed"]
    assert unit_of("9-D01").name_en == "Bureau of Education"


def test_a_changed_report_is_an_amended_edition_and_each_keeps_its_file(
    folder: MakeFolder,
) -> None:
    loaded(folder())
    amended = REPORT.replace("3000个", "3500个")
    lines = loaded(folder({"report.md": amended}))
    assert any("edition 2" in line for line in lines)
    kept = [report_storage().path(row.original) for row in reports()[0].editions.order_by("number")]
    assert [Path(name).read_text(encoding="utf-8") for name in kept] == [REPORT, amended]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("units.csv", "code,name\n9,试验区\n"),
        ("units.csv", UNITS.replace("department,9,1", "department,8,1")),
        ("calendars/2025.csv", HOLIDAYS.replace("2025-01-01", "2025-01-41")),
        ("report.md", ""),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_and_writes_nothing(
    folder: MakeFolder, file: str, text: str
) -> None:
    with pytest.raises(FolderError, match=Path(file).name):
        loaded(folder({file: text}))
    assert ledger.last_mark("9") is None


def test_a_second_district_is_refused_and_writes_nothing(folder: MakeFolder) -> None:
    loaded(folder())
    before = (Event.objects.count(), set(Unit.objects.values_list("pk", flat=True)))
    other = {
        "district.toml": TOML.replace('code = "9"', 'code = "8"').replace("试验区", "另一区"),
        "units.csv": UNITS.replace("9-D", "8-D").replace(",9,", ",8,").replace("\n9,", "\n8,"),
    }
    for demo in (False, True):
        with pytest.raises(FolderError, match=r"holds district 9, and 8 is another"):
            loaded(folder(other), demo=demo)
    assert (Event.objects.count(), set(Unit.objects.values_list("pk", flat=True))) == before
    # Nor by a table that names another top, whatever the folder calls itself.
    with pytest.raises(FolderError, match="8"):
        loaded(folder({"units.csv": other["units.csv"]}))
    assert set(Unit.objects.values_list("pk", flat=True)) == before[1]
    loaded(folder())


def test_a_calendar_is_named_for_its_year(folder: MakeFolder) -> None:
    with pytest.raises(FolderError, match=r"next\.csv: a calendar file is named"):
        loaded(folder({"calendars/next.csv": HOLIDAYS}))


def test_people_act_at_their_moments(folder: MakeFolder, var: Path) -> None:
    lines = loaded(folder(demo=True), demo=True)
    assert not [line for line in lines if "left out" in line]
    row = Commitment.objects.get(lead_unit="9-D01")
    assert row.state == "active"
    assert timezone.localdate(row.activated_at) == date(2025, 3, 3)
    value = MeasureValue.objects.get()
    assert (value.value, value.recorded_by) == (900, "甲")
    assert timezone.localdate(value.recorded_at) == date(2025, 4, 8)
    signed = recent_events(kind_prefix="measures.filing.signed_off")[0]
    assert (signed.actor.name, timezone.localdate(signed.at)) == ("甲", date(2025, 4, 8))
    logins = json.loads((var / "demo-logins.json").read_text(encoding="utf-8"))
    assert {login["username"] for login in logins} == {"t-planner", "t-head", "t-officer"}
    assert (var / "demo-logins.json").stat().st_mode & 0o077 == 0
    member = Member.objects.get(user__username="t-head")
    assert member.user is not None
    assert member.user.check_password(logins[0]["password"])


def test_history_runs_forward_in_every_chain(folder: MakeFolder) -> None:
    loaded(folder(demo=True), demo=True)
    chains: dict[tuple[str, str], list[datetime]] = {}
    for event in Event.objects.order_by("subject_type", "subject_id", "sequence"):
        chains.setdefault((event.subject_type, event.subject_id), []).append(event.at)
    assert all(moments == sorted(moments) for moments in chains.values())


def test_a_demo_loaded_twice_writes_no_event(folder: MakeFolder) -> None:
    loaded(folder(demo=True), demo=True)
    before = Event.objects.count()
    loaded(folder(demo=True), demo=True)
    assert Event.objects.count() == before


def test_a_row_added_later_happens_now_and_nothing_else_does(folder: MakeFolder) -> None:
    loaded(folder(demo=True), demo=True)
    last = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    more = FILINGS + "新增公办学位3000个,2025-06,1600,final,2025-07-03 10:00,,,,,演示\n"
    lines = loaded(folder({"filings.csv": more}, demo=True), demo=True)
    assert not [line for line in lines if "left out" in line]
    assert Filing.objects.get(period_end="2025-06-30").state == "filed"
    assert Filing.objects.get(period_end="2025-03-31").state == "signed_off"
    fresh = Event.objects.filter(pk__gt=last, kind="measures.filing.filed").get()
    assert abs(clock.now() - fresh.at) < timedelta(minutes=1)


def test_invented_people_never_come_among_real_ones(folder: MakeFolder) -> None:
    loaded(folder(demo=True), demo=False)
    with pytest.raises(FolderError, match="without its demo"):
        loaded(folder(demo=True), demo=True)
    assert not Member.objects.exists()


def test_a_demo_stays_one_when_it_is_loaded_without(folder: MakeFolder) -> None:
    loaded(folder(demo=True), demo=True)
    before = Event.objects.count()
    loaded(folder(demo=True), demo=False)
    loaded(folder(demo=True), demo=True)
    assert Event.objects.count() == before


def test_a_load_that_was_broken_off_goes_on_at_its_own_times(folder: MakeFolder) -> None:
    steps = load_district(folder(demo=True), demo=True)
    for line in steps:
        if line.startswith("demo: 2025-02"):
            break
    steps.close()  # type: ignore[attr-defined]  # a generator
    assert ledger.last_mark("9") is None
    loaded(folder(demo=True), demo=True)
    row = Commitment.objects.get(lead_unit="9-D01")
    assert timezone.localdate(row.activated_at) == date(2025, 3, 3)
    assert MeasureValue.objects.count() == 1


def test_an_act_that_is_refused_is_said_and_the_others_stand(folder: MakeFolder) -> None:
    wrong = STORY + '\n[[act]]\nat = "2025-03-04 09:00"\nby = "nobody"\ndo = "publish"\n'
    wrong += '\n[[act]]\nat = "2025-03-04 09:00"\nby = "t-officer"\ndo = "publish"\n'
    wrong += '\n[[act]]\nat = "2025-03-04 09:00"\nby = "t-planner"\ndo = "fly"\n'
    wrong += '\n[[act]]\nat = "2025-03-04 09:00"\nby = "t-planner"\ndo = "confirm"\nof = "没有"\n'
    lines = loaded(folder({"story.toml": wrong}, demo=True), demo=True)
    refused = [line for line in lines if "left out" in line]
    assert len(refused) == 4
    assert "nobody" in refused[0]
    assert "no such verb" in refused[2]
    assert "does not stand in the report" in refused[3]
    assert Commitment.objects.get(lead_unit="9-D01").state == "active"


def test_a_moved_clock_stands_only_within() -> None:
    before = clock.now()
    with clock.moved_to(datetime.fromisoformat("2025-03-03T09:00:00+08:00")):
        assert clock.today() == date(2025, 3, 3)
    assert before <= clock.now() < before + timedelta(minutes=1)
