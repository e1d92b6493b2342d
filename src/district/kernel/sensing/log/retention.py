"""Old readings go: sealed segments by age, and the days that hold nothing younger."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from district.kernel.sensing.log import folder as files
from district.kernel.sensing.log.days import DAY, Index, read_index, write_index
from district.kernel.sensing.log.parquet import sealed_received


def forget(folder: Path, before: int, floor: int) -> list[int]:
    """Remove the oldest sealed segments whose readings were all received before that time.

    `before` in microseconds since 1970 UTC; `floor` is a position of which nothing at or behind
    it goes. What is not sorted by day yet stays, and the last sealed segment, which says where
    the log goes on. Of the days, those go that end before `before`. Whoever calls holds
    `sealer_lock`. Returns the first positions of what went; readers that still wanted it get
    Gone.
    """
    index = read_index(folder)
    gone = []
    for first, following in pairwise(files.sealed_segments(folder)):
        path = files.sealed_path(folder, first)
        if following > min(index.next, floor) or sealed_received(path) >= before:
            break
        path.unlink()
        gone.append(first)
    if gone:
        files.sync_folder(folder / "sealed")
    kept = tuple(run for run in index.runs if (run.day + 1) * DAY > before)
    if len(kept) < len(index.runs):
        # The files that no run names go with the next compaction.
        write_index(folder, Index(index.next, index.made, kept))
    return gone
