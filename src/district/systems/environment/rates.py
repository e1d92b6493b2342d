"""How much somebody may do without a log-in; an installation sets its own in DISTRICT_RATES."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.throttling.public import Rate, declare_rate

APPLY_BY_ADDRESS = declare_rate(Rate("environment.apply.address", 20, timedelta(minutes=10)))
STATUS_BY_ADDRESS = declare_rate(Rate("environment.status.address", 40, timedelta(minutes=10)))
READ_BY_ADDRESS = declare_rate(Rate("environment.read.address", 120, timedelta(minutes=1)))
