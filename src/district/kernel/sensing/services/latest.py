"""The newest reading of each datastream, written in one statement however many there are, or in
parts between which other writers have their turn."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.models import LatestReading
from district.kernel.sensing.newest import Rows, newest_of

#: Rows of a part, and the seconds between two parts; SQLite has one writer at a time.
PART, BREATH = 2_000, 0.02
_TABLE = LatestReading._meta.db_table
_COLUMNS = "datastream_id, time, value, received, position, first_time"
# Of a datastream that is not there (a log outlives a restored database) nothing is kept. A reading
# that is older than what stands here moves `first_time` alone.
_CONFLICT = f"""
ON CONFLICT (datastream_id) DO UPDATE SET
  first_time = CASE WHEN excluded.first_time < {_TABLE}.first_time
    THEN excluded.first_time ELSE {_TABLE}.first_time END,
  value = CASE WHEN excluded.time > {_TABLE}.time THEN excluded.value ELSE {_TABLE}.value END,
  received = CASE WHEN excluded.time > {_TABLE}.time
    THEN excluded.received ELSE {_TABLE}.received END,
  position = CASE WHEN excluded.time > {_TABLE}.time
    THEN excluded.position ELSE {_TABLE}.position END,
  time = CASE WHEN excluded.time > {_TABLE}.time THEN excluded.time ELSE {_TABLE}.time END
WHERE excluded.time > {_TABLE}.time OR excluded.first_time < {_TABLE}.first_time
"""  # the table is our own
_PG_MOMENT = "timestamptz 'epoch' + {} * interval '1 microsecond'"
_POSTGRESQL = (
    f"INSERT INTO {_TABLE} ({_COLUMNS}) "  # noqa: S608  # as above
    f"SELECT r.stream, {_PG_MOMENT.format('r.time')}, r.value, {_PG_MOMENT.format('r.received')},"
    f" r.position, {_PG_MOMENT.format('r.first')} "
    "FROM unnest(%s::int[], %s::bigint[], %s::float8[], %s::bigint[], %s::bigint[], %s::bigint[])"
    " AS r(stream, time, value, received, position, first) "
    "JOIN kernel_sensing_datastream d ON d.number = r.stream"
    f"{_CONFLICT}"
)


def _lite_moment(at: str) -> str:
    """Microseconds as Django writes moments in SQLite: no fraction where it is none."""
    whole = f"datetime({at} / 1000000, 'unixepoch')"
    return (
        f"CASE {at} % 1000000 WHEN 0 THEN {whole} "
        f"ELSE {whole} || printf('.%%06d', {at} % 1000000) END"
    ).replace("% 1000000", "%% 1000000")


def _lite(path: int) -> str:
    return f"json_extract(r.value, '$[{path}]')"


_SQLITE = (
    f"INSERT INTO {_TABLE} ({_COLUMNS}) "  # noqa: S608  # as above
    f"SELECT {_lite(0)}, {_lite_moment(_lite(1))}, {_lite(2)}, {_lite_moment(_lite(3))}, "
    f"{_lite(4)}, {_lite_moment(_lite(5))} FROM json_each(%s) r "
    f"JOIN kernel_sensing_datastream d ON d.number = {_lite(0)} WHERE true"
    f"{_CONFLICT}"
)


def write_latest(readings: Batch, position: int | npt.NDArray[np.int64]) -> int:
    """Note the newest of these readings for each datastream, where it is newer than what is known.

    `position` is where in the log they stand, one for all or one each. Idempotent and in any
    order: the same readings twice, or older ones afterwards, change nothing. One statement;
    returns how many datastreams it was about. Times before 1970 are not kept.
    """
    return _write(newest_of(readings, position).tolist())


def write_latest_in_parts(newest: Rows) -> int:
    """As `write_latest`, in parts that are each a transaction, in the order of their positions.

    Whoever is killed between two parts writes the same readings once more.
    """
    rows = newest[np.argsort(newest["position"], kind="stable")]
    for first in range(0, len(rows), PART):
        if first:
            time.sleep(BREATH)
        _write(rows[first : first + PART].tolist())
    return len(rows)


def _write(rows: list[tuple[Any, ...]]) -> int:
    if not rows:
        return 0
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL, [list(part) for part in zip(*rows, strict=True)])
        else:
            cursor.execute(_SQLITE, [json.dumps(rows)])
    return len(rows)
