"""What changed since the last look: which cases, and whose they were and are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from district.kernel.cases.public import (
    CHANGED,
    CLOCK,
    SUBJECT,
    UNDER_WAY,
    Whose,
    whose_are,
    whose_are_open,
)
from district.kernel.history.public import OutboxTail
from district.kernel.tracking.public import LightTail

#: Every so many looks the lights are asked for instead of the outbox: they turn with time alone,
#: as whoever acts on a case leaves a message anyway.
_LIGHTS_EVERY = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A case as it was known before and as it is now; None where it was not under way or is not
    there."""

    before: Whose | None
    after: Whose | None

    @property
    def versions(self) -> tuple[Whose, ...]:
        """Both, as far as there are; one where nothing of it has changed."""
        both = (self.before,) if self.before == self.after else (self.before, self.after)
        return tuple(whose for whose in both if whose is not None)


class Reader:
    """Follows the outbox and the lights: one query a look, two more where a case has changed.

    It remembers whose every open case was, because who loses sight of one must be told as well.
    """

    def __init__(self) -> None:
        self._messages, self._lights = OutboxTail(), LightTail()
        self._known: dict[UUID, Whose] = {}
        self._looks = 0

    def begin(self) -> None:
        """Start behind what is committed now; four queries over what is open."""
        self._messages.begin()
        self._lights.begin()
        self._known = whose_are_open()

    def look(self) -> list[Change]:
        """The changes since the last look."""
        self._looks += 1
        if self._looks % _LIGHTS_EVERY == 0:
            return self._turned()
        told = self._messages.read()
        return self._changed(
            UUID(one.subject.id)
            for one in told
            if one.topic == CHANGED and one.subject.type == SUBJECT
        )

    def _turned(self) -> list[Change]:
        """Cases under way one of whose lights turned."""
        subjects = (one for one in self._lights.read() if one.type == CLOCK)
        cases = {UUID(subject.id.partition(".")[0]) for subject in subjects}
        known = (self._known.get(case) for case in cases)
        return [Change(whose, whose) for whose in known if whose is not None]

    def _changed(self, cases: Iterable[UUID]) -> list[Change]:
        wanted = set(cases)
        now = whose_are(wanted)
        changes = [Change(self._known.get(case), now.get(case)) for case in wanted]
        for case in wanted:
            whose = now.get(case)
            if whose is not None and whose.category in UNDER_WAY:
                self._known[case] = whose
            else:
                self._known.pop(case, None)
        return changes
