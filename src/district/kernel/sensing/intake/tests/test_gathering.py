"""Messages that are parsed together give what each gives alone."""

from __future__ import annotations

import json
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.sensing.intake import parse_compact, parse_gathered, parse_observations
from district.kernel.sensing.intake.parse import Parsed

AT = 1_767_600_000_000_000
WHEN = "2026-01-05T08:00:00Z"

_CELL: st.SearchStrategy[object] = st.sampled_from(
    [WHEN, WHEN, 1, 2.5, True, None, "x", -1, 10**400, math.nan, [], "2026-01-05T08:00:00"]
)
_ROWS = st.lists(st.lists(_CELL, max_size=4) | _CELL, max_size=5)
_STREAM: st.SearchStrategy[object] = st.sampled_from([1, 2, 2**31, None, "1", True])
_MESSAGE = (
    st.fixed_dictionaries(
        {"datastream": _STREAM, "readings": _ROWS},
        optional={"time_unit": st.sampled_from(["us", "ms", "s", None, 5])},
    )
    | st.fixed_dictionaries({"stream": st.lists(_STREAM), "time": _ROWS, "value": _ROWS})
    | st.fixed_dictionaries(
        {"result": _CELL},
        optional={"phenomenonTime": _CELL, "Datastream": st.just({"@iot.id": 3})},
    )
    | st.lists(st.fixed_dictionaries({"result": _CELL, "Datastream": st.just({"@iot.id": 3})}))
    | _CELL
)


def _alone(message: object) -> Parsed:
    data = json.dumps(message).encode()
    if isinstance(message, dict) and message.keys() & {"readings", "stream"}:
        return parse_compact(data, AT)
    return parse_observations(data, AT)


@settings(max_examples=200)
@given(st.lists(_MESSAGE, max_size=8))
def test_together_and_alone_are_the_same(messages: list[object]) -> None:
    together = parse_gathered([json.dumps(message).encode() for message in messages], AT)
    assert len(together.messages) == len(together.items) == len(together.batch)
    for number, message in enumerate(messages):
        alone = _alone(message)
        mine = together.messages == number
        assert together.items[mine].tolist() == alone.items.tolist()
        assert together.batch.take(mine).same(alone.batch)
        assert [bad for at, bad in together.malformed if at == number] == list(alone.malformed)


def test_the_address_stands_for_a_datastream_that_is_not_named() -> None:
    messages = [
        {"readings": [[WHEN, 1]]},
        {"datastream": 5, "readings": [[WHEN, 2]]},
        {"result": 3, "phenomenonTime": WHEN},
        {"result": 4, "phenomenonTime": WHEN, "Datastream": {"@iot.id": 6}},
        {"readings": [[WHEN, 5]] * 100},
    ]
    found = parse_gathered([json.dumps(m).encode() for m in messages], AT, [7, 7, 8, 8, 9])
    streams = dict(zip(found.batch.value.tolist(), found.batch.stream.tolist(), strict=True))
    assert streams == {1.0: 7, 2.0: 5, 3.0: 8, 4.0: 6, 5.0: 9}
    assert len(found.batch) == 104


def test_nothing_gathered_is_nothing() -> None:
    found = parse_gathered([], AT)
    assert len(found.batch) == len(found.messages) == len(found.malformed) == 0


def test_bytes_that_are_no_json_spoil_no_other_message() -> None:
    good = json.dumps({"datastream": 5, "readings": [[WHEN, 2]]}).encode()
    found = parse_gathered([b"{", good, b""], AT)
    assert found.messages.tolist() == [1]
    assert [(at, bad.item) for at, bad in found.malformed] == [(0, -1), (2, -1)]
