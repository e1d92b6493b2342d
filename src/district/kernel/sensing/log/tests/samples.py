"""Contents for tests, and a plain account of what a log should hold."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.log import Limits, LogReader, LogWriter

Content = Batch | Tick
_INT64 = st.integers(-(2**63), 2**63 - 1)

readings = st.tuples(
    st.integers(0, 2**31 - 1),
    _INT64,
    st.floats(allow_nan=False, allow_infinity=False),
    _INT64,
    _INT64,
)
contents = st.builds(Tick, _INT64) | st.lists(readings, min_size=1, max_size=90).map(
    lambda rows: Batch.of(*zip(*rows, strict=True))
)


def batch(size: int, seed: int = 0, streams: int = 50, days: int = 3) -> Batch:
    """A batch of random readings within some days from 2026-01-01."""
    rng = np.random.default_rng([seed, size])
    start = 1_767_225_600_000_000
    times = start + rng.integers(0, days * 86_400_000_000, size)
    return Batch.of(
        rng.integers(0, streams, size),
        times,
        rng.normal(size=size).round(3),
        times + rng.integers(0, 10**6, size),
        np.arange(size),
    )


def same(one: Content, other: Content) -> bool:
    """Whether both are the same tick, or hold the same bits."""
    if isinstance(one, Batch) and isinstance(other, Batch):
        return one.same(other)
    return one == other


def assert_frames(found: Iterable[Frame], expected: list[Content], start: int = 0) -> None:
    """The frames are those expected, from position `start` on, and no other."""
    listed = list(found)
    assert [frame.position for frame in listed] == list(range(start, len(expected)))
    for frame in listed:
        assert same(frame.content, expected[frame.position]), frame.position


def fill(folder: Path, expected: list[Content], **limits: int) -> None:
    """Append contents to the log of a folder, one commit each."""
    with LogWriter(folder, Limits(**limits)) as writer:
        for content in expected:
            writer.append(content)


def read(folder: Path, start: int = 0) -> list[Frame]:
    """What a reader in another process would find."""
    return list(LogReader(folder).follow(start))


def copy_of(folder: Path, to: Path) -> Path:
    """A copy to break."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)
    return to


def kills(usual: int) -> tuple[int, random.Random]:
    """How often to kill, and what chooses when: DISTRICT_KILLS and DISTRICT_KILL_SEED, printed."""
    count = int(os.environ.get("DISTRICT_KILLS", usual))
    seed = int(os.environ.get("DISTRICT_KILL_SEED", secrets.randbelow(10**6)))
    print(f"DISTRICT_KILLS={count} DISTRICT_KILL_SEED={seed}")
    return count, random.Random(seed)  # noqa: S311  # chooses moments, no secret


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process that runs this code with our modules."""
    return subprocess.Popen(  # noqa: S603  # our own interpreter and code
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def run_python(code: str, *arguments: str) -> str:
    """What this code prints in another process, which must succeed."""
    with python(code, *arguments) as process:
        out, _ = process.communicate()
    assert process.returncode == 0
    return out
