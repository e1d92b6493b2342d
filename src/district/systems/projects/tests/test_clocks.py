"""Clocks stopped and resumed on earlier days: the same days counted one by one and at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.base.errors import Invalid
from district.kernel.history.public import events_of
from district.kernel.tracking.public import Calendar, DaySet, Pause, Term, due, row_by_id
from district.systems.projects.models import ItemEvent
from district.systems.projects.rules.network.days import DayTable, moment_of
from district.systems.projects.selectors.rights import item_subject, project_subject
from district.systems.projects.services import items
from district.systems.projects.services.computing import recompute_all
from district.systems.projects.tests.conftest import World
from district.testing.moments import standing

ZONE = ZoneInfo("Asia/Shanghai")
#: The holiday of October 2025 with its make-up days.
DAYS = DaySet(
    frozenset({2025}),
    frozenset(date(2025, 10, d) for d in range(1, 9)),
    frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
)
CALENDAR = Calendar("working_days", "working_days", (), DAYS, ZONE)
TABLE = DayTable(CALENDAR, date(2025, 8, 1), date(2026, 12, 31))


def works(day: date) -> bool:
    """A day of work, as the announcement says it."""
    if day in DAYS.holidays:
        return False
    return day in DAYS.workdays or day.weekday() < 5


def due_day_by_day(accepted: date, term: int, stood: list[tuple[date, date | None]]) -> date | None:
    """The last day of a term counted one day after the other; None while the clock stands."""
    day, left = accepted, term
    while left:
        day += timedelta(days=1)
        if any(since <= day and (until is None or day < until) for since, until in stood):
            if any(since <= day and until is None for since, until in stood):
                return None
            continue
        left -= works(day)
    return day


@st.composite
def stops(draw: st.DrawFn) -> tuple[date, list[tuple[date, date | None]], datetime]:
    """An acceptance, stops after it in their order, the last of which may last; and now."""
    accepted = day = date(2025, 9, 1) + timedelta(days=draw(st.integers(0, 45)))
    spans: list[tuple[date, date | None]] = []
    for at in range(draw(st.integers(0, 3))):
        since = day + timedelta(days=draw(st.integers(0, 9)))
        day = since + timedelta(days=draw(st.integers(0, 12)))
        spans.append((since, day))
        if at == 2 and draw(st.booleans()):
            spans[-1] = (since, None)
    now = datetime.combine(day, time(draw(st.integers(0, 23)), 30), ZONE)
    return accepted, spans, now + timedelta(days=draw(st.integers(0, 20)))


@given(stops(), st.integers(1, 30))
@settings(max_examples=100)
def test_stops_on_earlier_days_count_as_day_by_day(
    told: tuple[date, list[tuple[date, date | None]], datetime], term: int
) -> None:
    accepted, spans, now = told
    start = datetime.combine(accepted, time(10), ZONE)
    turned, pauses = start, []
    for since, until in spans:
        first = moment_of(since, now, turned) or now
        turned = first
        last = None if until is None else moment_of(until, now, turned) or now
        turned = last or turned
        pauses.append(Pause(first, last))
    expected = due_day_by_day(accepted, term, spans)
    found = due(start, Term(term, "working_days"), CALENDAR, pauses)
    assert (found.at.date() if found else None) == expected
    if expected is not None:
        closed = [(since, until) for since, until in spans if until is not None]
        whole = TABLE.number(accepted) + term + TABLE.stood(accepted, closed)
        # A clock that stood beyond its last day did not move it.
        before = [(since, until) for since, until in closed if since <= expected]
        assert TABLE.day(TABLE.number(accepted) + term + TABLE.stood(accepted, before)) == expected
        assert TABLE.day(whole) >= expected


def test_a_supplement_entered_late_counts_from_its_day(world: World) -> None:
    """Asked on the 24th and come on the 29th, both entered on the 30th."""
    with standing("2025-09-22 10:00"):
        item = items.accept_item(world.item("filing").pk, actor=world["centre"])
    with standing("2025-09-30 09:00"):
        items.stop_item(item.pk, "缺立项报告", date(2025, 9, 24), actor=world["centre"])
        assert row_by_id(item.clock_id).light == "green"  # type: ignore[arg-type]  # it was tracked
        back = items.resume_item(item.pk, date(2025, 9, 29), actor=world["centre"])
        clock = row_by_id(item.clock_id)  # type: ignore[arg-type]  # it was tracked
        # The 23rd is the first of two days, the 29th the second.
        assert clock.due_at is not None
        assert clock.due_at.date() == date(2025, 9, 29)
        assert clock.light == "red"
        # It did not come by then, so it is expected on the day after today.
        assert back.expected_on == date(2025, 10, 1)
        told = ItemEvent.objects.filter(item=item).order_by("at", "pk").values_list("kind", "on")
        assert list(told) == [
            ("accepted", date(2025, 9, 22)),
            ("stopped", date(2025, 9, 24)),
            ("resumed", date(2025, 9, 29)),
        ]
        kinds = [event.kind for event in events_of(item_subject(item.pk))]
        assert {"tracking.paused", "tracking.resumed"} <= set(kinds)
        assert [event.kind for event in events_of(project_subject(world.project.pk))].count(
            "projects.item.moved"
        ) == 3
        done = items.approve_item(item.pk, date(2025, 9, 29), actor=world["centre"])
        assert done.ended_on == date(2025, 9, 29)
        clock = row_by_id(item.clock_id)  # type: ignore[arg-type]  # it was tracked
        assert [one["code"] for one in clock.reasons] == ["deadline.done"]


def test_what_lasts_since_an_earlier_day_moves_the_start_with_every_day(world: World) -> None:
    item = items.accept_item(world.item("filing").pk, actor=world["centre"])
    with standing("2025-09-25 09:00"):
        items.stop_item(item.pk, "缺报告", date(2025, 9, 23), actor=world["centre"])
        first = world.item("filing").expected_on
    with standing("2025-09-26 09:00"):
        recompute_all()
        second = world.item("filing").expected_on
    # Neither of its two days has run: the 23rd and 24th stood, and the 25th, and the 26th.
    assert (first, second) == (date(2025, 9, 26), date(2025, 9, 29))


@pytest.mark.parametrize("on", [date(2025, 9, 21), date(2025, 9, 26)])
def test_a_stop_lies_between_the_last_event_and_today(world: World, on: date) -> None:
    item = items.accept_item(world.item("filing").pk, actor=world["centre"])
    with standing("2025-09-25 09:00"):
        with pytest.raises(Invalid) as refused:
            items.stop_item(item.pk, "缺报告", on, actor=world["centre"])
        assert refused.value.field == "on"
        assert world.item("filing").state == "running"
