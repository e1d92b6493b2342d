"""Shares of the groups say together what one evaluator over everything says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.log.decoding import Rows
from district.kernel.sensing.rules.fast.engine import VectorisedEvaluator
from district.kernel.sensing.rules.tests.samples import BASE, Sampler
from district.kernel.sensing.rules.transitions import Transition, Withdrawn
from district.kernel.sensing.spark.keyed import OutOfOrder, Plan, Stretch, route, take

SHARES, FRAMES = 3, 40
Said = tuple[list[Transition], list[Withdrawn]]


def alone(plan: Plan, frames: Sequence[Frame]) -> Said:
    """What one evaluator says that is told of each stretch as it begins."""
    evaluator, stretches = VectorisedEvaluator(), list(plan)
    told: list[Transition] = []
    withdrawn: list[Withdrawn] = []
    for frame in frames:
        while stretches and stretches[0].since < frame.position:
            withdrawn += evaluator.apply(stretches.pop(0).bindings)
        told += evaluator.take(frame)
    return told, withdrawn


def in_shares(plan: Plan, frames: Sequence[Frame], cuts: Sequence[int]) -> Said:
    """What the shares say, each with the rows that are routed to it, piece by piece."""
    routes = np.array(sorted(route(plan, SHARES)))
    told: list[Transition] = []
    withdrawn: list[Withdrawn] = []
    for number in range(SHARES):
        own, state = plan.share(number, SHARES), None
        mine = routes[routes[:, 1] == number, 0]
        for begin, end in zip([0, *cuts], [*cuts, len(frames)], strict=True):
            rows = Rows.of([one for one in frames[begin:end] if not _is_empty(one)])
            rows = rows.take(np.isin(rows.readings.stream, mine))
            some, gone, state = take(own, rows, state)
            told, withdrawn = told + some, withdrawn + gone
    return told, withdrawn


def _is_empty(frame: Frame) -> bool:
    return isinstance(frame.content, Batch) and not len(frame.content)


def plan_of(sampler: Sampler) -> Plan:
    """Rules that come, go and change their groups at a few places of the log."""
    pool = sampler.bindings_that_share(4)
    places = [-1, *sorted(sampler.random.sample(range(FRAMES - 2), 2))]
    draw = sampler.random
    return Plan(
        [Stretch(at, tuple(draw.sample(pool, draw.randint(1, len(pool))))) for at in places]
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_shares_say_together_what_one_says(seed: int) -> None:
    sampler = Sampler(seed)
    plan, frames = plan_of(sampler), sampler.frames(FRAMES)
    # Ticks come to every share, so with one at the end all of them hear of the last stretch.
    frames.append(Frame(FRAMES, Tick(BASE)))
    cuts = sorted(sampler.random.sample(range(1, FRAMES), 3))
    told, withdrawn = alone(plan, frames)
    in_parts, gone = in_shares(plan, frames, cuts)
    assert sorted(map(repr, in_parts)) == sorted(map(repr, told))
    assert set(gone) == set(withdrawn)


def test_rows_that_come_again_are_refused() -> None:
    sampler = Sampler(7)
    plan = Plan([Stretch(-1, (sampler.binding("one"),))])
    rows = Rows.of([one for one in sampler.frames(10) if not _is_empty(one)])
    _told, _withdrawn, state = take(plan, rows, None)
    with pytest.raises(OutOfOrder):
        take(plan, rows, state)


def test_stretches_must_follow_one_another() -> None:
    with pytest.raises(ValueError, match="follow one another"):
        Plan([Stretch(4, ()), Stretch(4, ())])
