"""Measures the model on the held-out examples: how often it is right, and whether it knows.

`python -m district.systems.appeals.suggesting.evaluation` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from district.systems.appeals.suggesting.examples import StarterExample, read_examples
from district.systems.appeals.suggesting.model import STARTER, CategoryModel, Suggestion, load_model

_BINS = 10


@dataclass(frozen=True)
class Score:
    """Shares from 0 to 1; `calibration_error` is the expected one (ECE) in ten equal bins."""

    texts: int
    top1: float
    top3: float
    calibration_error: float
    confidence: float

    def line(self, name: str) -> str:
        """One line for people."""
        return (
            f"{name:<8} {self.texts:>5} texts  top-1 {self.top1:.1%}  top-3 {self.top3:.1%}  "
            f"mean confidence {self.confidence:.1%}  calibration error {self.calibration_error:.3f}"
        )


def score(model: CategoryModel, rows: Iterable[StarterExample]) -> Score:
    """How the model does on labelled texts; ValueError without any."""
    judged = [(model.suggest(row.text), row.matter) for row in rows]
    if not judged:
        raise ValueError("no texts to measure the model on")
    count = len(judged)
    sure = [(_first(found), bool(found) and found[0].matter == truth) for found, truth in judged]
    return Score(
        texts=count,
        top1=sum(right for _confidence, right in sure) / count,
        top3=sum(any(s.matter == truth for s in found) for found, truth in judged) / count,
        calibration_error=_calibration_error(sure),
        confidence=sum(confidence for confidence, _right in sure) / count,
    )


def _first(found: Sequence[Suggestion]) -> float:
    return found[0].confidence if found else 0.0


def _calibration_error(sure: Sequence[tuple[float, bool]]) -> float:
    """The mean gap between confidence and share of right ones, over bins of confidence."""
    error = 0.0
    for step in range(_BINS):
        inside = [row for row in sure if min(int(row[0] * _BINS), _BINS - 1) == step]
        error += abs(sum(confidence - right for confidence, right in inside))
    return error / len(sure)


def evaluate(model: CategoryModel | None = None) -> dict[str, Score]:
    """The scores on the held-out split: `all`, `spoken` and `plain`; of the starter by default."""
    used = model or load_model(STARTER)
    held = [row for row in read_examples() if row.split == "test"]
    scores = {"all": score(used, held)}
    for voice in ("spoken", "plain"):
        scores[voice] = score(used, [row for row in held if row.voice == voice])
    return scores


def report() -> str:
    """The scores of the starter as lines."""
    return "\n".join(found.line(name) for name, found in evaluate().items())


if __name__ == "__main__":
    print(report())
