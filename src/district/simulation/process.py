"""The process that sends what the simulated sensors measure, until it or its parent ends."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from district.kernel.base import clock
from district.kernel.sensing.public import LatestReading, from_micros, to_micros
from district.simulation import secrets_file, state_file
from district.simulation.feed import Due, due
from district.simulation.kinds import SENDERS
from district.simulation.models import Scenario
from district.simulation.names import BROKER
from district.simulation.rights import is_there
from district.simulation.sending import NotSent, OverHttp, OverMqtt, Way
from district.simulation.signals.world import HOUR, MINUTE, Stream, World
from district.simulation.state_file import SenderState, State
from district.simulation.streams import Simulated, simulated, world_of

log = logging.getLogger(__name__)
#: So often is looked what falls due, and so often which streams there are.
_PAUSE, _LOOK = 2.0, 30.0
#: What was not sent for longer is not sent any more: it would come too late.
_OLDEST = HOUR - 5 * MINUTE
#: A scenario is felt so long after its end: rivers remember.
_FELT = timedelta(hours=9)


@dataclass
class Sender:
    """One sender at work; `since` is the time up to which everything was sent."""

    code: str
    way: Way
    since: int
    rows: list[tuple[Stream, int]] = field(default_factory=list)
    sent: int = 0
    problem: str = ""

    def owes(self, now: int) -> bool:
        """Whether a stream of it has had to say something since everything was sent."""
        periods = {stream.period for stream, _lateness in self.rows}
        return any(now // period > self.since // period for period in periods)


class Simulation:
    """Sends what falls due. `step` is one look; a restart goes on where the readings end."""

    def __init__(self, ways: Mapping[str, Way], now: Callable[[], int]) -> None:
        self._now = now
        self._senders = {code: Sender(code, way, 0) for code, way in ways.items()}
        self._rows: list[Simulated] = []
        self._looked = -_LOOK

    def step(self) -> int:
        """Send what falls due now; returns how many readings were taken, wrong ones among them."""
        if time.monotonic() - self._looked >= _LOOK:
            self._look()
        now = self._now()
        waiting = []
        for sender in self._senders.values():
            if sender.owes(now):
                waiting.append(sender)
            else:
                sender.since = now
        if not waiting:
            return 0
        world = self._world()
        return sum(self._serve(sender, world, now) for sender in waiting)

    def _look(self) -> None:
        self._rows = simulated()
        unknown = {sender.code for sender in self._senders.values() if not sender.since}
        ends = _ends([row.stream.number for row in self._rows if row.sender in unknown])
        for sender in self._senders.values():
            mine = [row for row in self._rows if row.sender == sender.code]
            sender.rows = [(row.stream, row.lateness) for row in mine]
            if not sender.since:
                told = [ends[row.stream.number] for row in mine if row.stream.number in ends]
                sender.since = max(told, default=0)
        self._looked = time.monotonic()

    def _world(self) -> World:
        felt = Scenario.objects.filter(ends_at__gt=clock.now() - _FELT).order_by("started_at")
        return world_of(self._rows, felt)

    def _serve(self, sender: Sender, world: World, now: int) -> int:
        since = max(sender.since, now - _OLDEST)
        found: Due = due(sender.rows, world, since, now)
        try:
            if found.readings:
                sender.way.send(found.readings)
        except NotSent as error:
            if sender.problem != str(error):
                log.warning("simulation: %s: %s", sender.code, error)
            sender.problem = str(error)
            return 0
        sender.since, sender.problem = now, ""
        sender.sent += len(found.readings)
        return len(found.readings)

    def state(self) -> State:
        """How it fares."""
        senders = {
            code: SenderState(
                each.way.transport, from_micros(each.since).isoformat(), each.sent, each.problem
            )
            for code, each in self._senders.items()
        }
        return State(clock.now(), senders)


def _ends(numbers: Sequence[int]) -> dict[int, int]:
    """When each stream last said something, as far as the database knows."""
    if not numbers:
        return {}
    rows = LatestReading.objects.filter(datastream__in=numbers)
    return {key: to_micros(at) for key, at in rows.values_list("datastream_id", "time")}


def ways(environment: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, Way]:
    """How each sender that has a secret sends: by MQTT where it wants to and a broker is there.

    Raises ValueError where there is neither broker nor gateway.
    """
    url = environment.get("DISTRICT_GATEWAY_URL", "")
    host, _colon, port = environment.get(BROKER, "").partition(":")
    found: dict[str, Way] = {}
    for sender in SENDERS:
        secret = secrets.get(sender.code)
        if secret is None:
            continue
        if sender.transport == "mqtt" and host:
            found[sender.code] = OverMqtt(host, int(port), sender.code, secret)
        elif url:
            found[sender.code] = OverHttp(url, sender.code, secret)
        else:
            raise ValueError("DISTRICT_GATEWAY_URL names no gateway to send to")
    return found


def run() -> int:
    """Send until told to end, or until the parent is gone; 2 where there is nothing to send.

    Outside a demo nothing is ever sent.
    """
    if not is_there():
        print("district: sensors are simulated in a demo alone", flush=True)
        return 2
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop.set())
    parent = os.getppid()
    try:
        found = ways(os.environ, secrets_file.known(settings.VAR))
    except ValueError as error:
        print(f"district: the simulation cannot send: {error}", flush=True)
        return 2
    if not found:
        print("district: there is no simulated sensor here; load the demo first", flush=True)
        return 2
    simulation = Simulation(found, lambda: to_micros(clock.now()))
    while not stop.wait(_PAUSE) and os.getppid() == parent:
        close_old_connections()
        try:
            simulation.step()
            state_file.write(settings.VAR, simulation.state())
        except (DatabaseError, OSError):
            log.exception("simulation: tried again")
    return 0
