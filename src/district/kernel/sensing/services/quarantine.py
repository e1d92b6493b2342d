"""Readings that were not accepted: kept with their reason, counted, never without bound."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.sensing.models import Datastream, Quarantined, Source

#: So many rows a source and day; what comes beyond is counted under its reason alone.
MOST_A_DAY = 200
KEPT_FOR = timedelta(days=30)
_TABLE = Quarantined._meta.db_table
_COLUMNS = (
    "bucket, source_id, datastream_id, stream, reason, fragment, day, count, first_at, last_at"
)
_ADD = (
    f"INSERT INTO {_TABLE} ({_COLUMNS}) VALUES {{rows}} "  # noqa: S608  # our own names
    f"ON CONFLICT (bucket) DO UPDATE SET count = {_TABLE}.count + excluded.count, "
    f"last_at = CASE WHEN excluded.last_at > {_TABLE}.last_at "
    f"THEN excluded.last_at ELSE {_TABLE}.last_at END"
)


@dataclass(frozen=True)
class Held:
    """Readings that were not accepted for one reason.

    `source` is the source's key, None where nobody is known; `stream` what the sender called the
    datastream; `datastream` its number where it is one of ours; `reason` a code of `Reason`;
    `fragment` the first of them as it was sent; `received` aware; `count` how many they are.
    """

    source: int | None
    stream: str
    reason: str
    fragment: str
    received: datetime
    datastream: int | None = None
    count: int = 1


@dataclass
class _Gathered:
    held: Held
    day: date
    first: datetime
    last: datetime
    count: int


def quarantine(rows: Iterable[Held]) -> int:
    """Keep readings that were not accepted; returns how many. A few statements however many.

    Equal source, datastream, reason and day share a row that counts. Of a source that sends ever
    other names of datastreams, the first `MOST_A_DAY` of a day have rows of their own. It asks
    nobody's right: it is called by whoever takes readings in.
    """
    gathered = _gather(rows)
    if not gathered:
        return 0
    total = sum(one.count for one in gathered.values())
    with transaction.atomic(savepoint=False):
        kept = _within_bounds(gathered)
        sources = _known(Source, {one.held.source for one in kept.values()})
        streams = _known(Datastream, {one.held.datastream for one in kept.values()})
        values = [_line(bucket, one, sources, streams) for bucket, one in sorted(kept.items())]
        for start in range(0, len(values), 80):
            part = values[start : start + 80]
            sql = _ADD.format(
                rows=", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(part))
            )
            with connection.cursor() as cursor:
                cursor.execute(sql, [value for line in part for value in line])
    return total


def _known(model: type[Source] | type[Datastream], keys: set[int | None]) -> set[int]:
    wanted = [key for key in keys if key is not None]
    if not wanted:
        return set()
    return set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))


def _clean(text: str, most: int) -> str:
    """A text that every database can keep."""
    plain = text[: most * 2].replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return plain[:most]


def _bucket(source: int | None, stream: str, reason: str, day: date) -> str:
    words = "\n".join((str(source or ""), reason, day.isoformat(), stream))
    return hashlib.sha256(words.encode()).hexdigest()


def _gather(rows: Iterable[Held]) -> dict[str, _Gathered]:
    found: dict[str, _Gathered] = {}
    for held in rows:
        day = timezone.localtime(held.received).date()
        bucket = _bucket(held.source, _clean(held.stream, 80), held.reason, day)
        known = found.get(bucket)
        if known is None:
            found[bucket] = _Gathered(held, day, held.received, held.received, held.count)
        else:
            known.count += held.count
            known.first = min(known.first, held.received)
            known.last = max(known.last, held.received)
    return found


def _within_bounds(gathered: dict[str, _Gathered]) -> dict[str, _Gathered]:
    """The rows as they will be kept: beyond a source's bound they lose their datastream."""
    there = set(
        Quarantined.objects.filter(bucket__in=list(gathered)).values_list("bucket", flat=True)
    )
    room = _room({(one.held.source, one.day) for one in gathered.values()})
    kept: dict[str, _Gathered] = {}
    for bucket, one in gathered.items():
        key = (one.held.source, one.day)
        if bucket not in there and one.held.stream:
            room[key] -= 1
            if room[key] < 0:
                bucket = _bucket(one.held.source, "", one.held.reason, one.day)
                one.held = Held(
                    one.held.source, "", one.held.reason, one.held.fragment, one.held.received
                )
        merged = kept.setdefault(bucket, one)
        if merged is not one:
            merged.count += one.count
            merged.first, merged.last = min(merged.first, one.first), max(merged.last, one.last)
    return kept


def _room(keys: set[tuple[int | None, date]]) -> Counter[tuple[int | None, date]]:
    room: Counter[tuple[int | None, date]] = Counter(dict.fromkeys(keys, MOST_A_DAY))
    days = defaultdict(set)
    for source, day in keys:
        days[day].add(source)
    counted = Quarantined.objects.filter(day__in=list(days)).exclude(stream="")
    for source, day, count in counted.order_by().values_list("source", "day").annotate(Count("pk")):
        if (source, day) in room:
            room[source, day] -= count
    return room


def _line(bucket: str, one: _Gathered, sources: set[int], streams: set[int]) -> list[Any]:
    held = one.held
    adapt = connection.ops.adapt_datetimefield_value
    return [
        bucket,
        held.source if held.source in sources else None,
        held.datastream if held.datastream in streams else None,
        _clean(held.stream, 80),
        held.reason,
        _clean(held.fragment, Quarantined.LONGEST),
        connection.ops.adapt_datefield_value(one.day),
        one.count,
        adapt(one.first),
        adapt(one.last),
    ]


def forget_quarantined() -> int:
    """Delete what was last counted more than `KEPT_FOR` ago; returns how many rows."""
    before = clock.now() - KEPT_FOR
    old = Quarantined.objects.filter(last_at__lt=before).order_by("pk").values("pk")[:5000]
    count, _by_table = Quarantined.objects.filter(pk__in=old).delete()
    return count
