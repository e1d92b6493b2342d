"""The plan's tables: what a report says, what was decided on it, and what is promised."""

from district.kernel.plan.models.commitments import (
    Commitment,
    Completion,
    ProgressReport,
    TargetAdjustment,
)
from district.kernel.plan.models.reports import Edition, Report, Section, Task, Term
from district.kernel.plan.models.settings import Setting
from district.kernel.plan.models.statements import Contradiction, Link, Statement
from district.kernel.plan.models.successions import Succession, SuccessionState, SuccessionWay

__all__ = [
    "Commitment",
    "Completion",
    "Contradiction",
    "Edition",
    "Link",
    "ProgressReport",
    "Report",
    "Section",
    "Setting",
    "Statement",
    "Succession",
    "SuccessionState",
    "SuccessionWay",
    "TargetAdjustment",
    "Task",
    "Term",
]
