"""Consumers of the outbox: registered by name, run by the worker in the sealer's order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from district.kernel.base import clock
from district.kernel.history.models import ConsumerState, OutboxMessage, ParkedMessage
from district.kernel.history.records import Subject
from district.kernel.registry.ledger import note

log = logging.getLogger(__name__)
MOST_TRIES = 8
_FIRST_WAIT = timedelta(seconds=5)
#: A position that lags behind by more messages of others than this is put forward.
_STRIDE = 200


@dataclass(frozen=True)
class Message:
    """A message as a consumer receives it."""

    id: int
    topic: str
    subject: Subject
    payload: Mapping[str, Any]


Handler = Callable[[Message], None]
_CONSUMERS: dict[str, tuple[tuple[str, ...], Handler]] = {}


def consumer(name: str, topics: tuple[str, ...]) -> Callable[[Handler], Handler]:
    """Register a function for the messages of `topics` (exact, or a prefix ending in `.`).

    It is called at least once for each message, in order, inside a transaction with its
    checkpoint. What it does outside the database must bear repetition.
    """

    def decorate(handler: Handler) -> Handler:
        if name in _CONSUMERS and _CONSUMERS[name][1].__qualname__ != handler.__qualname__:
            raise ValueError(f"consumer {name!r} is declared twice")
        _CONSUMERS[name] = (topics, handler)
        note("consumer", name)
        return handler

    return decorate


def run_consumers(limit: int = 200) -> int:
    """Let every consumer read on by up to `limit` messages; returns how many were handled."""
    # Whatever has a position lies behind no message that gets one later.
    newest = OutboxMessage.objects.aggregate(at=Max("position"))["at"] or 0
    return sum(
        _run(name, topics, call, limit, newest) for name, (topics, call) in _CONSUMERS.items()
    )


def waiting() -> dict[str, int]:
    """Of each consumer the messages of its topics that it has not read."""
    known = dict(ConsumerState.objects.values_list("name", "position"))
    return {
        name: OutboxMessage.objects.filter(_of(topics), position__gt=known.get(name, 0)).count()
        for name, (topics, _handler) in _CONSUMERS.items()
    }


def _of(topics: tuple[str, ...]) -> Q:
    wanted = Q(pk__in=[])
    for topic in topics:
        wanted |= Q(topic__startswith=topic) if topic.endswith(".") else Q(topic=topic)
    return wanted


def _run(name: str, topics: tuple[str, ...], handler: Handler, limit: int, newest: int) -> int:
    state, _made = ConsumerState.objects.get_or_create(name=name)
    if state.retry_at and state.retry_at > clock.now():
        return 0
    rows = OutboxMessage.objects.filter(
        _of(topics), position__gt=state.position, position__lte=newest
    )
    handled, found = 0, list(rows.order_by("position")[:limit])
    for row in found:
        if not _handle(name, row, handler):
            return handled
        handled += 1
    if len(found) < limit:
        _pass_over(name, newest)
    return handled


def _pass_over(name: str, newest: int) -> None:
    """Nothing up to `newest` waits for this consumer: put its position there, for else it would
    look through the messages of all others again and again, more of them each time."""
    rows = ConsumerState.objects.filter(name=name, position__lt=newest - _STRIDE)
    rows.update(position=newest)


def _handle(name: str, row: OutboxMessage, handler: Handler) -> bool:
    """Run one message with its checkpoint; False when the consumer must wait before it."""
    message = Message(row.pk, row.topic, Subject.parse(row.subject), row.payload)
    try:
        with transaction.atomic():
            # Two workers: the second finds the position moved on and lets the message be.
            state = ConsumerState.objects.select_for_update().get(name=name)
            if state.position >= (row.position or 0):
                return True
            handler(message)
            state.position, state.failures = row.position or 0, 0
            state.last_error, state.retry_at = "", None
            state.save()
    except Exception as error:  # a consumer's fault must not stop the others
        log.exception("consumer %s failed on message %s", name, row.pk)
        return _count_failure(name, row, error)
    return True


@transaction.atomic
def _count_failure(name: str, row: OutboxMessage, error: Exception) -> bool:
    state = ConsumerState.objects.select_for_update().get(name=name)
    state.failures += 1
    state.last_error = f"{type(error).__name__}: {error}"[:2000]
    parked = state.failures >= MOST_TRIES
    if parked:
        ParkedMessage.objects.get_or_create(
            consumer=name,
            message=row,
            defaults={"error": state.last_error, "parked_at": clock.now()},
        )
        state.position, state.failures, state.retry_at = row.position or 0, 0, None
    else:
        state.retry_at = clock.now() + _FIRST_WAIT * 2 ** (state.failures - 1)
    state.save()
    return parked
