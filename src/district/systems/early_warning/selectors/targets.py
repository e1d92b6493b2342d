"""Where a drone shall look, as an episode tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from district.kernel.alarms.public import Episode
from district.kernel.sensing.public import LatestReading
from district.systems.early_warning.models import FrontEnd, Mission
from district.systems.early_warning.rules.ground import destination
from district.systems.early_warning.terms import terms

Basis = Mission.Basis


@dataclass(frozen=True)
class Target:
    """A place (WGS-84) and how it is known; the front end that saw it, if one did."""

    lon: Decimal
    lat: Decimal
    basis: str
    front_end: FrontEnd | None


def target_of(episode: Episode) -> Target | None:
    """Where the episode's front end sees the fire: by its bearing and distance where it told both
    about the time of the alarm, else where it stands itself; None where nothing has a place."""
    end = None
    if episode.thing_id is not None:
        end = FrontEnd.objects.filter(thing=episode.thing_id).first()
    if end is not None:
        seen = _seen(episode, end)
        if seen is not None:
            return seen
    if episode.lon is not None and episode.lat is not None:
        return Target(episode.lon, episode.lat, Basis.FRONT_END, end)
    if end is not None:
        return Target(end.lon, end.lat, Basis.FRONT_END, end)
    return None


def _seen(episode: Episode, end: FrontEnd) -> Target | None:
    if end.bearing_id is None or end.distance_id is None:
        return None
    around = timedelta(minutes=terms().mission.target_minutes)
    rows = LatestReading.objects.filter(
        datastream__in=[end.bearing_id, end.distance_id],
        time__gte=episode.raised_at - around,
        time__lte=episode.raised_at + around,
    )
    told = dict(rows.values_list("datastream_id", "value"))
    bearing, metres = told.get(end.bearing_id), told.get(end.distance_id)
    # What lies beyond its own sight is a slip of the instrument.
    if bearing is None or metres is None or not 0 < metres <= 1.5 * end.view_range:
        return None
    lon, lat = destination(float(end.lon), float(end.lat), bearing, metres)
    places = (Decimal(str(round(lon, 6))), Decimal(str(round(lat, 6))))
    return Target(*places, Basis.BEARING, end)
