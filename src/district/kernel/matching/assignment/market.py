"""A market: what demands need and supplies have, hard constraints, and how pairs are ranked. Pure.

A hard constraint is a bitmap of demands by supplies, made in packed blocks when it is asked for:
demands that need the same share a row, so that nothing is compared twice. What a supply does not
tell counts as not held by whoever asks for it. A pair's score is the weighted mean of its parts,
each from 0 to 1; only pairs that break no constraint are ever scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: Eight supplies a byte, the first in the highest bit.
Packed = NDArray[np.uint8]
Verdict = Literal["held", "missed", "unknown", "not_asked"]

#: So many pairs are looked at together; a block of demands has about as many.
_BLOCK = 4_000_000


@dataclass(frozen=True, eq=False)
class Constraint:
    """Something that no offer and no assignment breaks.

    Demands of one `classes` number need the same. `test(numbers)` says for these classes (rows)
    and every supply (columns) whether it holds; for a class that is not `asked` for and a supply
    that is not `known` it is not asked. Made by `at_least`, `at_most`, `allowed`.
    """

    key: str
    label: Any
    classes: Integers = field(repr=False)
    asked: Bools = field(repr=False)
    known: Bools = field(repr=False)
    test: Callable[[Integers], Bools] = field(repr=False)

    def packed(self, demands: slice) -> Packed:
        """For each of these demands, which supplies hold it."""
        numbers, which = np.unique(self.classes[demands], return_inverse=True)
        holds = self.test(numbers) & self.known | ~self.asked[numbers][:, None]
        bits: Packed = np.packbits(holds, axis=1)
        return bits[which]

    def missed_and_unknown(self, demand: int) -> tuple[Bools, Bools]:
        """For every supply, whether it is known not to hold, and whether that is not known."""
        number = self.classes[demand : demand + 1]
        if not self.asked[number[0]]:
            nothing = np.zeros(len(self.known), np.bool_)
            return nothing, nothing
        return ~self.test(number)[0] & self.known, ~self.known

    def verdict(self, demand: int, supply: int) -> Verdict:
        """How one pair stands."""
        number = self.classes[demand : demand + 1]
        if not self.asked[number[0]]:
            return "not_asked"
        if not self.known[supply]:
            return "unknown"
        return "held" if self.test(number)[0, supply] else "missed"


def _compared(
    key: str, label: Any, need: ArrayLike, have: ArrayLike, compare: Callable[[Any, Any], Any]
) -> Constraint:
    needs, classes = np.unique(np.asarray(need, np.float64), return_inverse=True)
    has = np.asarray(have, np.float64)

    def test(numbers: Integers) -> Bools:
        found: Bools = compare(has[None, :], needs[numbers][:, None])
        return found

    return Constraint(key, label, classes, ~np.isnan(needs), ~np.isnan(has), test)


def at_least(key: str, label: Any, need: ArrayLike, have: ArrayLike) -> Constraint:
    """What a supply has is at least what the demand needs; NaN is not asked for, or not known."""
    return _compared(key, label, need, have, np.greater_equal)


def at_most(key: str, label: Any, need: ArrayLike, have: ArrayLike) -> Constraint:
    """What a supply has is at most what the demand bears; NaN as in `at_least`."""
    return _compared(key, label, need, have, np.less_equal)


def allowed(
    key: str, label: Any, need: ArrayLike, have: ArrayLike, table: Sequence[Sequence[bool]]
) -> Constraint:
    """`table[need][have]` says what goes with what; -1 is not asked for, or not known."""
    wants, has = np.asarray(need, np.int64), np.asarray(have, np.int64)
    pairs = np.asarray(table, np.bool_).reshape(len(table), max(map(len, table), default=0))
    known = has >= 0
    if wants.size and (wants.min() < -1 or wants.max() >= len(pairs)):
        raise ValueError(f"constraint {key}: a need lies outside its table")
    if len(table) and known.any() and has.max() >= pairs.shape[1]:
        raise ValueError(f"constraint {key}: what a supply has lies outside the table")

    def test(numbers: Integers) -> Bools:
        if not len(pairs) or not pairs.shape[1]:
            return np.zeros((len(numbers), len(has)), np.bool_)
        return pairs[np.clip(numbers - 1, 0, None)][:, np.clip(has, 0, None)]

    # Class 0 is whoever asks for nothing.
    asked = np.arange(len(pairs) + 1) > 0
    return Constraint(key, label, wants + 1, asked, known, test)


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the ranking: `score(demands, supplies)` gives 0 to 1 for each pair.

    NaN is not known: it adds nothing and is shown so. `reason(demand, supply)` says it in words.
    """

    key: str
    label: Any
    weight: float
    score: Callable[[Integers, Integers], ArrayLike] = field(repr=False)
    reason: Callable[[int, int], Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ShownPart:
    """A part of one pair's score: `value` 0 to 1 (None: not known), what it adds, why."""

    key: str
    label: Any
    weight: float
    value: float | None
    adds: float
    reason: Any


@dataclass(frozen=True)
class Explained:
    """A pair: how each constraint stands, and the score with its parts."""

    verdicts: tuple[tuple[Constraint, Verdict], ...]
    score: float
    parts: tuple[ShownPart, ...]

    @property
    def broken(self) -> tuple[Constraint, ...]:
        """The constraints that it does not hold; empty where it fits."""
        return tuple(one for one, how in self.verdicts if how in ("missed", "unknown"))


@dataclass(frozen=True, eq=False)
class Market:
    """Demands and supplies by number from 0.

    `capacity[j]` is how many a supply takes (1 each without it), `quantity[i]` how many a demand
    needs at most, from any supplies. Raises ValueError where lengths, weights or keys are wrong.
    """

    demands: int
    supplies: int
    constraints: tuple[Constraint, ...]
    parts: tuple[Part, ...]
    capacity: Integers | None = None
    quantity: Integers | None = None

    def __post_init__(self) -> None:
        keys = [one.key for one in self.constraints] + [one.key for one in self.parts]
        if len(set(keys)) != len(keys):
            raise ValueError("constraints and parts have each their own key")
        for one in self.constraints:
            if len(one.classes) != self.demands or len(one.known) != self.supplies:
                raise ValueError(
                    f"constraint {one.key} is of another number of demands or supplies"
                )
        if any(part.weight <= 0 for part in self.parts):
            raise ValueError("a part's weight is more than 0")
        for many, number in ((self.capacity, self.supplies), (self.quantity, self.demands)):
            if many is not None and (len(many) != number or (many < 0).any()):
                raise ValueError("capacities and quantities are counts, one of each")

    def blocks(self) -> Iterator[slice]:
        """The demands in runs that are looked at together."""
        step = max(1, _BLOCK // max(1, self.supplies))
        for first in range(0, self.demands, step):
            yield slice(first, min(first + step, self.demands))

    def fitting(self, demands: slice) -> Packed:
        """Which supplies each of these demands could take: no constraint is broken."""
        everything = np.packbits(np.ones((1, self.supplies), np.bool_), axis=1)
        found = np.repeat(everything, demands.stop - demands.start, axis=0)
        for one in self.constraints:
            found &= one.packed(demands)
        return found

    def missing_one(self, demands: slice) -> Packed:
        """Which supplies break exactly one constraint of each of these demands."""
        shape = (demands.stop - demands.start, (self.supplies + 7) // 8)
        once, twice = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
        for one in self.constraints:
            broken = ~one.packed(demands)
            twice |= once & broken
            once |= broken
        found: Packed = np.bitwise_and(once, np.bitwise_not(twice))
        return found

    def unpacked(self, bits: Packed) -> Bools:
        """A block's bits as a matrix of truths."""
        return np.unpackbits(bits, axis=1, count=self.supplies).astype(np.bool_)

    def pairs(self, demands: slice) -> tuple[Integers, Integers]:
        """The pairs of a block that break nothing, by demand."""
        row, supply = np.nonzero(self.unpacked(self.fitting(demands)))
        return row + demands.start, supply

    def scores(self, demands: Integers, supplies: Integers) -> Floats:
        """The score of each pair, 0 to 1; without parts every pair is worth 1."""
        total = np.zeros(len(demands))
        for part in self.parts:
            total += part.weight * np.nan_to_num(_checked(part, demands, supplies))
        weight = sum(part.weight for part in self.parts)
        return total / weight if self.parts else np.ones(len(demands))

    def explain(self, demand: int, supply: int) -> Explained:
        """One pair in full; it need not fit."""
        one, other = np.array([demand]), np.array([supply])
        weight = sum(part.weight for part in self.parts)
        shown = []
        for part in self.parts:
            value = float(_checked(part, one, other)[0])
            known = not np.isnan(value)
            share = part.weight / weight
            words = part.reason(demand, supply) if part.reason else ""
            adds = share * value if known else 0.0
            shown.append(
                ShownPart(part.key, part.label, share, value if known else None, adds, words)
            )
        return Explained(
            tuple((each, each.verdict(demand, supply)) for each in self.constraints),
            float(self.scores(one, other)[0]),
            tuple(shown),
        )


def _checked(part: Part, demands: Integers, supplies: Integers) -> Floats:
    value = np.asarray(part.score(demands, supplies), np.float64)
    if value.shape != demands.shape or (value < 0).any() or (value > 1).any():
        raise ValueError(f"part {part.key} gives one number from 0 to 1 for each pair")
    return value
