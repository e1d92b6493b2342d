"""A plan bound to columns: which cells to compare with what, and where each result stands.

A comparison becomes boundaries among a column's cells: the bits of "at or above the boundary" are
made once for each distinct one, and a comparison is the exclusive or of those that limit its
ranges. One that would need many (members of a set among all combinations) is looked up by place
instead. Rows are planes of bits: each thing has one where it is true and one where it is false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from district.kernel.conditions.public import Compare, scaled
from district.kernel.matching.rules.columns import Column
from district.kernel.matching.rules.compiling import TRUE, Group, Literal, Plan

Rows = npt.NDArray[np.intp]
#: More boundaries than these among the places of a dictionary, and a table is looked up instead.
_MOST_BOUNDARIES = 8
_EPOCH = date(1970, 1, 1).toordinal()
ZEROS, ONES = 0, 1


@dataclass(frozen=True)
class Tests:
    """The comparisons of one column.

    `boundaries` are cells in order; `tables` say of each place whether it is meant. `terms` are
    by position the rows of (boundaries, tables, nothing) to combine by exclusive or; the first
    is one for each comparison, later ones belong to the first so many. Their results are the
    rows from `first` on.
    """

    column: str
    known_row: int
    boundaries: Sequence[int]
    tables: Sequence[npt.NDArray[np.bool_]]
    terms: Sequence[Rows]
    first: int
    #: Whether the last asks if the cell is known; it is never unknown itself.
    of_known: bool


@dataclass(frozen=True)
class Step:
    """Conjunctions side by side: by position of the literal the rows where it is true and where
    it is false, for the first so many of them. Results are the rows from `first` on."""

    true: Sequence[Rows]
    false: Sequence[Rows]
    first: int


@dataclass(frozen=True)
class Bound:
    """A plan ready to run over blocks of the columns that it was bound to.

    Rows: 0 no bit, 1 every bit, then where each column is known, then where the comparisons are
    true, where they are false, and of groups where they are true, false and known. `order` are
    the policies' places by falling number of clauses; `false` and `known` by position the rows
    of their clauses, for the first so many.
    """

    rows: int
    known: Mapping[str, int]
    tests: Sequence[Tests]
    tested: int
    steps: Sequence[Step]
    grouped: int
    order: Rows
    false: Sequence[Rows]
    known_rows: Sequence[Rows]


def bind(plan: Plan, columns: Mapping[str, Column]) -> Bound:
    """The plan over these columns. ValueError when it speaks of an attribute that is not there."""
    return _Binder(plan, columns).bound()


class _Binder:
    def __init__(self, plan: Plan, columns: Mapping[str, Column]) -> None:
        self.plan, self.columns = plan, columns
        self.leaves: dict[str, list[int]] = {}
        self.levels: dict[int, list[int]] = {}
        for number, thing in enumerate(plan.things):
            if isinstance(thing, Compare):
                self.leaves.setdefault(thing.attribute.key, []).append(number)
            elif isinstance(thing, Group):
                self.levels.setdefault(thing.level, []).append(number)
        missing = sorted(set(self.leaves) - set(columns))
        if missing:
            raise ValueError(f"the population has no attribute {missing[0]!r}")
        self.known = {key: 2 + place for place, key in enumerate(sorted(self.leaves))}
        self.tested = sum(map(len, self.leaves.values()))
        self.grouped = sum(map(len, self.levels.values()))
        #: By thing: the rows where it is true, false and known.
        self.true, self.false = [ONES] * len(plan.things), [ZEROS] * len(plan.things)
        self.certain = [ONES] * len(plan.things)

    def bound(self) -> Bound:
        tests = [self._tests_of(key, *place) for key, place in self._places().items()]
        steps = self._steps()
        clauses = [policy or (TRUE,) for policy in self.plan.policies]
        known = [sorted({self.certain[thing] for thing, _n in one} - {ONES}) for one in clauses]
        order = sorted(range(len(clauses)), key=lambda at: (-len(clauses[at]), -len(known[at])))
        false = [[self._row(literal, true=False) for literal in clauses[at]] for at in order]
        return Bound(
            2 + len(self.known) + 2 * self.tested + 3 * self.grouped,
            self.known,
            tests,
            self.tested,
            steps,
            self.grouped,
            np.array(order, np.intp),
            _by_position(false),
            _by_position([known[at] for at in order]),
        )

    def _row(self, literal: Literal, *, true: bool) -> int:
        thing, negated = literal
        return self.true[thing] if true != negated else self.false[thing]

    def _places(self) -> dict[str, tuple[list[_Test], int]]:
        """The comparisons of each column, those of most terms first, and the row of the first."""
        first, found = 2 + len(self.known), {}
        for key in self.known:
            column = self.columns[key]
            tests = [_test(number, self._leaf(number), column) for number in self.leaves[key]]
            tests.sort(key=lambda one: (one.of_known, -len(one.boundaries)))
            for at, one in enumerate(tests):
                self.true[one.thing], self.false[one.thing] = first + at, first + at + self.tested
                self.certain[one.thing] = ONES if one.of_known else self.known[key]
            found[key] = tests, first
            first += len(tests)
        return found

    def _leaf(self, number: int) -> Compare:
        thing = self.plan.things[number]
        assert isinstance(thing, Compare)  # noqa: S101  # `leaves` holds nothing else
        return thing

    def _tests_of(self, key: str, tests: list[_Test], first: int) -> Tests:
        boundaries = sorted({cell for one in tests for cell in one.boundaries})
        tables = [one.table for one in tests if one.table is not None]
        nothing, place = len(boundaries) + len(tables), 0
        terms: list[list[int]] = []
        for one in tests:
            if one.table is not None:
                terms.append([len(boundaries) + place])
                place += 1
            else:
                terms.append([boundaries.index(cell) for cell in one.boundaries] or [nothing])
        return Tests(
            key, self.known[key], boundaries, tables, _by_position(terms), first,
            tests[-1].of_known,
        )  # fmt: skip

    def _steps(self) -> list[Step]:
        first, steps = 2 + len(self.known) + 2 * self.tested, []
        for _level, numbers in sorted(self.levels.items()):
            groups = [(number, self.plan.things[number]) for number in numbers]
            held = sorted(
                ((number, one.literals) for number, one in groups if isinstance(one, Group)),
                key=lambda pair: -len(pair[1]),
            )
            steps.append(
                Step(
                    _by_position([[self._row(x, true=True) for x in each] for _n, each in held]),
                    _by_position([[self._row(x, true=False) for x in each] for _n, each in held]),
                    first,
                )
            )
            for at, (number, _literals) in enumerate(held):
                self.true[number] = first + at
                self.false[number] = first + at + self.grouped
                self.certain[number] = first + at + 2 * self.grouped
            first += len(held)
        return steps


def _by_position(rows: Sequence[Sequence[int]]) -> list[Rows]:
    """By position the rows there, for so many from the beginning as any has one; ONES else."""
    found = []
    for position in range(max(map(len, rows), default=0)):
        last = max(at for at, one in enumerate(rows) if len(one) > position)
        here = [one[position] if len(one) > position else ONES for one in rows[: last + 1]]
        found.append(np.array(here, np.intp))
    return found


@dataclass(frozen=True)
class _Test:
    thing: int
    boundaries: tuple[int, ...] = ()
    table: npt.NDArray[np.bool_] | None = None
    of_known: bool = False


def _test(thing: int, leaf: Compare, column: Column) -> _Test:
    if leaf.operator == "known":
        return _Test(thing, (column.unknown + 1,), of_known=True)
    if column.dictionary is None:
        return _Test(thing, _boundaries(leaf, column))
    meant = column.dictionary.selected(leaf)
    changes = np.flatnonzero(meant[1:] != meant[:-1]) + 1
    if len(changes) > _MOST_BOUNDARIES:
        return _Test(thing, table=meant)
    return _Test(thing, tuple(int(place) for place in changes))


def _boundaries(leaf: Compare, column: Column) -> tuple[int, ...]:
    """The cells at which the comparison begins or ceases to hold, in order."""
    least, most = column.unknown + 1, int(np.iinfo(column.kind).max)
    odd: set[int] = set()
    for low, high in _ranges(leaf):
        for cell in (low, high):
            if cell is not None and cell <= most:
                # Where one range ends and the next begins nothing changes.
                odd ^= {max(cell, least)}
    return tuple(sorted(odd))


def _ranges(leaf: Compare) -> list[tuple[int, int | None]]:
    """Where the comparison holds: from a cell up to before another, or up to the end."""
    cells = [_cell(leaf, value) for value in leaf.values]
    if leaf.operator == ">=":
        return [(cells[0], None)]
    if leaf.operator == ">":
        return [(cells[0] + 1, None)]
    if leaf.operator == "between":
        return [(cells[0], cells[1] + 1)] if cells[0] <= cells[1] else []
    return [(cell, cell + 1) for cell in sorted(set(cells))]  # = and in


def _cell(leaf: Compare, value: Any) -> int:
    """The value as it stands among the cells."""
    if leaf.attribute.type == "decimal":
        return scaled(leaf.attribute, value)
    if isinstance(value, datetime):
        since = value - datetime(1970, 1, 1, tzinfo=UTC)
        return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds
    if isinstance(value, date):
        return value.toordinal() - _EPOCH
    return int(value)
