"""Pages of one day: what may be asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import RequestFactory

from district.kernel.base.errors import Invalid
from district.ui.days import day_asked

At = Callable[[str], AbstractContextManager[None]]


def test_a_day_is_the_one_asked_for_else_today(at: At) -> None:
    with at("2025-09-30T23:00+08:00"):
        assert day_asked(RequestFactory().get("/", {"day": "2024-02-29"})) == date(2024, 2, 29)
        assert day_asked(RequestFactory().get("/")) == date(2025, 9, 30)


@pytest.mark.parametrize("asked", ["2025-13-01", "tomorrow", "2025-10-01", "0001-01-01", "2025-09"])
def test_what_is_no_day_that_there_are_figures_of_is_refused(asked: str, at: At) -> None:
    with at("2025-09-30T23:00+08:00"), pytest.raises(Invalid) as refused:
        day_asked(RequestFactory().get("/", {"day": asked}))
    assert refused.value.field == "day"
    assert refused.value.remedy
