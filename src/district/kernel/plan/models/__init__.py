"""The plan's tables: what a report says, what was decided on it, and what is promised."""

from district.kernel.plan.models.commitments import (
    Commitment,
    Completion,
    ProgressReport,
    TargetAdjustment,
)
from district.kernel.plan.models.reports import Edition, Report, Section, Task, Term
from district.kernel.plan.models.statements import Contradiction, Link, Statement

__all__ = [
    "Commitment",
    "Completion",
    "Contradiction",
    "Edition",
    "Link",
    "ProgressReport",
    "Report",
    "Section",
    "Statement",
    "TargetAdjustment",
    "Task",
    "Term",
]
