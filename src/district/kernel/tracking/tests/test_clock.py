"""Clocks against plain oracles that walk every minute and day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.rules.clock import Pause, Term, Unit, due, elapsed, remaining, shifted
from district.kernel.tracking.tests import oracles
from district.kernel.tracking.tests.samples import (
    ALWAYS,
    DAYS,
    HOURS,
    LATE,
    UNANNOUNCED,
    at,
    calendar_st,
    moment_st,
    pauses_st,
    random_day,
)

# Small amounts keep the oracle's walk short; they still cross nights, weekends and New Year.
_AMOUNTS = {"minutes": 3000, "hours": 60, "working_hours": 40, "working_days": 40, "days": 60}
term_st = st.sampled_from(sorted(_AMOUNTS)).flatmap(
    lambda unit: st.integers(1, _AMOUNTS[unit]).map(lambda amount: Term(amount, unit))  # type: ignore[arg-type]  # sampled from the units
)


@settings(max_examples=300, deadline=None)
@given(st.data(), moment_st, term_st, calendar_st)
def test_due_is_what_walking_every_minute_and_day_finds(
    data: st.DataObject, start: datetime, term: Term, calendar: Calendar
) -> None:
    pauses = data.draw(pauses_st(start))
    found = due(start, term, calendar, pauses)
    assert found is not None
    assert found.at == oracles.due(start, term, calendar, pauses)


@settings(max_examples=200, deadline=None)
@given(st.data(), moment_st, st.integers(0, 12000), st.sampled_from(sorted(_AMOUNTS)), calendar_st)
def test_elapsed_is_what_walking_every_minute_and_day_finds(
    data: st.DataObject, start: datetime, minutes: int, unit: Unit, calendar: Calendar
) -> None:
    pauses = data.draw(pauses_st(start))
    until = start + timedelta(minutes=minutes)
    expected = oracles.elapsed(start, until, unit, calendar, pauses)
    assert float(elapsed(start, until, unit, calendar, pauses)) == pytest.approx(expected)


def test_a_day_whose_close_is_paused_does_not_count_even_at_the_pauses_first_moment() -> None:
    day = Pause(at("2023-12-04 00:00"), at("2023-12-05 00:00"))
    start, now = at("2023-12-01 10:00"), at("2023-12-04 00:00")
    assert elapsed(start, now, "working_days", DAYS, [day]) == 0
    assert elapsed(start, now, "days", DAYS, [day]) == 2


@settings(max_examples=200, deadline=None)
@given(moment_st, st.integers(1, 60), st.sampled_from(sorted(_AMOUNTS)), calendar_st, st.data())
def test_what_ran_and_what_is_left_make_the_whole_term(
    start: datetime, amount: int, unit: Unit, calendar: Calendar, data: st.DataObject
) -> None:
    term = Term(amount, unit)
    found = due(start, term, calendar)
    assert found is not None
    if unit == "days" and elapsed(start, found.at, "days", calendar) != amount:
        return  # the last day moved past a holiday: then more than the term runs
    span = int((found.at - start).total_seconds() // 60)
    now = start + timedelta(minutes=data.draw(st.integers(0, span)))
    ran = elapsed(start, now, unit, calendar)
    assert ran + remaining(now, found.at, unit, calendar) == amount


@settings(max_examples=200, deadline=None)
@given(moment_st, term_st, calendar_st, st.integers(0, 5000), st.integers(1, 5000))
def test_a_pause_never_makes_a_clock_due_earlier(
    start: datetime, term: Term, calendar: Calendar, after: int, length: int
) -> None:
    since = start + timedelta(minutes=after)
    pause = Pause(since, since + timedelta(minutes=length))
    without, with_pause = due(start, term, calendar), due(start, term, calendar, [pause])
    assert without is not None
    assert with_pause is not None
    assert with_pause.at >= without.at


@given(random_day(), calendar_st)
def test_counting_working_days_agrees_with_asking_each_day(day: date, calendar: Calendar) -> None:
    assert calendar.is_workday(day) == oracles.is_workday(calendar, day)


@settings(max_examples=100, deadline=None)
@given(random_day(), st.integers(1, 800), calendar_st)
def test_the_nth_working_day_has_n_working_days_up_to_it(
    day: date, n: int, calendar: Calendar
) -> None:
    found = calendar.nth_after(day.toordinal(), n)
    assert calendar.works(found)
    walked, left = day, n
    while left:
        walked += timedelta(days=1)
        left -= oracles.is_workday(calendar, walked)
    assert walked.toordinal() == found


def test_working_days_skip_the_holiday_and_count_the_make_up_day() -> None:
    # 2025: holiday 1 to 8 October, Saturday 11 October is worked.
    found = due(at("2025-09-30 10:00"), Term(3, "working_days"), DAYS)
    assert found is not None
    assert found.at == at("2025-10-11 23:59:59")
    assert not found.provisional


def test_working_hours_go_on_after_lunch_and_after_the_weekend() -> None:
    found = due(at("2025-09-26 11:00"), Term(8, "working_hours"), HOURS)
    assert found is not None
    assert found.at == at("2025-09-28 12:00")  # Sunday the 28th is a make-up workday


def test_a_term_that_ends_with_the_day_is_due_at_its_close_and_not_next_morning() -> None:
    found = due(at("2025-03-03 09:00"), Term(7, "working_hours"), HOURS)
    assert found is not None
    assert found.at == at("2025-03-03 18:00")
    evening = due(at("2025-03-03 18:00"), Term(6, "working_hours"), LATE)
    assert evening is not None
    assert evening.at == at("2025-03-04 00:00")


def test_calendar_days_that_end_on_a_holiday_move_to_the_next_working_day() -> None:
    found = due(at("2025-09-20 10:00"), Term(13, "days"), HOURS)  # 3 October
    assert found is not None
    assert found.at == at("2025-10-09 18:00")
    always = due(at("2025-09-20 10:00"), Term(13, "days"), ALWAYS)
    assert always is not None
    assert always.at == at("2025-10-03 23:59:59")


def test_an_open_pause_leaves_the_due_time_unknown_unless_the_term_was_over_before() -> None:
    pause = Pause(at("2025-03-05 10:00"), None)
    assert due(at("2025-03-03 10:00"), Term(5, "working_days"), DAYS, [pause]) is None
    over = due(at("2025-03-03 10:00"), Term(1, "working_days"), DAYS, [pause])
    assert over is not None
    assert over.at == at("2025-03-04 23:59:59")
    assert due(at("2025-03-03 10:00"), Term(9, "working_hours"), HOURS, [pause]) is not None
    assert due(at("2025-03-03 10:00"), Term(90, "working_hours"), HOURS, [pause]) is None
    assert elapsed(
        at("2025-03-03 10:00"), at("2025-04-01 10:00"), "working_days", DAYS, [pause]
    ) == Decimal(1)


def test_a_clock_that_touches_an_unannounced_year_is_provisional() -> None:
    crossing = due(at("2026-12-28 10:00"), Term(10, "working_days"), DAYS)
    assert crossing is not None
    assert crossing.provisional_years == (2027,)
    assert crossing.at == at("2027-01-11 23:59:59")  # weekdays alone: New Year is not known
    inside = due(at("2026-11-02 10:00"), Term(10, "working_days"), DAYS)
    assert inside is not None
    assert not inside.provisional
    hours = due(at("2026-12-28 10:00"), Term(240, "hours"), DAYS)
    assert hours is not None
    assert not hours.provisional
    always = due(at("2026-12-28 10:00"), Term(10, "working_days"), ALWAYS)
    assert always is not None
    assert not always.provisional


@pytest.mark.parametrize(
    ("unit", "left"),
    [("working_days", Decimal(-2)), ("days", Decimal(-4)), ("hours", Decimal("-81.5"))],
)
def test_remaining_is_negative_when_the_due_time_is_past(unit: Unit, left: Decimal) -> None:
    # Friday evening to Tuesday morning.
    assert remaining(at("2025-03-11 08:30"), at("2025-03-07 23:00"), unit, DAYS) == left


def test_a_stated_deadline_moves_by_the_working_time_of_its_pause() -> None:
    due_at = at("2025-03-14 23:59:59")
    moved = shifted(due_at, at("2025-03-10 00:00"), at("2025-03-12 00:00"), DAYS)
    assert moved.at == at("2025-03-18 23:59:59")
    weekend = shifted(due_at, at("2025-03-08 00:00"), at("2025-03-09 12:00"), DAYS)
    assert weekend.at == due_at
    overdue = shifted(due_at, at("2025-03-20 00:00"), at("2025-03-22 00:00"), DAYS)
    assert overdue.at == due_at


def test_a_year_without_announcement_counts_weekdays() -> None:
    found = due(at("2025-09-30 10:00"), Term(3, "working_days"), UNANNOUNCED)
    assert found is not None
    assert found.at == at("2025-10-03 23:59:59")
    assert found.provisional_years == (2025,)


@pytest.mark.parametrize("amount", [0, -1, 100_001])
def test_a_term_outside_its_bounds_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="a term must be"):
        Term(amount, "minutes")


def test_hours_that_overlap_or_run_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Calendar("x", "working_hours", ((time(9), time(12)), (time(11), time(18))))
    with pytest.raises(ValueError, match="end after"):
        Calendar("x", "working_hours", ((time(12), time(9)),))
    with pytest.raises(ValueError, match="belong"):
        Calendar("x", "working_hours")


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        due(at("2025-03-03 10:00").replace(tzinfo=None), Term(1, "working_days"), DAYS)


@pytest.mark.parametrize("unit", sorted(_AMOUNTS))
def test_a_very_long_term_is_counted_in_a_few_dozen_steps(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    count = Calendar.worked_before

    def counted(calendar: Calendar, ordinal: int) -> int:
        nonlocal asked
        asked += 1
        return count(calendar, ordinal)

    monkeypatch.setattr(Calendar, "worked_before", counted)
    assert due(at("2025-03-03 10:00"), Term(100_000, unit), HOURS) is not None
    assert asked < 60
