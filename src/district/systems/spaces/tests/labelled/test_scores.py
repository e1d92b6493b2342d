"""Spaces on the labelled set, beside a keyword search (docs/spaces-set.md).

Floors stand a little below what was measured when the ranking was settled.
"""

from __future__ import annotations

import pytest

from district.systems.spaces.rules.listing import claims_of
from district.systems.spaces.tests.labelled import judge
from district.systems.spaces.tests.labelled.scored import (
    demands,
    fitting,
    held_out,
    keywords,
    market,
    ours,
    supplies,
    train,
)
from district.testing.relevance import ndcg_at_10, recall_at_10

pytestmark = pytest.mark.one_database


def test_the_set_is_as_its_description_says() -> None:
    assert len(supplies()) == 162
    assert len(train()) == len(held_out()) == 23
    assert all(one.is_held_out == (int(one.key[1:]) % 2 == 0) for one in demands())
    assert len(judge.rows("parks.csv")) == 28


def test_the_labels_are_what_the_guideline_says_of_the_truth() -> None:
    kept = [(row["demand"], row["unit"], int(row["grade"])) for row in judge.rows("labels.csv")]
    assert kept == judge.labels()


@pytest.mark.parametrize(("half", "floor"), [("train", 0.95), ("held_out", 0.85)])
def test_spaces_are_found_better_than_by_keywords(half: str, floor: float) -> None:
    asked = train() if half == "train" else held_out()
    found = recall_at_10(ours, asked)
    assert found >= floor
    assert found > recall_at_10(keywords, asked)
    assert ndcg_at_10(ours, asked) > ndcg_at_10(keywords, asked)


def test_what_the_record_is_known_to_miss_is_never_shown_and_what_fits_comes_first() -> None:
    """Larger units are shown only where their listing says that they are let in parts."""
    number = {one.key: at for at, one in enumerate(supplies())}
    for one in demands():
        shown, fits = ours(one), fitting(one)
        assert shown[: len(fits)] == fits
        assert len(set(shown)) == len(shown)
        made = market(one)
        for key in shown[len(fits) :]:
            verdicts = made.explain(0, number[key]).verdicts
            missed = [each.key for each, how in verdicts if how == "missed"]
            assert missed in ([], ["area_to"])
            assert not missed or "part" in claims_of(supplies()[number[key]].listing).values
