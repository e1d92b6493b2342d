"""The product's own processes as a machine room has them, watched while they run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.installation import ROOT, free_port
from benchmarks.readings_in import mosquitto
from district.conf.secrets import secret
from district.kernel.sensing.gateway.client import GatewayAway, GatewayClient

_WITHIN = 120.0  # seconds in which a process gets ready
_FAULT = re.compile(r"^Traceback|\b(?:ERROR|CRITICAL)\b|periodic job .* failed|panicked")
#: A part of the log that is told with a fault, lines.
_TOLD = 40
#: What a process for pages is given beside, as its unit of systemd says.
_WEB = {"MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
#: What PostgreSQL is called among the processes.
DATABASE = "postgresql"


@dataclass(frozen=True)
class Ports:
    """Where the processes listen, all on loopback."""

    web: int
    live: int
    gateway: int
    broker: int

    @classmethod
    def free(cls, broker: int) -> Ports:
        """Some that nobody listens on."""
        return cls(free_port(), free_port(), free_port(), broker)


@dataclass(frozen=True)
class Sample:
    """Memory of a process with all that it started, in MB, at a moment of the day (seconds)."""

    at: float
    name: str
    memory: float


@dataclass
class Plant:
    """Web, live, gateway, alarms and worker over one installation, their output in `logs`."""

    env: Mapping[str, str]
    var: Path
    logs: Path
    ports: Ports
    webs: int = 2
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    #: Processes of others that are watched too, by name.
    beside: dict[str, int] = field(default_factory=dict)
    #: The first process of PostgreSQL where it runs on this machine.
    database: int = 0
    #: What Python is given for a process, by its command of `district`, where that is not the way.
    commands: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """What every process is told of the others."""
        ports, metrics = self.ports, self.logs / "metrics"
        metrics.mkdir(exist_ok=True)
        return {
            **self.env,
            "DISTRICT_HOSTS": "127.0.0.1",
            "DISTRICT_PROXIES": "127.0.0.1",
            "DISTRICT_PAGES_PORT": str(ports.web),
            "DISTRICT_WEB_PORT": str(ports.web),
            "DISTRICT_EVENTS_PORT": str(ports.live),
            "DISTRICT_EVENTS_URL": f":{ports.live}",
            "DISTRICT_LISTENERS_EACH": "60",
            "DISTRICT_GATEWAY": "on",
            "DISTRICT_GATEWAY_PORT": str(ports.gateway),
            "DISTRICT_GATEWAY_URL": f"http://127.0.0.1:{ports.gateway}",
            "DISTRICT_MQTT_URL": f"mqtt://127.0.0.1:{ports.broker}",
            "DISTRICT_MQTT_CHECK": "off",
            "DISTRICT_ALARMS": "on",
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
            # As the units of systemd say.
            "MALLOC_ARENA_MAX": "2",
        }

    def start(self) -> None:
        """Start all and wait until each answers. Raises RuntimeError where one does not."""
        one = {"POLARS_MAX_THREADS": "1"}
        self._start("gateway", "gateway", **one)
        self._start("alarms", "alarms", **one)
        self._start("worker", "worker")
        self._start("live", "live")
        for number in range(self.webs):
            self._start(f"web {number + 1}", "web", **_WEB)
        self._until("web", lambda: _answers(f"http://127.0.0.1:{self.ports.web}/healthz"))
        self._until("live", lambda: _answers(f"http://127.0.0.1:{self.ports.live}/healthz"))
        self._until("gateway", lambda: bool(self.gateway()["mqtt"]["connected"]))

    def _start(self, name: str, command: str, **more: str) -> None:
        given = self.commands.get(command, ("-m", "district.cli", command))
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603  # the product's own command
                [sys.executable, "-W", "ignore::ResourceWarning", *given],
                env={**self.environment(), **more},
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _until(self, name: str, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _WITHIN
        while time.monotonic() < deadline:
            ended = self.ended()
            if ended:
                raise RuntimeError(f"{ended[0]}\n{self._tail(ended[0].split(' ended')[0])}")
            with suppress(GatewayAway, OSError, KeyError):
                if holds():
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{name} is not ready within {_WITHIN:.0f} s\n{self._tail(name)}")

    def gateway(self) -> dict[str, Any]:
        """The gateway's state; GatewayAway where it does not answer."""
        url = f"http://127.0.0.1:{self.ports.gateway}"
        return GatewayClient(url, secret(self.var, "gateway")).state()

    def ended(self) -> list[str]:
        """Processes that ended by themselves, in words."""
        codes = {name: child.poll() for name, child in self.running.items()}
        return [f"{name} ended with {code}" for name, code in codes.items() if code is not None]

    def stop(self) -> None:
        """Ask all to end, pages first, then insist."""
        for child in reversed(self.running.values()):
            with suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 40
        for child in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def faults(self) -> list[str]:
        """What the processes complained of, each with the lines around it."""
        found = []
        for path in sorted(self.logs.glob("*.log")):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            last = -_TOLD
            for at, line in enumerate(lines):
                if _FAULT.search(line) and at - last >= _TOLD:
                    last = at
                    found.append("\n".join([f"{path.stem}:", *lines[max(0, at - 1) : at + _TOLD]]))
        return found

    def _tail(self, name: str) -> str:
        logs = sorted(self.logs.glob(f"{name}*.log"))
        return "\n".join(log.read_text("utf-8", errors="replace")[-3000:] for log in logs)

    def memory(self) -> dict[str, float]:
        """Megabytes of each process with what it started, those beside too. Of PostgreSQL what its
        processes have for themselves: its shared buffers fill by design."""
        page = os.sysconf("SC_PAGE_SIZE")
        found = self._summed(lambda fields: int(fields[21]) * page / 1e6)
        if self.database:
            found[DATABASE] = sum(_own_memory(pid) for pid, _fields in self._backends())
        return found

    def processor(self) -> dict[str, float]:
        """Seconds of the processor that each has taken so far; PostgreSQL's sessions that ended
        count with their parent."""
        ticks = os.sysconf("SC_CLK_TCK")
        found = self._summed(lambda fields: (int(fields[11]) + int(fields[12])) / ticks)
        if self.database:
            found[DATABASE] = sum(
                sum(map(int, fields[11:15] if pid == self.database else fields[11:13])) / ticks
                for pid, fields in self._backends()
            )
        return found

    def _backends(self) -> list[tuple[int, Sequence[str]]]:
        """PostgreSQL's first process and those that it started."""
        ours = str(self.database)
        return [each for each in _processes() if ours in (str(each[0]), each[1][1])]

    def _summed(self, figure: Callable[[Sequence[str]], float]) -> dict[str, float]:
        known = {name: child.pid for name, child in self.running.items()} | self.beside
        by_session = dict.fromkeys(known.values(), 0.0)
        for pid, fields in _processes():
            for leader in {pid, int(fields[3])} & by_session.keys():
                by_session[leader] += figure(fields)
        return {name: by_session[pid] for name, pid in known.items()}


class Broker:
    """Mosquitto for the day; a context."""

    def __init__(self, where: Path) -> None:
        self._opened = mosquitto(where)

    def __enter__(self) -> tuple[int, int]:
        return self._opened.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._opened.__exit__(*error)


class Watching(threading.Thread):
    """Samples memory every so many seconds, and notes processes that end."""

    def __init__(self, plant: Plant, every: float) -> None:
        super().__init__(name="watching", daemon=True)
        self.samples: list[Sample] = []
        self.ended: list[str] = []
        self._plant, self._every, self._stop_it = plant, every, threading.Event()

    def run(self) -> None:
        """Until `stop`."""
        began = time.monotonic()
        while True:
            at = time.monotonic() - began
            self.samples += [Sample(at, *each) for each in self._plant.memory().items()]
            self.ended = self._plant.ended()
            if self._stop_it.wait(self._every):
                return

    def stop(self) -> None:
        """Enough."""
        self._stop_it.set()
        self.join()


@dataclass(frozen=True)
class Trend:
    """Memory of a process: at the start and most, the means of the second and last third (MB), and
    by how much it grew in an hour from the first third's end on, by least squares (MB)."""

    name: str
    first: float
    most: float
    second: float
    last: float
    slope: float

    @property
    def flat(self) -> bool:
        """The last third lies at most a twentieth and 8 MB above the second."""
        return self.last <= self.second * 1.05 + 8


def trends(samples: Sequence[Sample]) -> list[Trend]:
    """How the memory of each process went."""
    by_name: dict[str, list[Sample]] = {}
    for one in samples:
        by_name.setdefault(one.name, []).append(one)
    return [_trend(name, rows) for name, rows in by_name.items() if len(rows) >= 3]


def _trend(name: str, rows: Sequence[Sample]) -> Trend:
    third = len(rows) // 3
    second, last = rows[third : 2 * third], rows[2 * third :]
    late = rows[third:]
    return Trend(
        name, rows[0].memory, max(one.memory for one in rows), _mean(second), _mean(last),
        _slope(late) * 3600,
    )  # fmt: skip


def _mean(rows: Sequence[Sample]) -> float:
    return sum(one.memory for one in rows) / len(rows)


def _slope(rows: Sequence[Sample]) -> float:
    at = sum(one.at for one in rows) / len(rows)
    memory = _mean(rows)
    spread = sum((one.at - at) ** 2 for one in rows)
    both = sum((one.at - at) * (one.memory - memory) for one in rows)
    return both / spread if spread else 0.0


def _answers(address: str) -> bool:
    try:
        # The address is one of our own ports.
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310  # as said above
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _own_memory(pid: int) -> float:
    """Megabytes that no file and no other process stands behind (proc(5), smaps_rollup)."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def _processes() -> Iterator[tuple[int, Sequence[str]]]:
    """Each process that can be seen, with what proc(5) tells from its state on."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield int(folder.name), (folder / "stat").read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
