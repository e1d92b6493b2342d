"""The newest messages of the outbox, for pages that show what happens now; never for work."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from district.kernel.history.models import OutboxMessage
from district.kernel.history.records import Subject

#: How many of the newest messages are looked over for gaps at the beginning.
_LOOK_BACK = 500
#: Gaps that are waited for at once, and how many seconds each.
_MOST_GAPS, _GAP_SECONDS = 500, 60.0


@dataclass(frozen=True, slots=True)
class Told:
    """A message that was committed: of what topic, about what."""

    id: int
    topic: str
    subject: Subject


class OutboxTail:
    """Reads messages as soon as they are committed, each once, in one indexed query a look.

    Unlike a consumer it neither waits for the sealer nor keeps a checkpoint, so it sees a change
    within one look, and only what comes after `begin`. PostgreSQL commits a lower id after a
    higher one: an id that is missing is asked for again for a minute, which is longer than a
    transaction of ours takes.
    """

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self._last = 0
        self._gaps: dict[int, float] = {}

    def begin(self) -> None:
        """Start behind what is committed now; one query."""
        newest = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True)[:_LOOK_BACK]
        found = sorted(newest)
        self._last, self._gaps = (found[-1] if found else 0), {}
        for before, after in itertools.pairwise(found):
            self._miss(before, after)

    def read(self, most: int = 2000) -> list[Told]:
        """What was committed since the last look, at most so many; one query."""
        now = self._tick()
        self._gaps = {pk: until for pk, until in self._gaps.items() if until > now}
        wanted = Q(pk__gt=self._last)
        if self._gaps:
            wanted |= Q(pk__in=sorted(self._gaps))
        rows = OutboxMessage.objects.filter(wanted).order_by("pk")
        told = []
        for pk, topic, subject in rows.values_list("pk", "topic", "subject")[:most]:
            if pk > self._last:
                self._miss(self._last, pk)
                self._last = pk
            else:
                del self._gaps[pk]
            told.append(Told(pk, topic, Subject.parse(subject)))
        return told

    def _miss(self, before: int, after: int) -> None:
        until = self._tick() + _GAP_SECONDS
        for pk in range(max(before + 1, after - _MOST_GAPS), after):
            self._gaps[pk] = until
        while len(self._gaps) > _MOST_GAPS:
            del self._gaps[min(self._gaps)]
