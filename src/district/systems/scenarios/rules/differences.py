"""What changed between two editions of a list, and the digest that keeps one as it was. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """An entry that stands in both editions and differs: its columns, before and after."""

    number: str
    title: str
    columns: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class Difference:
    """What an edition added, took out and changed against the one before it."""

    added: tuple[Content, ...]
    removed: tuple[Content, ...]
    changed: tuple[Change, ...]

    @property
    def nothing(self) -> bool:
        """Whether the two say the same."""
        return not (self.added or self.removed or self.changed)


def difference(before: Iterable[Content], after: Iterable[Content]) -> Difference:
    """Entries are the same where they have the same `number`; order alone is no difference."""
    old = {str(one["number"]): one for one in before}
    new = {str(one["number"]): one for one in after}
    changed = []
    for number, one in new.items():
        if number in old and old[number] != one:
            columns = tuple(
                (name, old[number].get(name), one.get(name))
                for name in dict.fromkeys((*old[number], *one))
                if old[number].get(name) != one.get(name)
            )
            changed.append(Change(number, str(one["title"]), columns))
    return Difference(
        tuple(one for number, one in new.items() if number not in old),
        tuple(one for number, one in old.items() if number not in new),
        tuple(changed),
    )


def edition_digest(list_key: str, number: int, before: str, lines: Iterable[Content]) -> str:
    """SHA-256 of an edition: of a list, its number, the digest before it and its lines in order, as
    JSON with sorted keys and no blanks, in UTF-8."""
    content = {"list": list_key, "number": number, "before": before, "lines": list(lines)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
