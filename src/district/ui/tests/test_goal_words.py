"""How a goal's basis and aim are said in front of its number."""

from __future__ import annotations

import pytest
from django.utils import translation

from district.ui.templatetags.district import goal_words


@pytest.mark.parametrize(
    ("basis", "comparator", "chinese", "english"),
    [
        ("yoy", "=", "同比增长", "growth on last year of "),
        ("yoy", ">=", "同比增长达到", "growth on last year of at least"),
        ("share", ">=", "占比达到", "share, at least"),
        (None, "<=", "不超过", "at most"),
    ],
)
def test_growth_is_said_as_growth_and_what_is_asked_of_it(
    basis: str | None, comparator: str, chinese: str, english: str
) -> None:
    assert goal_words(basis, comparator) == chinese
    with translation.override("en"):
        assert goal_words(basis, comparator) == english
