"""Taking messages in: what has gathered is parsed, checked, made durable and answered as one."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from district.kernel.sensing.gateway import reasons
from district.kernel.sensing.gateway.declared import NOBODY_KNOWN, Declared
from district.kernel.sensing.gateway.ports import Clock, Refusal
from district.kernel.sensing.gateway.refusals import refusals_of
from district.kernel.sensing.intake import Checked, Gathered, Recent, parse_gathered
from district.kernel.sensing.log import Busy, Closed, LogError, LogWriter

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """What a sender sent: the bytes, the sender's key or NOBODY_KNOWN, and the datastream that
    the address or topic names; its readings must be of that one then."""

    data: bytes
    source: int
    addressed: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that was set aside: its message in the offer, its place in that (-1: the message
    as a whole), the reason's code, and for malformed ones what is wrong."""

    message: int
    item: int
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an offer: `accepted` readings are durable in the frame at `position`
    (None where none was accepted), and `refused` ones are noted for quarantine."""

    accepted: int
    position: int | None
    refused: tuple[Refused, ...]


@dataclass(slots=True)
class Offer:
    """Messages that are answered together."""

    messages: Sequence[Message]
    size: int
    future: Future[Answer] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may wait before `Busy`, and what is taken as one group.

    Groups begin at least `gather` seconds apart unless they are full: each costs a good
    half millisecond, however small it is.
    """

    backlog_messages: int = 200_000
    backlog_bytes: int = 64 << 20
    group_messages: int = 4_000
    group_bytes: int = 4 << 20
    gather: float = 0.01


@dataclass(slots=True)
class _Group:
    """A group on its way: checked, and handed to the log."""

    offers: list[Offer]
    gathered: Gathered
    checked: Checked
    sources: NDArray[np.int64]
    received: int
    future: Future[int] | None


class Taking:
    """The one thread between senders and the log. Any thread may offer."""

    def __init__(
        self,
        writer: LogWriter,
        recent: Recent,
        declared: Callable[[], Declared],
        clock: Clock,
        refuse: Callable[[Sequence[Refusal]], None],
        bounds: Bounds | None = None,
    ) -> None:
        self._writer, self._recent, self._declared = writer, recent, declared
        self._clock, self._refuse, self._bounds = clock, refuse, bounds or Bounds()
        self._waiting: deque[Offer] = deque()
        # Not answered yet; and of these, not yet taken into a group.
        self._messages = self._bytes = self._queued_messages = self._queued_bytes = 0
        self._begun = -1.0
        self._closing = False
        self._changed = threading.Condition()
        self._group: list[Offer] = []
        self._pending: _Group | None = None
        self.busy = 0
        self.counts: Counter[str] = Counter()
        #: By source: when something of it came last, and when something was accepted, µs.
        self.seen: dict[int, int] = {}
        self.accepted_at: dict[int, int] = {}
        self._thread = threading.Thread(target=self._run, name="taking", daemon=True)

    def start(self) -> None:
        """Begin to take offers."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what was offered, then end; offers raise Closed from now on."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    def offer(self, messages: Sequence[Message]) -> Future[Answer]:
        """Hand messages over; the future has the answer once what is accepted is durable.

        Raises Busy when too much waits, Closed when the gateway ends; the future raises
        NotWritten, Busy or Closed. Then nothing was accepted, and the same may be offered again.
        """
        offer = Offer(messages, sum(len(message.data) for message in messages))
        bounds = self._bounds
        with self._changed:
            if self._closing:
                raise Closed("the gateway ends")
            count, size = self._messages + len(messages), self._bytes + offer.size
            if self._messages and (count > bounds.backlog_messages or size > bounds.backlog_bytes):
                self.busy += 1
                raise Busy(f"{self._messages} messages wait already; send again later")
            self._messages, self._bytes = count, size
            self._waiting.append(offer)
            self._queued_messages += len(messages)
            self._queued_bytes += offer.size
            self._changed.notify()
        return offer.future

    @property
    def is_alive(self) -> bool:
        """Whether offers are taken; False behind the end, wanted or not."""
        return self._thread.is_alive()

    @property
    def waiting(self) -> tuple[int, int]:
        """Messages and bytes that were offered and are not answered yet."""
        with self._changed:
            return self._messages, self._bytes

    # -- the thread -------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while self._step():
                pass
        except Exception:  # nobody may wait for ever; without this thread nothing is taken in
            log.exception("taking readings in has ended")
        finally:
            with self._changed:
                self._closing = True
                left = [*self._group, *self._waiting]
                if self._pending is not None:
                    left += self._pending.offers
                self._waiting.clear()
            for offer in left:
                _fail(offer, Closed("the gateway has ended"))

    def _step(self) -> bool:
        """Take the next group in; while the disk is at the one before, the next is parsed."""
        self._group = self._next_group(wait=self._pending is None)
        if not self._group:
            if self._pending is None:
                return False
            self._finish()
            return True
        received = self._clock.now()
        messages = [message for offer in self._group for message in offer.messages]
        gathered = _parsed(messages, received)
        # Not earlier: what is in the group before must be known when this one is checked.
        self._finish()
        self._begin(messages, gathered, received)
        return True

    def _next_group(self, *, wait: bool) -> list[Offer]:
        bounds = self._bounds
        with self._changed:
            while wait and not self._waiting and not self._closing:
                self._changed.wait()
            while (left := self._gathering()) > 0:
                if not wait:
                    return []
                self._changed.wait(left)
            self._begun = time.monotonic()
            group: list[Offer] = []
            messages = size = 0
            while self._waiting:
                offer = self._waiting[0]
                messages, size = messages + len(offer.messages), size + offer.size
                if group and (messages > bounds.group_messages or size > bounds.group_bytes):
                    break
                group.append(self._waiting.popleft())
                self._queued_messages -= len(offer.messages)
                self._queued_bytes -= offer.size
            return group

    def _gathering(self) -> float:
        """For how many seconds more offers are awaited before the next group begins."""
        bounds = self._bounds
        if self._closing or (
            self._queued_messages >= bounds.group_messages
            or self._queued_bytes >= bounds.group_bytes
        ):
            return 0.0
        return self._begun + bounds.gather - time.monotonic()

    def _begin(self, messages: list[Message], gathered: Gathered, received: int) -> None:
        by_message = np.array([message.source for message in messages], np.int64)
        named = np.array([_named(message) for message in messages], np.int64)
        sources = by_message[gathered.messages]
        checked = self._declared().check(
            gathered.batch, sources, named[gathered.messages], self._recent
        )
        group = _Group(self._group, gathered, checked, by_message, received, None)
        try:
            if len(checked.accepted):
                group.future = self._writer.submit(checked.accepted)
        except (Busy, Closed) as error:
            self._end(group.offers, error)
        else:
            self._pending = group
        self._group = []

    def _finish(self) -> None:
        """Wait until the group under way is durable, remember and answer it."""
        group = self._pending
        if group is None:
            return
        try:
            position = group.future.result() if group.future is not None else None
        except LogError as error:
            self._pending = None
            self._end(group.offers, error)
            return
        self._recent.keep(group.checked.accepted)
        self._note(group)
        answers = _answers(group, position)
        self._pending = None
        self._settle(group.offers)
        for offer, answer in zip(group.offers, answers, strict=True):
            if offer.future.set_running_or_notify_cancel():
                offer.future.set_result(answer)

    def _note(self, group: _Group) -> None:
        """Counts, what was seen when, and what goes to quarantine."""
        checked, sources = group.checked, group.sources
        of_reading = sources[group.gathered.messages]
        self._refuse(refusals_of(group.gathered, checked, sources, group.received))
        for reason, count in enumerate(np.bincount(checked.reasons).tolist()):
            if count:
                self.counts[reasons.CODES[reason]] += count
        if group.gathered.malformed:
            self.counts[reasons.MALFORMED] += len(group.gathered.malformed)
        good = checked.reasons == 0
        for source in np.unique(sources).tolist():
            if source != NOBODY_KNOWN:
                self.seen[source] = group.received
        for source in np.unique(of_reading[good]).tolist():
            self.accepted_at[source] = group.received

    def _end(self, offers: list[Offer], error: Exception) -> None:
        self._settle(offers)
        for offer in offers:
            _fail(offer, error)

    def _settle(self, offers: Iterable[Offer]) -> None:
        with self._changed:
            for offer in offers:
                self._messages -= len(offer.messages)
                self._bytes -= offer.size


def _parsed(messages: list[Message], received: int) -> Gathered:
    data = [message.data for message in messages]
    addressed = [message.addressed for message in messages]
    try:
        return parse_gathered(data, received, addressed)
    except Exception:
        # Not to be; but a broker would bring the same message again and again for ever.
        log.exception("a message broke the intake and goes to quarantine")
        data = [_harmless(each, received) for each in data]
        return parse_gathered(data, received, addressed)


def _harmless(data: bytes, received: int) -> bytes:
    """The message, or one that is malformed and shows how it began."""
    try:
        parse_gathered([data], received)
    except Exception:  # noqa: BLE001  # it was logged just before
        return b"!" + data[:200]
    return data


def _named(message: Message) -> int:
    return -1 if message.addressed is None else message.addressed


def _fail(offer: Offer, error: Exception) -> None:
    if not offer.future.done():
        offer.future.set_exception(error)


def _answers(group: _Group, position: int | None) -> list[Answer]:
    """The answer of each offer of a group, from what became of all readings."""
    gathered, checked = group.gathered, group.checked
    starts = np.cumsum([0, *(len(offer.messages) for offer in group.offers)])
    offer_of = np.searchsorted(starts, gathered.messages, side="right") - 1
    good = checked.reasons == 0
    accepted = np.bincount(offer_of[good], minlength=len(group.offers)).tolist()
    refused: list[list[Refused]] = [[] for _ in group.offers]
    for at in checked.refused.tolist():
        offer = int(offer_of[at])
        message = int(gathered.messages[at] - starts[offer])
        code = reasons.CODES[checked.reasons[at]]
        refused[offer].append(Refused(message, int(gathered.items[at]), code))
    for number, bad in gathered.malformed:
        offer = int(np.searchsorted(starts, number, side="right") - 1)
        message = int(number - starts[offer])
        refused[offer].append(Refused(message, bad.item, reasons.MALFORMED, bad.fault.code))
    return [
        Answer(
            count,
            position if count else None,
            tuple(sorted(items, key=lambda each: (each.message, each.item))),
        )
        for count, items in zip(accepted, refused, strict=True)
    ]


__all__ = ["Answer", "Bounds", "Message", "Refused", "Taking"]
