"""The typed references of the plan's aggregates."""

from __future__ import annotations

from uuid import UUID

from district.kernel.history.public import Subject

REPORT = "plan.report"
EDITION = "plan.edition"
STATEMENT = "plan.statement"
COMMITMENT = "plan.commitment"


def report_subject(key: UUID | str) -> Subject:
    """The reference of a report."""
    return Subject(REPORT, str(key))


def edition_subject(key: UUID | str) -> Subject:
    """The reference of an edition."""
    return Subject(EDITION, str(key))


def statement_subject(key: UUID | str) -> Subject:
    """The reference of a statement."""
    return Subject(STATEMENT, str(key))


def commitment_subject(key: UUID | str) -> Subject:
    """The reference of a commitment; also what tracking follows it by."""
    return Subject(COMMITMENT, str(key))
