"""Groups as bytes: the same groups again, quickly."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.alarms.rules.packing import pack, unpack
from district.kernel.sensing.public import Group, Groups, Member

_members = st.lists(
    st.builds(
        Member,
        st.integers(0, 2**62),
        st.sampled_from(["", "rain", "level"]),
        st.integers(0, 2**62),
    ),
    max_size=6,
).map(tuple)
_several = st.lists(
    st.builds(Group, st.text(st.characters(exclude_categories=["Cs"])), _members),
    max_size=8,
    unique_by=lambda group: group.id,
)
_int64 = st.integers(-(2**63), 2**63 - 1)


@given(_several)
def test_groups_of_several_come_back_exactly(groups: list[Group]) -> None:
    found = unpack(pack(Groups(groups)))
    assert not found.single
    assert tuple(found) == tuple(groups)


@given(st.lists(st.tuples(_int64, _int64), unique_by=lambda pair: pair[0]))
def test_groups_of_one_stream_come_back_exactly(pairs: list[tuple[int, int]]) -> None:
    groups = Groups.of_streams([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    found = unpack(memoryview(pack(groups)))
    assert found.single
    assert found.streams.tolist() == groups.streams.tolist()
    assert found.lateness.tolist() == groups.lateness.tolist()


@given(st.binary(max_size=40) | st.binary(max_size=40).map(lambda more: b"S1" + more))
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no groups"):
        unpack(data)


def test_a_hundred_thousand_streams_take_milliseconds_and_little_room() -> None:
    groups = Groups.of_streams(np.arange(100_000) * 3 + 7, 3_600_000_000)
    began = time.process_time()
    packed = pack(groups)
    found = unpack(packed)
    assert time.process_time() - began < 0.2  # some milliseconds where nothing else runs
    assert len(packed) < 10_000
    assert len(found) == 100_000
