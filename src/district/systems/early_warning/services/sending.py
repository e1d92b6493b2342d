"""Missions are made of episodes and given the nearest free nest, at once or when one is free."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.alarms.public import Episode
from district.kernel.base import clock
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, Subject, publish, record
from district.kernel.notifications.public import Urgency, notify
from district.kernel.organisation.public import Unit, authorise, members_permitted
from district.kernel.places.public import metres_between
from district.kernel.tracking.public import ClockSpec, Owner, Term, track
from district.systems.early_warning.models import DroneNest, Mission
from district.systems.early_warning.names import (
    FIRE,
    FLY_MISSION,
    MISSION,
    MISSION_CHANGED,
    RUN,
    SYSTEM,
)
from district.systems.early_warning.rules.flight import Option, options
from district.systems.early_warning.selectors.episodes import is_fire
from district.systems.early_warning.selectors.nests import nest_facts
from district.systems.early_warning.selectors.rights import owned_mission
from district.systems.early_warning.selectors.targets import Target, target_of
from district.systems.early_warning.services.nests import claim
from district.systems.early_warning.services.placing import areas_at
from district.systems.early_warning.terms import terms

State = Mission.State
#: So many nests that were weighed are kept with a mission.
_MOST_CONSIDERED = 8
#: Nobody has said yet whether there is a fire.
UNDECIDED = (State.WAITING, State.PROPOSED, State.FLYING, State.ON_SITE)


def mission_subject(mission: Mission) -> Subject:
    """The reference of a mission."""
    return Subject(MISSION, str(mission.pk))


@transaction.atomic
def make_mission(episode_id: UUID | str, *, actor: Actor = SYSTEM) -> Mission | None:
    """The mission of an episode of the fire watch, with the nearest free nest; once for each.

    A mission that is on its way to the same place looks for this one too, and is what it gets. None
    where the episode is about something else, is silenced, has joined a first one nearby, or has
    no place. Raises NotPermitted.
    """
    authorise(actor, RUN)
    rows = Episode.objects.select_related("run__version", "case")
    # Locked without joins, so that of two calls at once the second finds the first one's mission.
    locked = Episode.objects.select_for_update().filter(pk=episode_id).values_list("pk").first()
    episode = rows.filter(pk=episode_id).first() if locked else None
    if episode is None or not is_fire(episode):
        return None
    if episode.gathered_id is not None or episode.silenced_id is not None:
        return None
    earlier = episode.missions.order_by("-known_at").first()
    if earlier is not None:
        return earlier
    return _begin(episode, actor)


def _begin(episode: Episode, actor: Actor) -> Mission | None:
    target = target_of(episode)
    if target is None:
        return None
    near = _looking_there(target)
    if near is not None:
        told = {"episode": str(episode.pk), "number": episode.number}
        record(mission_subject(near), "early_warning.mission.joined", told, actor=actor)
        tell(near, "joined")
        return near
    now = clock.now()
    minutes = terms().mission.verify_minutes
    street = areas_at(target.lon, target.lat)[0] or _street_of(episode)
    mission = Mission(
        number=new_number("FX", timezone.localtime(now).date()),
        episode=episode,
        front_end=target.front_end,
        title=episode.title,
        lead_unit_id=episode.lead_unit_id,
        street_unit_id=street,
        place=episode.place,
        lon=target.lon,
        lat=target.lat,
        target_basis=target.basis,
        state=State.WAITING,
        raised_at=episode.raised_at,
        known_at=episode.known_at,
        bound_at=episode.known_at + timedelta(minutes=minutes),
        case_id=_fire_case(episode),
    )
    mission.clock = track(
        mission_subject(mission),
        _("核查：%(title)s") % {"title": mission.title},
        Owner(mission.lead_unit_id),
        ClockSpec("24x7", starts_at=episode.known_at, term=Term(minutes, "minutes")),
        actor=SYSTEM,
        url=mission.get_absolute_url(),
        ladder="early_warning_mission",
    )
    mission.save(force_insert=True)
    told = {
        "number": mission.number,
        "episode": str(episode.pk),
        "front_end": target.front_end.code if target.front_end else "",
        "lon": str(mission.lon),
        "lat": str(mission.lat),
        "basis": mission.target_basis,
    }
    record(mission_subject(mission), "early_warning.mission.made", told, actor=actor)
    send_nearest(mission, actor)
    _tell_officers(mission)
    return mission


def _looking_there(target: Target) -> Mission | None:
    """The mission without a verdict whose place is the same; the nearest of several."""
    known = Mission.objects.filter(is_open=True, state__in=UNDECIDED)
    here = (float(target.lon), float(target.lat))
    near = [
        (metres_between(*here, float(one.lon), float(one.lat)), one)
        for one in known.order_by("known_at")[:500]
    ]
    within = [pair for pair in near if pair[0] <= terms().mission.same_within]
    return min(within, key=lambda pair: pair[0])[1] if within else None


def _fire_case(episode: Episode) -> UUID | None:
    case = episode.case
    return case.pk if case is not None and case.type_key == FIRE else None


def _street_of(episode: Episode) -> str | None:
    known = Unit.objects.filter(pk=episode.street or "").exists()
    return episode.street if known else None


def send_nearest(mission: Mission, actor: Actor, *, but: Iterable[str] = ()) -> None:
    """Claim the free nest whose drone is there first; without one the mission waits.

    Nests in `but` are not asked. The caller holds the mission's lock, or has just made it.
    """
    shut_out = set(but)
    found = options(float(mission.lon), float(mission.lat), nest_facts(), terms().mission)
    chosen = next(
        (
            one
            for one in found
            if not one.why_not and one.key not in shut_out and claim(one.key, mission)
        ),
        None,
    )
    _put_nest(mission, chosen)
    mission.considered = [one.as_data() for one in found[:_MOST_CONSIDERED]]
    save_versioned(
        mission,
        ["state", "nest", "metres", "flight_seconds", "proposed_at", "considered"],
    )
    told: dict[str, Any] = {"nest": "", "weighed": len(found)}
    if chosen is not None:
        told |= {"nest": chosen.key, "metres": mission.metres, "seconds": mission.flight_seconds}
    kind = "early_warning.mission.proposed" if chosen else "early_warning.mission.waits"
    record(mission_subject(mission), kind, told, actor=actor)
    tell(mission, "proposed" if chosen else "waits")


def _put_nest(mission: Mission, chosen: Option | None) -> None:
    if chosen is None:
        mission.state, mission.nest, mission.proposed_at = State.WAITING, None, None
        mission.metres = mission.flight_seconds = None
        return
    mission.state, mission.proposed_at = State.PROPOSED, clock.now()
    mission.nest = DroneNest.objects.get(pk=chosen.key)
    mission.metres, mission.flight_seconds = round(chosen.metres), round(chosen.seconds)


def tell(mission: Mission, did: str) -> None:
    """Leave word that a mission moved."""
    data = {"mission": str(mission.pk), "episode": str(mission.episode_id), "did": did}
    publish(MISSION_CHANGED, data, mission_subject(mission))


def _tell_officers(mission: Mission) -> None:
    where = mission.nest.name if mission.nest else _("没有空闲的机场")
    notify(
        members_permitted(FLY_MISSION, owned_mission(mission)),
        _("疑似火情待核查：%(title)s") % {"title": mission.title},
        _("%(number)s，%(nest)s。请在%(minutes)s分钟内核查。")
        % {
            "number": mission.number,
            "nest": where,
            "minutes": terms().mission.verify_minutes,
        },
        mission.get_absolute_url(),
        mission_subject(mission),
        Urgency.URGENT,
    )


def serve_waiting(*, actor: Actor = SYSTEM) -> int:
    """Give nests that became free to missions that wait, the longest first; how many got one.

    Each in a transaction of its own.
    """
    authorise(actor, RUN)
    waiting = Mission.objects.filter(state=State.WAITING, is_open=True)
    keys = list(waiting.order_by("known_at").values_list("pk", flat=True)[:100])
    if not keys or not any(nest.ready and not nest.busy for nest in nest_facts()):
        return 0
    return sum(_serve(key, actor) for key in keys)


@transaction.atomic
def _serve(key: UUID, actor: Actor) -> bool:
    mission = Mission.objects.select_for_update().filter(pk=key, state=State.WAITING).first()
    if mission is None:
        return False
    near = options(float(mission.lon), float(mission.lat), nest_facts(), terms().mission)
    if not any(not one.why_not for one in near):
        return False
    send_nearest(mission, actor)
    return mission.nest_id is not None
