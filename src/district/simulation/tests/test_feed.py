"""What falls due, once each; and wrong readings at the rate that the page states."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise

import pytest

from district.kernel.sensing.intake import parse_compact
from district.simulation.feed import (
    AHEAD,
    BEYOND,
    WRONG,
    Reading,
    Value,
    columns,
    due,
    messages,
    slots,
)
from district.simulation.signals.world import DAY, HOUR, MINUTE, SECOND, Stream
from district.simulation.tests.samples import AT, streams, world

pytestmark = pytest.mark.one_database
GAUGE = Stream(4, "rain_hour", "X-1", 114.2, 22.7, MINUTE)


def test_every_slot_falls_due_once_however_often_it_is_looked() -> None:
    looks = [AT, AT + 7 * SECOND, AT + 61 * SECOND, AT + 61 * SECOND, AT + 5 * MINUTE]
    found = [
        reading.time
        for since, until in pairwise(looks)
        for reading in due([(GAUGE, HOUR)], world(), since, until).right
    ]
    assert found == slots(MINUTE, AT, AT + 5 * MINUTE).tolist()
    assert found[0] > AT


def test_the_same_look_gives_the_same_readings_wrong_ones_too() -> None:
    rows = [(row, HOUR) for row in streams()]
    once = due(rows, world(), AT, AT + HOUR)
    again = due(rows, world(), AT, AT + HOUR)
    assert once == again
    assert len(once.right) > 5000


def test_wrong_readings_come_at_about_their_stated_rate_beside_the_right_ones() -> None:
    rows = [(row, HOUR) for row in streams() if row.kind in ("smoke", "heat", "noise")]
    counts: Counter[str] = Counter()
    total = 0
    for begin in range(AT - DAY, AT, HOUR):
        # Within an hour no reading that is late or ahead has the time of a right one.
        found = due(rows, world(), begin, begin + HOUR)
        right = {(each.stream, each.time): each.value for each in found.right}
        total += len(right)
        for each in found.wrong:
            counts[_kind_of(each, right)] += 1
    for reason, one_of in WRONG.items():
        expected = total / one_of
        assert 0.8 * expected < counts[reason] < 1.2 * expected, (reason, counts, expected)


def _kind_of(each: Reading, right: dict[tuple[int, int], Value]) -> str:
    if isinstance(each.value, str):
        return "malformed"
    at = each.stream, each.time
    if at in right:
        assert right[at] == each.value
        return "duplicate"
    if (each.stream, each.time - AHEAD) in right:
        return "future"
    assert (each.stream, each.time + HOUR + BEYOND) in right
    return "late"


def test_messages_are_what_the_intake_reads() -> None:
    rows = [(row, HOUR) for row in streams()]
    found = due(rows, world(), AT, AT + 5 * MINUTE)
    whole = parse_compact(columns(found.right), AT)
    assert len(whole.batch) == len(found.right)
    assert not whole.malformed
    parts = messages("sim-x", found.right)
    rows_of = [json.loads(payload)["readings"] for _topic, payload in parts]
    assert sum(map(len, rows_of)) == len(found.right)
    named = [{**json.loads(payload), "datastream": 1} for _topic, payload in parts]
    read = [parse_compact(json.dumps(each).encode(), AT) for each in named]
    assert sum(len(each.batch) for each in read) == len(found.right)
    topic, payload = parts[0]
    stream = found.right[0].stream
    assert topic == f"district/readings/sim-x/{stream}"
    assert "datastream" not in json.loads(payload)
