"""How often programs may send and read without a log-in."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.throttling.public import Rate, declare_rate

SEND_BY_ADDRESS = declare_rate(Rate("warnings.send.address", 240, timedelta(minutes=1)))
READ_BY_ADDRESS = declare_rate(Rate("warnings.read.address", 240, timedelta(minutes=1)))
