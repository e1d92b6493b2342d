"""Investment by month, doubts, gaps, lights: pure rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.systems.projects.rules.accounting import (
    DoubtRules,
    Line,
    Whole,
    closers,
    delay,
    doubts,
    full_months,
    outturn,
)
from district.systems.projects.rules.lights import Cutoffs, Standing, project_light

D = Decimal
RULES = DoubtRules(D(3), D(5000), D(1), D(105), D(30))
CUTOFFS = Cutoffs(D(80), D(50), D(95), D(80))
TODAY = date(2025, 9, 26)


def year(planned: int, done: dict[int, int], **more: D) -> list[Line]:
    return [
        Line(date(2025, m, 1), D(planned), D(done[m]) if m in done else None, **more)
        for m in range(1, 13)
    ]


def test_a_year_is_carried_on_at_the_pace_so_far() -> None:
    lines = year(100, dict.fromkeys(range(1, 9), 80))
    found = outturn(lines, through=8, left=D(10_000))
    assert (found.plan, found.due, found.done) == (D(1200), D(800), D(640))
    assert found.pace == D("0.8")
    assert found.forecast == D(640) + 4 * D(80)


def test_a_later_start_pushes_investment_out_of_the_year() -> None:
    lines = [Line(date(2025, m, 1), D(0 if m < 10 else 100)) for m in range(1, 13)]
    assert outturn(lines, through=8, left=D(10_000)).forecast == 300
    late = outturn(lines, through=8, left=D(10_000), delayed=2)
    assert (late.forecast, late.lost) == (D(100), D(200))
    assert outturn(lines, through=8, left=D(10_000), delayed=9).forecast == 0


def test_a_forecast_keeps_to_what_is_left_and_to_what_is_done() -> None:
    lines = year(100, dict.fromkeys(range(1, 9), 100))
    assert outturn(lines, through=8, left=D(900)).forecast == 900
    assert outturn(lines, through=8, left=D(500)).forecast == 800
    assert outturn(lines, through=8, left=D(5000), over=True).forecast == 800


@given(
    st.lists(st.tuples(st.integers(0, 900), st.none() | st.integers(0, 900)), min_size=12,
             max_size=12),
    st.integers(0, 12), st.integers(0, 14), st.integers(0, 20_000),
)  # fmt: skip
@settings(max_examples=100)
def test_a_forecast_lies_between_what_is_done_and_the_plan_at_its_quickest(
    months: list[tuple[int, int | None]], through: int, delayed: int, left: int
) -> None:
    lines = [
        Line(date(2025, at, 1), D(plan), None if done is None else D(done))
        for at, (plan, done) in enumerate(months, 1)
    ]
    found = outturn(lines, through=through, left=D(left), delayed=delayed)
    assert found.done <= found.forecast <= found.done + found.plan * D("1.2")
    sooner = outturn(lines, through=through, left=D(left), delayed=0)
    assert found.forecast <= sooner.forecast


def test_months_and_delays_are_counted_by_the_calendar() -> None:
    assert [full_months(2025, date(y, m, 3)) for y, m in ((2024, 5), (2025, 1), (2025, 9))] == [
        0, 0, 8,
    ]  # fmt: skip
    assert full_months(2025, date(2026, 1, 1)) == 12
    assert delay(date(2025, 11, 30), date(2026, 2, 1)) == 3
    assert delay(date(2025, 11, 1), date(2025, 3, 1)) == delay(None, date(2025, 1, 1)) == 0


@pytest.mark.parametrize(
    ("lines", "whole", "month", "doubt"),
    [
        (
            year(0, {5: 10}),
            Whole(D(10_000), D(0), date(2024, 1, 1), date(2025, 4, 30)),
            5, "after_finish",
        ),
        (
            year(0, {5: 9000, 6: 2000}),
            Whole(D(10_000), D(0), date(2024, 1, 1), None),
            6, "over_total",
        ),
        (
            [Line(date(2025, 3, 1), D(0), D(10), D(11))],
            Whole(D(10_000), D(0), date(2024, 1, 1), None),
            3, "counted_more",
        ),
        (
            year(0, {2: 4000}), Whole(D(10_000), D(0), date(2025, 6, 1), None), 2, "before_start",
        ),
        (
            [
                Line(date(2025, 3, 1), D(0), D(1), None, D(20)),
                Line(date(2025, 4, 1), D(0), D(1), None, D(19)),
            ],
            Whole(D(10_000), D(0), date(2024, 1, 1), None), 4, "falls",
        ),
        (
            year(0, {1: 1000, 2: 1000, 3: 1200, 4: 9000}),
            Whole(D(900_000), D(0), date(2024, 1, 1), None), 4, "jump",
        ),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_believed_are_named(
    lines: list[Line], whole: Whole, month: int, doubt: str
) -> None:
    assert doubts(lines, whole, RULES) == {date(2025, month, 1): doubt}


def test_a_jump_with_progress_is_believed() -> None:
    lines = [
        Line(date(2025, m, 1), D(0), D(amount), None, D(progress))
        for m, amount, progress in ((1, 1000, 10), (2, 1000, 11), (3, 9000, 20))
    ]
    assert doubts(lines, Whole(D(900_000), D(0), date(2024, 1, 1), None), RULES) == {}


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=7), st.integers(0, 120))
@settings(max_examples=100)
def test_the_fewest_projects_close_a_gap(pairs: list[tuple[int, int]], gap: int) -> None:
    rows = [(number, D(plan), D(found)) for number, (plan, found) in enumerate(pairs)]
    could = [plan - found for _n, plan, found in rows if plan > found]
    fewest = next(
        (
            size
            for size in range(len(could) + 1)
            if any(sum(chosen) >= gap for chosen in combinations(could, size))
        ),
        len(could),
    )
    found = closers(rows, D(gap))
    assert len(found) == fewest
    assert [one.together for one in found] == [
        sum((one.could for one in found[: n + 1]), D(0)) for n in range(len(found))
    ]


def standing(**given: object) -> Standing:
    values: dict[str, object] = {
        "stage": "early", "planned_start": date(2025, 12, 1), "planned_finish": None,
        "likely": date(2025, 11, 20), "chance": D(85), "due": D(0), "done": D(0), **given,
    }  # fmt: skip
    return Standing(**values)  # type: ignore[arg-type]  # named as its fields


@pytest.mark.parametrize(
    ("given_", "light", "reason"),
    [
        ({}, "green", "projects.chance"),
        ({"chance": D(60)}, "yellow", "projects.chance"),
        ({"chance": D(49)}, "red", "projects.chance"),
        ({"planned_start": date(2025, 9, 25)}, "red", "projects.start_passed"),
        ({"planned_start": None}, "none", "projects.no_planned_start"),
        ({"late_items": 2}, "yellow", "projects.items_late"),
        ({"late_problems": 1}, "yellow", "projects.problems_late"),
        ({"stage": "building", "due": D(100), "done": D(96)}, "green", "projects.pace"),
        ({"stage": "building", "due": D(100), "done": D(81)}, "yellow", "projects.pace"),
        ({"stage": "building", "due": D(100), "done": D(79)}, "red", "projects.pace"),
        ({"stage": "building"}, "none", "projects.nothing_due"),
        (
            {"stage": "building", "due": D(1), "done": D(1), "planned_finish": date(2025, 1, 1)},
            "yellow", "projects.finish_passed",
        ),
    ],
)  # fmt: skip
def test_a_projects_light_has_its_reason(
    given_: dict[str, object], light: str, reason: str
) -> None:
    found = project_light(standing(**given_), TODAY, CUTOFFS)
    assert found.light == light
    assert found.reasons[0].code == reason
