"""What the worker does for scenarios."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.systems.scenarios.services.rounds import expire_due

declare_periodic("scenarios.expire", timedelta(hours=1), expire_due)
