"""Pages of one month: what may be asked for, and what lies beside it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import RequestFactory

from district.kernel.base.errors import Invalid
from district.ui.months import month_asked, months_beside

At = Callable[[str], AbstractContextManager[None]]


def test_a_month_is_the_one_asked_for_else_the_present_one(at: At) -> None:
    with at("2025-09-30T23:00+08:00"):
        assert month_asked(RequestFactory().get("/", {"month": "2024-12"})) == date(2024, 12, 1)
        assert month_asked(RequestFactory().get("/")) == date(2025, 9, 1)


@pytest.mark.parametrize(
    "asked", ["2025-13", "0001-01", "9999-12", "2025-10", "九月", "2025-09-01"]
)
def test_what_is_no_month_that_there_are_figures_of_is_refused(asked: str, at: At) -> None:
    with at("2025-09-30T23:00+08:00"), pytest.raises(Invalid) as refused:
        month_asked(RequestFactory().get("/", {"month": asked}))
    assert refused.value.field == "month"
    assert refused.value.remedy


def test_the_months_beside_cross_the_year_and_end_at_the_present_one(at: At) -> None:
    with at("2026-01-10T09:00+08:00"):
        assert months_beside(date(2025, 12, 1)) == (date(2025, 11, 1), date(2026, 1, 1))
        assert months_beside(date(2026, 1, 1)) == (date(2025, 12, 1), None)
