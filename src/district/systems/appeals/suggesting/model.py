"""The model that suggests an appeal's matter, and its file: numbers and JSON, no pickle."""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import tempfile
import threading
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from district.systems.appeals.suggesting.features import features

#: Raise it when a file of before would be read wrongly, such as after a change of the features.
FORMAT = 1
STARTER = Path(__file__).with_name("starter.npz")
_REMEDY = "train it again: district appeals train"
_ARRAYS = ("header", "weights", "scales", "rarity")


class ModelError(Exception):
    """A model file that cannot be used; the message names the file, the fault and the remedy."""


@dataclass(frozen=True)
class Suggestion:
    """A matter's code and how sure the model is of it, from 0 to 1, calibrated."""

    matter: str
    confidence: float


@dataclass(frozen=True)
class Training:
    """What a model was trained from: enough to tell whether it must be trained again."""

    examples: int
    digest: str
    catalogue: str
    seed: int


class CategoryModel:
    """A linear model over the features of a text. Immutable, so threads may share it.

    `weights` has a row for the constant and then one for each feature, a column for each matter,
    in steps of `scales` (one a row); `rarity` weighs the features; scores are divided by
    `temperature` before they become confidences.
    """

    def __init__(
        self,
        matters: tuple[str, ...],
        known: tuple[str, ...],
        weights: NDArray[np.int8],
        scales: NDArray[np.float32],
        rarity: NDArray[np.float32],
        temperature: float,
        training: Training,
    ) -> None:
        self.matters, self.known = matters, known
        self.weights, self.scales, self.rarity = weights, scales, rarity
        self.temperature, self.training = temperature, training
        self._index = {piece: at for at, piece in enumerate(known, 1)}
        self._matrix: NDArray[np.float32] = weights.astype(np.float32) * scales[:, None]

    def row(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Columns (0 is the constant) and values of a text, as training and use both see it."""
        return row_of(text, self._index, self.rarity)

    def confidences(self, text: str) -> dict[str, float] | None:
        """The confidence of every matter, summing to 1; None where no word of it is known."""
        columns, values = self.row(text)
        if len(columns) < 2:
            return None
        scores = (values @ self._matrix[columns]).astype(np.float64) / self.temperature
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        return dict(zip(self.matters, likely.tolist(), strict=True))

    def suggest(
        self, text: str, *, count: int = 3, among: Collection[str] | None = None
    ) -> tuple[Suggestion, ...]:
        """The likeliest matters, best first; none for a text without a known word.

        `among` leaves out matters that the catalogue no longer has; the others share the whole
        confidence then.
        """
        found = self.confidences(text)
        if found is None:
            return ()
        if among is not None:
            found = {matter: share for matter, share in found.items() if matter in among}
        total = sum(found.values())
        if not total:
            return ()
        best = sorted(found.items(), key=lambda row: (-row[1], row[0]))[:count]
        return tuple(Suggestion(matter, share / total) for matter, share in best)

    def save(self, path: Path) -> None:
        """Write the model whole or not at all; the same model gives the same bytes."""
        header: dict[str, Any] = {
            "format": FORMAT,
            "matters": self.matters,
            "features": self.known,
            "temperature": self.temperature,
            "training": vars(self.training),
            "digest": _digest(self.weights, self.scales, self.rarity),
        }
        text = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            header=np.frombuffer(text, dtype=np.uint8),
            weights=self.weights,
            scales=self.scales,
            rarity=self.rarity,
        )
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(buffer.getvalue())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def row_of(
    text: str, index: Mapping[str, int], rarity: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The constant 1 and, scaled to length 1, how much of each known feature a text has."""
    found = sorted((index[f], 1 + math.log(n)) for f, n in features(text).items() if f in index)
    columns = np.array([0, *(column for column, _much in found)], dtype=np.int64)
    values = np.array([1.0, *(much for _column, much in found)], dtype=np.float32)
    values[1:] *= rarity[columns[1:] - 1]
    length = float(np.sqrt(np.sum(values[1:] ** 2)))
    if length:
        values[1:] /= length
    return columns, values


def _digest(*arrays: NDArray[Any]) -> str:
    total = hashlib.sha256()
    for array in arrays:
        total.update(f"{array.dtype.str}{array.shape}".encode())
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


def load_model(path: Path) -> CategoryModel:
    """Read a model; raises ModelError on a missing, foreign, damaged or outdated file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in _ARRAYS}
        header = json.loads(arrays["header"].tobytes().decode())
        found_format = header["format"]
    except FileNotFoundError as error:
        raise ModelError(f"{path}: there is no such file; {_REMEDY}") from error
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: is no model of appeals ({error}); {_REMEDY}") from error
    if found_format != FORMAT:
        raise ModelError(
            f"{path}: has format {found_format}, this version reads {FORMAT}; {_REMEDY}"
        )
    try:
        return _checked(header, arrays["weights"], arrays["scales"], arrays["rarity"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: is damaged ({error}); {_REMEDY}") from error


def _checked(
    header: Mapping[str, Any], weights: NDArray[Any], scales: NDArray[Any], rarity: NDArray[Any]
) -> CategoryModel:
    if header["digest"] != _digest(weights, scales, rarity):
        raise ValueError("its numbers are not those that were written")
    matters, known = tuple(header["matters"]), tuple(header["features"])
    if weights.shape != (len(known) + 1, len(matters)) or not matters:
        raise ValueError("names and numbers differ in count")
    if scales.shape != (len(known) + 1,) or rarity.shape != (len(known),):
        raise ValueError("names and numbers differ in count")
    temperature = float(header["temperature"])
    if not 0 < temperature < math.inf:
        raise ValueError("the temperature is not above 0")
    training = Training(**header["training"])
    return CategoryModel(matters, known, weights, scales, rarity, temperature, training)


class ModelSource:
    """The model in use: `path` where it exists, else the starter; read when first asked for.

    A file that has been replaced since is read again. Threads may share a source.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._held: tuple[tuple[str, int, int], CategoryModel] | None = None

    def current(self) -> CategoryModel:
        """The model; raises ModelError when its file cannot be used."""
        path = self._path if self._path is not None and self._path.exists() else STARTER
        stamp = _stamp(path)
        held = self._held
        if held is not None and held[0] == stamp:
            return held[1]
        with self._lock:
            held = self._held
            if held is None or held[0] != stamp:
                held = self._held = (stamp, load_model(path))
            return held[1]


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error}); {_REMEDY}") from error
    return str(path), status.st_mtime_ns, status.st_size
