"""Trains the model that suggests an appeal's matter from labelled texts and the catalogue."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from district.systems.appeals.rules.matters import Catalogue
from district.systems.appeals.suggesting.examples import read_examples
from district.systems.appeals.suggesting.features import features
from district.systems.appeals.suggesting.model import STARTER, CategoryModel, Training, row_of
from district.systems.appeals.suggesting.solver import SparseRow, fit

#: A person put the suggestion aside: such a text weighs as three of the starter's.
OVERRULED = 3.0
CONFIRMED = 1.0
_PENALTY = 1 / 30  # anything from 1/5 to 1/100 does about as well on texts not trained on
_FOLDS = 4
_MOST_FEATURES = 40_000


@dataclass(frozen=True)
class Example:
    """A text, the code of the matter it belongs to, and how much it weighs in training."""

    text: str
    matter: str
    weight: float = 1.0


def starter_examples() -> tuple[Example, ...]:
    """What the starter is trained from: the training split alone."""
    return tuple(Example(row.text, row.matter) for row in read_examples() if row.split == "train")


def train(examples: Iterable[Example], catalogue: Catalogue, *, seed: int = 0) -> CategoryModel:
    """A model of the catalogue's matters; the same input and seed give the same model.

    Texts of matters that the catalogue does not have are left out. Raises ValueError when fewer
    than two matters have examples, or on a weight that is not above 0.
    """
    codes = {matter.code for matter in catalogue.matters}
    used = [example for example in examples if example.matter in codes]
    if any(not 0 < example.weight < math.inf for example in used):
        raise ValueError("an example's weight must be above 0")
    matters = tuple(sorted({example.matter for example in used}))
    if len(matters) < 2:
        raise ValueError("examples of at least two matters are needed")
    said = [example for example in _from_catalogue(catalogue) if example.matter in matters]
    problem = _Problem.of([*used, *said], matters)
    matrix = problem.solve(np.arange(len(problem.rows)))
    weights, scales = _in_steps(matrix)
    return CategoryModel(
        matters,
        problem.known,
        weights,
        scales,
        problem.rarity,
        _temperature(problem, len(used), seed),
        Training(len(used), _digest(used), catalogue.version, seed),
    )


def make_starter(
    catalogue: Catalogue, path: Path = STARTER, *, more: Sequence[Example] = (), seed: int = 0
) -> CategoryModel:
    """Train from the product's examples, and `more` of handled cases, and write the file."""
    model = train((*starter_examples(), *more), catalogue, seed=seed)
    model.save(path)
    return model


def _from_catalogue(catalogue: Catalogue) -> list[Example]:
    """What the catalogue itself says of each matter: two short texts that belong to it."""
    return [
        Example(text, matter.code)
        for matter in catalogue.matters
        for text in (f"{matter.name} {matter.description}", " ".join(matter.keywords))
    ]


@dataclass(frozen=True)
class _Problem:
    """Texts as sparse rows over the features that occur in them."""

    known: tuple[str, ...]
    rarity: NDArray[np.float32]
    rows: list[SparseRow]
    labels: list[int]
    weights: list[float]
    classes: int

    @classmethod
    def of(cls, examples: Sequence[Example], matters: tuple[str, ...]) -> _Problem:
        seen: Counter[str] = Counter()
        for example in examples:
            seen.update(features(example.text).keys())
        # The commonest, but in an order that does not hang on the order of the examples.
        commonest = sorted(seen.items(), key=lambda row: (-row[1], row[0]))[:_MOST_FEATURES]
        known = tuple(sorted(name for name, _count in commonest))
        count = len(examples)
        rarity = np.array(
            [1 + math.log((1 + count) / (1 + seen[name])) for name in known], dtype=np.float32
        )
        index = {name: at for at, name in enumerate(known, 1)}
        rows = [SparseRow(*row_of(example.text, index, rarity)) for example in examples]
        place = {matter: at for at, matter in enumerate(matters)}
        labels = [place[example.matter] for example in examples]
        weights = [example.weight for example in examples]
        return cls(known, rarity, rows, labels, weights, len(matters))

    def solve(self, chosen: NDArray[np.int64]) -> NDArray[np.float32]:
        """The matrix of the chosen rows."""
        return fit(
            [self.rows[at] for at in chosen],
            [self.labels[at] for at in chosen],
            [self.weights[at] for at in chosen],
            (len(self.known) + 1, self.classes),
            penalty=_PENALTY,
        )


def _temperature(problem: _Problem, count: int, seed: int) -> float:
    """What to divide scores by, so that texts not trained on get honest confidences.

    The first `count` rows are people's texts; each is judged by a model of the other folds.
    """
    folds = np.random.default_rng(seed).permutation(count) % _FOLDS
    said = np.arange(count, len(problem.rows))
    scores, labels, weights = [], [], []
    for fold in range(_FOLDS):
        matrix = problem.solve(np.concatenate([np.flatnonzero(folds != fold), said]))
        for at in np.flatnonzero(folds == fold):
            row = problem.rows[at]
            scores.append((row.values @ matrix[row.columns]).astype(np.float64))
            labels.append(problem.labels[at])
            weights.append(problem.weights[at])
    table, truth, share = np.array(scores), np.array(labels), np.array(weights)

    def loss(temperature: float) -> float:
        warm = table / temperature
        warm -= warm.max(axis=1, keepdims=True)
        right = warm[np.arange(count), truth] - np.log(np.exp(warm).sum(axis=1))
        return -float(np.sum(share * right))

    # Coarse enough that noise in the last digits of the scores does not show in the file.
    return min((step / 50 for step in range(10, 151)), key=loss)


def _in_steps(
    matrix: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """The matrix in 255 steps a row, a quarter of its size; the steps are finer than its noise."""
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-6).astype(np.float32) / np.float32(127)
    return np.round(matrix / scales[:, None]).astype(np.int8), scales


def _digest(examples: Sequence[Example]) -> str:
    total = hashlib.sha256()
    for line in sorted(f"{row.matter}\t{row.weight}\t{row.text}" for row in examples):
        total.update(line.encode() + b"\n")
    return total.hexdigest()
