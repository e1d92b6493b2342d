"""Rows of the log as Parquet, checked on the way out and on the way in."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import numpy as np
import polars as pl

from district.kernel.sensing.batches import DTYPES, Batch
from district.kernel.sensing.log import folder as files
from district.kernel.sensing.log.decoding import Rows
from district.kernel.sensing.log.errors import Corrupt

#: Readings of a row group in a sealed segment.
_ROW_GROUP = 131_072
#: What polars raises over bytes that are no Parquet, or no longer: it may panic, too.
_UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException)
_KEYS = ("first", "next", "crc", "received")
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
        "district.received": str(int(rows.readings.received.max())),
    }
    write(to_frame(rows), path, row_group=_ROW_GROUP, metadata=metadata)


def read_sealed(path: Path) -> Rows:
    """The rows of a sealed segment in the log's order; Corrupt when they are not those sealed."""
    metadata = _metadata(path)
    try:
        rows = from_frame(pl.read_parquet(path, columns=list(_COLUMNS), memory_map=False))
    except (*_UNREADABLE, ValueError) as error:
        raise Corrupt(path, 0, f"cannot be read as Parquet ({error})") from error
    if (
        not len(rows)
        or int(rows.position[0]) != metadata["first"]
        or int(rows.position[-1]) + 1 != metadata["next"]
        or _crc(rows) != metadata["crc"]
    ):
        raise Corrupt(path, 0, "the rows are not those that were sealed")
    return rows


def sealed_end(path: Path) -> int:
    """The position behind the last frame of a sealed segment."""
    return _metadata(path)["next"]


def sealed_received(path: Path) -> int:
    """The newest time of receipt (or tick) in a sealed segment, µs since 1970 UTC."""
    return _metadata(path)["received"]


def select_from(paths: list[Path], wanted: pl.Expr, columns: list[str]) -> pl.DataFrame:
    """The wanted rows of files, without checking the others; Corrupt when one is no Parquet."""
    try:
        return pl.scan_parquet(paths).filter(wanted).select(columns).collect()
    except _UNREADABLE as error:
        raise Corrupt(paths[0], 0, f"this or a file beside it is no Parquet ({error})") from error


def _metadata(path: Path) -> dict[str, int]:
    try:
        found = pl.read_parquet_metadata(path)
    except _UNREADABLE as error:
        raise Corrupt(path, 0, f"cannot be read as Parquet ({error})") from error
    try:
        return {key: int(found[f"district.{key}"]) for key in _KEYS}
    except (KeyError, ValueError) as error:
        raise Corrupt(path, 0, "is no sealed segment of the log") from error


def _crc(rows: Rows) -> int:
    """A checksum of all columns in order."""
    crc = 0
    for column in (rows.position, *(getattr(rows.readings, name) for name in DTYPES)):
        crc = zlib.crc32(np.ascontiguousarray(column).data, crc)
    return crc
