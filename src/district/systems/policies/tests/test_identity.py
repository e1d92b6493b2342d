"""Identity numbers, facts of people and rounded counts, as pure rules."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.systems.policies.rules.recipients import (
    BY_KEY,
    birth_date,
    check_character,
    is_id_number,
    newer,
    outside,
    read_id_number,
)
from district.systems.policies.rules.rounding import rounded

TODAY = date(2025, 9, 22)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_BORN = st.dates(date(1900, 1, 1), TODAY)
_REST = st.integers(0, 999)


def _digits(born: date, rest: int) -> str:
    return f"440307{born:%Y%m%d}{rest:03d}"


@given(_BORN, _REST)
def test_the_check_character_is_that_of_the_standards_own_table(born: date, rest: int) -> None:
    """GB 11643-1999 prints the weights; the rule computes them."""
    digits = _digits(born, rest)
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True))
    assert check_character(digits) == "10X98765432"[total % 11]
    number = digits + check_character(digits)
    assert is_id_number(number, TODAY)
    assert birth_date(number) == born


@given(_BORN, _REST, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(born: date, rest: int, at: int, by: int) -> None:
    digits = _digits(born, rest)
    number = digits + check_character(digits)
    wrong = str((int(number[at]) + by) % 10)
    assert not is_id_number(number[:at] + wrong + number[at + 1 :], TODAY)


@given(_BORN, _REST, st.integers(0, 15))
def test_two_neighbours_that_change_places_are_noticed(born: date, rest: int, at: int) -> None:
    digits = _digits(born, rest)
    number = digits + check_character(digits)
    turned = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert turned == number or not is_id_number(turned, TODAY)


def test_the_published_examples_of_the_standard_hold() -> None:
    assert is_id_number("11010519491231002X", TODAY)
    assert is_id_number("440524188001010014", TODAY)


@pytest.mark.parametrize(
    "number",
    ["", "11010519491231002", "11010519491231002x", "11010519490231002X", "110105194912310021",
     "A1010519491231002X", "11010520991231002X", "\uff11\uff110105194912310021"],
)  # fmt: skip
def test_what_is_no_number_is_refused(number: str) -> None:
    assert not is_id_number(number, TODAY)


def test_a_number_is_read_as_people_type_it() -> None:
    assert read_id_number(" 110105 19491231 002x") == "11010519491231002X"
    assert read_id_number("\uff11\uff11010519491231002X") == "11010519491231002X"


_FACTS = st.dictionaries(st.sampled_from(["hukou", "family_size", "is_veteran"]), st.integers(0, 3))
_DAYS = st.dates(date(2025, 1, 1), date(2025, 1, 4))


@given(st.lists(st.tuples(_FACTS, _DAYS), max_size=6))
def test_of_each_fact_the_word_of_the_latest_day_stays(
    tellings: list[tuple[dict[str, int], date]],
) -> None:
    """Against a list of everything that was said: the last of the latest day."""
    held: dict[str, int] = {}
    sources: dict[str, list[str]] = {}
    said: dict[str, tuple[date, int]] = {}
    for facts, day in tellings:
        news = newer(facts, sources, day, held)
        held |= news
        sources |= {key: ["x", day.isoformat()] for key in news}
        for key, value in facts.items():
            if key not in said or said[key][0] <= day:
                said[key] = (day, value)
    assert held == {key: value for key, (_day, value) in said.items()}


def test_an_absent_fact_says_nothing() -> None:
    assert newer({"hukou": None}, {}, TODAY, {}) == {}


@pytest.mark.parametrize(
    ("key", "value", "wrong"),
    [("family_size", 0, False), ("family_size", 31, True), ("birth_date", TODAY, False),
     ("birth_date", date(2025, 9, 23), True), ("birth_date", date(1849, 1, 1), True),
     ("owns_home", False, False), ("hukou", "here", False)],
)  # fmt: skip
def test_what_cannot_be_is_seen(key: str, value: object, wrong: bool) -> None:
    assert outside(BY_KEY[key], value, TODAY) is wrong


@given(st.integers(0, 10_000), st.integers(2, 50))
def test_a_rounded_count_is_near_and_few_are_not_told(count: int, step: int) -> None:
    found = rounded(count, step)
    if count < step:
        assert found is None
    else:
        assert found is not None
        assert found % step == 0
        assert abs(found - count) * 2 <= step
