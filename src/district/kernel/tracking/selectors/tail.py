"""The lights that turned just now, for pages that show what happens now."""

from __future__ import annotations

import time
from uuid import UUID

from district.kernel.history.public import Subject
from district.kernel.tracking.models import LightChange

#: A sweep may take so many seconds to commit what it wrote first.
_LAG = 60.0
_MILLISECONDS = 80


class LightTail:
    """Reads lights as they turn, each change once, in one query a look by its time-ordered key.

    Changes that were committed late are found for a minute; a burst beyond `most` is read on
    with the next looks.
    """

    def __init__(self) -> None:
        self._floor = UUID(int=0)
        self._seen: set[UUID] = set()

    def begin(self) -> None:
        """Start behind what is committed now; one query."""
        self._floor = _key_at(time.time() - _LAG)
        rows = LightChange.objects.filter(pk__gt=self._floor)
        self._seen = set(rows.values_list("pk", flat=True))

    def read(self, most: int = 2000) -> list[Subject]:
        """What the lights that turned since the last look are lights of; one query."""
        rows = LightChange.objects.filter(pk__gt=self._floor).order_by("pk")
        found = list(
            rows.values_list("pk", "row__subject_type", "row__subject_id")[: most + len(self._seen)]
        )
        turned = [Subject(kind, key) for pk, kind, key in found if pk not in self._seen]
        self._seen |= {pk for pk, _kind, _key in found}
        self._floor = max(self._floor, _key_at(time.time() - _LAG))
        self._seen = {pk for pk in self._seen if pk > self._floor}
        return turned


def _key_at(seconds: float) -> UUID:
    """The smallest time-ordered key of that moment (of the machine's clock, as keys are)."""
    return UUID(int=(int(seconds * 1000) & ((1 << 48) - 1)) << _MILLISECONDS)
