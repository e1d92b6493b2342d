"""What a listener is told: that something changed, of which types, under which units. No case, no
word of one: the page fetches what it may show. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from district.kernel.cases.public import Sight
from district.systems.operations_centre.board.live.reader import Change


@dataclass(frozen=True)
class Hint:
    """Types and units (codes) of the changes that one listener may know of, and how many."""

    types: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    count: int = 0

    def __or__(self, other: Hint) -> Hint:
        return Hint(self.types | other.types, self.units | other.units, self.count + other.count)


NOTHING = Hint()


def hint_for(sight: Sight, changes: Iterable[Change]) -> Hint:
    """What of these changes somebody may know: of a case that they saw before or see now."""
    types, units, count = set[str](), set[str](), 0
    for change in changes:
        seen = [whose for whose in change.versions if sight.sees(whose)]
        count += bool(seen)
        for whose in seen:
            types.add(whose.type_key)
            units |= whose.units
    return Hint(frozenset(types), frozenset(units), count)


def event(name: str, data: dict[str, object], key: str = "") -> bytes:
    """A server-sent event."""
    head = f"id: {key}\n" if key else ""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{head}event: {name}\ndata: {body}\n\n".encode()


def hint_data(hint: Hint, at: datetime) -> dict[str, object]:
    """A hint as the page reads it."""
    return {
        "types": sorted(hint.types),
        "units": sorted(hint.units),
        "count": hint.count,
        "at": at.isoformat(),
    }
