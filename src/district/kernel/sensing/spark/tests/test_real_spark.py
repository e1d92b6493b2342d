"""Real Spark, two workers, sealed segments: the same episodes as in one process.

Runs where pyspark (requirements/spark.txt) and Java are installed.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from district.kernel.sensing.batches import Batch, Frame
from district.kernel.sensing.log import LogReader, LogWriter, seal, sealer_lock
from district.kernel.sensing.log.writer import Limits
from district.kernel.sensing.rules.tests.samples import Sampler
from district.kernel.sensing.spark.keyed import Plan, Stretch
from district.kernel.sensing.spark.tests.test_keyed import alone

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),  # a Java machine and two workers begin slowly beside other work
    pytest.mark.one_database,
    # Spark's own code warns of what newer pandas will do.
    pytest.mark.filterwarnings("default"),
]
FRAMES = 160


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """A cluster of two workers on this machine, each with a core, listening on loopback alone."""
    pytest.importorskip("pyspark", reason="NOT RUN: pyspark is not installed; make spark")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("NOT RUN: no Java found")
    home = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        # A machine that lives for a minute does not earn back what the second compiler costs.
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        made = _cluster(home)
        yield made
        made.stop()


def _cluster(home: Path) -> SparkSession:
    from pyspark.sql import SparkSession

    made: SparkSession = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.local.dir", str(home))
        .config("spark.sql.warehouse.dir", str(home / "warehouse"))
        .config("spark.executorEnv.PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        .getOrCreate()
    )
    made.sparkContext.setLogLevel("ERROR")
    return made


def written(folder: Path, sampler: Sampler) -> None:
    """A log of several sealed segments; what lies in the last is not sealed."""
    limits = Limits(segment_frames=FRAMES // 4)
    with LogWriter(folder, limits) as writer:
        for frame in sampler.frames(FRAMES):
            if not isinstance(frame.content, Batch) or len(frame.content):
                writer.append(frame.content)
    lock = sealer_lock(folder)
    seal(folder)
    lock.release()


def sealed_frames(folder: Path) -> list[Frame]:
    """The frames of the sealed segments, as a reader finds them."""
    from district.kernel.sensing.log.folder import sealed_path, sealed_segments
    from district.kernel.sensing.log.parquet import read_sealed

    found: list[Frame] = []
    for first in sealed_segments(folder):
        found += read_sealed(sealed_path(folder, first)).frames()
    return found


def test_the_same_log_gives_the_same_episodes(spark: SparkSession, tmp_path: Path) -> None:
    from district.kernel.sensing.spark.streaming import transitions, write

    folder, out, checkpoint = tmp_path / "log", tmp_path / "told", tmp_path / "checkpoint"
    sampler = Sampler(47)
    sampler.values = [value for value in sampler.values if math.isfinite(value)]
    pool = sampler.bindings_that_share(5)
    plan = Plan([Stretch(-1, tuple(pool[:4])), Stretch(FRAMES // 3, tuple(pool[1:]))])
    written(folder, sampler)
    frames = sealed_frames(folder)
    assert len(frames) > FRAMES // 2
    assert frames[-1].position < LogReader(folder).end() - 1

    # Half of the segments, and the rest by another query that goes on from the checkpoint.
    later = sorted((folder / "sealed").iterdir())[2:]
    hidden = tmp_path / "later"
    hidden.mkdir()
    for path in later:
        path.rename(hidden / path.name)
    write(transitions(spark, folder, plan, shares=4), out, checkpoint).awaitTermination()
    half = spark.read.parquet(str(out)).count()
    for path in later:
        (hidden / path.name).rename(path)
    write(transitions(spark, folder, plan, shares=4), out, checkpoint).awaitTermination()

    told, withdrawn = alone(plan, frames)
    assert len(told) > 20
    found = [row.asDict() for row in spark.read.parquet(str(out)).collect()]
    assert 0 < half < len(found)
    assert sorted(
        (
            r["word"],
            r["episode"],
            r["rule"],
            r["group"],
            r["time"],
            r["position"],
            r["out_of_order"],
        )
        for r in found
        if r["word"] != "withdrawn"
    ) == sorted(
        (t.kind, str(t.episode), t.rule, t.group, t.time, t.position, t.out_of_order) for t in told
    )
    assert {r["episode"] for r in found if r["word"] == "withdrawn"} == {
        str(one.episode) for one in withdrawn
    }
    evidence = {
        (r["word"], r["episode"]): json.loads(r["evidence"]) for r in found if r["evidence"]
    }
    for one in told:
        kept = evidence[one.kind, str(one.episode)]
        assert repr(kept) == repr([[e.stream, e.time, e.value] for e in one.evidence])
