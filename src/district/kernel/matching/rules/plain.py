"""The plain evaluation, clause by clause with Polars: slow, and the measure of what is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from district.kernel.conditions.public import Condition, evaluate
from district.kernel.matching.rules.verdicts import KINDS, Kind, Tally, clauses_of

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PlainVerdicts:
    """What a condition is to each row: which are false and unknown by clause, and the kinds."""

    false: npt.NDArray[np.bool_]  # clauses x rows
    unknown: npt.NDArray[np.bool_]  # clauses x rows

    def mask(self, kind: Kind, clause: int | None = None) -> Mask:
        """The rows of that kind, or those among them that miss the clause of that index."""
        misses, unknown = self.false.sum(axis=0), self.unknown.any(axis=0)
        masks = {
            "holds": (misses == 0) & ~unknown,
            "misses_one": (misses == 1) & ~unknown,
            "unknown_only": (misses == 0) & unknown,
            "fails": (misses > 1) | (misses == 1) & unknown,
        }
        found: Mask = masks[kind]
        return found if clause is None else found & self.false[clause]

    def tally(self) -> Tally:
        """How many rows are of each kind."""
        return Tally(*(int(self.mask(kind).sum()) for kind in KINDS))

    def missed(self) -> dict[int, int]:
        """By index of the clause, how many rows miss it and nothing else."""
        counts = [
            int(self.mask("misses_one", clause).sum()) for clause in range(self.false.shape[0])
        ]
        return {clause: count for clause, count in enumerate(counts) if count}


def plain_verdicts(condition: Condition, frame: pl.DataFrame, today: date | None) -> PlainVerdicts:
    """The verdicts of every clause of `condition` on every row of `frame`.

    `frame` is as `conditions.frame_of` makes it. Raises ValueError when a relative date meets no
    `today`.
    """
    clauses = clauses_of(condition)
    false = np.zeros((len(clauses), frame.height), np.bool_)
    unknown = np.zeros((len(clauses), frame.height), np.bool_)
    for at, clause in enumerate(clauses):
        verdicts = evaluate(clause, frame, today=today)
        false[at], unknown[at] = verdicts.false.to_numpy(), verdicts.unknown.to_numpy()
    return PlainVerdicts(false, unknown)


def plain_all(
    conditions: Mapping[str, Condition], frame: pl.DataFrame, today: date | None
) -> dict[str, PlainVerdicts]:
    """The verdicts of several conditions."""
    return {key: plain_verdicts(one, frame, today) for key, one in conditions.items()}
