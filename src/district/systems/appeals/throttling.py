"""How often one address may ask for the same thing: a sliding window in this process's memory.

Each of the server's workers counts by itself, so an address may do as many times more as there
are workers. Waiting is real also in a demo, so the machine's clock counts here.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from threading import Lock

from django.http import HttpRequest
from django.utils.translation import gettext as _

from district.kernel.base.errors import DistrictError
from district.kernel.organisation.public import address_of

#: What is throttled: how many in how many seconds from one address.
LIMITS: dict[str, tuple[int, float]] = {
    "report": (60, 600.0),
    "read": (120, 60.0),
    "push": (240, 60.0),
}
_MOST_ADDRESSES = 20_000
_seen: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
_lock = Lock()


class TooMany(DistrictError):
    """Too many requests; `seconds` is how long to wait."""

    status = 429

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(_("请求过于频繁，请在 %(seconds)s 秒后再试。") % {"seconds": seconds})


def throttle(request: HttpRequest, what: str) -> None:
    """Count one request for `what` (a key of LIMITS); raises TooMany beyond the limit."""
    most, window = LIMITS[what]
    key, now = (what, address_of(request) or ""), time.monotonic()
    with _lock:
        times = _seen.setdefault(key, deque())
        _seen.move_to_end(key)
        while times and times[0] <= now - window:
            times.popleft()
        if len(times) >= most:
            raise TooMany(max(1, math.ceil(times[0] + window - now)))
        times.append(now)
        while len(_seen) > _MOST_ADDRESSES:
            _seen.popitem(last=False)


def forget() -> None:
    """Count anew; for tests."""
    with _lock:
        _seen.clear()
