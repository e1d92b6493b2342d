"""A year that is announced moves every running clock that touches it."""

from __future__ import annotations

import pytest

from district.kernel.base.errors import Invalid, NotFound, NotPermitted
from district.kernel.history.public import Subject, events_of
from district.kernel.tracking.models import CalendarDay, CalendarYear, TrackedRow
from district.kernel.tracking.records import ClockSpec, Owner
from district.kernel.tracking.rules.announcement import parse_announcement
from district.kernel.tracking.rules.clock import Term
from district.kernel.tracking.selectors import announced_years, calendar_for, months_of
from district.kernel.tracking.services import (
    finish,
    load_announcement,
    pause,
    resume,
    save_calendar,
    track,
)
from district.kernel.tracking.tests.conftest import LOADER, MakeActor, Stand
from district.kernel.tracking.tests.samples import FOLDER, at

NEW_YEAR_2027 = (
    "# 试验通知\ndate,kind,name\n"
    "2026-12-31,holiday,元旦\n2027-01-01,holiday,元旦\n2027-01-02,holiday,元旦\n"
    "2027-01-03,workday,元旦调休\n"
).encode()


def clock(
    key: str, amount: int, *, calendar: str = "working_days", unit: str = "working_days"
) -> TrackedRow:
    return track(
        Subject("tests.thing", key),
        f"事项{key}",
        Owner("901"),
        ClockSpec(calendar, term=Term(amount, unit)),  # type: ignore[arg-type]  # a unit of terms
        actor=LOADER,
    )


def test_running_clocks_that_touch_the_year_move_and_say_why(district: None, stand: Stand) -> None:
    with stand("2026-12-28 10:00"):
        crossing = clock("crossing", 5)
        inside = clock("inside", 2)
        edge = clock("edge", 3)
        hours = clock("hours", 200, unit="hours")
        always = clock("always", 5, calendar="24x7")
        done = clock("done", 5)
        finish(done, actor=LOADER)
        assert (crossing.due_at, crossing.due_provisional) == (at("2027-01-04 23:59:59"), True)
        assert (inside.due_at, inside.due_provisional) == (at("2026-12-30 23:59:59"), False)
        assert not always.due_provisional
        result = load_announcement(NEW_YEAR_2027, 2027, actor=LOADER)
    assert (result.days, result.changed, result.moved) == (4, True, 2)
    # 29 and 30 December, then 3 (make-up), 4 and 5 January.
    crossing.refresh_from_db()
    assert (crossing.due_at, crossing.due_provisional) == (at("2027-01-05 23:59:59"), False)
    # 31 December has become a holiday through next year's announcement.
    edge.refresh_from_db()
    assert edge.due_at == at("2027-01-03 23:59:59")
    for row in (inside, hours, always, done):
        before = row.due_at
        row.refresh_from_db()
        assert row.due_at == before
    event = next(
        e
        for e in events_of(Subject("tests.thing", "crossing"))
        if e.kind == "tracking.due_recomputed"
    )
    assert event.data["before"].startswith("2027-01-04")
    assert event.data["after"].startswith("2027-01-05")
    announced = events_of(Subject("tracking.year", "cn-2027"))[0]
    assert (announced.kind, announced.data["moved"]) == ("tracking.announced", 2)


def test_a_due_time_that_stays_loses_its_doubt_without_an_event(
    district: None, stand: Stand
) -> None:
    with stand("2027-03-01 10:00"):
        row = clock("1", 3)
        assert row.due_provisional
        assert row.reasons[-1]["code"] == "clock.provisional"
        events = len(events_of(Subject("tests.thing", "1")))
        assert load_announcement(NEW_YEAR_2027, 2027, actor=LOADER).moved == 0
    fresh = TrackedRow.objects.get()
    assert not fresh.due_provisional
    assert fresh.reasons[-1]["code"] != "clock.provisional"
    assert len(events_of(Subject("tests.thing", "1"))) == events


def test_pauses_are_counted_when_a_year_is_announced(district: None, stand: Stand) -> None:
    with stand("2026-12-28 10:00"):
        row = clock("1", 5)
    with stand("2026-12-29 10:00"):
        pause(row, "等待", actor=LOADER)
    with stand("2026-12-31 10:00"):
        load_announcement(NEW_YEAR_2027, 2027, actor=LOADER)
        row.refresh_from_db()
        resume(row, actor=LOADER)
    # 29 and 30 December closed while it stood still; 3 to 7 January count.
    assert row.due_at == at("2027-01-07 23:59:59")


def test_the_same_announcement_twice_changes_nothing(district: None) -> None:
    before = CalendarDay.objects.count()
    again = load_announcement((FOLDER / "2026.csv").read_bytes(), 2026, actor=LOADER)
    assert (again.changed, again.moved) == (False, 0)
    assert CalendarDay.objects.count() == before
    assert announced_years() == [2023, 2024, 2025, 2026]


def test_an_amended_announcement_replaces_the_first(district: None, stand: Stand) -> None:
    text = (FOLDER / "2026.csv").read_text(encoding="utf-8")
    with stand("2026-09-28 10:00"):
        row = clock("1", 5)
        assert row.due_at == at("2026-10-10 23:59:59")
        amended = text.replace("2026-10-10,workday,国庆节调休\n", "")
        result = load_announcement(amended.encode(), 2026, actor=LOADER)
    assert (result.changed, result.moved) == (True, 1)
    row.refresh_from_db()
    assert row.due_at == at("2026-10-12 23:59:59")
    assert CalendarYear.objects.filter(year=2026).count() == 1


def test_a_wrong_line_takes_nothing_in(district: None) -> None:
    with pytest.raises(Invalid, match="第 3 行"):
        load_announcement(
            b"date,kind,name\n2027-01-01,holiday,x\n2027-01-99,holiday,x\n", 2027, actor=LOADER
        )
    assert announced_years()[-1] == 2026
    with pytest.raises(Invalid, match="太大"):
        load_announcement(b"x" * 300_000, 2027, actor=LOADER)


def test_only_administrators_announce(actor_with: MakeActor) -> None:
    with pytest.raises(NotPermitted):
        load_announcement(NEW_YEAR_2027, 2027, actor=actor_with("planner"))
    load_announcement(NEW_YEAR_2027, 2027, actor=actor_with("administrator"))
    assert announced_years()[-1] == 2027


def test_other_hours_move_the_clocks_of_their_calendar(district: None, stand: Stand) -> None:
    save_calendar(
        "office",
        kind="working_hours",
        name="办公",
        hours=[("09:00", "12:00"), ("14:00", "18:00")],
        actor=LOADER,
    )
    with stand("2025-09-26 11:00"):
        row = clock("1", 8, calendar="office", unit="working_hours")
        assert row.due_at == at("2025-09-28 12:00")
        save_calendar(
            "office", kind="working_hours", name="办公", hours=[("09:00", "12:00")], actor=LOADER
        )
    row.refresh_from_db()
    assert row.due_at == at("2025-09-30 10:00")
    with pytest.raises(Invalid, match="时段不对"):
        save_calendar(
            "bad", kind="working_hours", name="x", hours=[("12:00", "09:00")], actor=LOADER
        )
    with pytest.raises(Invalid, match="时段不对"):
        save_calendar(
            "bad", kind="working_hours", name="x", hours=[("noon", "18:00")], actor=LOADER
        )
    with pytest.raises(NotFound):
        calendar_for("bad")


def test_the_page_shows_holidays_and_make_up_days(district: None) -> None:
    october = months_of("cn", 2025)[9]
    by_day = {day.date.day: day for week in october.weeks for day in week if day}
    assert (by_day[1].kind, by_day[11].kind, by_day[12].kind, by_day[9].kind) == (
        "holiday",
        "makeup",
        "weekend",
        "workday",
    )
    assert october.workdays == 18
    assert sum(month.workdays for month in months_of("cn", 2025)) == 248
    assert sum(month.workdays for month in months_of("cn", 2030)) == 261


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("year", "counted", "made_up"),
    [
        # As the notice counts them (2023 without 31 December 2022): New Year, Spring Festival,
        # Qingming, Labour Day, Dragon Boat, Mid-Autumn and National Day.
        (2023, 2 + 7 + 1 + 5 + 3 + 8, 2 + 2 + 1 + 2),
        (2024, 1 + 8 + 3 + 5 + 1 + 3 + 7, 2 + 1 + 2 + 1 + 2),
        (2025, 1 + 8 + 3 + 5 + 3 + 8, 2 + 1 + 2),
        (2026, 3 + 9 + 3 + 5 + 3 + 3 + 7, 1 + 2 + 1 + 2),
    ],
)
def test_the_days_of_a_year_are_as_many_as_its_notice_says(
    year: int, counted: int, made_up: int
) -> None:
    days = parse_announcement((FOLDER / f"{year}.csv").read_bytes(), year).days
    assert sum(1 for day in days if day.kind == "holiday") == counted
    # A make-up workday is a Saturday or Sunday, or it would be none.
    worked = [day.date for day in days if day.kind == "workday"]
    assert (len(worked), {day.weekday() for day in worked} <= {5, 6}) == (made_up, True)
