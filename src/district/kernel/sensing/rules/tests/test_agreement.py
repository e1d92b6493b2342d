"""One meaning, two executions: whatever the rules, the groups, the log and its frames."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district.kernel.sensing.batches import Frame
from district.kernel.sensing.rules.binding import Binding
from district.kernel.sensing.rules.fast.engine import VectorisedEvaluator
from district.kernel.sensing.rules.reference import ReferenceEvaluator
from district.kernel.sensing.rules.tests.samples import bindings, frames

several = st.tuples(bindings("one"), bindings("two"), bindings("three")).map(list)
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=500, deadline=None, suppress_health_check=_SLOW)
@given(several, frames())
def test_both_evaluators_say_the_same_of_every_frame(
    bound: list[Binding], log: list[Frame]
) -> None:
    plain, fast = ReferenceEvaluator(), VectorisedEvaluator(bound)
    plain.apply(bound)
    for frame in log:
        # As texts, for a reading without a number equals no other.
        assert repr(fast.take(frame)) == repr(plain.take(frame))
