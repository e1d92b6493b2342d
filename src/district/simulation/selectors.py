"""What the pages of the simulation show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.alarms.public import Episode
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.sensing.public import VIEW_THINGS, Datastream, State, Thing, to_micros
from district.simulation.kinds import BY_KEY
from district.simulation.models import Scenario
from district.simulation.scenarios import OUTLINES, Step
from district.simulation.signals.randomness import Ints
from district.simulation.signals.sensors import PLUME, sight, values
from district.simulation.signals.world import MINUTE, PUT_BACK, Happening, Stream, World
from district.simulation.streams import Simulated, happening_of, simulated, world_of

_SHOWN, _MOST_EPISODES = 24, 20
#: Which signals a scenario moves, the most telling first.
_MOVES = {
    "storm": ("rain_hour", "level", "ponding", "gas"),
    "fire": ("smoke", "heat", "fire_bearing", "fire_distance", "pm25"),
}
#: Rain reaches this many of its radii.
_RAIN_RADII = 1.3


def scenarios(limit: int = 20) -> list[Scenario]:
    """The newest scenarios."""
    return list(Scenario.objects.all()[:limit])


def scenario(key: UUID) -> Scenario:
    """One scenario; raises NotFound."""
    found = Scenario.objects.filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这个场景。"))
    return found


def places_for(kind: str) -> list[tuple[str, str]]:
    """Where a scenario of this kind can be: codes and names of things, by code."""
    at = BY_KEY[OUTLINES[kind].at]
    rows = Thing.objects.filter(
        state=State.ACTIVE,
        location__isnull=False,
        datastreams__source__code=at.sender,
        datastreams__observed_property__name=at.properties[0].name,
        properties__kind=at.key,
    )
    return list(rows.distinct().order_by("code").values_list("code", "name"))


@dataclass(frozen=True)
class Passed:
    """A step of a scenario, when it is expected, and whether that is past."""

    step: Step
    at: datetime
    done: bool


@dataclass(frozen=True)
class Progress:
    """How a scenario goes: `state` is going, put_back, ended or stopped; `percent` of its time."""

    state: str
    percent: int
    left: int
    steps: Sequence[Passed]


def progress_of(row: Scenario, now: datetime) -> Progress:
    """How it goes at a moment; `left` is in minutes, rounded up."""
    length = (row.ends_at - row.started_at).total_seconds()
    gone = (min(now, row.over_at) - row.started_at).total_seconds()
    if row.stopped_at is not None:
        is_back = to_micros(now) >= to_micros(row.stopped_at) + PUT_BACK
        state = "stopped" if is_back else "put_back"
    else:
        state = "ended" if now >= row.ends_at else "going"
    steps = []
    for step in OUTLINES[row.kind].steps:
        at = row.started_at + timedelta(seconds=step.after)
        if at <= row.over_at:
            steps.append(Passed(step, at, now >= at))
    left = max(0.0, (row.over_at - now).total_seconds())
    return Progress(state, round(100 * max(0.0, gone) / length), int(-(-left // 60)), steps)


@dataclass(frozen=True)
class Felt:
    """A datastream that a scenario moves: what it would say without it, and its newest value."""

    row: Datastream
    before: float | None

    @property
    def latest(self) -> object:
        """The newest reading, None where there is none."""
        return getattr(self.row, "latest", None)


def felt_by(row: Scenario, actor: Actor) -> list[Felt]:
    """The datastreams that a scenario moves and that the actor sees, the most moved first."""
    every = simulated()
    happening = happening_of(row)
    near = sorted(
        (each for each in every if reach(each.stream, happening) > 0.0),
        key=lambda each: (
            _MOVES[row.kind].index(each.stream.kind),
            -reach(each.stream, happening),
        ),
    )[:_SHOWN]
    numbers = [each.stream.number for each in near]
    rows = Datastream.objects.filter(
        visible(actor, VIEW_THINGS).q("lead_unit"), pk__in=numbers
    ).select_related("latest", "thing", "observed_property")
    by_number = {found.pk: found for found in rows}
    world = world_of(every, ())
    at = np.array([happening.begin - happening.begin % MINUTE], np.int64)
    return [
        Felt(by_number[each.stream.number], _said(each, at, world))
        for each in near
        if each.stream.number in by_number
    ]


def _said(each: Simulated, at: Ints, world: World) -> float | None:
    value = float(values(each.stream, at, world)[0])
    return None if value != value else value


def reach(stream: Stream, happening: Happening) -> float:
    """How strongly a scenario moves a stream, from 0 to 1."""
    if stream.kind not in _MOVES[happening.kind]:
        return 0.0
    away = happening.distance(stream.lon, stream.lat)
    if stream.kind == "pm25":
        return max(0.0, 1.0 - away / PLUME)
    if happening.kind == "fire":
        return sight(stream, happening)
    if stream.kind == "gas":
        return 1.0 if happening.site == stream.key else 0.0
    return max(0.0, 1.0 - away / (_RAIN_RADII * happening.radius))


def episodes_of(row: Scenario, felt: Sequence[Felt], actor: Actor) -> list[Episode]:
    """The alarms at these things since the scenario began, the newest first."""
    things = {each.row.thing_id for each in felt}
    rows = Episode.objects.filter(
        Q(thing__in=things) & visible(actor, VIEW_THINGS).q("thing__lead_unit"),
        raised_at__gte=row.started_at,
    )
    return list(rows.select_related("case", "thing").order_by("-raised_at")[:_MOST_EPISODES])
