"""When a lamp's fault is worse than its deadline."""

from __future__ import annotations

import pytest

from district.kernel.tracking.public import LightVerdict, Reason
from district.testing.dummy.rules import OFTEN, fault_light

IN_TIME = LightVerdict("green", (Reason("deadline.left", {"days": "2"}),))


def test_a_deadline_alone_decides_while_the_lamp_fails_seldom() -> None:
    assert fault_light(IN_TIME, OFTEN - 1) == IN_TIME


@pytest.mark.parametrize("count", [OFTEN, OFTEN + 4])
def test_a_lamp_that_fails_often_is_red_and_says_how_often(count: int) -> None:
    verdict = fault_light(IN_TIME, count)
    assert verdict.light == "red"
    assert verdict.reasons[0] == Reason("dummy.often", {"count": str(count)})
    assert IN_TIME.reasons[0] in verdict.reasons
