"""The plan's registers."""

from district.kernel.plan.tables.registers import (
    ADJUSTMENTS,
    COMMITMENTS,
    REPORTS,
    STATEMENTS,
    TERMS,
)
from district.kernel.plan.tables.successions import SUCCESSIONS

__all__ = ["ADJUSTMENTS", "COMMITMENTS", "REPORTS", "STATEMENTS", "SUCCESSIONS", "TERMS"]
