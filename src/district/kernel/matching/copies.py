"""Copies of populations in files, so that a start need not read a million rows again.

A copy is only a short cut: one that is damaged, of another schema or of another state of the
database is left aside, and the rows are read. It is written beside its place and then renamed, so
no process ever finds half of one; where several write, the last one stays.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import zipfile
import zlib
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from district.conf.paths import VAR
from district.kernel.conditions.public import Schema
from district.kernel.matching.rules.columns import Column, Dictionary, dictionary_type
from district.kernel.matching.rules.keys import Keys
from district.kernel.matching.rules.population import Population, Position
from district.kernel.matching.store import PopulationSpec

#: Another meaning of what stands in the file is another number.
_FORMAT = 1
#: Fewer are read from the database as quickly.
_WORTH_KEEPING = 20_000
_log = logging.getLogger(__name__)


def path_of(key: str) -> Path:
    """Where the copy of a population is kept."""
    return Path(VAR) / "matching" / f"{key}.npz"


def save(spec: PopulationSpec, copy: Population) -> None:
    """Keep the copy in its file, if it is large; a full disk or the like is only logged."""
    if copy.count < _WORTH_KEEPING or not copy.at.last:
        return
    path = path_of(spec.key)
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez(file, allow_pickle=False, **_arrays(copy))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        _log.warning("copy of population %s is not kept: %s", spec.key, error)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def load(spec: PopulationSpec) -> Population | None:
    """The copy in the file, as old as it is; None where none is fit for use."""
    path = path_of(spec.key)
    try:
        with np.load(path, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        return _population(spec.schema(), arrays)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        _log.warning("copy of population %s is read anew: %s", spec.key, error)
        return None


def _fingerprint(schema: Schema) -> str:
    """What the cells' meaning hangs on, as a digest."""
    said = [
        (a.key, a.type, a.path, a.hierarchy, a.places, a.choice_values) for a in schema.attributes
    ]
    return hashlib.sha256(repr((_FORMAT, said)).encode()).hexdigest()


def _arrays(copy: Population) -> dict[str, Any]:
    at = asdict(copy.at) | {"beyond": sorted(copy.at.beyond)}
    about = {
        "schema": _fingerprint(copy.schema), "at": at, "count": copy.count, "kind": copy.ids.kind,
    }  # fmt: skip
    ids = copy.ids.cells
    arrays: dict[str, Any] = {
        "about": _bytes(about),
        "alive": copy.alive,
        "ids": _bytes(ids.tolist()) if copy.ids.kind == "text" else ids,
    }
    for key, column in copy.columns.items():
        arrays[f"cells.{key}"] = column.cells
        if column.dictionary is not None:
            arrays[f"values.{key}"] = _bytes(column.dictionary.values.to_list())
    return arrays


def _population(schema: Schema, arrays: dict[str, Any]) -> Population:
    about = _said(arrays["about"])
    if about["schema"] != _fingerprint(schema):
        raise ValueError("it is of another schema")
    at = Position(**(about["at"] | {"beyond": frozenset(about["at"]["beyond"])}))
    kind, ids = about["kind"], arrays["ids"]
    keys = Keys(kind, np.array(_said(ids), object) if kind == "text" else ids)
    columns: dict[str, Column] = {}
    for attribute in schema.attributes:
        dictionary, kind_ = None, dictionary_type(attribute)
        if kind_ is not None:
            values = pl.Series(_said(arrays[f"values.{attribute.key}"]), dtype=kind_)
            dictionary = Dictionary(attribute, values)
        columns[attribute.key] = Column(attribute, arrays[f"cells.{attribute.key}"], dictionary)
    if any(len(column.cells) != len(keys) for column in columns.values()):
        raise ValueError("its columns are of different lengths")
    return Population(schema, keys, columns, arrays["alive"], about["count"], at)


def _bytes(said: Any) -> Any:
    return np.frombuffer(json.dumps(said, ensure_ascii=False).encode(), np.uint8)


def _said(content: Any) -> Any:
    return json.loads(content.tobytes().decode())
