"""What the worker does for throttling."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.throttling.services import forget_idle

declare_periodic("throttling.forget_idle", timedelta(minutes=10), forget_idle)
