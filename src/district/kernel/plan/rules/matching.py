"""Which statement of an amended report is which of the report before. Pure.

Passes, each over what the pass before left: the same fingerprint (what it is about and its
value); the same number in the same sentence; the same content (subject, measure, unit and so
on), so that only the number changed; and sentences that share most of their character pairs.
Repeats are paired in the order of the text, and a statement is never used twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ChangeKind = Literal["same", "changed", "added", "removed"]

#: Sentences of two editions that share less than this part of their pairs are no match.
ALIKE = 0.6

# What a statement is about, from the narrowest key to the widest; numbers are left out.
_CONTENT_KEYS: tuple[tuple[str, ...], ...] = (
    ("subject", "measure", "kind", "basis", "unit", "year"),
    ("subject", "measure", "kind", "basis", "unit"),
    ("measure", "kind", "basis", "unit"),
    ("measure", "kind"),
)


@dataclass(frozen=True, slots=True)
class Content:
    """What matching needs of a statement; `reading` is the compiler's, as texts."""

    id: UUID
    fingerprint: str
    reading: Mapping[str, str | None]
    sentence: str
    raw: str = ""
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a difference; `old` and `new` are ids, None where there is none.

    `fields` names what of the reading changed.
    """

    change: ChangeKind
    old: UUID | None
    new: UUID | None
    fields: tuple[str, ...] = ()


def match(old: Sequence[Content], new: Sequence[Content]) -> list[Pair]:
    """Pair two editions' statements: first the new ones in order, then what was removed.

    A pair is `same` when the compiler reads it as before. It is also `same` when a planner
    corrected it and the very sentence is still there: the correction was of the sentence.
    """
    free_old, free_new = list(old), list(new)
    partner: dict[UUID, Content] = {}
    keys: list[Callable[[Content], Hashable]] = [
        lambda item: item.fingerprint or item.id,
        lambda item: (item.sentence, item.raw, item.reading.get("kind")),
        lambda item: (item.sentence, item.raw),
    ]
    keys += [_content_key(fields) for fields in _CONTENT_KEYS]
    for key in keys:
        free_old, free_new = _pair_by(key, free_old, free_new, partner)
    free_old = _pair_alike(free_old, free_new, partner)
    pairs = [_pair(partner.get(item.id), item) for item in new]
    return pairs + [Pair("removed", item.id, None) for item in free_old]


def _content_key(fields: tuple[str, ...]) -> Callable[[Content], Hashable]:
    return lambda item: tuple(item.reading.get(field) for field in fields)


def _pair_by(
    key: Callable[[Content], Hashable],
    old: list[Content],
    new: list[Content],
    partner: dict[UUID, Content],
) -> tuple[list[Content], list[Content]]:
    waiting: dict[Hashable, list[Content]] = defaultdict(list)
    for item in old:
        waiting[key(item)].append(item)
    left: list[Content] = []
    for item in new:
        candidates = waiting.get(key(item))
        if not candidates:
            left.append(item)
            continue
        # Of several, the one with the same reading, else the first in the text.
        chosen = next((c for c in candidates if c.reading == item.reading), candidates[0])
        candidates.remove(chosen)
        partner[item.id] = chosen
    used = {item.id for item in partner.values()}
    return [item for item in old if item.id not in used], left


def _pair_alike(
    old: list[Content], new: list[Content], partner: dict[UUID, Content]
) -> list[Content]:
    """Pair by shared character pairs, the most alike first; returns the old ones left."""
    pairs_of = {item.id: _bigrams(item.sentence) for item in old}
    holders: dict[str, list[Content]] = defaultdict(list)
    for item in old:
        for pair in pairs_of[item.id]:
            holders[pair].append(item)
    scored: list[tuple[float, int, int, Content, Content]] = []
    order = {item.id: place for place, item in enumerate(old)}
    for place, item in enumerate(new):
        own = _bigrams(item.sentence)
        shared: dict[UUID, int] = defaultdict(int)
        by_id = {}
        for pair in own:
            for holder in holders.get(pair, ()):
                shared[holder.id] += 1
                by_id[holder.id] = holder
        for key, count in shared.items():
            other = by_id[key]
            alike = count / (len(own) + len(pairs_of[key]) - count)
            if alike >= ALIKE and other.reading.get("kind") == item.reading.get("kind"):
                scored.append((-alike, abs(order[key] - place), place, other, item))
    used: set[UUID] = set()
    for _alike, _distance, _place, other, item in sorted(scored, key=lambda row: row[:3]):
        if other.id not in used and item.id not in partner:
            used.add(other.id)
            partner[item.id] = other
    return [item for item in old if item.id not in used]


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def _pair(old: Content | None, new: Content) -> Pair:
    if old is None:
        return Pair("added", None, new.id)
    fields = tuple(
        field
        for field in {**old.reading, **new.reading}
        if old.reading.get(field) != new.reading.get(field)
    )
    place = (old.sentence, old.raw, old.reading.get("kind"))
    still_there = old.corrected and place == (new.sentence, new.raw, new.reading.get("kind"))
    if not fields or still_there:
        return Pair("same", old.id, new.id)
    return Pair("changed", old.id, new.id, fields)
