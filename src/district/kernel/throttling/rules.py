"""How often is too often: rates, and how long to wait. Pure.

A use makes somebody busy for the rate's step (period / limit); up to `limit` uses may lie ahead
at once. So a burst of `limit` passes, then one a step, and who waits is told an exact time; a
refused use prolongs nothing (GCRA, as in ATM networks).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from district.kernel.base.digests import keyed_digest


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` uses at once and in every `per` from then on, for each whom it counts."""

    key: str
    limit: int
    per: timedelta

    def __post_init__(self) -> None:
        if self.limit < 1 or self.per <= timedelta(0):
            raise ValueError(f"rate {self.key!r}: limit and period must be above zero")

    @property
    def step(self) -> int:
        """For how long one use counts, in milliseconds, rounded up."""
        return math.ceil(self.per / timedelta(milliseconds=1) / self.limit)

    @property
    def room(self) -> int:
        """How far ahead the counter may be for another use, in milliseconds."""
        return (self.limit - 1) * self.step


@lru_cache(maxsize=8)
def parse_rates(text: str) -> dict[str, tuple[int, timedelta]]:
    """`"appeals.report.address=600/60, ..."` as limits and periods (seconds) by the rate's key.

    ValueError naming the part that cannot be read.
    """
    found = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        key, _sign, value = part.partition("=")
        limit, _slash, seconds = value.partition("/")
        if not (key.strip() and limit.strip().isdigit() and seconds.strip().isdigit()):
            raise ValueError(f"rate {part!r} must read like appeals.report.address=60/600")
        found[key.strip()] = (int(limit), timedelta(seconds=int(seconds)))
    return found


def bucket_key(secret: str, rate: str, whom: str) -> str:
    """The name of a counter: a keyed digest that tells neither address nor number."""
    return keyed_digest("throttling", secret, f"{rate}\n{whom}").hex()[:32]


def seconds_to_wait(busy_until: int, room: int, now: int) -> int:
    """For how many seconds, rounded up, a counter refuses; all in milliseconds; 0 where it does
    not."""
    return max(0, math.ceil((busy_until - room - now) / 1000))
