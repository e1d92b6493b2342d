"""Rows that are inserted together: the same as one by one, all of them or none."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.inserting import insert, together
from district.kernel.history.models import Event, OutboxMessage, PendingSeal, PersonKey
from district.kernel.history.public import Actor
from district.kernel.organisation.public import UnitRow, load_units
from district.kernel.tracking.models import TrackedRow
from district.kernel.tracking.public import save_calendar

pytestmark = pytest.mark.django_db
AT = datetime(2025, 9, 26, 1, 2, 3, 456789, tzinfo=UTC)


def event(number: int = 1) -> Event:
    return Event(
        subject_type="test", subject_id=str(number), sequence=1, kind="made", data_text="{}",
        actor_kind="system", at=AT, previous_hash="0" * 64, hash="1" * 64,
    )  # fmt: skip


def message(topic: str = "said", **payload: object) -> OutboxMessage:
    return OutboxMessage(topic=topic, subject="s", payload=payload, created_at=AT)


def person(key: str) -> PersonKey:
    return PersonKey(person_id=key, wrapped="w", created_at=AT)


def tracked(number: str) -> TrackedRow:
    return TrackedRow(
        id=time_ordered_uuid(), subject_type="test", subject_id=number, created_at=AT,
        title="'%s' \"引号\" 与\n换行",
        lead_unit_id="9", calendar_id="24x7", starts_at=AT, due_at=AT, light_since=AT,
        completion_rate=Decimal("12.500"), reasons=[{"why": "% 与 ' 与 \\"}],
    )  # fmt: skip


@pytest.fixture
def units() -> None:
    loader = Actor.system("tests")
    load_units([UnitRow("9", "试验区", "district")], actor=loader)
    save_calendar("24x7", kind="24x7", name="24x7", actor=loader)


def stored(row: models.Model) -> dict[str, object]:
    found = type(row)._default_manager.get(pk=row.pk)
    return {field.attname: getattr(found, field.attname) for field in row._meta.concrete_fields}


def test_every_value_comes_back_as_from_an_insert_of_django(units: None) -> None:
    ours, theirs = tracked("1"), tracked("2")
    insert([ours])
    theirs.save(force_insert=True)
    differing = {"id", "subject_id"}
    kept, wanted = stored(ours), stored(theirs)
    assert {k: v for k, v in kept.items() if k not in differing} == {
        k: v for k, v in wanted.items() if k not in differing
    }
    assert kept["id"] == ours.pk
    assert not ours._state.adding


def test_all_of_them_are_one_statement_on_postgresql_and_one_a_table_elsewhere() -> None:
    rows = [person("a"), person("b"), message(of={"a": [1, None]}), message("also")]
    first = event()
    with CaptureQueriesContext(connection) as captured, transaction.atomic(), together():
        insert(rows)
        insert([first, PendingSeal(event=first)])
        assert not PersonKey.objects.filter(pk="a").exists()
    words = [q["sql"] for q in captured.captured_queries if "INSERT" in q["sql"]]
    assert len(words) == (1 if connection.vendor == "postgresql" else 4)
    assert {key.pk for key in PersonKey.objects.all()} == {"a", "b"}
    assert [m.payload for m in OutboxMessage.objects.order_by("topic")] == [
        {},
        {"of": {"a": [1, None]}},
    ]
    assert PendingSeal.objects.get().event_id == first.pk == Event.objects.get().pk


def write(*rows: models.Model | None) -> None:
    """Insert together; a row of none is where the block fails."""
    with transaction.atomic(), together():
        for row in rows:
            if row is None:
                raise KeyError
            insert([row])


def test_a_block_that_fails_writes_nothing_and_leaves_no_rows_for_the_next() -> None:
    with pytest.raises(KeyError):
        write(person("a"), None)
    with together():
        insert([person("b")])
    assert [key.pk for key in PersonKey.objects.all()] == ["b"]


def test_a_block_within_a_block_is_written_with_the_outer_one() -> None:
    with together():
        insert([person("a")])
        with together():
            insert([person("b")])
        assert not PersonKey.objects.exists()
    assert PersonKey.objects.count() == 2


def test_one_that_the_database_refuses_takes_the_others_with_it() -> None:
    insert([person("a")])
    with pytest.raises(IntegrityError):
        write(message(), person("a"))
    assert not OutboxMessage.objects.exists()


def test_a_reference_to_a_row_that_is_not_written_yet_must_come_after_it() -> None:
    first = event()
    with pytest.raises((KeyError, IntegrityError)):
        write(PendingSeal(event=first), first)
