"""What the duty officer has before them: new alarms, missions under way, levels over their mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, CharField, F, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.alarms.public import Episode
from district.kernel.base import clock
from district.kernel.cases.public import Sight, case_url, sight_of, whose_is
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.places.public import AreaLevel, ground
from district.kernel.registers.public import Figure
from district.systems.early_warning.models import DroneNest, FrontEnd, Mission
from district.systems.early_warning.names import MISSIONS, NESTS, VIEW_FRONT_END, VIEW_NEST
from district.systems.early_warning.selectors.episodes import lasting_episodes
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
    sight = sight_of(actor)
    alarms = tuple(
        _alarm(one, by_episode.get(one.pk), sight, now) for one in lasting_episodes(actor)
    )
    standing = _standing(actor)
    over = tuple(levels(actor, only_over=True))
    shapes = ground(AreaLevel.STREET)
    points = [
        *(_standing_point(one) for one in standing),
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
            value=sum(one.is_free for one in standing),
            unit=_("座"),
            label=_("待命机场"),
        ),
        record=record_of(actor, days=_DAYS),
        data={**shapes, "points": {"type": "FeatureCollection", "features": points}},
        approximate=bool(shapes["approximate"]),
    )


@dataclass(frozen=True)
class _Standing:
    """A front end or a nest on the map; `reach` is in metres, `state` a nest's, "" otherwise."""

    key: UUID
    name: str
    lon: Decimal
    lat: Decimal
    reach: int
    state: str
    busy: bool

    @property
    def is_free(self) -> bool:
        """Whether it is a nest that may take a mission."""
        return self.state == DroneNest.State.READY and not self.busy


def _standing(actor: Actor) -> list[_Standing]:
    """The front ends in use and the nests that the actor may see. One query for both."""
    ends = FrontEnd.objects.filter(
        with_street_q(visible(actor, VIEW_FRONT_END)), is_active=True
    ).annotate(what=Value("", CharField()), busy=Value(False, BooleanField()))
    nests = DroneNest.objects.filter(with_street_q(visible(actor, VIEW_NEST))).annotate(
        what=F("state"),
        busy=Case(When(mission=None, then=Value(False)), default=Value(True)),
    )
    columns = ("pk", "name", "lon", "lat")
    rows = ends.order_by().values_list(*columns, "view_range", "what", "busy")
    more = nests.order_by().values_list(*columns, "range", "what", "busy")
    return [_Standing(*row) for row in rows.union(more, all=True)]


def _alarm(episode: Episode, mission: Mission | None, sight: Sight, now: datetime) -> Alarm:
    case, url = episode.case, episode.get_absolute_url()
    if mission is not None:
        handling, url = mission.lead_unit.display_short, mission.get_absolute_url()
    elif case is not None:
        handling = case.lead_unit.display_short
        url = case_url(case.pk) if sight.sees(whose_is(case)) else url
    else:
        handling = episode.acknowledged_by
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


def _standing_point(one: _Standing) -> dict[str, Any]:
    if not one.state:
        note = _("监测前端，可视%(km)s公里") % {"km": f"{one.reach / 1000:g}"}
        url, mark = reverse("early_warning_front_end", args=[one.key]), "done"
    else:
        state = _("执行任务") if one.busy else DroneNest.State(one.state).label
        note = _("无人机机场，%(state)s") % {"state": state}
        url = reverse("early_warning_nest", args=[one.key])
        mark = "open" if one.is_free else "paused"
    return _point(str(one.key), one.lon, one.lat, title=one.name, note=note, url=url, mark=mark)


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
