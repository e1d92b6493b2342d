"""How much somebody may do without a log-in; a whole mobile network may share an address."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.throttling.public import Rate, declare_rate

_TEN_MINUTES = timedelta(minutes=10)

CHECK_BY_ADDRESS = declare_rate(Rate("policies.check.address", 240, timedelta(minutes=1)))
APPLY_BY_ADDRESS = declare_rate(Rate("policies.apply.address", 60, _TEN_MINUTES))
STATUS_BY_ADDRESS = declare_rate(Rate("policies.status.address", 40, _TEN_MINUTES))
