"""The tail of the outbox: each message once, also one that was committed late."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from district.kernel.base import clock
from district.kernel.history.models import OutboxMessage
from district.kernel.history.public import OutboxTail, Subject, publish

pytestmark = pytest.mark.django_db
ROW = Subject("test.row", "1")


class Watch:
    """Seconds that the test moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def leave(pk: int) -> None:
    OutboxMessage.objects.create(
        pk=pk, topic="test", subject=str(ROW), payload={}, created_at=clock.now()
    )


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def tail(watch: Watch) -> OutboxTail:
    """A tail that begins behind the messages 1 and 10 of a quiet outbox."""
    OutboxMessage.objects.all().delete()
    for pk in (1, 10):
        leave(pk)
    made = OutboxTail(watch)
    made.begin()
    return made


def test_what_was_there_at_the_beginning_is_not_told_and_what_follows_is_told_once(
    tail: OutboxTail,
) -> None:
    assert tail.read() == []
    leave(11)
    assert [(one.id, one.topic, one.subject) for one in tail.read()] == [(11, "test", ROW)]
    assert tail.read() == []


def test_a_lower_id_that_is_committed_later_is_told_too(tail: OutboxTail) -> None:
    leave(14)
    assert [one.id for one in tail.read()] == [14]
    leave(12)
    leave(5)  # a gap from before the beginning: that transaction was under way
    assert [one.id for one in tail.read()] == [5, 12]
    leave(13)
    leave(15)
    assert [one.id for one in tail.read()] == [13, 15]
    assert tail.read() == []


def test_a_gap_that_stays_is_forgotten_after_a_minute(tail: OutboxTail, watch: Watch) -> None:
    leave(14)
    tail.read()
    watch.now = 61
    tail.read()
    leave(12)
    assert tail.read() == []


def test_a_look_is_one_query_however_many_gaps_there_are(tail: OutboxTail) -> None:
    for pk in range(20, 2000, 7):
        leave(pk)
    assert len(tail.read()) == len(range(20, 2000, 7))
    with CaptureQueriesContext(connection) as captured:
        tail.read()
    assert len(captured) == 1


def test_more_than_a_look_takes_is_read_on(tail: OutboxTail) -> None:
    for pk in range(11, 31):
        leave(pk)
    assert [one.id for one in tail.read(most=15)] == list(range(11, 26))
    assert [one.id for one in tail.read(most=15)] == list(range(26, 31))


@pytest.mark.django_db(transaction=True)
def test_a_message_is_told_without_the_sealer_once_its_transaction_is_committed() -> None:
    tail = OutboxTail()
    tail.begin()
    with transaction.atomic():
        publish("test", {}, ROW)
    assert [one.topic for one in tail.read()] == ["test"]
