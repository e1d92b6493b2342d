"""What is accepted and what is set aside, against a check that takes one reading at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.intake import Reason, Recent, Streams, check

MINE, OTHERS = 1, 2
LATENESS, SKEW = 60, 5
#: Datastreams 1 to 3 are of source 1, 4 of source 2; 3 may be much later.
STREAMS = Streams.of(
    [1, 2, 3, 4], [MINE, MINE, MINE, OTHERS], [LATENESS, LATENESS, 10_000, LATENESS]
)
ALL = 1 << 40

Reading = tuple[int, int, float, int]


def _batch(readings: list[Reading]) -> Batch:
    columns = list(zip(*readings, strict=True)) or [(), (), (), ()]
    return Batch.of(columns[0], columns[1], columns[2], received=columns[3])


def _reasons(
    readings: list[Reading], recent: Recent | None = None, source: int = MINE
) -> list[Reason]:
    checked = check(_batch(readings), source, STREAMS, recent or Recent(ALL), skew=SKEW)
    return [Reason(reason) for reason in checked.reasons.tolist()]


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        ((1, 100, 1.0, 100), Reason.ACCEPTED),
        ((9, 100, 1.0, 100), Reason.UNKNOWN_STREAM),
        ((0, 100, 1.0, 100), Reason.UNKNOWN_STREAM),
        ((-1, 100, 1.0, 100), Reason.UNKNOWN_STREAM),
        ((2**31 - 1, 100, 1.0, 100), Reason.UNKNOWN_STREAM),
        ((4, 100, 1.0, 100), Reason.NOT_YOURS),
        ((1, 100, float("nan"), 100), Reason.MALFORMED),
        ((1, 100, float("-inf"), 100), Reason.MALFORMED),
        ((1, 100 + SKEW, 1.0, 100), Reason.ACCEPTED),
        ((1, 101 + SKEW, 1.0, 100), Reason.FUTURE),
        ((1, 100 - LATENESS, 1.0, 100), Reason.ACCEPTED),
        ((1, 99 - LATENESS, 1.0, 100), Reason.LATE),
        ((3, 99 - LATENESS, 1.0, 100), Reason.ACCEPTED),
        ((1, -(2**63), 1.0, 100), Reason.LATE),
        ((1, 2**63 - 1, 1.0, 100), Reason.FUTURE),
    ],
)
def test_each_reason(reading: Reading, reason: Reason) -> None:
    assert _reasons([reading]) == [reason]
    assert _reasons([(2, 100, 0.0, 100), reading]) == [Reason.ACCEPTED, reason]


def test_nothing_is_known_where_nothing_is_declared() -> None:
    nothing = Streams.of([], [], [])
    checked = check(_batch([(1, 1, 1.0, 1)]), MINE, nothing, Recent(ALL), skew=SKEW)
    assert checked.reasons.tolist() == [Reason.UNKNOWN_STREAM]
    assert len(check(Batch.empty(), MINE, nothing, Recent(ALL), skew=SKEW).accepted) == 0


def test_readings_of_several_sources_are_told_apart() -> None:
    batch = _batch([(1, 100, 1.0, 100), (1, 101, 1.0, 101), (4, 100, 1.0, 100)])
    sources = np.array([MINE, OTHERS, OTHERS], dtype=np.int32)
    checked = check(batch, sources, STREAMS, Recent(ALL), skew=SKEW)
    assert checked.reasons.tolist() == [Reason.ACCEPTED, Reason.NOT_YOURS, Reason.ACCEPTED]
    assert checked.refused.tolist() == [1]
    assert checked.accepted.stream.tolist() == [1, 4]


def test_the_same_again_is_a_duplicate_and_another_value_a_contradiction() -> None:
    recent = Recent(ALL)
    recent.keep(_batch([(1, 100, 1.0, 100)]))
    again = [(1, 100, 1.0, 101), (1, 100, 2.0, 101), (2, 100, 1.0, 101), (1, 99, 1.0, 101)]
    assert _reasons(again, recent) == [
        Reason.DUPLICATE,
        Reason.CONTRADICTION,
        Reason.ACCEPTED,
        Reason.ACCEPTED,
    ]


def test_within_a_batch_the_first_counts_and_a_refused_one_does_not() -> None:
    readings = [
        (1, 100, float("nan"), 100),
        (1, 100, 1.0, 100),
        (1, 100, 1.0, 100),
        (1, 100, 3.0, 100),
    ]
    assert _reasons(readings) == [
        Reason.MALFORMED,
        Reason.ACCEPTED,
        Reason.DUPLICATE,
        Reason.CONTRADICTION,
    ]


def test_what_was_not_kept_can_come_again() -> None:
    recent = Recent(ALL)
    for _ in range(2):
        # The append failed: `keep` is not called, and the sender sends again.
        assert _reasons([(1, 100, 1.0, 100)], recent) == [Reason.ACCEPTED]


def test_after_a_restart_the_logs_tail_finds_them() -> None:
    frames = [
        Frame(0, _batch([(1, 100, 1.0, 100), (2, 90, 5.0, 100)])),
        Frame(1, Tick(100)),
        Frame(2, _batch([(1, 95, 2.0, 101)])),
    ]
    recent = Recent.from_frames(frames, ALL)
    readings = [(2, 90, 5.0, 120), (1, 95, 2.5, 120), (1, 96, 2.5, 120)]
    assert _reasons(readings, recent) == [Reason.DUPLICATE, Reason.CONTRADICTION, Reason.ACCEPTED]


def test_the_window_forgets_what_would_be_late_and_bounds_its_size() -> None:
    recent = Recent(horizon=1000)
    recent.keep(_batch([(1, 0, 1.0, 0)]))
    recent.keep(_batch([(3, at, 1.0, 5000) for at in range(4000)]))
    assert len(recent) == 4000
    assert recent.whole
    small = Recent(ALL, limit=1000)
    for start in range(0, 10_000, 500):
        small.keep(_batch([(1, at, 1.0, at) for at in range(start, start + 500)]))
    assert len(small) < 10_000
    assert not small.whole
    seen, _ = small.find(np.array([1, 1]), np.array([9999, 0]))
    assert seen.tolist() == [True, False]


class _Slow:
    """One reading at a time, with a dictionary."""

    def __init__(self) -> None:
        self.accepted: dict[tuple[int, int], float] = {}

    def reason(self, reading: Reading, source: int) -> Reason:
        stream, time, value, received = reading
        owner = {1: MINE, 2: MINE, 3: MINE, 4: OTHERS}.get(stream)
        late = received - time > (10_000 if stream == 3 else LATENESS)
        before = self.accepted.get((stream, time))
        found = [
            (owner is None, Reason.UNKNOWN_STREAM),
            (owner != source, Reason.NOT_YOURS),
            (not np.isfinite(value), Reason.MALFORMED),
            (time > received + SKEW, Reason.FUTURE),
            (late, Reason.LATE),
            (before == value, Reason.DUPLICATE),
            (before is not None, Reason.CONTRADICTION),
        ]
        reason = next((reason for holds, reason in found if holds), Reason.ACCEPTED)
        if reason is Reason.ACCEPTED:
            self.accepted[stream, time] = value
        return reason


_READING = st.tuples(
    st.integers(0, 5),
    st.integers(0, 120),
    st.sampled_from([0.0, 1.0, -0.0, 2.0, float("nan")]),
    st.integers(60, 120),
)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.lists(_READING, max_size=25), st.sampled_from([MINE, OTHERS]), st.booleans()),
        max_size=12,
    )
)
def test_batches_are_judged_as_one_reading_after_another(
    batches: list[tuple[list[Reading], int, bool]],
) -> None:
    recent, slow = Recent(ALL), _Slow()
    for readings, source, appended in batches:
        before = dict(slow.accepted)
        expected = [slow.reason(reading, source) for reading in readings]
        checked = check(_batch(readings), source, STREAMS, recent, skew=SKEW)
        assert checked.reasons.tolist() == expected
        assert sorted(
            [*checked.refused.tolist(), *np.flatnonzero(checked.reasons == 0).tolist()]
        ) == list(range(len(readings)))
        assert len(checked.accepted) + len(checked.refused) == len(readings)
        if appended:
            recent.keep(checked.accepted)
        else:
            slow.accepted = before


def test_a_long_random_run_finds_exactly_the_duplicates() -> None:
    rng = np.random.default_rng(11)
    recent = Recent(1 << 62)
    known: dict[tuple[int, int], float] = {}
    for _ in range(60):
        size = int(rng.integers(1, 3000))
        # Few enough moments that many repeat, so wide apart that keys need their bounds.
        batch = Batch.of(
            rng.integers(1, 200, size), rng.integers(0, 500, size) << 40, rng.integers(0, 3, size)
        )
        seen, value = recent.find(batch.stream, batch.time)
        pairs = list(zip(batch.stream.tolist(), batch.time.tolist(), strict=True))
        assert seen.tolist() == [pair in known for pair in pairs]
        assert value[seen].tolist() == [known[pair] for pair in pairs if pair in known]
        fresh = {pair: at for at, pair in reversed(list(enumerate(pairs))) if pair not in known}
        chosen = batch.take(np.array(sorted(fresh.values()), dtype=np.intp))
        known |= {pair: batch.value[at] for pair, at in fresh.items()}
        recent.keep(chosen)


def test_a_clock_that_was_ahead_for_a_while_leaves_a_window_that_is_not_whole() -> None:
    recent = Recent(horizon=1000)
    for at in (100, 1_200, 1_190, 50_000):
        recent.keep(_batch([(1, at, 1.0, at)]))
        assert recent.whole
    recent.keep(_batch([(1, 1_300, 1.0, 1_300)]))  # what came at 1,200 is known no more
    assert not recent.whole
