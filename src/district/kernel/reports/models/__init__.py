"""The tables of drafts."""

from district.kernel.reports.models.drafts import Draft, DraftState, Section, Setting
from district.kernel.reports.models.passages import (
    Change,
    ChangeState,
    Passage,
    Slot,
    SlotSource,
)
from district.kernel.reports.models.rolling import RollOver

__all__ = [
    "Change",
    "ChangeState",
    "Draft",
    "DraftState",
    "Passage",
    "RollOver",
    "Section",
    "Setting",
    "Slot",
    "SlotSource",
]
