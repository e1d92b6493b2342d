"""Why a reading is set aside: the reasons of the intake, and what only the gateway knows."""

from __future__ import annotations

from typing import Final

from district.kernel.sensing.intake import Reason

#: Beyond those of `intake.Reason`, in columns of reasons.
RETIRED: Final = 8
SUSPENDED: Final = 9
UNKNOWN_SOURCE: Final = 10

#: How each is written in rows and answers, by its number: the values of `models.Reason`.
CODES: Final[tuple[str, ...]] = (
    "accepted",
    "unknown",
    "foreign",
    "malformed",
    "future",
    "late",
    "duplicate",
    "contradiction",
    "retired",
    "suspended",
    "unknown_source",
)
MALFORMED: Final = CODES[Reason.MALFORMED]
