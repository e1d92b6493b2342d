"""The newest of many readings, however they are cut, agree with a plain reading of them."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.newest import merged, newest_of, nothing

READING = st.tuples(
    st.integers(1, 4), st.integers(-2, 30), st.one_of(st.floats(-9, 9), st.just(math.nan))
)


def plain(parts: list[list[tuple[int, int, float]]]) -> dict[int, tuple[int, float, int, int]]:
    """By datastream (time, value, position, oldest time), one reading at a time."""
    found: dict[int, tuple[int, float, int, int]] = {}
    for at, part in enumerate(parts):
        for stream, time, value in part:
            if time < 0 or math.isnan(value):
                continue
            known = found.get(stream)
            first = time if known is None else min(time, known[3])
            if known is None or time >= known[0]:
                found[stream] = (time, value, at, first)
            else:
                found[stream] = (*known[:3], first)
    return found


@given(st.lists(st.lists(READING, max_size=8), max_size=6))
def test_cut_anyhow_they_are_those_of_a_plain_reading(
    parts: list[list[tuple[int, int, float]]],
) -> None:
    rows = nothing()
    for at, part in enumerate(parts):
        columns = [np.array(column) for column in zip(*part, strict=True)] or [np.empty(0)] * 3
        rows = merged(rows, newest_of(Batch.of(*columns), at))
    told = {
        int(row["stream"]): (
            int(row["time"]),
            row["value"],
            int(row["position"]),
            int(row["first"]),
        )
        for row in rows
    }
    assert told == plain(parts)
    assert len(rows) == len(told)
