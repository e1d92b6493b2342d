"""What the worker does for measures: compute what systems count, open filings that are owed."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.history.public import Actor
from district.kernel.measures.services.filings import open_period
from district.kernel.measures.services.values import compute_measures
from district.kernel.organisation.public import district_codes

_ACTOR = Actor.system("measures")


def open_owed() -> int:
    """Open the filings of all periods that are over; twice opens nothing more."""
    return open_period(actor=_ACTOR)


def compute() -> int:
    """Compute declared measures; writes only values that changed, nothing before a district is
    loaded."""
    if not district_codes():
        return 0
    return compute_measures(actor=_ACTOR)


declare_periodic("measures.open_owed", timedelta(hours=1), open_owed)
declare_periodic("measures.compute", timedelta(hours=1), compute)
