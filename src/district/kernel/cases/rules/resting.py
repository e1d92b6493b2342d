"""Until when a case may rest. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from district.kernel.cases.rules.definition import Stage


def resting_until(stage: Stage, today: date) -> tuple[date, date | None]:
    """The first and the last day on which a case that is put to rest today in this stage may go
    on; None where the stage has no cap."""
    last = None if stage.cap_days is None else today + timedelta(days=stage.cap_days)
    return today + timedelta(days=1), last
