"""Whom to believe: the value of the most trusted source that has one, newest among equals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from district.systems.enterprises.rules.facts import BY_KEY, Plain


@dataclass(frozen=True)
class Telling:
    """What a source said on a day: facts in plain form; what it does not know is not there."""

    source: str
    rank: int
    told_on: date
    values: Mapping[str, Plain]
    name: str = ""

    @property
    def trust(self) -> tuple[int, int, str]:
        """Sorts those first that are believed first; the key decides where nothing else does."""
        return (self.rank, -self.told_on.toordinal(), self.source)


@dataclass(frozen=True)
class Believed:
    """A fact as it is shown: its value, who says so, and who says otherwise."""

    value: Plain
    by: Telling
    others: tuple[tuple[Telling, Plain], ...] = ()

    @property
    def conflicts(self) -> tuple[tuple[Telling, Plain], ...]:
        """What other sources say instead, each source once, the more trusted first.

        What a source said itself before it said something else is no conflict.
        """
        newest: dict[str, tuple[Telling, Plain]] = {}
        for telling, value in self.others:
            if telling.source != self.by.source:
                newest.setdefault(telling.source, (telling, value))
        return tuple(pair for pair in newest.values() if pair[1] != self.value)


def resolve(tellings: Iterable[Telling]) -> dict[str, Believed]:
    """What is believed of every fact that some source knows."""
    ordered = sorted(tellings, key=lambda telling: telling.trust)
    found: dict[str, list[tuple[Telling, Plain]]] = {}
    for telling in ordered:
        for key, value in telling.values.items():
            if key in BY_KEY:
                found.setdefault(key, []).append((telling, value))
    return {
        key: Believed(pairs[0][1], pairs[0][0], tuple(pairs[1:])) for key, pairs in found.items()
    }


def superseded(new: Telling, kept: Iterable[Telling]) -> list[Telling]:
    """Of what the same source said before or on that day, what `new` says anew altogether."""
    return [
        one
        for one in kept
        if one.source == new.source
        and one.told_on <= new.told_on
        and one.values.keys() <= new.values.keys()
    ]


def is_outdated(new: Telling, kept: Iterable[Telling]) -> bool:
    """Whether its source said all of `new` anew on a later day already."""
    return any(
        one.source == new.source
        and one.told_on > new.told_on
        and new.values.keys() <= one.values.keys()
        for one in kept
    )
