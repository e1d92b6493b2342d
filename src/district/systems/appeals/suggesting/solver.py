"""Softmax regression on sparse rows with numpy alone: convex, so the same data gives the same.

Why not a library: of all that scikit-learn and scipy bring (some 160 MB installed) this needs
one method, and on the starter's examples both reach the same accuracy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_Judge = Callable[[Floats], tuple[float, Floats]]
_BLOCK = 1024  # rows at a time: bounds the memory whatever the number of examples
_MEMORY = 8
_TOLERANCE = 1e-4


@dataclass(frozen=True)
class SparseRow:
    """The columns of one example that are not zero, ascending, and their values."""

    columns: Ints
    values: Floats


class _Block:
    """Up to `_BLOCK` rows, prepared for sums along rows and along columns."""

    def __init__(self, rows: Sequence[SparseRow], labels: Ints, weights: Floats) -> None:
        sizes = np.array([len(row.columns) for row in rows])
        self.labels, self.weights = labels, weights
        self.columns = np.concatenate([row.columns for row in rows])
        self.values = np.concatenate([row.values for row in rows])
        self.starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        order = np.argsort(self.columns, kind="stable")
        self.sources = np.repeat(np.arange(len(rows)), sizes)[order]
        self.sorted_values = self.values[order]
        self.touched, self.column_starts = np.unique(self.columns[order], return_index=True)

    def scores(self, matrix: Floats) -> Floats:
        """Row times matrix, for every row."""
        products: Floats = matrix[self.columns] * self.values[:, None]
        return np.add.reduceat(products, self.starts, axis=0)

    def add_loss(self, matrix: Floats, gradient: Floats) -> float:
        """The rows' weighted loss; adds its gradient."""
        scores = self.scores(matrix)
        scores -= scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        likely /= likely.sum(axis=1, keepdims=True)
        at = np.arange(len(self.labels))
        loss = -np.sum(self.weights * np.log(np.maximum(likely[at, self.labels], 1e-30)))
        likely[at, self.labels] -= 1
        likely *= self.weights[:, None]
        products = likely[self.sources] * self.sorted_values[:, None]
        gradient[self.touched] += np.add.reduceat(products, self.column_starts, axis=0)
        return float(loss)


def fit(
    rows: Sequence[SparseRow],
    labels: Sequence[int],
    weights: Sequence[float],
    shape: tuple[int, int],
    *,
    penalty: float,
    rounds: int = 60,
) -> Floats:
    """The matrix (columns, classes) of least weighted loss plus penalty/2 times its square.

    Every row needs a column that is not zero (a constant one). Deterministic: starts at zero and
    draws nothing. Stops after `rounds` steps of L-BFGS, or when they no longer gain anything.
    """
    blocks = [
        _Block(
            rows[at : at + _BLOCK],
            np.array(labels[at : at + _BLOCK]),
            np.array(weights[at : at + _BLOCK], dtype=np.float32),
        )
        for at in range(0, len(rows), _BLOCK)
    ]

    def judge(matrix: Floats) -> tuple[float, Floats]:
        gradient: Floats = (penalty * matrix).astype(np.float32)
        loss = 0.5 * penalty * float(np.vdot(matrix, matrix))
        loss += sum(block.add_loss(matrix, gradient) for block in blocks)
        return loss, gradient

    return _descend(judge, np.zeros(shape, dtype=np.float32), rounds)


def _descend(judge: _Judge, at: Floats, rounds: int) -> Floats:
    """L-BFGS with a step that is halved until it gains enough (Armijo)."""
    loss, gradient = judge(at)
    past: list[tuple[Floats, Floats, float]] = []
    for _round in range(rounds):
        direction = -_curved(gradient, past)
        slope = float(np.vdot(gradient, direction))
        step = 1.0 if past else 1.0 / max(1.0, float(np.linalg.norm(gradient)))
        while True:
            there = at + np.float32(step) * direction
            new_loss, new_gradient = judge(there)
            if new_loss <= loss + 1e-4 * step * slope:
                break
            step /= 2
            if step < 1e-8:
                return at
        moved, turned = there - at, new_gradient - gradient
        curve = float(np.vdot(moved, turned))
        if curve > 1e-10:
            past = [*past[1 - _MEMORY :], (moved, turned, 1 / curve)]
        gained = loss - new_loss
        at, loss, gradient = there, new_loss, new_gradient
        if gained < _TOLERANCE * max(1.0, abs(loss)):
            return at
    return at


def _curved(gradient: Floats, past: list[tuple[Floats, Floats, float]]) -> Floats:
    """The gradient times the inverse curvature that the last steps showed (two-loop recursion)."""
    result = gradient.copy()
    kept = []
    for moved, turned, rho in reversed(past):
        share = rho * float(np.vdot(moved, result))
        kept.append(share)
        result -= np.float32(share) * turned
    if past:
        moved, turned, rho = past[-1]
        result *= np.float32(1 / (rho * float(np.vdot(turned, turned))))
    for (moved, turned, rho), share in zip(past, reversed(kept), strict=True):
        result += np.float32(share - rho * float(np.vdot(turned, result))) * moved
    return result
