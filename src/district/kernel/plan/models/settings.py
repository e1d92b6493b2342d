"""What the district's folder says of the plan."""

from __future__ import annotations

from district.kernel.base.district_settings import DistrictSetting


class Setting(DistrictSetting):
    """The plan periods that a district goes by."""
