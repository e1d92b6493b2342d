"""What other parts may use of throttling."""

from district.kernel.throttling.errors import TooMany
from district.kernel.throttling.rules import Rate
from district.kernel.throttling.services import declare_rate, refuse_beyond, seconds_until_free

__all__ = ["Rate", "TooMany", "declare_rate", "refuse_beyond", "seconds_until_free"]
