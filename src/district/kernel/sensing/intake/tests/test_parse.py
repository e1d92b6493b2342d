"""Messages become readings and malformed items, and nothing that is sent raises."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.sensing.batches import NO_SEQUENCE
from district.kernel.sensing.intake import Parsed, parse_compact, parse_observations
from district.kernel.sensing.intake.parse import FRAGMENT, MOST_BYTES, MOST_ITEMS, Fault

AT = 1_767_600_000_000_000
WHEN = "2026-01-05T08:00:00Z"
SECOND = 1_000_000


def _compact(message: object) -> Parsed:
    return parse_compact(json.dumps(message).encode(), AT)


def _observations(message: object, stream: int | None = None) -> Parsed:
    return parse_observations(json.dumps(message).encode(), AT, stream)


def _faults(parsed: Parsed) -> list[tuple[int, Fault]]:
    return [(bad.item, bad.fault) for bad in parsed.malformed]


def test_readings_of_one_datastream() -> None:
    parsed = _compact({"datastream": 12, "readings": [[WHEN, 21.5, 7], [WHEN, True, 8]]})
    batch = parsed.batch
    assert batch.stream.tolist() == [12, 12]
    assert batch.value.tolist() == [21.5, 1.0]
    assert batch.sequence.tolist() == [7, 8]
    assert batch.received.tolist() == [AT, AT]
    assert (
        batch.time.astype("datetime64[us]").astype(str).tolist()[0] == "2026-01-05T08:00:00.000000"
    )
    assert parsed.items.tolist() == [0, 1]
    assert not parsed.malformed


def test_readings_column_by_column_with_integers_for_times() -> None:
    parsed = _compact(
        {
            "time_unit": "ms",
            "stream": [1, 2],
            "time": [5, 6],
            "value": [0, -3],
            "sequence": [9, None],
        }
    )
    assert parsed.batch.time.tolist() == [5000, 6000]
    assert parsed.batch.sequence.tolist() == [9, NO_SEQUENCE]
    assert not parsed.malformed


def test_rows_with_and_without_sequence_stand_together_and_misshapen_ones_are_named() -> None:
    rows = [[WHEN, 1], [WHEN, 2, 5], [WHEN], "x", [WHEN, 3, 4, 5], None, [WHEN, 4, None]]
    parsed = _compact({"datastream": 3, "readings": rows})
    assert parsed.items.tolist() == [0, 1, 6]
    assert parsed.batch.sequence.tolist() == [NO_SEQUENCE, 5, NO_SEQUENCE]
    assert _faults(parsed) == [(at, Fault.SHAPE) for at in (2, 3, 4, 5)]
    assert json.loads(parsed.malformed[1].fragment) == {"datastream": 3, "reading": "x"}


@pytest.mark.parametrize(
    ("reading", "fault"),
    [
        ([WHEN, "21.5"], Fault.VALUE),
        ([WHEN, None], Fault.VALUE),
        ([WHEN, [1]], Fault.VALUE),
        ([WHEN, math.nan], Fault.VALUE),
        ([WHEN, math.inf], Fault.VALUE),
        ([WHEN, 10**400], Fault.VALUE),
        (["2026-01-05T08:00:00", 1], Fault.NO_ZONE),
        ([5, 1], Fault.NO_UNIT),
        ([True, 1], Fault.NO_TIME),
        (["tomorrow", 1], Fault.NO_TIME),
        ([WHEN, 1, -1], Fault.SEQUENCE),
        ([WHEN, 1, 2**63], Fault.SEQUENCE),
        ([WHEN, 1, True], Fault.SEQUENCE),
        ([WHEN, 1, "7"], Fault.SEQUENCE),
    ],
)
def test_a_malformed_reading_is_told_apart_from_its_good_neighbours(
    reading: list[object], fault: Fault
) -> None:
    parsed = _compact({"datastream": 1, "readings": [[WHEN, 1], reading, [WHEN, 2]]})
    assert _faults(parsed) == [(1, fault)]
    assert parsed.items.tolist() == [0, 2]
    assert parsed.batch.value.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("stream", [None, "12", True, -1, 2**31, 1.0, [], {"a": 1}])
def test_what_is_no_datastream_spoils_its_readings(stream: object) -> None:
    parsed = _compact({"datastream": stream, "readings": [[WHEN, 1]] * 2})
    assert _faults(parsed) == [(0, Fault.DATASTREAM), (1, Fault.DATASTREAM)]
    parsed = _compact({"stream": [stream, 5], "time": [WHEN] * 2, "value": [1, 2]})
    assert _faults(parsed) == [(0, Fault.DATASTREAM)]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.NOT_JSON),
        (b"{", Fault.NOT_JSON),
        (b"\xff\xfe\x00", Fault.NOT_JSON),
        (b"[" * 200_000, Fault.NOT_JSON),
        (b"9" * 5000, Fault.NOT_JSON),
        (b" " * (MOST_BYTES + 1), Fault.TOO_LARGE),
        (b"7", Fault.SHAPE),
        (b"[]", Fault.SHAPE),
        (b"{}", Fault.SHAPE),
        (b'{"stream": [1], "time": [], "value": [1]}', Fault.SHAPE),
        (b'{"stream": [1], "time": 5, "value": [1]}', Fault.SHAPE),
        (b'{"stream": [1], "time": [1], "value": [1], "sequence": 4}', Fault.SHAPE),
        (b'{"readings": [' + b"0," * MOST_ITEMS + b"0]}", Fault.TOO_LARGE),
    ],
)
def test_a_message_of_no_use_is_one_malformed_item(data: bytes, fault: Fault) -> None:
    parsed = parse_compact(data, AT)
    assert _faults(parsed) == [(-1, fault)]
    assert len(parsed.batch) == 0
    assert len(parsed.malformed[0].fragment) <= FRAGMENT


def test_what_all_items_share_is_not_written_out_for_each() -> None:
    parsed = _compact({"datastream": ["x" * 1_000_000], "readings": [[WHEN, 1]] * 2000})
    assert len(parsed.malformed) == 2000
    assert all(len(bad.fragment) <= FRAGMENT for bad in parsed.malformed)
    wide = {
        "Datastream": {"@iot.id": 1},
        "components": ["result"] * 100_000,
        "dataArray": [[]] * 9000,
    }
    assert len(_observations([wide]).malformed) == 9000


def test_one_observation_and_one_of_the_address() -> None:
    one = {"phenomenonTime": WHEN, "result": 1.25, "Datastream": {"@iot.id": 4}}
    parsed = _observations(one)
    assert (parsed.batch.stream.tolist(), parsed.batch.value.tolist()) == ([4], [1.25])
    del one["Datastream"]
    assert _observations(one, 9).batch.stream.tolist() == [9]
    assert _faults(_observations(one)) == [(0, Fault.DATASTREAM)]


def test_an_observation_without_time_is_of_the_time_of_receipt() -> None:
    link = {"Datastream": {"@iot.id": 4}}
    parsed = _observations([{"result": 1, **link}, {"phenomenonTime": WHEN, "result": 2, **link}])
    assert parsed.batch.time[0] == AT
    assert not parsed.malformed


def test_an_observation_of_an_interval_or_with_a_bare_number_for_time_is_refused() -> None:
    link = {"Datastream": {"@iot.id": 4}, "result": 1}
    parsed = _observations([{"phenomenonTime": t, **link} for t in (f"{WHEN}/{WHEN}", 5, True)])
    assert _faults(parsed) == [(at, Fault.NO_TIME) for at in range(3)]


def test_data_arrays_number_their_items_through() -> None:
    arrays = [
        {
            "Datastream": {"@iot.id": 1},
            "components": ["phenomenonTime", "result", "FeatureOfInterest/id"],
            "dataArray@iot.count": 3,
            "dataArray": [[WHEN, 1, 1], [WHEN, "bad", 1], [WHEN, 2]],
        },
        {
            "Datastream": {"@iot.id": 2},
            "components": ["result", "phenomenonTime", "parameters"],
            "dataArray": [[True, WHEN, {"sequence": 6}], [3, None, None]],
        },
        {"Datastream": {"@iot.id": 3}, "components": ["phenomenonTime"], "dataArray": [[WHEN]]},
    ]
    parsed = _observations(arrays)
    assert parsed.items.tolist() == [0, 3, 4]
    assert parsed.batch.stream.tolist() == [1, 2, 2]
    assert parsed.batch.value.tolist() == [1.0, 1.0, 3.0]
    assert parsed.batch.sequence.tolist() == [NO_SEQUENCE, 6, NO_SEQUENCE]
    assert parsed.batch.time[2] == AT
    assert _faults(parsed) == [(1, Fault.VALUE), (2, Fault.SHAPE), (5, Fault.SHAPE)]


_ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([WHEN, "2026-01-05T08:00:00"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "datastream",
                    "readings",
                    "stream",
                    "time",
                    "value",
                    "sequence",
                    "time_unit",
                    "us",
                    "Datastream",
                    "@iot.id",
                    "components",
                    "dataArray",
                    "result",
                    "phenomenonTime",
                    "parameters",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@settings(max_examples=300)
@given(_ANY)
def test_every_item_is_a_reading_or_malformed_whatever_is_sent(message: object) -> None:
    for parsed in (_compact(message), _observations(message), _observations([message], 1)):
        assert np.isfinite(parsed.batch.value).all()
        assert (parsed.batch.stream >= 0).all()
        bad = [item.item for item in parsed.malformed]
        if bad != [-1]:
            items = sorted([*parsed.items.tolist(), *bad])
            assert items == list(range(len(items)))


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_raise_nothing(data: bytes) -> None:
    parse_compact(data, AT)
    parse_observations(data, AT)


_CELL: st.SearchStrategy[object] = st.sampled_from(
    [0, 1, 2.5, True, None, "x", WHEN, -1, 2**31, 2**63, 10**400, math.nan, [], 7, 8, 9]
)


@settings(max_examples=200)
@given(st.lists(st.tuples(_CELL, _CELL, _CELL, _CELL), min_size=1, max_size=6))
def test_columns_say_of_each_item_what_they_say_of_it_alone(
    rows: list[tuple[object, ...]],
) -> None:
    names = ("stream", "time", "value", "sequence")

    def of(chosen: list[tuple[object, ...]]) -> Parsed:
        lists = dict(zip(names, map(list, zip(*chosen, strict=True)), strict=True))
        return _compact({"time_unit": "us", **lists})

    together = of(rows)
    for number, row in enumerate(rows):
        alone = of([row])
        if len(alone.batch):
            at = together.items.tolist().index(number)
            assert together.batch.take(slice(at, at + 1)).same(alone.batch)
        else:
            assert (number, alone.malformed[0].fault) in _faults(together)
