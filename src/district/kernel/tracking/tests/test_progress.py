"""The light of targets: stated cases, an oracle in other words, and laws that always hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from district.kernel.tracking.rules.light import (
    SEVERITY,
    LastYearFigures,
    LightPolicy,
    LightVerdict,
    Reason,
    Target,
    progress_light,
    worst,
)
from district.kernel.tracking.rules.profile import ByHand, LastYear, Linear, Period, Profile

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
D = Decimal

number_st = st.decimals(-5000, 5000, places=2)
positive_st = st.decimals(D("0.01"), 5000, places=2)
comparator_st = st.sampled_from([">=", ">", "=", "<=", "<", "~"])
target_st = st.builds(
    Target,
    number_st,
    comparator_st,
    st.sampled_from(["absolute", "growth"]),
    st.sampled_from(["flow", "stock", "rate"]),
    st.sampled_from(["higher", "lower"]),
    st.none() | number_st,
)
day_st = st.dates(date(2025, 1, 1), date(2025, 12, 31))
shares_st = st.lists(st.integers(0, 100), min_size=12, max_size=12).map(
    lambda parts: LastYear.of([D(1 + sum(parts[: n + 1])) for n in range(12)])
)
hand_st = st.dictionaries(day_st, st.integers(0, 100), max_size=4).map(
    lambda points: ByHand(
        tuple(
            (day, D(share) / 100)
            for day, share in zip(sorted(points), sorted(points.values()), strict=True)
        )
    )
)
profile_st = st.just(Linear()) | shares_st | hand_st


def light(target: Target, actual: str | None, at: date, **more: object) -> str:
    value = None if actual is None else D(actual)
    return progress_light(target, value, YEAR, at, **more).light  # type: ignore[arg-type]  # keywords go through


# Laws ---------------------------------------------------------------------------------------


@settings(max_examples=400)
@given(target_st, number_st, number_st, day_st, profile_st)
def test_a_better_actual_never_makes_a_worse_light(
    target: Target, one: Decimal, other: Decimal, at: date, profile: Profile
) -> None:
    worse, better = sorted((one, other), key=target.better)
    before = progress_light(target, worse, YEAR, at, profile=profile)
    after = progress_light(target, better, YEAR, at, profile=profile)
    assert SEVERITY[after.light] <= SEVERITY[before.light]
    assert before.progress_gap is not None
    assert after.progress_gap is not None
    assert after.progress_gap >= before.progress_gap


@settings(max_examples=300)
@given(target_st, number_st, profile_st)
def test_at_the_end_of_the_period_green_means_reached(
    target: Target, actual: Decimal, profile: Profile
) -> None:
    verdict = progress_light(target, actual, YEAR, YEAR.end, profile=profile)
    assert (verdict.light == "green") == target.reached_by(actual, LightPolicy())


@settings(max_examples=300)
@given(
    st.builds(Target, positive_st, st.sampled_from([">=", ">", "="])),
    positive_st,
    day_st,
    day_st,
    profile_st,
)
def test_the_same_actual_later_never_makes_a_better_light(
    target: Target, actual: Decimal, one: date, other: date, profile: Profile
) -> None:
    early, late = sorted((one, other))
    before = progress_light(target, actual, YEAR, early, profile=profile).light
    after = progress_light(target, actual, YEAR, late, profile=profile).light
    assert SEVERITY[after] >= SEVERITY[before]


@given(profile_st, day_st, day_st)
def test_shares_rise_from_0_to_1(profile: Profile, one: date, other: date) -> None:
    early, late = sorted((one, other))
    assert 0 <= profile.share(YEAR, early) <= profile.share(YEAR, late) <= 1
    assert profile.share(YEAR, YEAR.end) == 1
    assert profile.share(YEAR, YEAR.start - timedelta(days=1)) == 0


@settings(max_examples=300)
@given(
    positive_st,
    positive_st,
    st.dates(date(2025, 1, 1), date(2025, 11, 30)),
    positive_st,
    positive_st,
)
def test_the_growth_needed_brings_the_year_exactly_to_the_target(
    value: Decimal, actual: Decimal, at: date, total: Decimal, same: Decimal
) -> None:
    (same, total), (actual, value) = sorted((same, total)), sorted((actual, value))
    assume(same < total)
    assume(actual < value)
    figures = LastYearFigures(total, same)
    verdict = progress_light(Target(value), actual, YEAR, at, last_year=figures)
    assert verdict.growth_needed is not None
    outcome = actual + (total - same) * (1 + verdict.growth_needed / 100)
    # The figure is rounded to four places of a percent.
    assert abs(outcome - value) <= (total - same) * D("0.000001")


@settings(max_examples=200)
@given(
    st.decimals(-20, 20, places=1),
    st.decimals(-20, 20, places=1),
    positive_st,
    positive_st,
)
def test_growth_over_the_rest_of_the_year_brings_the_growth_of_the_year(
    wanted: Decimal, so_far: Decimal, same: Decimal, rest: Decimal
) -> None:
    target = Target(wanted, basis="growth", unit="%")
    figures = LastYearFigures(same + rest, same)
    verdict = progress_light(target, so_far, YEAR, date(2025, 8, 31), last_year=figures)
    assert verdict.growth_needed is not None
    outcome = same * (1 + so_far / 100) + rest * (1 + verdict.growth_needed / 100)
    assert abs(outcome - (same + rest) * (1 + wanted / 100)) <= rest * D("0.000001")


@given(st.lists(st.sampled_from(["green", "yellow", "red", "none"]), max_size=5))
def test_worst_is_the_worst_and_keeps_every_reason(lights: list[str]) -> None:
    verdicts = [
        LightVerdict(one, (Reason(f"r{n}"),))  # type: ignore[arg-type]  # sampled from the lights
        for n, one in enumerate(lights)
    ]
    found = worst(verdicts)
    assert SEVERITY[found.light] == max((SEVERITY[one] for one in lights), default=0)
    assert len(found.reasons) == len(lights)
    if lights:
        first = next(v for v in verdicts if v.reasons[0] == found.reasons[0])
        assert first.light == found.light


def plain_light(target: Target, actual: Decimal, share: Fraction) -> str:
    """The rule for flows in the words of the page, without the module's own parts."""
    value, amount = Fraction(target.value), Fraction(actual)
    due = value * share
    if target.comparator in ("<=", "<") or (
        target.comparator in ("=", "~") and target.direction == "lower"
    ):
        loose = Fraction(105, 100) if target.comparator == "~" else 1
        if amount > value * loose or (target.comparator == "<" and amount == value):
            return "red"
        if amount <= due * loose:
            return "green"
        return "yellow" if amount <= due * loose * Fraction(11, 10) else "red"
    loose = Fraction(95, 100) if target.comparator == "~" else 1
    done = amount > value if target.comparator == ">" else amount >= value * loose
    if done or (share < 1 and amount >= due * loose):
        return "green"
    return "yellow" if amount >= due * loose * Fraction(9, 10) else "red"


@settings(max_examples=400)
@given(positive_st, comparator_st, st.sampled_from(["higher", "lower"]), positive_st, day_st)
def test_a_flow_is_judged_as_the_words_say(
    value: Decimal, comparator: str, direction: str, actual: Decimal, at: date
) -> None:
    target = Target(value, comparator, direction=direction)  # type: ignore[arg-type]  # sampled
    share = Fraction((at - YEAR.start).days + 1, 365)
    assert light(target, str(actual), at) == plain_light(target, actual, share)


# Cases --------------------------------------------------------------------------------------

HALF = date(2025, 7, 2)  # 183 of 365 days


@pytest.mark.parametrize(
    ("actual", "expected"),
    [("800", "green"), ("772.11", "green"), ("770", "yellow"), ("695", "yellow"), ("690", "red")],
)
def test_investment_of_1540_is_judged_by_what_is_due_by_now(actual: str, expected: str) -> None:
    assert light(Target(D(1540), "="), actual, HALF) == expected


def test_the_verdict_says_rate_gap_and_what_the_rest_needs() -> None:
    verdict = progress_light(
        Target(D(1540), unit="亿元"),
        D(900),
        YEAR,
        date(2025, 8, 31),
        last_year=LastYearFigures(D(1500), D(1000)),
    )
    assert verdict.completion_rate == D("58.4416")
    assert verdict.progress_gap == D("-125.260274")  # due by 31 August: 1540 x 243 / 365
    assert verdict.growth_needed == D(28)  # 640 to do, 500 in the same months of last year
    assert [r.code for r in verdict.reasons] == [
        "progress.standing",
        "progress.behind",
        "progress.growth_needed",
    ]


def test_without_last_year_the_rest_is_named_by_month() -> None:
    verdict = progress_light(Target(D(1200)), D(700), YEAR, date(2025, 8, 31))
    assert verdict.growth_needed is None
    assert verdict.remaining_per_month == D(125)


@pytest.mark.parametrize(
    ("comparator", "actual", "expected"),
    [
        (">=", "6", "green"),
        (">", "6", "yellow"),
        (">", "6.1", "green"),
        (">=", "5.2", "yellow"),
        (">=", "4.9", "red"),
        ("~", "5.8", "green"),
        ("<=", "6", "green"),
        ("<", "6", "yellow"),
    ],
)
def test_growth_is_compared_directly_and_not_pro_rata(
    comparator: str, actual: str, expected: str
) -> None:
    target = Target(D(6), comparator, basis="growth")  # type: ignore[arg-type]  # parametrised
    assert light(target, actual, date(2025, 2, 28)) == expected


def test_negative_growth_that_falls_further_than_wanted_is_green() -> None:
    target = Target(D(-6), "=", basis="growth", direction="lower")
    assert light(target, "-6.85", HALF) == "green"
    assert light(target, "-5.5", HALF) == "yellow"
    assert light(target, "1", HALF) == "red"


def test_fine_dust_from_18_6_to_17_9_is_judged_by_the_way_gone() -> None:
    target = Target(D("17.9"), "=", aggregation="stock", direction="lower", baseline=D("18.6"))
    assert light(target, "18.2", HALF) == "green"  # 0.4 of 0.7 gone, half is due
    assert light(target, "18.28", HALF) == "yellow"
    assert light(target, "18.5", HALF) == "red"
    assert light(target, "19", HALF) == "red"
    assert light(target, "17.5", date(2025, 1, 3)) == "green"
    verdict = progress_light(target, D("18.25"), YEAR, HALF)
    assert verdict.completion_rate == D(50)


def test_fine_dust_as_an_average_is_compared_with_the_target_itself() -> None:
    target = Target(D("17.9"), "<=", aggregation="rate")
    assert light(target, "17.9", HALF) == "green"
    assert light(target, "18.5", HALF) == "yellow"
    assert light(target, "18.9", HALF) == "red"


def test_a_target_below_the_actual_is_reached_from_the_start() -> None:
    target = Target(D(70), ">=", aggregation="rate", unit="%")
    assert light(target, "91.1", date(2025, 1, 31)) == "green"
    level = Target(D(70), ">=", aggregation="stock", baseline=D("91.1"))
    assert level.method == "direct"
    assert light(level, "91.1", date(2025, 1, 31)) == "green"


def test_a_ceiling_is_used_up_over_the_year() -> None:
    ceiling = Target(D(1000), "<=")
    assert light(ceiling, "500", HALF) == "green"
    assert light(ceiling, "540", HALF) == "yellow"
    assert light(ceiling, "600", HALF) == "red"
    assert light(ceiling, "1001", YEAR.end) == "red"
    assert light(ceiling, "1000", YEAR.end) == "green"
    assert light(replace(ceiling, comparator="<"), "1000", YEAR.end) == "red"


def test_no_actual_and_a_period_that_has_not_begun_are_no_data() -> None:
    assert light(Target(D(10)), None, HALF) == "none"
    assert light(Target(D(10)), "5", date(2024, 12, 31)) == "none"


def test_last_years_profile_asks_little_where_last_year_did_little() -> None:
    slow = LastYear.of([D(n) for n in (1, 2, 4, 8, 12, 20, 30, 40, 55, 70, 85, 100)])
    assert light(Target(D(1000)), "300", date(2025, 7, 31), profile=slow) == "green"
    assert light(Target(D(1000)), "300", date(2025, 7, 31)) == "red"
    assert slow.share(YEAR, date(2025, 7, 31)) == Fraction(3, 10)
    # Within a month by days, across years for a period that crosses New Year.
    assert slow.share(YEAR, date(2025, 6, 15)) == Fraction(16, 100)
    across = Period(date(2025, 7, 1), date(2026, 6, 30))
    assert slow.share(across, date(2025, 12, 31)) == Fraction(8, 10)


def test_a_profile_set_by_hand_is_straight_between_its_points() -> None:
    hand = ByHand(((date(2025, 6, 30), D("0.2")),))
    assert hand.share(YEAR, date(2025, 6, 30)) == Fraction(1, 5)
    assert hand.share(YEAR, YEAR.end) == 1
    assert hand.share(YEAR, date(2025, 9, 30)) == Fraction(1, 5) + Fraction(4, 5) * Fraction(1, 2)


def test_months_left_count_parts_of_months() -> None:
    assert YEAR.months_left(date(2025, 8, 31)) == 4
    assert YEAR.months_left(date(2025, 11, 15)) == Fraction(3, 2)
    assert YEAR.months_left(YEAR.end) == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: LastYear((D("0.5"),) * 12),
        lambda: LastYear((D(1), *(D("0.5"),) * 10, D(1))),
        lambda: LastYear.of([D(0)] * 12),
        lambda: ByHand(((date(2025, 1, 1), D(2)),)),
        lambda: ByHand(((date(2025, 2, 1), D("0.5")), (date(2025, 1, 1), D("0.6")))),
        lambda: Period(date(2025, 1, 2), date(2025, 1, 1)),
        lambda: Target(D(1), "=="),  # type: ignore[arg-type]  # wrong on purpose
        lambda: LightPolicy(yellow_from=D(2)),
        lambda: LightPolicy(about=D(-1)),
        lambda: LightPolicy(yellow_working_days=-1),
    ],
)
def test_what_cannot_be_is_refused(make: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each message is its own
        make()  # type: ignore[operator]  # every parameter is a function


def test_a_policy_moves_the_cut_offs() -> None:
    patient = LightPolicy(green_from=D("0.8"), yellow_from=D("0.5"))
    assert light(Target(D(1000)), "420", HALF, policy=patient) == "green"
    assert light(Target(D(1000)), "300", HALF, policy=patient) == "yellow"
    assert light(Target(D(1000)), "999", YEAR.end, policy=patient) == "yellow"
