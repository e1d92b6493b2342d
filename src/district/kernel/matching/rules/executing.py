"""A bound plan run over columns, block by block, on words of 64 entities.

Everything is done level by level over all policies at once, on blocks that stay in the cache; numpy
lets other threads run meanwhile. By policy three planes are kept while its clauses go by: where
some clause is false, where two are, and where all are known. From them come the kinds:

    sound = known and not two false          clear = none false

    holds = sound and clear   misses_one = sound, not clear   unknown_only = clear, not sound

Those two planes are what is kept: a quarter of a byte for each policy and entity.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from district.kernel.matching.rules.binding import ONES, Bound, Rows, Step, Tests
from district.kernel.matching.rules.columns import Column, Words

#: Bytes of planes that one pass over the policies works on, and of those made before it.
_NEAR, _FAR = 16 << 20, 64 << 20
#: Words of a block at most, so that its cells stay in the cache too; words counted together.
_WORDS, _COUNTED = 8192, 2048
#: Rows of planes below which threads wait for each other longer than they work; threads at most,
#: since each needs its own planes.
_FEW_ROWS, _MOST_THREADS = 100, 8
#: Cells that are compared in one call.
_TOGETHER = 1 << 17
_FULL = np.uint64(2**64 - 1)
_EVEN, _LANE, _BYTE = np.uint64(0x00FF00FF00FF00FF), np.uint64(0xFFFF), np.uint64(8)
KEPT = ("holds", "misses_one", "unknown_only")


@dataclass(frozen=True)
class Found:
    """The counts by policy (in the plan's order) and kind of KEPT, and the bits if asked for.

    `bits` are by passes, plane (sound, clear), policy (of place `row`) and word, as they were
    made; `clauses` those of who misses one by clause and word, of a plan of one policy.
    """

    counts: npt.NDArray[np.int64]
    row: Rows
    bits: npt.NDArray[np.uint64] | None
    clauses: npt.NDArray[np.uint64] | None = None

    def words(self, policy: int, kind: str, count: int) -> Words:
        """The first `count` words of the bits of a policy and a kind of KEPT, all if it is -1.

        ValueError without bits.
        """
        if self.bits is None:
            raise ValueError("the bits were not asked for")
        sound, clear = (self.bits[:, plane, self.row[policy]] for plane in (0, 1))
        kinds = {"holds": (sound, clear), "misses_one": (sound, ~clear)}
        one, other = kinds.get(kind, (~sound, clear))
        words: Words = (one & other).reshape(-1)
        return words if count < 0 else words[:count]


@dataclass(frozen=True)
class _Shape:
    """How many words a pass takes, and how many passes a block."""

    words: int
    passes: int

    @classmethod
    def of(cls, bound: Bound, words: int) -> _Shape:
        row = max(1, _NEAR // (8 * (bound.rows + 4 * len(bound.order))))
        near = max(8, min(_WORDS, 1 << (row.bit_length() - 1)))
        near = min(near, 1 << max(3, (max(1, words) - 1).bit_length()))
        far = max(1, min(_FAR // (8 * bound.rows * near), -(-words // near), _WORDS // near))
        return cls(near, far)


def run(
    bound: Bound,
    columns: Mapping[str, Column],
    alive: Words,
    count: int,
    *,
    bits: bool = True,
    clauses: bool = False,
    threads: int = 0,
) -> Found:
    """Evaluate over the first `count` cells of the columns, of which those set in `alive` count.

    `clauses` asks for the bits of who misses one by clause, for a plan of one policy.
    """
    words, policies = len(alive), len(bound.order)
    shape = _Shape.of(bound, words)
    made = (-(-words // shape.words), 2, policies, shape.words)
    # Not zeros: memory that is written once should be touched once.
    kept = np.empty(made, np.uint64) if bits else None
    missed = np.empty((len(bound.false), words), np.uint64) if clauses else None
    step = shape.words * shape.passes
    blocks = list(range(0, words, step))
    most = 1 if bound.rows < _FEW_ROWS else min(os.cpu_count() or 1, _MOST_THREADS)
    threads = min(threads or most, len(blocks))

    def part(turn: int) -> npt.NDArray[np.int64]:
        work = _Work(bound, shape)
        counts = np.zeros((policies, len(KEPT)), np.int64)
        for first in blocks[turn::threads]:
            last = min(first + step, words)
            work.prepare(columns, first, last, count)
            for at in range(first, last, shape.words):
                end = min(at + shape.words, last)
                number = (at - first) // shape.words
                into = work.results if kept is None else kept[at // shape.words]
                work.combine(number, alive[at:end], into)
                counts += work.counts(into)
                if missed is not None:
                    missed[:, at:end] = work.missed(number, into)[:, : end - at]
        return counts

    if threads <= 1:
        counts = part(0) if blocks else np.zeros((policies, len(KEPT)), np.int64)
    else:
        with ThreadPoolExecutor(threads) as pool:
            counts = sum(pool.map(part, range(threads)), np.zeros((policies, len(KEPT)), np.int64))
    row = np.empty_like(bound.order)
    row[bound.order] = np.arange(policies)
    return Found(counts[row], row, kept, missed)


class _Work:
    """The planes of one block, for one thread."""

    def __init__(self, bound: Bound, shape: _Shape) -> None:
        self.bound, self.shape = bound, shape
        self.planes = np.zeros((shape.passes, bound.rows, shape.words), np.uint64)
        self.planes[:, ONES] = _FULL
        policies = len(bound.order)
        self.some, self.two, self.known, self.false, self.spare = np.empty(
            (5, policies, shape.words), np.uint64
        )
        self.results = np.empty((2, policies, shape.words), np.uint64)
        self.group = np.empty((max(1, bound.grouped), shape.words), np.uint64)

    def prepare(self, columns: Mapping[str, Column], first: int, last: int, count: int) -> None:
        """Evaluate every comparison on the words from `first` to `last`."""
        length = self.shape.passes * self.shape.words
        for tests in self.bound.tests:
            column = columns[tests.column]
            cells = column.cells[64 * first : min(64 * last, count)]
            true = _combined(tests, _basis(tests, cells, length))
            known = np.zeros(length, np.uint64)
            known[: last - first] = column.known[first:last]
            self._put(tests.known_row, known[None])
            self._put(tests.first, true)
            if tests.of_known:
                np.bitwise_xor(true[:-1], known, out=true[:-1])
                np.invert(true[-1], out=true[-1])
            else:
                np.bitwise_xor(true, known, out=true)
            self._put(tests.first + self.bound.tested, true)

    def _put(self, row: int, bits: Words) -> None:
        shaped = bits.reshape(len(bits), self.shape.passes, self.shape.words)
        self.planes[:, row : row + len(bits)] = shaped.transpose(1, 0, 2)

    def combine(self, number: int, alive: Words, results: Words) -> None:
        """Sound and clear of every policy, in the words of pass `number`, into `results`."""
        planes = self.planes[number]
        for step in self.bound.steps:
            self._group(planes, step)
        some, two, known = self._clauses(planes)
        sound, clear = results
        np.invert(two, out=sound)
        np.bitwise_and(sound, known, out=sound)
        np.invert(some, out=clear)
        if len(alive) < self.shape.words or not (alive == _FULL).all():
            mask = np.zeros(self.shape.words, np.uint64)
            mask[: len(alive)] = alive
            np.bitwise_and(sound, mask, out=sound)
            np.bitwise_and(clear, mask, out=clear)

    def counts(self, results: Words) -> npt.NDArray[np.int64]:
        """By policy and kind how many there are in the words of the pass."""
        sound, clear = results
        holds = _counted(np.bitwise_and(sound, clear, out=self.spare))
        return np.stack([holds, _counted(sound) - holds, _counted(clear) - holds], axis=1)

    def _group(self, planes: Words, step: Step) -> None:
        count, grouped = len(step.true[0]), self.bound.grouped
        true = planes[step.first : step.first + count]
        false = planes[step.first + grouped : step.first + grouped + count]
        certain = planes[step.first + 2 * grouped : step.first + 2 * grouped + count]
        for position, (rows, others) in enumerate(zip(step.true, step.false, strict=True)):
            if not position:
                _take(planes, rows, true)
                _take(planes, others, false)
                continue
            spare = self.group[: len(rows)]
            np.bitwise_and(true[: len(rows)], _take(planes, rows, spare), out=true[: len(rows)])
            np.bitwise_or(false[: len(rows)], _take(planes, others, spare), out=false[: len(rows)])
        np.bitwise_or(true, false, out=certain)

    def _clauses(self, planes: Words) -> tuple[Words, Words, Words]:
        some, two, known, spare = self.some, self.two, self.known, self.spare
        two[:] = 0
        for position, rows in enumerate(self.bound.false):
            if not position:
                _take(planes, rows, some)
                continue
            end = len(rows)
            false = _take(planes, rows, self.false[:end])
            both = np.bitwise_and(some[:end], false, out=spare[:end])
            np.bitwise_or(two[:end], both, out=two[:end])
            np.bitwise_or(some[:end], false, out=some[:end])
        known[:] = _FULL
        for rows in self.bound.known_rows:
            end = len(rows)
            np.bitwise_and(known[:end], _take(planes, rows, spare[:end]), out=known[:end])
        return some, two, known

    def missed(self, number: int, results: Words) -> Words:
        """Who misses one by clause: of the only policy, where that clause is false."""
        false = self.planes[number][[rows[0] for rows in self.bound.false]]
        missed: Words = false & results[0] & ~results[1]
        return missed


def _take(planes: Words, rows: Rows, out: Words) -> Words:
    # Only with a mode numpy writes into `out` directly; no row is ever out of bounds.
    return np.take(planes, rows, axis=0, out=out, mode="clip")


def _basis(tests: Tests, cells: npt.NDArray[Any], length: int) -> Words:
    """Planes of the boundaries, of the tables and of nothing."""
    made = np.empty((len(tests.boundaries) + len(tests.tables) + 1, length), np.uint64)
    made[-1] = 0
    bytes_, end = made.view(np.uint8), -(-len(cells) // 8)
    boundaries = np.array(tests.boundaries, cells.dtype)
    together = max(1, _TOGETHER // max(1, len(cells)))
    for at in range(0, len(boundaries), together):
        bits = cells >= boundaries[at : at + together, None]
        bytes_[at : at + len(bits), :end] = np.packbits(bits, axis=1, bitorder="little")
    if tests.tables:
        places = cells.astype(np.intp)
        for at, table in enumerate(tests.tables, len(boundaries)):
            bytes_[at, :end] = np.packbits(np.take(table, places, mode="clip"), bitorder="little")
    return made


def _combined(tests: Tests, basis: Words) -> Words:
    true: Words = basis[tests.terms[0]]
    for rows in tests.terms[1:]:
        true[: len(rows)] ^= basis[rows]
    return true


def _counted(words: Words) -> npt.NDArray[np.int64]:
    """How many bits are set in each row.

    Numpy adds bytes slowly, so the counts of eight words are added as one number, in lanes of 16
    bits: a row of 2,048 words cannot overflow one.
    """
    parts = max(1, words.shape[1] // _COUNTED)
    counts = np.bitwise_count(words).reshape(len(words) * parts, -1).view(np.uint64)
    lanes = ((counts & _EVEN) + (counts >> _BYTE & _EVEN)).sum(axis=1)
    total = np.zeros(len(lanes), np.int64)
    for shift in (0, 16, 32, 48):
        total += (lanes >> np.uint64(shift) & _LANE).astype(np.int64)
    counted: npt.NDArray[np.int64] = total.reshape(len(words), parts).sum(axis=1)
    return counted
