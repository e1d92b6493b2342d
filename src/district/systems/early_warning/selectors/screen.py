"""What the duty officer has before them: new alarms, missions under way, levels over their mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.alarms.public import Episode
from district.kernel.base import clock
from district.kernel.base.recent import kept_for
from district.kernel.cases.public import case_url
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Scope, visible
from district.kernel.places.public import AreaLevel, ground
from district.kernel.registers.public import Figure
from district.systems.early_warning.models import DroneNest, FrontEnd, Mission
from district.systems.early_warning.names import MISSIONS, NESTS, VIEW_FRONT_END, VIEW_NEST
from district.systems.early_warning.selectors.episodes import episode_url, open_episodes
from district.systems.early_warning.selectors.missions import (
    Record,
    open_missions,
    record_of,
    spoken_seconds,
)
from district.systems.early_warning.selectors.rights import with_street_q
from district.systems.early_warning.selectors.water import Level, levels

#: The days over which the share that was verified in time is told.
_DAYS = 30


@dataclass(frozen=True)
class Alarm:
    """An episode that lasts: who has it in hand, since how long, where to go on."""

    episode: Episode
    is_new: bool
    handling: str
    since: str
    mission: Mission | None
    url: str


@dataclass(frozen=True)
class Flight:
    """A mission under way with how long it has been going on."""

    mission: Mission
    since: str
    late: bool


@dataclass(frozen=True)
class Screen:
    """Everything on the page."""

    alarms: tuple[Alarm, ...]
    new: int
    flights: tuple[Flight, ...]
    levels: tuple[Level, ...]
    missions: Figure
    free: Figure
    record: Record
    data: dict[str, Any]
    approximate: bool


def screen(actor: Actor) -> Screen:
    """The page as the actor may see it. Seven queries at most."""
    now = clock.now()
    missions = open_missions(actor)
    by_episode = {mission.episode_id: mission for mission in missions}
    alarms = tuple(_alarm(one, by_episode.get(one.pk), now) for one in open_episodes(actor))
    nests = list(DroneNest.objects.filter(with_street_q(visible(actor, VIEW_NEST))))
    ends = _front_ends(visible(actor, VIEW_FRONT_END))
    over = tuple(levels(actor, only_over=True))
    shapes = ground(AreaLevel.STREET)
    points = [
        *_front_end_points(ends),
        *_nest_points(nests),
        *_level_points(over),
        *_alarm_points(alarms),
        *_mission_points(missions),
    ]
    return Screen(
        alarms=alarms,
        new=sum(one.is_new for one in alarms),
        flights=tuple(_flight(one, now) for one in missions),
        levels=over,
        missions=Figure(
            MISSIONS,
            "is_open = true",
            value=len(missions),
            unit=_("起"),
            label=_("核查中"),
        ),
        free=Figure(
            NESTS,
            f'state = "{DroneNest.State.READY}" and not mission known',
            value=sum(nest.is_free for nest in nests),
            unit=_("座"),
            label=_("待命机场"),
        ),
        record=record_of(actor, days=_DAYS),
        data={**shapes, "points": {"type": "FeatureCollection", "features": points}},
        approximate=bool(shapes["approximate"]),
    )


@kept_for(20)
def _front_ends(scope: Scope) -> tuple[FrontEnd, ...]:
    """The front ends in use that a scope reaches; they hardly ever change."""
    return tuple(FrontEnd.objects.filter(with_street_q(scope), is_active=True))


def _alarm(episode: Episode, mission: Mission | None, now: datetime) -> Alarm:
    case = episode.case
    if mission is not None:
        handling, url = mission.lead_unit.display_short, mission.get_absolute_url()
    elif case is not None:
        handling, url = case.lead_unit.display_short, case_url(case.pk)
    else:
        handling, url = episode.acknowledged_by, episode_url(episode)
    return Alarm(
        episode,
        episode.acknowledged_at is None and case is None and mission is None,
        handling,
        spoken_seconds((now - episode.raised_at).total_seconds()),
        mission,
        url,
    )


def _flight(mission: Mission, now: datetime) -> Flight:
    until = mission.verified_at or now
    return Flight(
        mission,
        spoken_seconds((until - mission.known_at).total_seconds()),
        until > mission.bound_at,
    )


def _point(key: str, lon: Any, lat: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": key,
        "geometry": {"type": "Point", "coordinates": [float(lon), float(lat)]},
        "properties": {"id": key, **properties},
    }


def _front_end_points(rows: Iterable[FrontEnd]) -> Iterable[dict[str, Any]]:
    for row in rows:
        note = _("监测前端，可视%(km)s公里") % {"km": f"{row.view_range / 1000:g}"}
        yield _point(
            str(row.pk),
            row.lon,
            row.lat,
            title=row.name,
            note=note,
            url=row.get_absolute_url(),
            mark="done",
        )


def _nest_points(rows: Iterable[DroneNest]) -> Iterable[dict[str, Any]]:
    for row in rows:
        state = _("执行任务") if row.mission_id else row.get_state_display()
        yield _point(
            str(row.pk),
            row.lon,
            row.lat,
            title=row.name,
            note=_("无人机机场，%(state)s") % {"state": state},
            url=row.get_absolute_url(),
            mark="open" if row.is_free else "paused",
        )


def _level_points(rows: Iterable[Level]) -> Iterable[dict[str, Any]]:
    for one in rows:
        yield _point(
            str(one.station.pk),
            one.station.lon,
            one.station.lat,
            title=one.station.name,
            note=f"{one.word} {one.by:.2f} m",
            url=one.station.get_absolute_url(),
            mark="open",
        )


def _alarm_points(rows: Iterable[Alarm]) -> Iterable[dict[str, Any]]:
    for one in rows:
        episode = one.episode
        if one.mission is None and episode.lon is not None and episode.lat is not None:
            yield _point(
                str(episode.pk),
                episode.lon,
                episode.lat,
                name=episode.title,
                note=episode.get_level_display(),
                url=one.url,
                mark="open",
            )


def _mission_points(rows: Iterable[Mission]) -> Iterable[dict[str, Any]]:
    for row in rows:
        light = {"light": row.clock.light} if row.clock and not row.verdict else {"mark": "open"}
        yield _point(
            str(row.pk),
            row.lon,
            row.lat,
            name=row.title,
            note=row.get_state_display(),
            url=row.get_absolute_url(),
            **light,
        )
