"""Consumers of the outbox: registered by name, run by the worker in the sealer's order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
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
HandlerOfMany = Callable[[Sequence[Message]], None]


@dataclass(frozen=True)
class _Consumer:
    """Its topics, what it calls, and whether that takes all that waits at once."""

    topics: tuple[str, ...]
    handler: HandlerOfMany
    function: str
    together: bool


_CONSUMERS: dict[str, _Consumer] = {}


def consumer(name: str, topics: tuple[str, ...]) -> Callable[[Handler], Handler]:
    """Register a function for the messages of `topics` (exact, or a prefix ending in `.`).

    It is called at least once for each message, in order, inside a transaction with its
    checkpoint. What it does outside the database must bear repetition.
    """

    def decorate(handler: Handler) -> Handler:
        _declare(name, topics, handler.__qualname__, lambda rows: handler(rows[0]), together=False)
        return handler

    return decorate


def consumer_of_many(
    name: str, topics: tuple[str, ...]
) -> Callable[[HandlerOfMany], HandlerOfMany]:
    """As `consumer`, for work that is the same for many messages as for one: the function is called
    with all that wait (in order, at most `limit` of `run_consumers`), in one transaction. When it
    fails with many it is called with each alone, so that only the faulty one waits."""

    def decorate(handler: HandlerOfMany) -> HandlerOfMany:
        _declare(name, topics, handler.__qualname__, handler, together=True)
        return handler

    return decorate


def _declare(
    name: str, topics: tuple[str, ...], function: str, handler: HandlerOfMany, *, together: bool
) -> None:
    if name in _CONSUMERS and _CONSUMERS[name].function != function:
        raise ValueError(f"consumer {name!r} is declared twice")
    _CONSUMERS[name] = _Consumer(topics, handler, function, together)
    note("consumer", name)


def run_consumers(limit: int = 200) -> int:
    """Let every consumer read on by up to `limit` messages; returns how many were handled."""
    # Whatever has a position lies behind no message that gets one later.
    newest = OutboxMessage.objects.aggregate(at=Max("position"))["at"] or 0
    return sum(_run(name, one, limit, newest) for name, one in _CONSUMERS.items())


def waiting() -> dict[str, int]:
    """Of each consumer the messages of its topics that it has not read."""
    known = dict(ConsumerState.objects.values_list("name", "position"))
    return {
        name: OutboxMessage.objects.filter(_of(one.topics), position__gt=known.get(name, 0)).count()
        for name, one in _CONSUMERS.items()
    }


def _of(topics: tuple[str, ...]) -> Q:
    wanted = Q(pk__in=[])
    for topic in topics:
        wanted |= Q(topic__startswith=topic) if topic.endswith(".") else Q(topic=topic)
    return wanted


def _run(name: str, one: _Consumer, limit: int, newest: int) -> int:
    state, _made = ConsumerState.objects.get_or_create(name=name)
    if state.retry_at and state.retry_at > clock.now():
        return 0
    rows = OutboxMessage.objects.filter(
        _of(one.topics), position__gt=state.position, position__lte=newest
    )
    found = list(rows.order_by("position")[:limit])
    if one.together and len(found) > 1 and _handle_together(name, found, one.handler):
        handled = len(found)
    else:
        handled = 0
        for row in found:
            if not _handle(name, [row], one.handler):
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


def _handle(name: str, rows: Sequence[OutboxMessage], handler: HandlerOfMany) -> bool:
    """Run one message with its checkpoint; False when the consumer must wait before it."""
    try:
        _take(name, rows, handler)
    except Exception as error:  # a consumer's fault must not stop the others
        log.exception("consumer %s failed on message %s", name, rows[0].pk)
        return _count_failure(name, rows[0], error)
    return True


def _handle_together(name: str, rows: Sequence[OutboxMessage], handler: HandlerOfMany) -> bool:
    """Run many messages with one checkpoint; False when that fails, and nothing is done then."""
    try:
        _take(name, rows, handler)
    except Exception:  # one of them is at fault; each alone shows which, and counts its failure
        log.warning("consumer %s failed on %d messages at once", name, len(rows), exc_info=True)
        return False
    return True


@transaction.atomic
def _take(name: str, rows: Sequence[OutboxMessage], handler: HandlerOfMany) -> None:
    # Two workers: the second finds the position moved on and lets the messages be.
    state = ConsumerState.objects.select_for_update().get(name=name)
    new = [row for row in rows if (row.position or 0) > state.position]
    if not new:
        return
    handler([Message(row.pk, row.topic, Subject.parse(row.subject), row.payload) for row in new])
    state.position, state.failures = new[-1].position or 0, 0
    state.last_error, state.retry_at = "", None
    state.save()


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
