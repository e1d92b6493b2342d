"""What an amended report changes: statements matched by content, never by offset."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from district.compiler.model import Compilation, Statement
from district.compiler.tasks import fingerprint

Change = Literal["same", "moved", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One statement before and after: ``old`` and ``new`` are positions or None.

    ``fields`` names the fields that changed (value, measure, deadline, ...).
    """

    change: Change
    old: int | None
    new: int | None
    fields: tuple[str, ...] = ()


_COMPARED = (
    "subject",
    "measure",
    "comparator",
    "value",
    "value_from",
    "unit",
    "kind",
    "basis",
    "year",
    "deadline",
)


def identity(statement: Statement) -> tuple[object, ...]:
    """What a statement is about, whatever its value."""
    return (
        statement.kind,
        statement.year,
        statement.basis,
        statement.unit,
        fingerprint(statement.subject, statement.measure),
    )


def fingerprints(statements: list[Statement]) -> list[str]:
    """A stable name per statement: what it is about, its value, and its turn among equals."""
    turns: dict[str, int] = defaultdict(int)
    result = []
    for statement in statements:
        base = fingerprint(*identity(statement), statement.value, statement.comparator)
        turns[base] += 1
        turn = turns[base]
        result.append(base if turn == 1 else f"{base}-{turn}")
    return result


def compare(old: Compilation, new: Compilation) -> list[Difference]:
    """The differences in the order of the new report; removed statements come last."""
    pairs: dict[int, int] = {}
    _match(old, new, pairs, lambda s: s.fingerprint)
    _match(old, new, pairs, lambda s: ("about", *identity(s)))
    _match(old, new, pairs, lambda s: ("place", fingerprint(s.text), s.raw))
    _match_sentences(old, new, pairs)
    taken = {before: after for after, before in pairs.items()}
    order = _in_order(pairs)
    result = []
    for after, statement in enumerate(new.statements):
        before = pairs.get(after)
        if before is None:
            result.append(Difference("added", None, after))
            continue
        earlier = old.statements[before]
        fields = tuple(f for f in _COMPARED if getattr(earlier, f) != getattr(statement, f))
        change: Change = "changed" if fields else "same"
        if not fields and (earlier.section != statement.section or after not in order):
            change = "moved"
        result.append(Difference(change, before, after, fields))
    gone = (place for place in range(len(old.statements)) if place not in taken)
    result.extend(Difference("removed", place, None) for place in gone)
    return result


def _match(old: Compilation, new: Compilation, pairs: dict[int, int], key: object) -> None:
    assert callable(key)  # noqa: S101 - narrows the type for the two loops below
    taken = set(pairs.values())
    waiting: dict[object, list[int]] = defaultdict(list)
    for place, statement in enumerate(old.statements):
        if place not in taken:
            waiting[key(statement)].append(place)
    for place, statement in enumerate(new.statements):
        if place in pairs:
            continue
        candidates = waiting.get(key(statement))
        if candidates:
            pairs[place] = candidates.pop(0)


def _match_sentences(old: Compilation, new: Compilation, pairs: dict[int, int]) -> None:
    """Pair what is left inside sentences that were only edited (same section, same unit)."""
    taken = set(pairs.values())
    waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, statement in enumerate(old.statements):
        if place not in taken:
            waiting[(statement.section, statement.unit)].append(place)
    for place, statement in enumerate(new.statements):
        if place in pairs:
            continue
        candidates = waiting.get((statement.section, statement.unit), [])[:40]
        best, score = None, 0.6
        for candidate in candidates:
            ratio = SequenceMatcher(
                None, old.statements[candidate].text, statement.text, autojunk=False
            ).quick_ratio()
            if ratio > score:
                best, score = candidate, ratio
        if best is not None:
            waiting[(statement.section, statement.unit)].remove(best)
            pairs[place] = best


def _in_order(pairs: dict[int, int]) -> set[int]:
    """The new places on a longest run that keeps the old order; the others have moved."""
    from bisect import bisect_left

    tails: list[int] = []
    tail_places: list[int] = []
    previous: dict[int, int | None] = {}
    for after in sorted(pairs):
        before = pairs[after]
        slot = bisect_left(tails, before)
        previous[after] = tail_places[slot - 1] if slot else None
        if slot == len(tails):
            tails.append(before)
            tail_places.append(after)
        else:
            tails[slot], tail_places[slot] = before, after
    kept: set[int] = set()
    place: int | None = tail_places[-1] if tail_places else None
    while place is not None:
        kept.add(place)
        place = previous[place]
    return kept
