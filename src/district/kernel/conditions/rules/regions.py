"""What values an attribute can still have when comparisons are laid upon it, one after another.

A region never forgets a value that some row may have; where it is empty, no row has one. Of texts
and of chains whose codes are not told it may keep values that no row has, so an empty region is
proof, and one that is not empty is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from district.kernel.conditions.rules.explaining import explain
from district.kernel.conditions.rules.schema import Attribute
from district.kernel.conditions.rules.tree import Compare

#: The chain of every code ("/440307/440307003/") by attribute key, of attributes with chains.
Chains = Mapping[str, Mapping[str, str]]
Span = tuple[int, int]

_FAR = 10**40
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BEGINS = ("starts_with", "under")


@dataclass(frozen=True)
class Ordered:
    """Whole numbers in spans that do not touch: every ordered type is one (see `_whole`)."""

    spans: tuple[Span, ...] = ((-_FAR, _FAR),)

    def with_test(self, leaf: Compare, holds: bool) -> Ordered | None:
        """The values left when `leaf` holds, or fails; None when there are none."""
        tested = _spans(leaf)
        if not holds:
            tested = _outside(tested)
        cut = tuple(
            (max(low, other_low), min(high, other_high))
            for low, high in self.spans
            for other_low, other_high in tested
            if max(low, other_low) <= min(high, other_high)
        )
        return Ordered(cut) if cut else None


def _whole(attribute: Attribute, value: Any) -> int:
    """A value as a whole number, in its order: decimals have no finer places than declared."""
    if attribute.type == "decimal":
        return int(Decimal(value).scaleb(attribute.places))
    if isinstance(value, datetime):
        return (value - _EPOCH) // timedelta(microseconds=1)
    return value.toordinal() if isinstance(value, date) else int(value)


def _spans(leaf: Compare) -> list[Span]:
    values = [_whole(leaf.attribute, value) for value in leaf.values]
    first = values[0]
    if leaf.operator == "in":
        return [(value, value) for value in sorted(set(values))]
    if leaf.operator == "between":
        return [(first, values[1])]
    if leaf.operator == "!=":
        return _outside([(first, first)])
    return {
        "=": [(first, first)],
        "<": [(-_FAR, first - 1)],
        "<=": [(-_FAR, first)],
        ">": [(first + 1, _FAR)],
        ">=": [(first, _FAR)],
    }[leaf.operator]


def _outside(spans: list[Span]) -> list[Span]:
    left, begin = [], -_FAR
    for low, high in spans:
        if begin < low:
            left.append((begin, low - 1))
        begin = high + 1
    return [*left, (begin, _FAR)] if begin <= _FAR else left


@dataclass(frozen=True)
class Listed:
    """One of a closed list: a choice, a boolean."""

    values: tuple[Any, ...]

    def with_test(self, leaf: Compare, holds: bool) -> Listed | None:
        """The values left when `leaf` holds, or fails; None when there are none."""
        left = tuple(value for value in self.values if _verdict(leaf, value) is holds)
        return Listed(left) if left else None


def _verdict(leaf: Compare, value: Any) -> bool | None:
    return explain(leaf, {leaf.attribute.key: value}).verdict


@dataclass(frozen=True)
class Members:
    """A set: what it has, and what it lacks."""

    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()

    def with_test(self, leaf: Compare, holds: bool) -> Members | None:
        """The sets left when `leaf` holds, or fails; None when there are none."""
        member = frozenset({str(leaf.value)})
        here = (
            Members(self.has | member, self.lacks)
            if holds
            else Members(self.has, self.lacks | member)
        )
        return None if here.has & here.lacks else here


@dataclass(frozen=True)
class Texts:
    """Texts and codes: the only ones possible (None: any), those excluded, and what they are like.

    `like` and `unlike` are (operator, text) of `starts_with`, `contains` and `under`; `chains`
    are those of the attribute's codes, empty where they are not told.
    """

    attribute: Attribute
    only: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    like: frozenset[tuple[str, str]] = frozenset()
    unlike: frozenset[tuple[str, str]] = frozenset()
    chains: Mapping[str, str] = field(default_factory=dict, compare=False)

    def with_test(self, leaf: Compare, holds: bool) -> Texts | None:
        """The texts left when `leaf` holds, or fails; None when there are none."""
        values = frozenset(str(value) for value in leaf.values)
        if leaf.operator in ("=", "!=", "in"):
            if holds == (leaf.operator == "!="):
                here = replace(self, excluded=self.excluded | values)
            else:
                here = replace(self, only=values if self.only is None else self.only & values)
        else:
            test = frozenset({(leaf.operator, str(leaf.value))})
            here = (
                replace(self, like=self.like | test)
                if holds
                else replace(self, unlike=self.unlike | test)
            )
        return here if here._possible() else None

    def _possible(self) -> bool:
        if self.only is not None:
            return any(self._fits(value) for value in self.only - self.excluded)
        if any(self._follows(one, other) for one in self.like for other in self.unlike):
            return False
        return not any(self._apart(one, other) for one in self.like for other in self.like)

    def _fits(self, value: str) -> bool:
        """Whether `value` may pass every test; a chain that is not told may pass."""
        return all(self._passes(value, test) is not False for test in self.like) and all(
            self._passes(value, test) is not True for test in self.unlike
        )

    def _passes(self, value: str, test: tuple[str, str]) -> bool | None:
        operator, wanted = test
        if self.attribute.hierarchy == "path":
            return self._below(value, wanted)
        return wanted in value if operator == "contains" else value.startswith(wanted)

    def _below(self, code: str, above: str) -> bool | None:
        if code == above:
            return True
        chain = self.chains.get(code)
        return None if chain is None else f"/{above}/" in chain

    def _follows(self, one: tuple[str, str], other: tuple[str, str]) -> bool:
        """Whether every text that passes `one` passes `other`."""
        if self.attribute.hierarchy == "path":
            return self._below(one[1], other[1]) is True
        if other[0] == "contains":
            return other[1] in one[1]
        return one[0] in _BEGINS and one[1].startswith(other[1])

    def _apart(self, one: tuple[str, str], other: tuple[str, str]) -> bool:
        """Whether no text passes both; codes of one tree are below each other or apart."""
        if self.attribute.hierarchy == "path":
            return self._below(one[1], other[1]) is False and self._below(other[1], one[1]) is False
        if one[0] not in _BEGINS or other[0] not in _BEGINS:
            return False
        return not (one[1].startswith(other[1]) or other[1].startswith(one[1]))


Region = Ordered | Listed | Members | Texts


def whole_region(attribute: Attribute, chains: Chains) -> Region:
    """Every value that the attribute may have where it is known."""
    if attribute.type in ("integer", "decimal", "date", "datetime"):
        return Ordered()
    if attribute.type == "boolean":
        return Listed((False, True))
    if attribute.type == "choice":
        return Listed(attribute.choice_values)
    if attribute.type == "set":
        return Members()
    told = chains.get(attribute.key, {}) if attribute.hierarchy == "path" else {}
    return Texts(attribute, chains=told)
