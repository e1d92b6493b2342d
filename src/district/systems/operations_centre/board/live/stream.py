"""Streams of other systems that are told like the board's: what they look at is theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from district.kernel.base.streams import Application
from district.kernel.history.public import OutboxTail


@dataclass(frozen=True)
class Told:
    """What a stream follows: messages of these topics; who may do `action` anywhere hears that
    there were some, and no more."""

    topics: frozenset[str]
    action: str


class _Messages:
    """Counts the messages of some topics since the last look. One query a look."""

    def __init__(self, topics: Collection[str]) -> None:
        self._topics, self._tail = frozenset(topics), OutboxTail()

    def begin(self) -> None:
        self._tail.begin()

    def look(self) -> Sequence[Any]:
        return [one for one in self._tail.read() if one.topic in self._topics]


def live_stream(told: Told) -> Callable[[], Application]:
    """What `declare_stream` takes as `load`: a stream that tells of messages in the outbox."""

    def load() -> Application:
        # Loaded by the process that serves streams alone.
        from district.systems.operations_centre.board.live.app import application_of
        from district.systems.operations_centre.board.live.hints import NOTHING, Hint
        from district.systems.operations_centre.board.live.hub import Hub
        from district.systems.operations_centre.board.live.sessions import Who

        def tells(who: Who, changes: Sequence[Any]) -> Hint:
            return Hint(count=len(changes)) if told.action in who.may else NOTHING

        @cache
        def hub() -> Hub:
            return Hub(lambda: _Messages(told.topics), tells, (told.action,))

        return application_of(hub)

    return load
