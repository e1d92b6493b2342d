"""The plan periods in force: the product's, or the district's in their place."""

from __future__ import annotations

from pathlib import Path

from district.kernel.base.district_settings import HeldSettings
from district.kernel.plan.models import Setting
from district.kernel.plan.rules.periods import PlanPeriod, periods_of

HELD: HeldSettings[tuple[PlanPeriod, ...]] = HeldSettings(
    Setting, periods_of, Path(__file__).with_name("periods.toml")
)


def plan_periods() -> tuple[PlanPeriod, ...]:
    """The periods in order. At most one statement every few seconds."""
    return HELD.now()
