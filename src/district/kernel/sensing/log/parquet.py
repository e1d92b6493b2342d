"""Rows of the log as Parquet, checked on the way out and on the way in."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import numpy as np
import polars as pl

from district.kernel.sensing.batches import DTYPES, Batch

from . import folder as files
from .decoding import Rows
from .errors import Corrupt

#: Readings of a row group in a sealed segment.
_ROW_GROUP = 131_072
_COLUMNS = ("position", *DTYPES)


def to_frame(rows: Rows) -> pl.DataFrame:
    """Rows as a table with the columns position, stream, time, value, received, sequence."""
    return pl.DataFrame(
        {"position": rows.position, **{name: getattr(rows.readings, name) for name in DTYPES}}
    )


def from_frame(table: pl.DataFrame) -> Rows:
    """The rows of such a table, as it is sorted."""
    return Rows(table["position"].to_numpy(), batch_of(table))


def batch_of(table: pl.DataFrame) -> Batch:
    """The readings of a table that has the columns of a batch."""
    columns = {name: table[name].to_numpy() for name in DTYPES}
    return Batch(**columns)  # a table's types are checked by Batch


def write(table: pl.DataFrame, path: Path, *, row_group: int, metadata: dict[str, str]) -> None:
    """Write a table so that the file is there whole and durable, or not at all.

    A file of the name is replaced. What a killed run left behind ends in .part and is
    written over by the next.
    """
    part = path.with_name(path.name + ".part")
    table.write_parquet(
        part,
        compression="zstd",
        compression_level=3,
        row_group_size=row_group,
        statistics=True,
        metadata=metadata,
    )
    files.sync_file(part)
    os.replace(part, path)
    files.sync_folder(path.parent)


def seal_rows(rows: Rows, path: Path) -> None:
    """Write the rows of a raw segment as a sealed one. Does not check what it wrote."""
    metadata = {
        "district.log": "1",
        "district.first": str(int(rows.position[0])),
        "district.next": str(int(rows.position[-1]) + 1),
        "district.crc": str(_crc(rows)),
    }
    write(to_frame(rows), path, row_group=_ROW_GROUP, metadata=metadata)


def read_sealed(path: Path) -> Rows:
    """The rows of a sealed segment in the log's order; Corrupt when they are not those sealed."""
    metadata = _metadata(path)
    try:
        rows = from_frame(pl.read_parquet(path, columns=list(_COLUMNS), memory_map=False))
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise Corrupt(path, 0, f"cannot be read as Parquet ({error})") from error
    first, following, crc = (metadata[f"district.{key}"] for key in ("first", "next", "crc"))
    if (
        not len(rows)
        or int(rows.position[0]) != int(first)
        or int(rows.position[-1]) + 1 != int(following)
        or _crc(rows) != int(crc)
    ):
        raise Corrupt(path, 0, "the rows are not those that were sealed")
    return rows


def sealed_end(path: Path) -> int:
    """The position behind the last frame of a sealed segment."""
    return int(_metadata(path)["district.next"])


def _metadata(path: Path) -> dict[str, str]:
    try:
        found = pl.read_parquet_metadata(path)
    except FileNotFoundError:
        raise
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Corrupt(path, 0, f"cannot be read as Parquet ({error})") from error
    if not {"district.first", "district.next", "district.crc"} <= found.keys():
        raise Corrupt(path, 0, "is no sealed segment of the log")
    return found


def _crc(rows: Rows) -> int:
    """A checksum of all columns in order."""
    crc = 0
    for column in (rows.position, *(getattr(rows.readings, name) for name in DTYPES)):
        crc = zlib.crc32(np.ascontiguousarray(column).data, crc)
    return crc
