"""The simulation's part of a demo: its sensors, their secrets, and what they told before it."""

from __future__ import annotations

import time as machine
from collections.abc import Iterator
from dataclasses import replace

from django.conf import settings

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime
from district.kernel.sensing.public import InUse
from district.simulation import history
from district.simulation.installing import give_secrets, install, wanted_things
from district.simulation.streams import simulated, world_of

#: The entry of `[demo]` that names the table of things.
FILE = "things"


def play(time: DemoTime) -> Iterator[str]:
    """Make what is not there yet; raises Invalid for a table that cannot be taken."""
    things = wanted_things(time.files.get(FILE))
    with clock.moved_to(time.starts_at - history.LENGTH):
        done = install(things)
        new = give_secrets(settings.VAR)
    yield (
        f"simulated sensors: {done.things} new with {done.datastreams} datastreams, "
        f"{len(new)} new secrets"
    )
    rows = simulated()
    began = machine.monotonic()
    try:
        count = history.write(rows, replace(world_of(rows, ()), happenings=()), time.starts_at)
    except InUse:
        yield "readings of the past: left out, the gateway has the log; load again without it"
        return
    if count:
        yield f"readings of the past: {count} in {machine.monotonic() - began:.1f} s"
