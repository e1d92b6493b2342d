"""Clocks of cases: a late announcement moves them, a light urges, their titles tell of nobody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from unittest import mock

import pytest

from district.kernel.cases.models import Case
from district.kernel.cases.services import perform
from district.kernel.cases.services.clocks import clocks_of
from district.kernel.cases.services.doing import clock_subject
from district.kernel.cases.tests.conftest import LOADER, MakeCase, People, standing
from district.kernel.cases.types import type_of
from district.kernel.history.public import events_of, verify
from district.kernel.notifications.public import notifications_of
from district.kernel.organisation.public import Member
from district.kernel.tracking.public import (
    TrackedRow,
    load_announcement,
    recent_calendars,
    refresh_lights,
    sweep,
    urge,
)

pytestmark = pytest.mark.django_db
# The national holiday of 2025, with its two make-up workdays.
HOLIDAY = "\n".join(
    [
        "date,kind,name",
        "2025-09-28,workday,国庆节、中秋节",
        *(f"2025-10-0{day},holiday,国庆节、中秋节" for day in range(1, 9)),
        "2025-10-11,workday,国庆节、中秋节",
    ]
).encode()


def row_of(case: Case, clock: str = "handling") -> TrackedRow:
    return clocks_of(case, type_of(case))[clock]


def due_day(case: Case, clock: str = "handling") -> date:
    found = row_of(case, clock).due_at
    assert found is not None
    return found.date()


def events(case: Case, clock: str = "handling") -> list[tuple[str, dict[str, Any]]]:
    """What history tells of a clock, oldest first."""
    return [(e.kind, dict(e.data)) for e in reversed(events_of(clock_subject(case, clock)))]


def announce() -> int:
    return load_announcement(HOLIDAY, 2025, actor=LOADER).moved


@pytest.fixture
def before_the_holiday(reported: MakeCase, people: People) -> Case:
    """Accepted on the last day of September; three working days."""
    with standing("2025-09-30 10:00"):
        case = reported().case
        perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
        return perform(case.pk, "accept", actor=people.east)


def test_a_late_announcement_moves_the_deadlines_of_running_cases(
    before_the_holiday: Case, people: People
) -> None:
    case = before_the_holiday
    assert due_day(case) == date(2025, 10, 3)
    with standing("2025-09-30 11:00"):
        assert announce() == 1
        # The 9th, the 10th, and Saturday the 11th, on which people work.
        assert due_day(case) == date(2025, 10, 11)
        assert announce() == 0
    kind, data = events(case)[-1]
    assert kind == "tracking.due_recomputed"
    assert str(data["before"]).startswith("2025-10-03")
    assert Case.objects.select_related("clock").get(pk=case.pk).clock == row_of(case)
    assert verify().sound


def test_it_moves_a_deadline_that_was_extended_before(
    before_the_holiday: Case, people: People
) -> None:
    case = before_the_holiday
    with standing("2025-09-30 10:30"):
        perform(case.pk, "ask_extension", actor=people.east, data={"days": 2, "text": "等"})
        perform(case.pk, "grant_extension", actor=people.desk)
        assert due_day(case) == date(2025, 10, 7)  # five working days, Monday to Friday
        announce()
    assert due_day(case) == date(2025, 10, 14)
    assert (row_of(case).term_amount, row_of(case).term_unit) == (5, "working_days")


def test_it_moves_one_that_rests_once_it_goes_on(before_the_holiday: Case, people: People) -> None:
    case = before_the_holiday
    data = {"until": "2025-10-09", "text": "等设备"}
    with standing("2025-09-30 10:30"):
        perform(case.pk, "suspend", actor=people.east_head, data=data)
        announce()
    with standing("2025-10-09 09:00"):
        perform(case.pk, "resume", actor=people.east_head)
    # It stood still over the close of the 30th until the 8th: the 9th is its first day.
    assert due_day(case) == date(2025, 10, 11)


def test_one_begun_by_calendars_of_a_moment_before_is_moved_by_the_sweep(
    reported: MakeCase, people: People
) -> None:
    with standing("2025-09-30 10:00"):
        stale = recent_calendars()
        announce()
        with mock.patch(
            "district.kernel.cases.services.clocks.recent_calendars", return_value=stale
        ):
            case = reported().case
            perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
        assert due_day(case) == date(2025, 10, 3)
    with standing("2025-09-30 10:09"):
        sweep()
    assert due_day(case) == date(2025, 10, 11)
    with (
        standing("2025-09-30 12:00"),
        mock.patch("district.kernel.tracking.services.calendars.recompute_due") as again,
    ):
        sweep()
    again.assert_not_called()


def test_an_overdue_case_is_extended_from_now(before_the_holiday: Case, people: People) -> None:
    case = before_the_holiday
    with standing("2025-10-08 10:00"):
        perform(case.pk, "ask_extension", actor=people.east, data={"days": 2, "text": "等"})
        perform(case.pk, "grant_extension", actor=people.desk)
    assert due_day(case) == date(2025, 10, 10)
    assert row_of(case).term_amount is None


def test_an_emergency_is_extended_by_days_that_pass_and_no_holiday_moves_it(
    reported: MakeCase, people: People
) -> None:
    with standing("2025-09-30 23:00"):
        case = reported(matter="02").case
        perform(case.pk, "dispatch", actor=people.desk)
        perform(case.pk, "accept", actor=people.water)
        perform(case.pk, "ask_extension", actor=people.water, data={"days": 1, "text": "等"})
        perform(case.pk, "grant_extension", actor=people.desk)
        row = row_of(case)
        assert (row.term_amount, row.term_unit, row.calendar_id) == (26, "hours", "24x7")
        announce()
        assert row_of(case).due_at == row.due_at


def test_a_deadline_that_came_with_the_case_holds_where_it_is_earlier(
    reported: MakeCase, people: People
) -> None:
    city = {"source": "city", "source_name": "民意速办", "source_number": "GD1"}
    stated = datetime.fromisoformat("2025-09-23T12:00:00+08:00")
    case = reported(source_due_at=stated, **city).case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    assert row_of(case).due_at == stated
    later = datetime.fromisoformat("2025-12-01T12:00:00+08:00")
    case = reported(source_due_at=later, **{**city, "source_number": "GD2"}).case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    assert due_day(case) == date(2025, 9, 25)


def told(name: str) -> list[str]:
    member = Member.objects.get(name=name)
    return [note.title for note in notifications_of(member) if "提醒" in note.title]


def test_yellow_reminds_the_handler_red_the_head_and_red_for_longer_the_level_above(
    handling: Case, people: People
) -> None:
    title = f"{handling.number} · 办理时限"
    for moment in ("2025-09-23 10:00", "2025-09-25 10:00"):
        with standing(moment):
            refresh_lights()
            urge()
    assert row_of(handling).light == "yellow"
    assert told("东经办") == [f"预警提醒：{title}"]
    assert told("东主任") == told("区领导") == []
    with standing("2025-09-26 09:00"):
        refresh_lights()
        urge()
        urge()
    assert row_of(handling).light == "red"
    assert told("东主任") == [f"滞后提醒：{title}"]
    assert told("区领导") == []
    with standing("2025-10-10 09:00"):
        refresh_lights()
        urge()
    assert told("区领导") == [f"滞后提醒：{title}"]
    assert told("东经办") == [f"预警提醒：{title}"]
    assert told("西经办") == told("西主任") == []
    steps = [(d["step"], d["to"], d["light"]) for k, d in events(handling) if k == "tracking.urged"]
    assert steps == [
        ("handler", "handler", "yellow"),
        ("head", "head", "red"),
        ("above", "above", "red"),
    ]
    turns = [(d["before"], d["after"]) for k, d in events(handling) if k == "tracking.light_turned"]
    assert turns == [("green", "yellow"), ("yellow", "red")]
    assert verify().sound


def test_a_case_that_rests_or_is_merged_urges_nobody(
    handling: Case, reported: MakeCase, people: People
) -> None:
    main = reported().case
    perform(handling.pk, "merge", actor=people.desk, data={"into": main.number})
    Case.objects.filter(pk=main.pk).update(stage="closed", category="done")
    TrackedRow.objects.filter(subject_id__startswith=str(main.pk)).update(state="done")
    with standing("2025-11-10 09:00"):
        refresh_lights()
        assert urge() == 0


def test_titles_of_clocks_and_notices_tell_of_no_person(reported: MakeCase, people: People) -> None:
    case = reported(text="桥头路8号李四家漏水", title="李四家漏水", place="李四家").case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901", "text": "找李四"})
    perform(case.pk, "accept", actor=people.east)
    with standing("2025-11-10 09:00"):
        refresh_lights()
        urge()
        perform(case.pk, "finish", actor=people.east, data={"result": "李四确认"})
    for row in TrackedRow.objects.all():
        assert "李四" not in f"{row.title}{row.theme}{row.url}{row.reasons}"
        assert row.title.startswith(case.number)
    for member in Member.objects.all():
        for note in notifications_of(member):
            assert "李四" not in note.title + note.body
