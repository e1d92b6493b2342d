"""The phrasing in force: the product's, or the district's in its place."""

from __future__ import annotations

from pathlib import Path

from district.kernel.base.district_settings import HeldSettings
from district.kernel.reports.models import Setting
from district.kernel.reports.rules.phrasing import Phrasing, phrasing_of

HELD: HeldSettings[Phrasing] = HeldSettings(
    Setting, phrasing_of, Path(__file__).with_name("phrasing.toml")
)
