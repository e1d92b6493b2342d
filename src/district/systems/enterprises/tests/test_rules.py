"""Credit codes, industries, whom to believe: without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.base.credit_code import ALPHABET, check_character, is_credit_code
from district.systems.enterprises.rules.credit_code import are_credit_codes
from district.systems.enterprises.rules.facts import BY_KEY, from_plain, to_plain
from district.systems.enterprises.rules.industries import IndustryError, industries_from
from district.systems.enterprises.rules.resolving import (
    Telling,
    is_outdated,
    resolve,
    superseded,
)
from district.systems.enterprises.rules.validity import end_of_term, is_valid
from district.systems.enterprises.selectors.catalogue import default_industries
from district.systems.enterprises.tables import schema


def test_credit_codes_of_well_known_companies_are_valid() -> None:
    # Published registrations: the standard's arithmetic is right only if it accepts them.
    for code in ("914403001922038216", "91440300708461136T", "9144030071526726XG"):
        assert is_credit_code(code), code


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(first: str, at: int, other: str) -> None:
    code = first + check_character(first)
    wrong = code[:at] + other + code[at + 1 :]
    assert is_credit_code(code)
    assert is_credit_code(wrong) == (wrong == code)
    assert list(are_credit_codes([code, wrong])) == [True, wrong == code]


def test_a_credit_code_has_none_of_the_letters_that_look_like_digits() -> None:
    assert not is_credit_code("91440300I92203821X")
    assert list(are_credit_codes(["91440300I92203821X"])) == [False]
    with pytest.raises(ValueError, match="seventeen"):
        check_character("9144")


def test_industries_know_every_section_and_division() -> None:
    table = default_industries()
    assert len(table.children()) == 20
    assert len(table.sections) == 97
    assert table.full_code("3921") == table.full_code(" c3921") == "C3921"
    assert table.full_code("J3921") == "", "electronics are no finance"
    assert table.full_code("C99") == table.full_code("39x") == ""


def test_a_deeper_industry_than_the_table_knows_is_called_by_what_stands_above_it() -> None:
    table = default_industries()
    assert table.full_code("4041") == "C4041"
    assert table.label("C4041") == "光学仪器制造（C4041）"
    assert table.label("C39", english=True).startswith("Manufacture of computers")


def test_a_table_of_industries_with_a_hole_is_refused() -> None:
    with pytest.raises(IndustryError, match="division is missing"):
        industries_from([("C", "制造业", ""), ("C392", "通信设备制造", "")])
    with pytest.raises(IndustryError, match="line 3"):
        industries_from([("C", "制造业", ""), ("c39", "计算机", "")])


def telling(source: str, rank: int, day: int, **values: object) -> Telling:
    return Telling(source, rank, date(2025, 1, day), values)  # type: ignore[arg-type]  # plain values


def test_the_more_trusted_source_is_believed_and_the_other_is_a_conflict() -> None:
    found = resolve([telling("self", 7, 9, staff=80), telling("tax", 3, 1, staff=75, revenue="9")])
    assert found["staff"].value == 75
    assert [(one.source, value) for one, value in found["staff"].conflicts] == [("self", 80)]
    assert found["revenue"].conflicts == ()


def test_the_newest_of_equals_is_believed() -> None:
    found = resolve([telling("tax", 3, 1, staff=75), telling("statistics", 3, 2, staff=76)])
    assert (found["staff"].value, found["staff"].by.source) == (76, "statistics")


def test_who_contradicts_himself_is_no_conflict() -> None:
    found = resolve([telling("tax", 3, 1, staff=75), telling("tax", 3, 2, staff=76)])
    assert found["staff"].value == 76
    assert found["staff"].conflicts == ()


def test_what_is_said_anew_altogether_is_superseded() -> None:
    old = telling("tax", 3, 1, staff=75)
    more = telling("tax", 3, 2, staff=76, revenue="9")
    assert superseded(more, [old, telling("self", 7, 1, staff=75)]) == [old]
    assert superseded(old, [more]) == []
    assert is_outdated(old, [more])
    assert not is_outdated(more, [old])


@given(st.decimals(-(10**10), 10**10, places=6, allow_nan=False, allow_infinity=False))
def test_decimals_come_back_from_their_plain_form(number: Decimal) -> None:
    fact = BY_KEY["revenue"]
    plain = to_plain(fact, number)
    assert plain is not None
    assert "E" not in str(plain)
    assert from_plain(fact, plain) == number


def test_a_qualification_is_valid_on_its_first_and_last_day() -> None:
    ends = end_of_term(date(2022, 9, 22), 3)
    assert ends == date(2025, 9, 21)
    assert is_valid(date(2022, 9, 22), ends, date(2022, 9, 22))
    assert is_valid(date(2022, 9, 22), ends, ends)
    assert not is_valid(date(2022, 9, 22), ends, date(2025, 9, 22))
    assert end_of_term(date(2024, 2, 29), 3) == date(2027, 2, 28)


def test_conditions_may_ask_what_the_contract_says() -> None:
    assert {one.key for one in schema().attributes} >= {
        "code", "name", "kind", "status", "street", "community", "industry", "size",
        "established_on", "capital", "revenue", "revenue_growth", "staff", "rd_share", "patents",
        "exports", "is_above_scale", "qualifications", "is_dishonest", "lon", "lat",
    }  # fmt: skip
