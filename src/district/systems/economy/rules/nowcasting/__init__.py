"""Nowcast of the year's outturn (docs/nowcast.md): pure rules over published figures."""

from district.systems.economy.rules.nowcasting.festival import spring_festival
from district.systems.economy.rules.nowcasting.history import History, Reading, Unusable, indexed
from district.systems.economy.rules.nowcasting.nowcasting import Nowcasts, nowcast, nowcast_all
from district.systems.economy.rules.nowcasting.outturn import (
    Limits,
    Needed,
    Note,
    Outlook,
    Outturn,
    Part,
    needed,
    outlook,
)
from district.systems.economy.rules.nowcasting.reconciling import Sum
from district.systems.economy.rules.nowcasting.rolling import Settings

__all__ = [
    "History",
    "Limits",
    "Needed",
    "Note",
    "Nowcasts",
    "Outlook",
    "Outturn",
    "Part",
    "Reading",
    "Settings",
    "Sum",
    "Unusable",
    "indexed",
    "needed",
    "nowcast",
    "nowcast_all",
    "outlook",
    "spring_festival",
]
