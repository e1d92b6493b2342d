"""How much somebody may do without a log-in; a whole mobile network may share an address."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.throttling.public import Rate, declare_rate

READ_BY_ADDRESS = declare_rate(Rate("scenarios.read.address", 240, timedelta(minutes=1)))
APPLY_BY_ADDRESS = declare_rate(Rate("scenarios.apply.address", 60, timedelta(minutes=10)))
FILES_BY_ADDRESS = declare_rate(Rate("scenarios.files.address", 30, timedelta(minutes=10)))
STATUS_BY_ADDRESS = declare_rate(Rate("scenarios.status.address", 40, timedelta(minutes=10)))
