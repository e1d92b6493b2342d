"""Who sends over HTTP: a source by its secret, told in constant time, guesses slowed down."""

from __future__ import annotations

import base64
import binascii
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable

from district.kernel.sensing.gateway.declared import Declared
from district.kernel.sensing.gateway.ports import SourceRow

_MOST_CACHED, _MOST_COUNTED = 4096, 10_000
_LONGEST_HEADER = 400
#: How long what was found stays known, in seconds: a secret that ends is noticed by then.
_FRESH = 10.0


class Throttle:
    """Failures by whom they came from: `burst` of them, then one each `every` seconds."""

    def __init__(self, burst: int = 30, every: float = 10.0) -> None:
        self._burst, self._every = burst, every
        self._until: OrderedDict[str, float] = OrderedDict()

    def fail(self, whom: str) -> float:
        """Count one; how many seconds to wait when there were too many, else 0."""
        now = time.monotonic()
        until = max(now, self._until.pop(whom, now)) + self._every
        allowed = now + self._burst * self._every
        self._until[whom] = min(until, allowed)
        if len(self._until) > _MOST_COUNTED:
            self._until.popitem(last=False)
        return max(0.0, until - allowed)


class Credentials:
    """Tells senders apart by the header Authorization. For one thread."""

    def __init__(self, declared: Callable[[], Declared], now: Callable[[], int]) -> None:
        self._declared, self._now = declared, now
        self._known: OrderedDict[bytes, tuple[int, float, SourceRow]] = OrderedDict()

    def sender(self, header: str) -> SourceRow | None:
        """The source, suspended or not, whose secret the header holds; None for anybody else."""
        declared = self._declared()
        # By digest, so that neither the search nor a dump of memory tells secrets.
        key = hashlib.sha256(header.encode()).digest()
        found = self._known.get(key)
        if found and found[0] == declared.edition and time.monotonic() < found[1]:
            return found[2]
        row = declared.authenticate(*credentials(header), self._now())
        if row is not None:
            self._known[key] = (declared.edition, time.monotonic() + _FRESH, row)
            self._known.move_to_end(key)
            if len(self._known) > _MOST_CACHED:
                self._known.popitem(last=False)
        return row


def credentials(header: str) -> tuple[str, str]:
    """Code and secret of `Basic base64(code:secret)` or `Bearer code.secret`; empty where it is
    neither."""
    scheme, _, rest = header.partition(" ")
    text = rest.strip()
    if len(text) > _LONGEST_HEADER:
        return "", ""
    if scheme.lower() == "bearer":
        code, _, secret = text.partition(".")
        return code, secret
    if scheme.lower() == "basic":
        try:
            plain = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, ValueError):
            return "", ""
        code, _, secret = plain.partition(":")
        return code, secret
    return "", ""
