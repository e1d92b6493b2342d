"""The rules as a query of Spark Structured Streaming. Needs pyspark (requirements/spark.txt).

Sealed segments are read in the order in which they were sealed, one a micro-batch. Each row goes
to the shares whose groups read its stream, each tick to all. A share's state is what
`keyed.take` keeps; Spark checkpoints it with how far the segments are read, so that a query that
was killed goes on where its last finished micro-batch ended and the transitions are as those of
a query that was not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from district.kernel.sensing.batches import DTYPES, Batch
from district.kernel.sensing.log.decoding import Rows
from district.kernel.sensing.spark.keyed import Plan, route, take

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.streaming.query import StreamingQuery
    from pyspark.sql.streaming.state import GroupState

#: The rows of a sealed segment, as `log.parquet` writes them.
ROWS = "position long, stream int, time long, value double, received long, sequence long"
#: What comes out: `word` is raised, released or withdrawn; a withdrawn one has no time and no
#: position of its own (null). `evidence` is JSON: [[stream, time, value], ...].
TOLD = (
    "word string, rule string, version string, group string, raised_at long, time long, "
    "position long, out_of_order long, episode string, evidence string"
)
_STATE = "state binary"


def transitions(spark: SparkSession, folder: Path, plan: Plan, *, shares: int = 8) -> DataFrame:
    """The transitions of a log (its folder) as a streaming table of the columns TOLD."""
    from pyspark.sql.functions import broadcast

    rows = (
        spark.readStream.schema(ROWS)
        .option("maxFilesPerTrigger", 1)
        .parquet(str(folder / "sealed"))
    )
    routes = spark.createDataFrame(list(route(plan, shares)), "stream int, share int")
    parts = spark.sparkContext.broadcast([plan.share(number, shares) for number in range(shares)])

    def advance(
        key: tuple[int], tables: Iterator[pd.DataFrame], state: GroupState
    ) -> Iterator[pd.DataFrame]:
        yield _advance(parts.value[key[0]], tables, state)

    return (
        rows.join(broadcast(routes), "stream")
        .groupBy("share")
        .applyInPandasWithState(advance, TOLD, _STATE, "append", "NoTimeout")
    )


def write(told: DataFrame, out: Path, checkpoint: Path, *, every: str = "") -> StreamingQuery:
    """Write transitions as Parquet below `out`: all that is sealed by now, or again and again
    `every` ("10 seconds"). The query goes on from `checkpoint`."""
    writer = told.writeStream.format("parquet").option("path", str(out))
    writer = writer.option("checkpointLocation", str(checkpoint)).outputMode("append")
    trigger = writer.trigger(processingTime=every) if every else writer.trigger(availableNow=True)
    return trigger.start()


def _advance(plan: Plan, tables: Iterator[pd.DataFrame], state: GroupState) -> pd.DataFrame:
    """One share, one micro-batch. Spark gives the rows in any order."""
    import pandas as pd

    known = bytes(state.get[0]) if state.exists else None
    told, withdrawn, kept = take(plan, _rows(pd.concat(list(tables))), known)
    state.update((kept,))
    found: list[dict[str, Any]] = [
        asdict(one)
        | {
            "word": one.kind,
            "episode": str(one.episode),
            "evidence": json.dumps([[e.stream, e.time, e.value] for e in one.evidence]),
        }
        for one in told
    ]
    found += [asdict(one) | {"word": "withdrawn", "episode": str(one.episode)} for one in withdrawn]
    columns = [column.split()[0] for column in TOLD.split(", ")]
    return pd.DataFrame(found, columns=columns).astype(
        dict.fromkeys(("raised_at", "time", "position", "out_of_order"), "Int64")
    )


def _rows(table: pd.DataFrame) -> Rows:
    table = table.sort_values(["position", "stream", "time", "sequence"], kind="stable")
    columns = {name: table[name].to_numpy(dtype) for name, dtype in DTYPES.items()}
    return Rows(table["position"].to_numpy(np.int64), Batch(**columns))
