"""Exact numbers stay exact through both databases; versions refuse lost updates."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import save_versioned

FIELD = ExactDecimalField()
LARGEST = Decimal(2**63 - 1).scaleb(-6)
numbers = st.decimals(
    min_value=-LARGEST, max_value=LARGEST, allow_nan=False, allow_infinity=False, places=6
)


@given(numbers)
def test_six_places_survive_the_way_to_the_database_and_back(number: Decimal) -> None:
    stored = FIELD.get_prep_value(number)
    assert FIELD.from_db_value(stored) == number


@given(st.lists(numbers.filter(lambda n: abs(n) < 10**9), max_size=30))
def test_sums_of_stored_values_are_the_stored_sum(values: list[Decimal]) -> None:
    total = sum((FIELD.get_prep_value(value) or 0) for value in values)
    assert FIELD.from_db_value(total) == sum(values, Decimal(0))


@given(numbers, numbers)
def test_stored_order_is_the_order_of_the_numbers(one: Decimal, other: Decimal) -> None:
    assert (FIELD.get_prep_value(one) < FIELD.get_prep_value(other)) == (one < other)


def test_further_places_are_rounded_half_even() -> None:
    assert FIELD.get_prep_value(Decimal("0.0000025")) == 2
    assert FIELD.get_prep_value(Decimal("0.0000035")) == 4
    assert Decimal("2.5").to_integral_value(ROUND_HALF_EVEN) == 2


@pytest.mark.parametrize("value", ["一百", "NaN", "Infinity", Decimal("1e13"), "1.2.3"])
def test_what_is_no_number_or_too_large_is_refused_in_words(value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        FIELD.get_prep_value(value)
    assert any("数字" in message for message in caught.value.messages)


@pytest.mark.django_db
def test_the_second_of_two_writers_is_told_and_changes_nothing() -> None:
    # Any versioned table will do; base may not import the parts above it.
    table: Any = apps.get_model("kernel_organisation", "Member")
    member = table.objects.create(name="甲")
    other = table.objects.get(pk=member.pk)
    member.name = "乙"
    save_versioned(member, ["name"])
    other.name = "丙"
    with pytest.raises(Conflict):
        save_versioned(other, ["name"])
    assert table.objects.get(pk=member.pk).name == "乙"


def test_an_invalid_input_names_field_problem_and_remedy() -> None:
    error = Invalid("value", "数值没有填。", "请填写数字。")
    assert (error.field, str(error)) == ("value", "数值没有填。 请填写数字。")


def test_keys_sort_by_time_and_are_valid_version_7_uuids() -> None:
    keys = [time_ordered_uuid() for _ in range(50)]
    assert all(key.version == 7 and key.variant == UUID(int=0x8 << 60).variant for key in keys)
    assert len(set(keys)) == 50
    stamps = [key.int >> 80 for key in keys]
    assert stamps == sorted(stamps)
