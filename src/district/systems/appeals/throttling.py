"""How often one address may ask our machine interfaces for the same thing."""

from __future__ import annotations

from django.http import HttpRequest

from district.kernel.organisation.public import address_of
from district.kernel.throttling.public import Rate, TooMany, refuse_beyond
from district.systems.appeals.rates import (
    PHOTO_BY_ADDRESS,
    PUSH_BY_ADDRESS,
    READ_BY_ADDRESS,
    REPORT_BY_ADDRESS,
)

_RATES: dict[str, Rate] = {
    "report": REPORT_BY_ADDRESS,
    "photo": PHOTO_BY_ADDRESS,
    "read": READ_BY_ADDRESS,
    "push": PUSH_BY_ADDRESS,
}


def throttle(request: HttpRequest, what: str) -> None:
    """Count one request for `what` (report, photo, read, push); TooMany beyond the rate in force.

    Reports and photos count together with those of the residents' page.
    """
    refuse_beyond((_RATES[what], address_of(request)))


__all__ = ["TooMany", "throttle"]
