"""The large district of the benchmarks is one that the product itself would have made."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import transaction

from district.kernel.history.public import verify
from district.kernel.plan.public import Commitment
from district.kernel.tracking.public import TrackedRow, refresh_lights
from district.testing.population import Population, populate

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
_ROWS = 120
At = Callable[[str], AbstractContextManager[None]]


def _made(at: At) -> Population:
    with at("2025-09-26T09:00+08:00"):
        return populate(_ROWS, seed=7)


def test_a_population_has_the_rows_that_were_asked_for_and_holds_together(at: At) -> None:
    made = _made(at)
    added = TrackedRow.objects.filter(subject_type="plan.commitment", title__contains="-L")
    owed = TrackedRow.objects.filter(subject_type="measures.filing", theme="filing")
    assert added.count() == _ROWS * 4 // 5
    assert owed.filter(title__contains="项（").count() == _ROWS // 5
    assert made.tracked == TrackedRow.objects.count() >= _ROWS
    assert not Commitment.objects.filter(tracked=None, sequence__contains="-L").exists()
    assert set(added.values_list("light", flat=True)) >= {"red", "yellow", "green", "none"}
    with at("2025-09-26T09:00+08:00"):
        assert refresh_lights().turned == 0
    assert verify().problems == ()


def test_the_same_seed_at_the_same_moment_makes_the_same_commitments(at: At) -> None:
    first = _commitments_of_one(at)
    assert len(first) == _ROWS * 4 // 5
    assert _commitments_of_one(at) == first


def _commitments_of_one(at: At) -> list[tuple[object, ...]]:
    """What a population promises; nothing of it stays."""
    with transaction.atomic():
        _made(at)
        found = Commitment.objects.filter(sequence__contains="-L").order_by("sort")
        rows = list(found.values_list("pk", "title", "value", "lead_unit", "deadline", "state"))
        transaction.set_rollback(True)
    return rows


def test_a_population_is_made_in_an_empty_database_only(at: At) -> None:
    _made(at)
    with pytest.raises(ValueError, match="empty database"):
        populate(_ROWS)
