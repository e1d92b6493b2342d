"""Conversion against a slow oracle, the condition by row and by population, names, calendars."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.base.errors import SettingError
from district.kernel.conditions.public import evaluate, frame_of
from district.systems.investment_promotion.rules.calendars import (
    Appointment,
    calendar_of,
    month_grid,
)
from district.systems.investment_promotion.rules.conversion import (
    End,
    Track,
    cohorts,
    conversion,
    incidence,
    median,
)
from district.systems.investment_promotion.rules.landing import (
    BANDS,
    counted_amount,
    growth,
    in_band,
    landing_of,
    landing_values,
)
from district.systems.investment_promotion.rules.organisations import organisation_key
from district.systems.investment_promotion.rules.settings import (
    LANDING,
)
from district.systems.investment_promotion.selectors.settings import HELD
from district.testing.moments import moment

TODAY = date(2025, 9, 22)
_ends = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(("reached", "lost", "open"))), max_size=12
)


def _redistributed(ends: list[tuple[int, End]], days: int) -> Fraction | None:
    """The slow way (Efron 1967): everybody weighs the same; whoever is only watched until a day
    hands the weight on, in equal parts, to those who stay longer."""
    order = sorted(ends, key=lambda one: (one[0], one[1] == "open"))
    weights = [Fraction(1, len(order)) for _one in order]
    share, handed_to_nobody_on = Fraction(0), None
    for at, (day, kind) in enumerate(order):
        if kind == "reached" and day <= days:
            share += weights[at]
        if kind == "open":
            staying = [to for to in range(len(order)) if order[to][0] > day]
            for to in staying:
                weights[to] += weights[at] / len(staying)
            if not staying and weights[at]:
                handed_to_nobody_on = day
    if not order or (handed_to_nobody_on is not None and handed_to_nobody_on < days):
        return None
    return share


@given(_ends, st.integers(0, 14))
def test_incidence_agrees_with_handing_weights_on(ends: list[tuple[int, End]], days: int) -> None:
    assert incidence(ends, days) == _redistributed(ends, days)


@given(_ends)
def test_without_anybody_under_way_incidence_is_the_share(ends: list[tuple[int, End]]) -> None:
    decided = [one for one in ends if one[1] != "open"]
    if decided:
        reached = sum(kind == "reached" for _day, kind in decided)
        assert incidence(decided, 100) == Fraction(reached, len(decided))


_days = st.integers(0, 400).map(lambda n: date(2025, 1, 1) + timedelta(days=n))
_tracks = st.lists(
    st.builds(
        Track,
        told=_days,
        until=st.just(date(2026, 3, 1)),
        reached=st.dictionaries(st.sampled_from(("contact", "talks", "landed")), _days),
        lost=st.none() | _days,
        source=st.sampled_from(("a", "b")),
        unit=st.sampled_from(("u", "v")),
        chain=st.just("c"),
    ),
    max_size=15,
)


@given(_tracks, st.sampled_from(("month", "source", "unit", "chain")))
def test_cohorts_hold_every_lead_once_and_conversion_counts_them(
    tracks: list[Track], by: str
) -> None:
    groups = cohorts(tracks, by)
    assert sorted(map(id, (one for group in groups.values() for one in group))) == sorted(
        map(id, tracks)
    )
    for key, group in groups.items():
        for stage in ("contact", "talks", "landed"):
            found = conversion(group, stage, 180)
            told = [one for one in tracks if _told_by(one, by) == key]
            reached = [one for one in told if stage in one.reached]
            lost = [one for one in told if stage not in one.reached and one.lost is not None]
            assert (found.leads, found.reached, found.lost) == (len(told), len(reached), len(lost))
            assert found.under_way == len(told) - len(reached) - len(lost)
            waits = sorted(max((one.reached[stage] - one.told).days, 0) for one in reached)
            assert found.median_days == _middle(waits)


def _told_by(track: Track, by: str) -> str:
    return {
        "month": f"{track.told.year:04}-{track.told.month:02}",
        "source": track.source,
        "unit": track.unit,
        "chain": track.chain,
    }[by]


def _middle(waits: list[int]) -> Fraction | None:
    while len(waits) > 2:
        waits = waits[1:-1]
    return Fraction(sum(waits), len(waits)) if waits else None


def test_a_lead_under_way_is_not_one_that_failed() -> None:
    tracks = [
        Track(date(2025, 1, 1), TODAY, {"talks": date(2025, 1, 11)}),
        Track(date(2025, 9, 20), TODAY),
    ]
    found = conversion(tracks, "talks", 180)
    assert (found.share, found.within, found.under_way) == (Fraction(1, 2), Fraction(1), 1)
    assert median([]) is None


_amounts = st.none() | st.integers(0, 40_000).map(Decimal)
_values = st.builds(
    lambda **given: landing_values(**given),
    registered=st.booleans(),
    status=st.sampled_from(("", "active", "suspended", "cancelled", "revoked")),
    street=st.sampled_from(("", "901")),
    founded_on=st.none() | _days,
    capital=_amounts,
    agreed=_amounts,
    signed_on=st.none() | _days,
)


@given(st.lists(_values, min_size=1, max_size=20))
def test_the_condition_of_landing_is_the_same_by_row_and_by_population(
    rows: list[dict[str, Any]],
) -> None:
    condition = HELD.checked({}).condition
    found = evaluate(condition, frame_of(rows, LANDING), today=TODAY)
    by_row = [landing_of(condition, row, TODAY) for row in rows]
    assert [one.holds for one in by_row] == list(found.true)
    for one in by_row:
        worst = {clause.outcome for clause in one.clauses}
        expected = "fails" if "fails" in worst else "unknown" if "unknown" in worst else "holds"
        assert one.outcome == expected


@given(st.integers(0, 500_000).map(Decimal))
def test_bands_lie_as_the_report_cuts_them(amount: Decimal) -> None:
    yi = amount / 10_000
    found = {name for name in BANDS if in_band(amount, name)}
    expected = set()
    if yi >= 1:
        expected.add("100m")
    if 10 <= yi < 30:
        expected.add("1b_3b")
    if yi >= 30:
        expected.add("3b")
    assert found == expected


def test_what_counts_is_the_larger_amount() -> None:
    assert counted_amount(None, None) is None
    assert counted_amount(Decimal(1), None) == 1
    assert counted_amount(Decimal(1), Decimal(2)) == 2
    assert growth(134, 100) == 34
    assert growth(3, 0) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("东江半导体股份有限公司", "东江半导体（股份）有限公司 "),
        ("ACME Semi Co., Ltd.", "Acme Semi"),
        ("东江集团有限公司", "东江"),
        ("東江ＡＢＣ有限公司", "東江ABC公司"),
    ],
)
def test_names_of_one_organisation_are_told(one: str, other: str) -> None:
    assert organisation_key(one) == organisation_key(other)


def test_names_of_two_organisations_are_two() -> None:
    assert organisation_key("东江一号有限公司") != organisation_key("东江二号有限公司")
    assert organisation_key("有限公司")
    assert organisation_key("…") == ""


@pytest.mark.parametrize(
    ("given", "entry"),
    [
        ({"landing": {"condition": "capital >"}}, "landing.condition"),
        ({"landing": {}}, "landing.condition"),
        ({"follow_up_days": 0}, "follow_up_days"),
        ({"chains": []}, "chains"),
        ({"chains": [{"key": "a", "label": "甲"}, {"key": "a", "label": "乙"}]}, "chains"),
        ({"chains": [{"key": "a", "label": "甲", "follow_up_days": "x"}]},
         "chains.a.follow_up_days"),
        ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_taken_are_named(given: dict[str, Any], entry: str) -> None:
    with pytest.raises(SettingError) as error:
        HELD.checked(given)
    assert error.value.entry == entry


@given(st.text(max_size=120), st.text(max_size=200))
def test_a_calendar_file_keeps_words_and_folds_lines(title: str, text: str) -> None:
    title, text = (one.replace("\x00", "") for one in (title, text))
    one = Appointment(
        "k", moment("2025-09-22 09:00"), moment("2025-09-22 10:30"), title, "苏州", text
    )
    found = calendar_of([one], "行程", moment("2025-09-01 00:00"))
    lines = found.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    whole = found.replace(b"\r\n ", b"").decode()
    assert "DTSTART:20250922T010000Z" in whole
    assert f"SUMMARY:{_written(title)}\r\n" in whole
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == 1


def _written(text: str) -> str:
    found = ""
    for at, char in enumerate(text):
        if char == "\n" and at and text[at - 1] == "\r":
            continue
        found += {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": "\\n"}.get(char, char)
    return found


@given(_days)
def test_the_grid_of_a_month_holds_all_of_its_days_by_whole_weeks(day: date) -> None:
    grid = month_grid(day)
    assert all(len(week) == 7 and week[0].weekday() == 0 for week in grid)
    flat = [one for week in grid for one in week]
    assert flat == [flat[0] + timedelta(days=at) for at in range(len(flat))]
    assert {one for one in flat if one.month == day.month and one.year == day.year} >= {
        day.replace(day=1), day,
    }  # fmt: skip
    assert all(any(one.month == day.month for one in week) for week in grid)
