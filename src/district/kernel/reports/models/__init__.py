"""The tables of drafts."""

from district.kernel.reports.models.drafts import Draft, DraftState, Section, Setting
from district.kernel.reports.models.passages import (
    Change,
    ChangeState,
    Passage,
    Slot,
    SlotSource,
)

__all__ = [
    "Change",
    "ChangeState",
    "Draft",
    "DraftState",
    "Passage",
    "Section",
    "Setting",
    "Slot",
    "SlotSource",
]
