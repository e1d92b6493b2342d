"""What the worker does for early warning; all of it bears being called again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django_tasks import task

from district.kernel.alarms.public import HANDED, RAISED
from district.kernel.base.periodic import declare_periodic
from district.kernel.history.public import Message, consumer
from district.systems.early_warning.names import MISSION_CHANGED, NEST_FREED
from district.systems.early_warning.services.forecasting import run_forecasts
from district.systems.early_warning.services.photos import hand_on, sweep_photos
from district.systems.early_warning.services.sending import (
    make_mission,
    serve_waiting,
)
from district.systems.early_warning.services.verifying import follow_case


@consumer("early_warning.episodes", (RAISED, HANDED))
def follow_episodes(message: Message) -> None:
    """An episode of the fire watch gets its mission; one that came to a case takes it along."""
    key = UUID(message.payload["episode"])
    if message.topic == RAISED:
        make_mission(key)
    else:
        follow_case(key)


@consumer("early_warning.photos", (MISSION_CHANGED,))
def follow_missions(message: Message) -> None:
    """Pictures of a mission go to its case, later, as drawing them takes seconds."""
    if message.payload["did"] in ("verified", "photos"):
        hand_on_photos.enqueue(message.payload["mission"])


@consumer("early_warning.nests", (NEST_FREED,))
def follow_nests(message: Message) -> None:
    """A nest is free: whoever waits may have it."""
    serve_waiting()


@task()
def hand_on_photos(mission: str) -> int:
    """Attach a mission's pictures to its case; returns how many were added."""
    return hand_on(mission)


declare_periodic("early_warning.waiting", timedelta(minutes=1), serve_waiting)
declare_periodic("early_warning.forecasts", timedelta(minutes=5), run_forecasts)
declare_periodic("early_warning.photos", timedelta(days=1), sweep_photos)
