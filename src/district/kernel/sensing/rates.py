"""How often somebody may try a secret."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.throttling.public import Rate, declare_rate

# Only failures are counted: a wrong secret in a fleet behind one address must not lock the rest.
REFUSED_BY_ADDRESS = declare_rate(Rate("sensing.refused.address", 60, timedelta(minutes=10)))
