"""When a fault is worse than its deadline says. Pure: no database, no clock."""

from __future__ import annotations

from district.kernel.tracking.public import LightVerdict, Reason, worst

# A lamp that failed so often within a year needs more than a repair.
OFTEN = 3


def fault_light(by_deadline: LightVerdict, faults_this_year: int) -> LightVerdict:
    """The light of a fault: its deadline's, or red where the lamp fails again and again."""
    if faults_this_year < OFTEN:
        return by_deadline
    often = Reason("dummy.often", {"count": str(faults_this_year)})
    return worst([by_deadline, LightVerdict("red", (often,))])
