"""What other parts may use of throttling."""

from district.kernel.throttling.rules import Rate
from district.kernel.throttling.services import declare_rate, seconds_until_free

__all__ = ["Rate", "declare_rate", "seconds_until_free"]
