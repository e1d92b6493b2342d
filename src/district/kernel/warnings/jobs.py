"""What the worker does for warnings, every minute; both bear being called again."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.warnings.services.ending import expire_due
from district.kernel.warnings.services.rising import rise_due

declare_periodic("warnings.expire", timedelta(minutes=1), expire_due)
declare_periodic("warnings.rise", timedelta(minutes=1), rise_due)
