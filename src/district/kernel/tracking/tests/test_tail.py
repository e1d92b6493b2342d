"""The tail of lights: each turn once, for as long as a sweep may take to commit."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from district.kernel.base import clock
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.history.public import Subject
from district.kernel.tracking.models import LightChange, TrackedRow
from district.kernel.tracking.public import LightTail
from district.kernel.tracking.tests.conftest import tracked

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(district: None) -> TrackedRow:
    return tracked("tail")


def turn(row: TrackedRow, ago: float = 0.0) -> None:
    """The row's light turned; its change got its key so many seconds ago."""
    key = time_ordered_uuid()
    if ago:
        milliseconds = int((time.time() - ago) * 1000)
        key = UUID(int=(milliseconds << 80) | (key.int & ((1 << 80) - 1)))
    LightChange.objects.create(pk=key, row=row, before="green", after="yellow", at=clock.now())


def test_a_turn_is_told_once_and_earlier_ones_never(row: TrackedRow) -> None:
    turn(row)
    tail = LightTail()
    tail.begin()
    assert tail.read() == []
    turn(row)
    assert tail.read() == [Subject(row.subject_type, row.subject_id)]
    assert tail.read() == []


def test_a_turn_that_was_committed_half_a_minute_late_is_told(row: TrackedRow) -> None:
    tail = LightTail()
    tail.begin()
    turn(row)
    tail.read()
    turn(row, ago=30)
    assert len(tail.read()) == 1
    assert tail.read() == []


def test_a_burst_beyond_one_look_is_read_on(row: TrackedRow) -> None:
    tail = LightTail()
    tail.begin()
    for _one in range(25):
        turn(row)
    assert [len(tail.read(most=10)) for _look in range(4)] == [10, 10, 5, 0]
