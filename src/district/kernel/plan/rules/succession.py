"""Which promise of the next year's plan goes on with which commitment. Pure.

What the report's own sentence says of a commitment comes first; what is left is paired by the same
measure, then by the same words. Where two could be meant, nobody is chosen: a person decides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Way = Literal["sentence", "measure", "words"]
_IDLE = re.compile(r"^(?:全区|我区|全市|本区|全年|年内)+|[\s“”\"‘’。；;，,、]")


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment of the year before, or a promise of the next: what it is about.

    `measure` is the key of what counts it, "" where nothing does.
    """

    key: str
    title: str
    unit: str = ""
    basis: str = ""
    measure: str = ""

    @property
    def words(self) -> str:
        """The name without place words, blanks and marks."""
        return _IDLE.sub("", self.title)


def pair(
    formers: Sequence[Promise], fresh: Sequence[Promise], said: Mapping[str, str]
) -> dict[str, tuple[str, Way]]:
    """The promise that goes on with each former, by key, and how it was found.

    `said` are the pairs (former -> promise) of the report's own sentences. A promise goes on with
    one former at most.
    """
    found: dict[str, tuple[str, Way]] = {}
    known, offered = {one.key for one in formers}, {one.key for one in fresh}
    taken: set[str] = set()
    for former, promise in said.items():
        if former in known and promise in offered and promise not in taken:
            found[former] = (promise, "sentence")
            taken.add(promise)
    steps: tuple[tuple[Way, Callable[[Promise], Hashable]], ...] = (
        ("measure", lambda one: (one.measure, one.unit, one.basis) if one.measure else None),
        ("words", lambda one: (one.words, one.unit, one.basis) if one.words else None),
    )
    for way, by in steps:
        left = [one for one in formers if one.key not in found]
        free = [one for one in fresh if one.key not in taken]
        for former, promise in _alone(left, free, by):
            found[former] = (promise, way)
            taken.add(promise)
    return found


def _alone(
    left: Sequence[Promise], free: Sequence[Promise], by: Callable[[Promise], Hashable]
) -> list[tuple[str, str]]:
    """The pairs of which neither side could mean another one."""
    ours: dict[Hashable, list[str]] = defaultdict(list)
    theirs: dict[Hashable, list[str]] = defaultdict(list)
    for side, rows in ((ours, left), (theirs, free)):
        for one in rows:
            what = by(one)
            if what is not None:
                side[what].append(one.key)
    return [
        (many[0], theirs[what][0])
        for what, many in ours.items()
        if len(many) == 1 and len(theirs.get(what, ())) == 1
    ]
