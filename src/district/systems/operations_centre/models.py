"""What the operations centre keeps; each part has its own."""

from district.systems.operations_centre.board.models import CentreName
from district.systems.operations_centre.duty.models import (
    Call,
    CallLine,
    CallRing,
    DutyPost,
    DutyRole,
    DutyTurn,
    HandOver,
)

__all__ = [
    "Call",
    "CallLine",
    "CallRing",
    "CentreName",
    "DutyPost",
    "DutyRole",
    "DutyTurn",
    "HandOver",
]
