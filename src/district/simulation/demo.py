"""The simulation's part of a demo: its sensors, their secrets, and what they told before it.

It is played before the systems' parts, which register these very sensors as what they are to them
(a front end, a station, a point) and compute from their readings.
"""

from __future__ import annotations

import time as machine
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime
from district.kernel.sensing.public import InUse
from district.simulation import history
from district.simulation.installing import give_secrets, install, wanted_things
from district.simulation.models import Scenario
from district.simulation.names import DEMO
from district.simulation.scenarios import read_past
from district.simulation.services import play_scenario
from district.simulation.streams import simulated, world_of

#: The entries of `[demo]` that name the tables of things and of scenarios of the past.
THINGS, PAST = "things", "simulation_past"


def play_things(time: DemoTime) -> Iterator[str]:
    """Make what is not there yet; raises Invalid for a table that cannot be taken."""
    things = wanted_things(time.files.get(THINGS))
    with clock.moved_to(time.starts_at - history.LENGTH):
        done = install(things)
        new = give_secrets(settings.VAR)
    yield (
        f"simulated sensors: {done.things} new with {done.datastreams} datastreams, "
        f"{len(new)} new secrets"
    )


def play_past(time: DemoTime) -> Iterator[str]:
    """Let the scenarios of the past have been, and write what the sensors told until now.

    Raises Invalid for a table that cannot be taken.
    """
    table = time.files.get(PAST)
    for past in read_past(table.read_text(encoding="utf-8")) if table else ():
        begins = time.starts_at - timedelta(minutes=past.before)
        play_scenario(past, begins, actor=DEMO)
    rows = simulated()
    began = machine.monotonic()
    try:
        count = history.write(rows, world_of(rows, Scenario.objects.all()), time.starts_at)
    except InUse:
        yield "readings of the past: left out, the gateway has the log; load again without it"
        return
    if count:
        yield f"readings of the past: {count} in {machine.monotonic() - began:.1f} s"
