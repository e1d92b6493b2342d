"""The day itself: processes started, everything sent at its moments, all of it looked up after."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.installation import ROOT
from benchmarks.year.day import photos
from benchmarks.year.day.boards import Board
from benchmarks.year.day.earlier import fill_hour
from benchmarks.year.day.inside import Inside
from benchmarks.year.day.members import Members
from benchmarks.year.day.offices import Offices
from benchmarks.year.day.phones import Phones
from benchmarks.year.day.plant import Broker, Plant, Ports, Sample, Watching
from benchmarks.year.day.pool import Pool
from benchmarks.year.day.rates import Size, Source, moments, sources
from benchmarks.year.day.reckoning import readings_told
from benchmarks.year.day.residents import Residents
from benchmarks.year.day.tally import Tally

_ZONE = ZoneInfo("Asia/Shanghai")
_THREADS, _PICTURES = 24, 8
#: Boards that fetch what is new, and that only hear.
_FETCHING, _HEARING = 3, 20
_PATIENCE = 120.0


@dataclass(frozen=True)
class Options:
    """How the day is replayed: `minutes` of the wall at a `pace`; a sample of memory every so many
    seconds; `rules` over the readings; `streams` where the installation has none of its own;
    `settle` is how long (seconds) is waited before and after for what is left in queues."""

    minutes: float = 48.0
    pace: float = 10.0
    seed: int = 2025
    every: float = 10.0
    rules: int = 1000
    streams: int = 1000
    webs: int = 2
    hearing: int = _HEARING
    settle: float = 900.0
    picture: tuple[int, int] = (1600, 1200)

    @property
    def seconds(self) -> float:
        """Of the wall."""
        return self.minutes * 60


@dataclass
class Day:
    """What came of it."""

    size: Size
    options: Options
    planned: list[tuple[Source, int]]
    tally: Tally
    sent: dict[str, Any] = field(default_factory=dict)
    log: dict[str, int] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    boards: list[Board] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    #: Seconds of the processor of each process, before and after the day.
    processor: dict[str, tuple[float, float]] = field(default_factory=dict)
    settled: float = 0.0
    drained: float = 0.0
    undone: int = 0
    since: float = 0.0
    ended: float = 0.0
    load: float = 0.0


def say(text: str) -> None:
    """A line for whoever waits."""
    print(f"  {datetime.now(UTC):%H:%M:%S} {text}", flush=True)


def replay(
    env: Mapping[str, str],
    var: Path,
    work: Path,
    options: Options,
    commands: Callable[[Ports], Mapping[str, Sequence[str]]] = lambda _ports: {},
) -> Day:
    """Replay a day over the installation that `env` and `var` name; logs and plans go to `work`.
    `commands` gives other ways to start processes than `district` itself."""
    with ExitStack() as opened:
        base = {**env, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))}
        inside = Inside(base, work / "inside.txt")
        opened.callback(inside.close)
        begun = inside.ask("begin")
        ahead, size = int(begun["ahead"]), Size(**begun["sizes"])
        base["DISTRICT_CLOCK_OFFSET"] = str(ahead)
        now = datetime.now(_ZONE) + timedelta(seconds=ahead)
        say(f"the district's clock stands at {now:%F %R}")
        probes = max(5, round(options.seconds / 10))
        known = inside.ask("prepare", streams=options.streams, probes=probes, rules=options.rules)
        say(f"prepared: {len(known['people'])} members, {len(known['streams'])} datastreams")
        said = fill_hour(var / "readings", known["streams"], options.pace, _micros(ahead))
        say(f"of the hour before the log holds {said:,} readings")
        (work / "broker").mkdir()
        broker, port = opened.enter_context(Broker(work / "broker"))
        ports = Ports.free(port)
        plant = Plant(base, var, work, ports, options.webs, commands=commands(ports))
        plant.beside["(broker)"], plant.database = broker, int(begun["database"])
        opened.callback(plant.stop)
        plant.start()
        say("web, live, gateway, alarms and worker run")
        return _Replay(inside, plant, work, options, size, ahead, known, opened).run()


def _micros(ahead: int) -> int:
    """The district's clock now, µs since 1970 UTC."""
    return int((time.time() + ahead) * 1_000_000)


class _Replay:
    """One day over running processes."""

    def __init__(
        self, inside: Inside, plant: Plant, work: Path, options: Options, size: Size, ahead: int,
        known: dict[str, Any], opened: ExitStack,
    ) -> None:  # fmt: skip
        self.inside, self.plant, self.work, self.options = inside, plant, work, options
        self.size, self.ahead, self.known, self.opened = size, ahead, known, opened
        self.rng = random.Random(options.seed)  # noqa: S311  # made-up work
        self.tally = Tally()
        self.pool = Pool(_THREADS, self.tally)
        people, password = known["people"], known["password"]
        self.members = Members(people, password, plant.ports.web, self.tally, self.rng)
        planned = [(one, one.times(options.pace, options.minutes)) for one in sources(size)]
        self.day = Day(size, options, planned, self.tally)
        self.base, self.watcher = int(time.time()) * 10**9, ""

    def run(self) -> Day:
        """Speak once and settle, live the day, let everything come to its end, look it up."""
        folder = self.plant.var / "readings"
        position = self._position(folder)
        devices = self._devices()
        self.opened.callback(devices.terminate)
        assert devices.stdout is not None  # noqa: S101  # it is a pipe
        if not devices.stdout.readline():
            raise RuntimeError("the devices did not begin")
        say("every datastream has spoken once")
        self.day.settled = self._settle(rules=True)
        self.inside.ask("watch")
        boards = self._boards()
        began = time.monotonic()
        self.members.come(_PICTURES)
        say(f"members have signed in and looked around, {time.monotonic() - began:.0f} s")
        self._plan()
        since = self.day.since = time.time()
        watching = Watching(self.plant, self.options.every)
        watching.start()
        before = self.plant.processor()
        self._begin(devices, since)
        say(f"the day begins: {self.options.minutes:g} minutes at {self.options.pace:g} times")
        self.day.undone = self.pool.run(self.options.seconds + _PATIENCE)
        devices.wait()
        watching.stop()
        for board in boards:
            board.end()
        self.day.ended = time.time()
        self.day.load = os.getloadavg()[0]
        after = self.plant.processor()
        self.day.processor = {name: (before.get(name, 0.0), at) for name, at in after.items()}
        say("the day is over")
        self.day.drained = self._settle(rules=False)
        self._reckon(folder, position, since, boards, watching)
        return self.day

    # Before -------------------------------------------------------------------------------------

    def _position(self, folder: Path) -> int:
        from district.kernel.sensing.log import LogReader

        return LogReader(folder).end() if folder.exists() else 0

    def _devices(self) -> subprocess.Popen[str]:
        ports, known = self.plant.ports, self.known
        plan = {
            "source": known["source"], "secret": known["secret"], "streams": known["streams"],
            "probes": known["probes"], "level": known["level"], "broker": ports.broker,
            "gateway": ports.gateway, "ahead": self.ahead, "begins": 0.0,
            "seconds": self.options.seconds, "pace": self.options.pace, "base": self.base,
        }  # fmt: skip
        path, out = self.work / "devices.json", self.work / "sent.json"
        path.write_text(json.dumps(plan), encoding="utf-8")
        with (self.work / "devices.txt").open("wb") as log:
            child = subprocess.Popen(  # noqa: S603  # our own interpreter and code
                [sys.executable, "-m", "benchmarks.year.day.readings", path, out],
                env=dict(self.plant.env), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, text=True,
            )  # fmt: skip
        self.plant.beside |= {"(devices)": child.pid, "(this sender)": os.getpid()}
        return child

    def _begin(self, devices: subprocess.Popen[str], since: float) -> None:
        assert devices.stdin is not None  # noqa: S101  # it is a pipe
        devices.stdin.write(f"{since}\n")
        devices.stdin.flush()

    def _settle(self, *, rules: bool) -> float:
        """Wait until queues, consumers, log and alarms have nothing left; how long that took."""
        began, last = time.monotonic(), 0.0
        while True:
            now = self.inside.ask("standing")
            wanting = rules and now["rules"] < now["wanted"]
            calm = not (now["queue"] or now["unsealed"] or now["behind"] or now["unhanded"])
            if calm and now["frames"] < 20 and not wanting:
                break
            took = time.monotonic() - began
            if took - last > 20:
                last = took
                say(f"waiting for {_left(now)}")
            if took > self.options.settle:
                self.day.problems.append(f"not at rest after {took:.0f} s: {_left(now)}")
                break
            time.sleep(0.3)
        if now["parked"]:
            self.day.problems.append(f"{now['parked']} messages were given up by their consumers")
        return time.monotonic() - began

    def _boards(self) -> list[Board]:
        ports, tally = self.plant.ports, self.tally
        watcher = self.members.take_out("board")
        self.watcher, pages = watcher.name, watcher.visitor
        count = _FETCHING + self.options.hearing
        found = [Board(ports.live, pages, tally, at < _FETCHING) for at in range(count)]
        for board in found:
            board.start()
        self.day.boards = found
        return found

    def _plan(self) -> None:
        began, options = time.monotonic() + 1.0, self.options
        pictures = photos.made(_PICTURES, options.seed, options.picture)
        residents = Residents(self.plant.ports.web, self.tally, self.pool, pictures, self.rng)
        offices = Offices(
            self.members, self.tally, self.rng, self._local, pictures, self.known
        )  # fmt: skip
        phones = Phones(self.members, self.tally, self.rng, self._now, pictures)
        acts: dict[str, Callable[[], None]] = {
            "report": residents.open, "follow_up": phones.do, "sign_in": self.members.sign_in_anew,
        }  # fmt: skip
        for source, count in self.day.planned:
            act = acts.get(source.key) or _doing(offices, source.key)
            for at in moments(count, options.seconds, source.hours, self.rng):
                self.pool.add(began + at, source.key, act)

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def _local(self) -> datetime:
        return self._now().astimezone(_ZONE).replace(tzinfo=None)

    # After --------------------------------------------------------------------------------------

    def _reckon(
        self, folder: Path, position: int, since: float, boards: list[Board], watching: Watching
    ) -> None:
        day = self.day
        path = self.work / "sent.json"
        if not path.exists():
            said = (self.work / "devices.txt").read_text(encoding="utf-8")
            day.problems.append(f"the devices ended early: {said[-2000:]}")
            return
        day.sent = json.loads(path.read_text(encoding="utf-8"))
        day.told = self.inside.ask(
            "told", facts=self.tally.facts, since=since, ahead=self.ahead,
            probes=day.sent["probes"], watcher=self.watcher,
        )  # fmt: skip
        day.log, wrong = readings_told(folder, position, self.base, day.sent)
        day.samples = watching.samples
        day.problems += day.told["problems"] + wrong + day.told["failed_tasks"]
        day.problems += watching.ended + self._refusals()
        if day.undone:
            day.problems.append(f"{day.undone} things were not done when the day was over")
        day.faults = self.plant.faults()

    def _refusals(self) -> list[str]:
        """Wrong readings that are not in quarantine under their reason."""
        sent, told = self.day.sent, self.day.told["refused"]
        problems: list[str] = sent["problems"]
        return [
            f"{count} {reason} readings were sent, {told.get(reason, 0)} are in quarantine"
            for reason, count in sent["wrong"].items()
            if told.get(reason, 0) < count
        ] + problems


def _doing(offices: Offices, source: str) -> Callable[[], None]:
    return lambda: offices.do(source)


def _left(standing: dict[str, Any]) -> str:
    """What there is to wait for, in words."""
    parts = [f"{name} {what}" for name, what in standing.items() if what]
    return ", ".join(parts)
