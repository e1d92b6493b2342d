"""The one poller of the process and those who listen."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.db import connection

from district.kernel.base import clock
from district.systems.operations_centre.board.live.hints import (
    NOTHING,
    Hint,
    event,
    hint_data,
    hint_for,
)
from district.systems.operations_centre.board.live.reader import Reader
from district.systems.operations_centre.board.live.sessions import Who, who_listens

log = logging.getLogger(__name__)
T = TypeVar("T")

TICK = 0.4  # seconds between two looks while anybody listens
_LONGEST_WAIT = 5.0  # seconds between two attempts to reach a database that does not answer
_IDLE = 60.0  # seconds without listeners after which what was known is let go
_KEPT = 500  # looks with changes that a listener who comes back may ask for


class Looks(Protocol):
    """What finds out, again and again, what changed since the last look."""

    def begin(self) -> None:
        """Start behind what is committed now."""
        ...

    def look(self) -> Sequence[Any]:
        """The changes since the last look."""
        ...


#: What of some changes somebody may be told.
Tells = Callable[[Who, Sequence[Any]], Hint]


def _cases_told(who: Who, changes: Sequence[Any]) -> Hint:
    return hint_for(who.sight, changes)


class Listener:
    """One connection. What it has not sent yet is kept together, so a slow one costs no more."""

    def __init__(self, session_key: str, who: Who) -> None:
        self.session_key, self.who = session_key, who
        self.ready = asyncio.Event()
        self.ended = False
        self._hint, self._also = NOTHING, dict[str, None]()

    def hear(self, hint: Hint) -> None:
        """Tell it of changes with its next event."""
        self._hint |= hint
        self.ready.set()

    def hear_word(self, word: str) -> None:
        """Tell it `lost`, `reset` (fetch everything anew) or `ended`."""
        self._also[word] = None
        self.ended = self.ended or word == "ended"
        self.ready.set()

    def take(self, key: str) -> bytes:
        """The events that wait; nothing waits afterwards."""
        now = clock.now()
        data: dict[str, object] = {"at": now.isoformat()}
        found = b"".join(event(word, data, key) for word in self._also)
        if self._hint.count:
            found += event("changed", hint_data(self._hint, now), key)
        self._hint, self._also = NOTHING, {}
        self.ready.clear()
        return found


class Hub:
    """Tells each listener what it may know of what changed, as long as anybody listens.

    `reader` makes what looks for changes, cases and their lights unless another is given; `tells`
    says what of them a listener may know, `asked` which actions it wants to know of each listener.
    """

    def __init__(
        self,
        reader: Callable[[], Looks] = Reader,
        tells: Tells = _cases_told,
        asked: Sequence[str] = (),
    ) -> None:
        self._make_reader, self._tells, self._asked = reader, tells, tuple(asked)
        self._listeners: set[Listener] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._reader: Looks | None = None
        self._idle_since = 0.0
        # One thread looks at changes, two at sessions: neither waits for the other.
        self._looking = ThreadPoolExecutor(1, "board-look")
        self._asking = ThreadPoolExecutor(2, "board-ask")
        self._boot, self._number = secrets.token_hex(4), 0
        self._kept: deque[tuple[int, Sequence[Any]]] = deque(maxlen=_KEPT)
        self._kept_from = 0

    @property
    def key(self) -> str:
        """The id of the newest event: of this process, so many looks with changes."""
        return f"{self._boot}-{self._number}"

    async def who(self, session_key: str) -> Who | None:
        """Who is behind a session now; None where nobody is."""
        return await self._in(self._asking, lambda: who_listens(session_key, self._asked))

    def has_room(self, member: str) -> bool:
        """Whether one more may listen, and one more of this member."""
        own = Counter(listener.who.member for listener in self._listeners)[member]
        everybody = len(self._listeners)
        return everybody < settings.DISTRICT_LISTENERS and own < settings.DISTRICT_LISTENERS_EACH

    def join(self, listener: Listener, last: str) -> None:
        """Let it listen; with the id of the last event that it heard it hears what it missed."""
        if last and last != self.key:
            self._catch_up(listener, last)
        self._listeners.add(listener)
        for name, work in (("poll", self._poll), ("check", self._check)):
            if name not in self._tasks or self._tasks[name].done():
                self._tasks[name] = asyncio.create_task(work())

    def leave(self, listener: Listener) -> None:
        """It listens no more."""
        self._listeners.discard(listener)
        if not self._listeners:
            # Poller and checker end by themselves: what a look has read must not be lost.
            self._idle_since = time.monotonic()

    def _catch_up(self, listener: Listener, last: str) -> None:
        boot, _dash, number = last.partition("-")
        known = boot == self._boot and number.isdigit() and int(number) >= self._kept_from
        if not known:
            listener.hear_word("reset")
            return
        missed = [one for at, changes in self._kept if at > int(number) for one in changes]
        hint = self._tells(listener.who, missed)
        if hint.count:
            listener.hear(hint)

    async def _poll(self) -> None:
        """Look again and again while anybody listens. What cannot be read is said, waited for, and
        begun anew."""
        wait = TICK
        if self._reader is not None and time.monotonic() - self._idle_since > _IDLE:
            self._forget()
        while self._listeners:
            try:
                reader = self._reader or await self._begin()
                self._tell(await self._in(self._looking, reader.look))
                wait = TICK
            except Exception:  # the poller must outlive whatever a look meets
                log.exception("the board's poller could not look; it tries again")
                self._forget()
                self._say("lost")
                await self._in(self._looking, _let_go)
                wait = min(max(1.0, wait * 2), _LONGEST_WAIT)
            await asyncio.sleep(wait)

    async def _begin(self) -> Looks:
        reader = self._make_reader()
        await self._in(self._looking, reader.begin)
        self._reader = reader
        # Whoever listens already has missed what happened in between.
        self._say("reset")
        return reader

    def _forget(self) -> None:
        self._reader = None
        self._kept.clear()
        self._number += 1
        self._kept_from = self._number

    def _tell(self, changes: Sequence[Any]) -> None:
        if not changes:
            return
        self._number += 1
        self._kept.append((self._number, changes))
        self._kept_from = max(self._kept_from, self._kept[0][0] - 1)
        for listener in self._listeners:
            hint = self._tells(listener.who, changes)
            if hint.count:
                listener.hear(hint)

    def _say(self, word: str) -> None:
        for listener in self._listeners:
            listener.hear_word(word)

    async def _check(self) -> None:
        """End those whose session is over; take what rights they have by now."""
        while self._listeners:
            await asyncio.sleep(settings.DISTRICT_LISTENERS_CHECK)
            for listener in tuple(self._listeners):
                try:
                    who = await self.who(listener.session_key)
                except Exception:  # the database is away; the poller says so
                    log.exception("the board could not look after a session; it tries again")
                    await self._in(self._asking, _let_go)
                    break
                if who is None or who.member != listener.who.member:
                    listener.hear_word("ended")
                elif who != listener.who:
                    listener.who = who
                    listener.hear_word("reset")

    async def _in(self, pool: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, call)


def _let_go() -> None:
    """Close this thread's connection; the next query opens another."""
    connection.close()
