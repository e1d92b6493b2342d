"""The door of the gateway, for whoever starts it as a process of its own: no models are loaded."""

from district.kernel.sensing.gateway.configuration import Misconfigured, make, read
from district.kernel.sensing.gateway.register import (
    DatabaseQuarantine,
    DatabaseRegister,
    ProductClock,
    is_wanted,
)

__all__ = [
    "DatabaseQuarantine",
    "DatabaseRegister",
    "Misconfigured",
    "ProductClock",
    "is_wanted",
    "make",
    "read",
]
