"""What readings of a point make of its days and nights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from district.kernel.history.public import Actor
from district.kernel.sensing.public import from_micros, to_micros
from district.systems.environment.models import NoisePart, NoisePoint
from district.systems.environment.rules import noise as rules
from district.systems.environment.selectors.streams import (
    Stream,
    aware,
    between,
    local,
)
from district.systems.environment.services.vintages import keep
from district.systems.environment.standards import noise_standard

#: Observed properties by what they tell: the equivalent level of each stretch, its greatest level.
NAMES = {
    "level": ("噪声", "等效声级", "Leq", "LAeq", "noise"),
    "peak": ("最大声级", "Lmax", "LAmax", "LAFmax"),
}
MINUTE = timedelta(minutes=1)
#: So many readings of an exceedance are kept with it: a whole day by the minute.
MOST_EVIDENCE = 960
_MICROSECOND = timedelta(microseconds=1)


def parts_at(times: Iterable[int]) -> set[tuple[date, rules.Part]]:
    """The days and nights that readings of these times belong to."""
    found = set()
    for at in times:
        wall = local(at)
        found.add(noise_standard(wall.date()).part_of(wall))
    return found


def compute_point(
    point: NoisePoint,
    streams: Sequence[Stream],
    parts: Iterable[tuple[date, rules.Part]],
    *,
    at: datetime,
    actor: Actor,
) -> list[NoisePart]:
    """Compute those parts of days of a point that are over; returns what is new."""
    wanted = []
    for day, part in sorted(set(parts)):
        row = _part_row(point, streams, day, part, at)
        if row is not None:
            wanted.append(row)
    within = {"point": point, "day__in": {row["day"] for row in wanted}}
    return keep(NoisePart, ("day", "part"), wanted, at=at, actor=actor, within=within)


def _part_row(
    point: NoisePoint, streams: Sequence[Stream], day: date, part: rules.Part, now: datetime
) -> dict[str, Any] | None:
    standard = noise_standard(day)
    begin, end = (aware(wall) for wall in standard.stretch(day, part))
    levels = [stream for stream in streams if stream.key == "level"]
    if end > now or not levels:
        return None
    limits = standard.limits[point.limits]
    found = between([stream.number for stream in streams], begin, end)
    is_level = np.isin(found.stream, [stream.number for stream in levels])
    told, peaks = found.take(is_level), found.take(~is_level)
    measured = rules.measured(
        told.time,
        told.value,
        begin=to_micros(begin),
        end=to_micros(end),
        interval=levels[0].interval // _MICROSECOND,
        limits=limits,
        part=part,
        standard=standard,
        peaks=(peaks.time, peaks.value),
    )
    evidence: Sequence[tuple[int, float]] = ()
    cut = False
    if measured.exceeds:
        evidence, cut = rules.kept_evidence(told.time, told.value, MOST_EVIDENCE)
    return {
        "point": point,
        "site_id": point.site_id,
        "day": day,
        "part": part,
        "level": measured.level,
        "worst": measured.worst.level if measured.worst else None,
        "worst_at": from_micros(measured.worst.end) if measured.worst else None,
        "peak": measured.peak,
        "peak_at": from_micros(measured.peak_at) if measured.peak_at is not None else None,
        "limit": limits.of(part),
        "peak_limit": limits.peak_of(part),
        "over": measured.over,
        "peak_over": measured.peak_over,
        "exceeds": measured.exceeds,
        "readings": measured.readings,
        "coverage": measured.coverage,
        "evidence": [list(pair) for pair in evidence],
        "cut": cut,
        "lead_unit_id": point.lead_unit_id,
        "street_unit_id": point.street_unit_id,
        "standard": standard.key,
    }
