"""The typed references of measures and filings, and the period that a filing speaks of."""

from __future__ import annotations

from district.kernel.history.public import Subject
from district.kernel.measures.models import Filing
from district.kernel.measures.rules.periods import StatPeriod

MEASURE = "measures.measure"
FILING = "measures.filing"


def measure_subject(key: str) -> Subject:
    """The reference of a measure; what happens to its filing duties stands there too."""
    return Subject(MEASURE, key)


def filing_subject(filing: Filing) -> Subject:
    """The reference of a filing; also what tracking follows it by."""
    return Subject(FILING, str(filing.pk))


def period_of(filing: Filing) -> StatPeriod:
    """The period that a filing speaks of."""
    return StatPeriod(filing.period_start, filing.period_end, filing.period_kind)
