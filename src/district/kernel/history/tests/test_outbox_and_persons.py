"""Messages reach consumers once and in order; a person's data can be erased for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.errors import Conflict
from district.kernel.history import consumers
from district.kernel.history.models import ConsumerState, Event, ParkedMessage
from district.kernel.history.public import (
    Actor,
    Message,
    Personal,
    Subject,
    backlog,
    consumer,
    consumer_of_many,
    erase_person,
    events_of,
    protect,
    publish,
    record,
    reveal,
    run_consumers,
    seal_all,
    verify,
)

ROW = Subject("test.row", "1")
BY = Actor("member", "m1", "张三")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    monkeypatch.setattr(consumers, "_CONSUMERS", {})
    messages: list[Message] = []

    @consumer("test.listener", ("test.", "exact"))
    def listen(message: Message) -> None:
        if message.payload.get("poison"):
            raise ValueError("cannot take this")
        messages.append(message)

    return messages


@pytest.mark.django_db
def test_a_message_is_delivered_after_sealing_and_once(heard: list[Message]) -> None:
    publish("test.happened", {"id": 1}, ROW)
    publish("unheard", {"id": 2}, ROW)
    publish("exact", {"id": 3}, ROW)
    assert run_consumers() == 0
    seal_all()
    assert run_consumers() == 2
    assert run_consumers() == 0
    assert [message.payload["id"] for message in heard] == [1, 3]


@pytest.mark.django_db
def test_messages_of_others_are_passed_over_and_do_not_wait(
    heard: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "_STRIDE", 2)
    for number in range(5):
        publish("unheard", {"id": number}, ROW)
    seal_all()
    assert backlog()["behind"] == {"test.listener": 0}
    assert run_consumers() == 0
    before = ConsumerState.objects.get().position
    assert before > 0, "what is not for it is not looked through again"
    publish("exact", {"id": 5}, ROW)
    publish("unheard", {"id": 6}, ROW)
    seal_all()
    assert backlog()["behind"] == {"test.listener": 1}
    assert run_consumers() == 1
    assert backlog()["behind"] == {"test.listener": 0}
    assert [message.payload["id"] for message in heard] == [5]


@pytest.mark.django_db
def test_a_consumer_that_waits_to_try_again_passes_over_nothing(
    heard: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "_STRIDE", 0)
    publish("test.happened", {"poison": True}, ROW)
    publish("unheard", {"id": 2}, ROW)
    seal_all()
    assert run_consumers() == 0
    assert ConsumerState.objects.get().position == 0
    assert backlog()["behind"] == {"test.listener": 1}


@pytest.mark.django_db(transaction=True)
def test_a_message_of_a_rolled_back_change_is_never_delivered(heard: list[Message]) -> None:
    @transaction.atomic
    def change_that_fails() -> None:
        publish("test.happened", {}, ROW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_that_fails()
    seal_all()
    assert run_consumers() == 0


@pytest.mark.django_db
def test_a_failing_message_is_retried_later_then_parked_and_the_rest_goes_on(
    heard: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("test.happened", {"poison": True}, ROW)
    publish("test.happened", {"id": 2}, ROW)
    seal_all()
    now = clock.now()
    for attempt in range(consumers.MOST_TRIES - 1):
        assert run_consumers() == 0
        state = ConsumerState.objects.get()
        assert state.failures == attempt + 1
        assert "cannot take this" in state.last_error
        assert run_consumers() == 0, "it waits before it tries again"
        now += timedelta(days=1)
        monkeypatch.setattr(clock, "now", lambda moment=now: moment)
    assert run_consumers() == 2
    assert [message.payload["id"] for message in heard] == [2]
    assert ParkedMessage.objects.count() == 1


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> list[list[object]]:
    monkeypatch.setattr(consumers, "_CONSUMERS", {})
    calls: list[list[object]] = []

    @consumer_of_many("test.gatherer", ("test.",))
    def gather(messages: Sequence[Message]) -> None:
        if any(message.payload.get("poison") for message in messages):
            raise ValueError("cannot take this")
        calls.append([message.payload["id"] for message in messages])

    return calls


@pytest.mark.django_db
def test_a_consumer_of_many_gets_all_that_wait_at_once_in_order(
    gathered: list[list[object]],
) -> None:
    for number in range(5):
        publish("test.happened", {"id": number}, ROW)
    seal_all()
    assert run_consumers(limit=3) == 3
    assert run_consumers(limit=3) == 2
    assert run_consumers(limit=3) == 0
    assert gathered == [[0, 1, 2], [3, 4]]


@pytest.mark.django_db
def test_among_many_only_the_message_at_fault_waits_and_is_parked(
    gathered: list[list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        publish("test.happened", {"id": number, "poison": number == 1}, ROW)
    seal_all()
    now = clock.now()
    assert run_consumers() == 1, "what is before it is done alone"
    for _attempt in range(consumers.MOST_TRIES - 2):
        now += timedelta(days=1)
        monkeypatch.setattr(clock, "now", lambda moment=now: moment)
        assert run_consumers() == 0
    now += timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert run_consumers() == 3
    assert gathered == [[0], [2], [3]]
    assert ParkedMessage.objects.get().message.payload["id"] == 1


@pytest.mark.django_db
def test_personal_fields_are_ciphertext_in_history_and_their_viewing_is_recorded() -> None:
    event = record(ROW, "test.made", {}, actor=BY, personal={"phone": Personal("p1", "000-1234")})
    assert "000-1234" not in str(Event.objects.filter(pk=event.pk).values().get())
    assert reveal(event.personal["phone"], actor=BY, subject=ROW, reason="回访") == "000-1234"
    viewing = events_of(ROW)[0]
    assert viewing.kind == "history.personal.viewed"
    assert viewing.data == {"person": "p1", "reason": "回访"}


@pytest.mark.django_db
def test_erasing_a_person_makes_their_fields_unreadable_and_keeps_the_chain_sound() -> None:
    event = record(ROW, "test.made", {}, actor=BY, personal={"phone": Personal("p1", "000-1234")})
    erase_person("p1", actor=BY, reason="到期")
    assert reveal(event.personal["phone"], actor=BY, subject=ROW, reason="回访") is None
    with pytest.raises(Conflict, match="已按规定清除"):
        protect("p1", "again")
    assert verify().sound


@pytest.mark.django_db
def test_a_token_does_not_open_under_another_person() -> None:
    token = protect("p1", "000-1234")
    protect("p2", "x")
    with pytest.raises(ValueError, match="does not open"):
        reveal(token.replace("p1:p1:", "p1:p2:"), actor=BY, subject=ROW, reason="回访")
