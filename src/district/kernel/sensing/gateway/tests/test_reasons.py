"""Why a reading is refused, as the gateway says it and as people are told."""

from __future__ import annotations

from district.kernel.sensing.gateway import reasons
from district.kernel.sensing.intake import Reason as Found
from district.kernel.sensing.models import Reason


def test_every_reason_of_the_gateway_is_one_that_people_are_told() -> None:
    assert set(reasons.CODES) - {"accepted"} == set(Reason.values)
    assert len(set(reasons.CODES)) == len(reasons.CODES)
    named: dict[int, str] = {
        Found.NOT_YOURS: Reason.FOREIGN,
        Found.CONTRADICTION: Reason.CONTRADICTION,
    }
    named |= {reasons.RETIRED: Reason.RETIRED, reasons.UNKNOWN_SOURCE: Reason.UNKNOWN_SOURCE}
    assert {number: reasons.CODES[number] for number in named} == named
