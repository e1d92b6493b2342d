"""Registers that the pages' numbers open, and texts in their conditions."""

from __future__ import annotations

from district.kernel.plan.public import Edition
from district.kernel.registers.public import Figure

COMMITMENTS = "plan-commitments"
STATEMENTS = "plan-statements"
ADJUSTMENTS = "plan-adjustments"
RUNS = "supervision-runs"
VALUES = "measures-values"


def quoted(text: str) -> str:
    """A text as it stands in a condition."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def statements_figure(edition: Edition, state: str, value: int, label: str) -> Figure:
    """How many statements of a current edition are in a state."""
    report = edition.report
    where = f"report_year = {report.year} and report = {quoted(report.title)}"
    return Figure(STATEMENTS, f'{where} and state = "{state}"', value=value, label=label)
