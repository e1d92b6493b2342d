"""The chain: what is recorded, in which order, and how tampering shows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.history import rules
from district.kernel.history.models import Event, SealBatch, SealedEvent
from district.kernel.history.public import (
    Actor,
    Entry,
    Subject,
    events_of,
    export_roots,
    record,
    record_many,
    seal_all,
    verify,
)

ROW = Subject("test.row", "1")
OTHER = Subject("test.row", "2")
Guards = Callable[[], AbstractContextManager[None]]
BY = Actor("member", "m1", "张三")


def _some_events(count: int = 5) -> list[Event]:
    return [
        record(ROW if n % 2 else OTHER, "test.changed", {"n": n, "x": Decimal("1.50")}, actor=BY)
        for n in range(count)
    ]


@pytest.mark.django_db
def test_events_of_a_subject_are_numbered_and_chained() -> None:
    first = record(ROW, "test.made", {"when": date(2025, 5, 1)}, actor=BY)
    second = record(ROW, "test.changed", {"value": Decimal("6.70")}, actor=BY, note="更正")
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.previous_hash == rules.GENESIS
    assert second.previous_hash == first.hash
    newest, oldest = events_of(ROW)
    assert newest.data == {"value": "6.7"}
    assert newest.note == "更正"
    assert oldest.data == {"when": "2025-05-01"}


@pytest.mark.django_db
def test_many_events_recorded_at_once_chain_as_if_recorded_singly() -> None:
    record(ROW, "test.made", {}, actor=BY)
    events = record_many(
        [
            Entry(ROW, "test.changed", {"n": 1}),
            Entry(OTHER, "test.made", {}),
            Entry(ROW, "test.changed", {"n": 2}),
        ],
        actor=BY,
    )
    assert [event.sequence for event in events] == [2, 1, 3]
    seal_all()
    assert verify().sound


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(ROW, "test.made", {}, actor=BY)


@pytest.mark.django_db
def test_an_untouched_history_verifies_sealed_and_unsealed() -> None:
    _some_events()
    assert verify().sound
    assert seal_all() == 5
    _some_events(2)
    report = verify()
    assert report.sound
    assert (report.events, report.subjects, report.pending) == (7, 2, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["event", "sealedevent", "sealbatch"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}={}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_history(table: str, statement: str) -> None:
    _some_events()
    seal_all()
    column = {"event": "note", "sealedevent": "event_hash", "sealbatch": "root"}[table]
    sql = statement.format(f"kernel_history_{table}", column, "'x'")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert verify().sound


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("data_text", '{"n":9}'),
        ("actor_name", "李四"),
        ("kind", "test.other"),
        ("note", "x"),
        ("at", datetime(2020, 1, 1, tzinfo=UTC)),
        ("personal_text", '{"a":"b"}'),
    ],
)
def test_any_altered_column_is_found(column: str, value: object, guards_down: Guards) -> None:
    events = _some_events()
    seal_all()
    with guards_down():
        Event.objects.filter(pk=events[2].pk).update(**{column: value})
    assert any("altered" in problem.what for problem in verify().problems)


@pytest.mark.django_db
@pytest.mark.parametrize("victim", range(5))
def test_a_deleted_event_is_found_wherever_it_stood(victim: int, guards_down: Guards) -> None:
    events = _some_events()
    seal_all()
    with guards_down():
        Event.objects.filter(pk=events[victim].pk).delete()
    assert not verify().sound


@pytest.mark.django_db
def test_a_history_rewritten_from_the_tail_is_found_by_roots_kept_outside(
    guards_down: Guards,
) -> None:
    _some_events()
    seal_all()
    kept = {int(str(row["last_position"])): str(row["root"]) for row in export_roots()}
    with guards_down():
        SealedEvent.objects.all().delete()
        SealBatch.objects.all().delete()
        Event.objects.all().delete()
    _some_events(5)
    seal_all()
    assert verify().sound
    assert not verify(outside=kept).sound


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_json)
def test_canonical_text_is_stable_under_a_round_trip(value: object) -> None:
    import json

    text = rules.canonical(value)
    assert rules.canonical(json.loads(text)) == text


@given(
    st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), min_size=1, max_size=12),
    st.data(),
)
def test_changing_any_one_link_changes_the_head(
    links: list[tuple[str, str]], data: st.DataObject
) -> None:
    def head(rows: list[tuple[str, str]]) -> str:
        previous = rules.GENESIS
        for number, (kind, body) in enumerate(rows, start=1):
            previous = rules.event_hash(
                previous_hash=previous,
                subject="a:1",
                sequence=number,
                kind=kind,
                data_text=body,
                personal_text="{}",
                note="",
                actor=("member", "1", ""),
                at=datetime(2025, 1, 1, tzinfo=UTC),
            )
        return previous

    victim = data.draw(st.integers(0, len(links) - 1))
    changed = list(links)
    changed[victim] = (links[victim][0], links[victim][1] + "x")
    assert head(changed) != head(links)
