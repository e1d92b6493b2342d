"""The job that makes results of readings: what came in since it last ran, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise
from district.kernel.sensing.public import is_configured
from district.systems.environment.models import (
    AirStation,
    Computed,
    NoisePoint,
    RiverSection,
)
from district.systems.environment.names import COMPUTE, SYSTEM
from district.systems.environment.rules.noise import PARTS, Part
from district.systems.environment.selectors.streams import (
    Stream,
    binding_of,
    ends_of_hours,
    new_times,
    part_end,
    streams_of,
)
from district.systems.environment.services import air, noise, water
from district.systems.environment.standards import (
    air_standard,
    digest_of,
    water_standard,
)

#: So long after its end a day is computed: its last readings are then there, as a rule. What comes
#: later still makes another vintage.
SETTLES = timedelta(minutes=15)
_AUTOMATIC = timedelta(hours=4)


@dataclass
class Work:
    """A place whose readings are looked at: what is new in them, and up to when they had been."""

    place: Any
    streams: Sequence[Stream]
    row: Computed
    times: list[int]
    #: Up to when it had been computed before; None for the first time and after a change.
    before: datetime | None


def compute_results(*, actor: Actor = SYSTEM) -> int:
    """Compute what readings that came in since have changed; returns how many results are new.

    Without a log of readings there is nothing to compute. What is computed again as it was changes
    nothing, so it may run as often as anybody likes.
    """
    authorise(actor, COMPUTE)
    if not is_configured():
        return 0
    now = clock.now()
    return _compute_air(now, actor) + _compute_water(now, actor) + _compute_noise(now, actor)


def _names_of(parts: Sequence[Any]) -> dict[str, tuple[str, ...]]:
    return {part.key: part.names for part in parts}


def _work(
    kind: str,
    places: Sequence[Any],
    names: Mapping[str, Sequence[str]],
    interval: timedelta,
    now: datetime,
) -> Iterator[Work]:
    """The places of a kind, each locked for this transaction, with what is new in them."""
    by_thing = streams_of([place.thing_id for place in places], names, interval)
    for place in places:
        streams = by_thing.get(place.thing_id, [])
        if not streams:
            continue
        more = (place.limits, place.site_id) if kind == "noise" else ()
        binding = binding_of(streams, digest_of(kind), *more)
        row, _made = Computed.objects.select_for_update().get_or_create(
            key=f"{kind}:{place.code}", defaults={"binding": binding, "ran_at": now}
        )
        before = row.until if row.binding == binding else None
        yield Work(place, streams, row, new_times(streams, before, now), before)
        row.binding, row.until, row.ran_at = binding, now, now
        row.save()


def _over(days: set[date], now: datetime) -> set[date]:
    """Those days that were over a while ago."""
    today = timezone.localtime(now - SETTLES).date()
    return {day for day in days if day < today}


def _settled_days(work: Work, now: datetime) -> set[date]:
    """The days with new readings, and those that have become complete since."""
    days = {air.day_of(at) for at in ends_of_hours(work.times)}
    if work.before is not None:
        day = timezone.localtime(work.before - SETTLES).date()
        while day < timezone.localtime(now - SETTLES).date():
            days.add(day)
            day += timedelta(days=1)
    return _over(days, now)


@transaction.atomic
def _compute_air(now: datetime, actor: Actor) -> int:
    """All stations together, for the district's days are made of theirs."""
    stations = list(AirStation.objects.exclude(thing=None).order_by("code"))
    names = _names_of(air_standard(timezone.localtime(now).date()).pollutants)
    new, changed = 0, set()
    for work in _work("air", stations, names, air.HOUR, now):
        days = _settled_days(work, now)
        found = air.compute_station(work.place, work.streams, days, at=now, actor=actor)
        touched = {row.day for row in found}
        changed |= touched
        spans = air.compute_spans(work.place.code, work.place, touched, at=now, actor=actor)
        new += len(found) + len(spans)
    if changed:
        new += len(air.compute_district(changed, at=now, actor=actor))
        new += len(air.compute_spans("", None, changed, at=now, actor=actor))
    return new


def _compute_water(now: datetime, actor: Actor) -> int:
    sections = list(RiverSection.objects.exclude(thing=None).order_by("code"))
    names = _names_of(water_standard(timezone.localtime(now).date()).items)
    new = 0
    with transaction.atomic():
        for work in _work("water", sections, names, _AUTOMATIC, now):
            days = _settled_days(work, now)
            found = water.compute_section(work.place, work.streams, days, at=now, actor=actor)
            touched = {row.taken_on for row in found}
            months = water.compute_months(work.place, touched, at=now, actor=actor)
            new += len(found) + len(months)
    return new


def _compute_noise(now: datetime, actor: Actor) -> int:
    points = list(NoisePoint.objects.exclude(thing=None).order_by("code"))
    new = 0
    for point in points:  # each its own transaction: a point has a thousand times the readings
        with transaction.atomic():
            for work in _work("noise", [point], noise.NAMES, noise.MINUTE, now):
                parts = noise.parts_at(ends_of_hours(work.times)) | _ended_since(work.before, now)
                over = {one for one in parts if part_end(*one) <= now - SETTLES}
                found = noise.compute_point(point, work.streams, over, at=now, actor=actor)
                new += len(found)
    return new


def _ended_since(before: datetime | None, now: datetime) -> set[tuple[date, Part]]:
    """The parts of days that have become complete since a run."""
    if before is None:
        return set()
    found, day = set(), timezone.localtime(before - SETTLES).date() - timedelta(days=1)
    while day <= timezone.localtime(now).date():
        found |= {
            (day, part) for part in PARTS if before - SETTLES < part_end(day, part) <= now - SETTLES
        }
        day += timedelta(days=1)
    return found
