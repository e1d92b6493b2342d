"""Counting uses. One statement for all counters of a request, whichever worker answers it.

The counters stand in the database because the two workers share nothing else that a crash of one
cannot damage; on PostgreSQL the table is unlogged, so that counting costs no flush of the disk.
Times are the machine's, not the product's clock: waiting is real also in a demo.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.db import connection

from district.kernel.registry.ledger import note
from district.kernel.throttling.errors import TooMany
from district.kernel.throttling.models import Bucket
from district.kernel.throttling.rules import Rate, bucket_key, parse_rates, seconds_to_wait

_RATES: dict[str, Rate] = {}
_TABLE = Bucket._meta.db_table
# A row that is not there is made and always let through; one that is there is moved on only while
# there is room. What comes back are the counters that were.
_COUNT = (
    f"INSERT INTO {_TABLE} (key, busy_until, room) VALUES {{rows}} "  # noqa: S608  # our own name
    f"ON CONFLICT (key) DO UPDATE SET room = excluded.room, busy_until = "
    f"excluded.busy_until + CASE WHEN {_TABLE}.busy_until > %s "
    f"THEN {_TABLE}.busy_until - %s ELSE 0 END "
    f"WHERE {_TABLE}.busy_until <= %s + excluded.room RETURNING key"
)


def declare_rate(rate: Rate) -> Rate:
    """Make a rate known; ValueError where its key is taken by another."""
    if _RATES.setdefault(rate.key, rate) != rate:
        raise ValueError(f"rate {rate.key!r} is declared twice")
    note("rate", rate.key)
    return rate


def rate_in_force(key: str) -> Rate:
    """The declared rate, or what the installation sets instead (`DISTRICT_RATES`)."""
    rate = _RATES[key]
    stated = parse_rates(settings.DISTRICT_RATES).get(key)
    return Rate(key, *stated) if stated else rate


def seconds_until_free(*uses: tuple[Rate, str | None]) -> int:
    """Count one use of each rate by whom it names; the seconds to wait, 0 where all pass.

    `whom` is an address, a digest of a number, or whatever the rate counts by; empty counts
    nothing. One statement, and another only after a refusal. Call it outside the transaction of
    the change: what is refused or undone was tried all the same.
    """
    now = time.time_ns() // 1_000_000
    rates = {
        bucket_key(settings.SECRET_KEY, rate.key, whom): rate_in_force(rate.key)
        for rate, whom in uses
        if whom
    }
    if not rates:
        return 0
    # In the order of their keys, so that two requests never wait for each other.
    rows = [(key, now + rates[key].step, rates[key].room) for key in sorted(rates)]
    sql = _COUNT.format(rows=", ".join(["(%s, %s, %s)"] * len(rows)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(value for row in rows for value in row), now, now, now])
        passed = {key for (key,) in cursor.fetchall()}
    refused = Bucket.objects.filter(pk__in=rates.keys() - passed) if rates.keys() - passed else ()
    waits = [seconds_to_wait(row.busy_until, row.room, now) for row in refused]
    return max([1, *waits]) if waits else 0


def refuse_beyond(*uses: tuple[Rate, str | None]) -> None:
    """Count as `seconds_until_free` does; TooMany where somebody has to wait."""
    seconds = seconds_until_free(*uses)
    if seconds:
        raise TooMany(seconds)


def forget_idle() -> int:
    """Delete the counters of those who have waited long enough; returns how many."""
    now = time.time_ns() // 1_000_000
    count, _by_table = Bucket.objects.filter(busy_until__lt=now).delete()
    return count
