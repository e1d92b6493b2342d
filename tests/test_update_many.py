"""Bulk writes mean what Django's own do, for every kind of column that the product has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from district.kernel.base.bulk import update_many
from district.kernel.organisation.public import Unit
from district.kernel.tracking.models import TrackedRow, WorkCalendar

pytestmark = pytest.mark.django_db
_FIELDS = ("title", "lead_unit", "due_at", "reasons", "completion_rate", "episode", "light")
_AT = datetime(2025, 9, 26, 1, tzinfo=UTC)


@pytest.fixture
def rows() -> list[TrackedRow]:
    """Five rows as new, written one by one."""
    for code in ("A", "B"):
        Unit.objects.create(code=code, name=code, level="department", path=f"/{code}/")
    WorkCalendar.objects.create(key="24x7", name="24x7", kind="24x7")
    return [
        TrackedRow.objects.create(
            subject_type="tests.thing",
            subject_id=str(number),
            title=f"甲{number}",
            lead_unit_id="A",
            calendar_id="24x7",
            starts_at=_AT,
            light_since=_AT,
            created_at=_AT,
        )
        for number in range(5)
    ]


def _change(rows: list[TrackedRow]) -> None:
    for number, row in enumerate(rows):
        row.title = f"100%乙{number}"
        row.lead_unit_id = "B" if number % 2 else "A"
        row.due_at = _AT + timedelta(days=number) if number else None
        row.reasons = [{"code": "x", "params": {"名": str(number)}}]
        row.completion_rate = Decimal("-12.345678") * number if number else None
        row.episode, row.light = number, "red"


def _kept() -> list[dict[str, object]]:
    return [model_to_dict(row) for row in TrackedRow.objects.order_by("subject_id")]


def test_every_kind_of_column_is_written_as_bulk_update_writes_it(rows: list[TrackedRow]) -> None:
    before = _kept()
    _change(rows)
    TrackedRow.objects.bulk_update(rows, _FIELDS)
    wanted = _kept()
    assert wanted != before
    for row, old in zip(rows, before, strict=True):
        TrackedRow.objects.filter(pk=row.pk).update(**{key: old[key] for key in _FIELDS})
    assert _kept() == before
    update_many(rows, _FIELDS)
    assert _kept() == wanted


def test_only_the_named_fields_are_written(rows: list[TrackedRow]) -> None:
    _change(rows)
    update_many(rows, ["title"])
    assert {row["light"] for row in _kept()} == {"none"}
    assert _kept()[3]["title"] == "100%乙3"


def test_a_row_that_is_gone_is_passed_over_and_no_rows_cost_nothing(rows: list[TrackedRow]) -> None:
    TrackedRow.objects.filter(pk=rows[0].pk).delete()
    _change(rows)
    update_many(rows, _FIELDS)
    assert [row["title"] for row in _kept()] == [f"100%乙{number}" for number in range(1, 5)]
    with CaptureQueriesContext(connection) as caught:
        update_many([], _FIELDS)
    assert not caught.captured_queries


def test_a_name_that_is_no_column_is_refused(rows: list[TrackedRow]) -> None:
    with pytest.raises(KeyError):
        update_many(rows, ["co_units"])
