"""How long from a reading to its case, while readings come in at half of what is asked for.

The product's own processes as `district run` starts them: gateway, follower of alarms and worker,
with a broker (Mosquitto) and the generator on the same cores. 100,000 datastreams, 1,000 live
rules over them as `reading_rules` draws them (combinations of several datastreams apart), and one
rule that opens cases at once. Over MQTT at QoS 1: single readings at 10,000 a second, then batches
of 1,000 at 150,000 a second. Among them, a few a second, is one of another datastream that passes
its level; measured is the time from sending it to the moment at which another connection sees its
case committed (it looks every 20 ms). Of the other datastreams one passes its level every five
seconds and raises an episode of every rule that watches it, some fifteen, which the same follower
writes.

The worker follows the newest values meanwhile, as always. CPU seconds of each process a second are
printed. Held to: p99 under 2 s in both. The peer is a district that looks at its newest values
every 10 s: 9.9 s at p99, by arithmetic. On both databases; `DISTRICT_BENCH_SECONDS` (60) of each,
`DISTRICT_BENCH_STREAMS` and `DISTRICT_BENCH_RULES` make it smaller. The last line is JSON: {name,
figure, unit, rows, peer, peer_figure, ratio, holds}; the figure is the greater p99 in milliseconds.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.harness import close, percentile
from benchmarks.installation import ROOT, Installation, engines, free_port, installed
from benchmarks.readings_in import cpu_seconds, mosquitto, publish_all, until
from benchmarks.sensing_population import PROBE_LEVEL, SOURCE, fill_sensing
from district.conf.secrets import secret
from district.kernel.sensing.gateway.client import GatewayAway, GatewayClient
from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.link import Broker, Link
from district.kernel.sensing.gateway.mqtt.packets import Session

STREAMS = int(os.environ.get("DISTRICT_BENCH_STREAMS", "100000"))
RULES = int(os.environ.get("DISTRICT_BENCH_RULES", "1000"))
SECONDS = int(os.environ.get("DISTRICT_BENCH_SECONDS", "60"))
PROBES_A_SECOND, UNREST_A_SECOND, IN_BATCH = 5, 0.2, 1_000
#: Messages a second and readings in each, at half of what `readings_in` is held to.
LOADS = {"single readings": (10_000, 1), "batches": (150, IN_BATCH)}
BOUND_MS, LOOKED_AT_MS = 2000.0, 9900.0
_LEAD = 20.0  # seconds in which messages are made before the first is sent
_DIGESTED = """
import json, sys
from district.kernel.alarms.models import Following
from district.kernel.sensing.models import LatestReading
row = Following.objects.get()
done = row.end - row.position < 20 and LatestReading.objects.count() == int(sys.argv[1])
print(json.dumps(done))
"""
_WATCH = "import django; django.setup()\nfrom benchmarks import reading_to_case as it; it.watch({})"


def watch(runs: int) -> None:
    """Print a line when so many rules run, then one for each probe's case as it is seen.

    Runs inside the installation, until it is ended.
    """
    from datetime import datetime, timedelta

    from district.kernel.alarms.models import Episode, Run

    while Run.objects.filter(until=None).count() < runs:
        time.sleep(0.5)
    print(json.dumps("ready"), flush=True)
    rows = Episode.objects.filter(rule__key="bench_probe", case__isnull=False)
    seen: set[str] = set()
    last: datetime | None = None
    while True:
        # A transaction that began earlier may end later.
        new = rows if last is None else rows.filter(handed_at__gte=last - timedelta(seconds=10))
        for group, handed in list(new.values_list("group", "handed_at")):
            if handed is not None:
                last = max(last or handed, handed)
            if group not in seen:
                seen.add(group)
                print(json.dumps([int(group), time.time()]), flush=True)
        time.sleep(0.02)


@dataclass(frozen=True)
class Run:
    """What came of one load: milliseconds from reading to case, and CPU by process."""

    waits: list[float]
    unseen: int
    cpu: dict[str, float]

    @property
    def p99(self) -> float:
        """Milliseconds; what had no case in the end counts as endless."""
        return percentile([*self.waits, *[float("inf")] * self.unseen], 0.99)


class Watching(threading.Thread):
    """Reads what `watch` prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__(daemon=True)
        self.ready = threading.Event()
        self.seen: dict[int, float] = {}
        self._process = process

    def run(self) -> None:
        assert self._process.stdout is not None  # noqa: S101  # it is a pipe
        for line in self._process.stdout:
            told = json.loads(line)
            if told == "ready":
                self.ready.set()
            else:
                self.seen[told[0]] = told[1]


@contextmanager
def processes(
    installation: Installation, broker: int
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Gateway, follower and worker, ready to take readings; ended afterwards."""
    port = free_port()
    env = {
        **installation.env,
        "DISTRICT_MQTT_URL": f"mqtt://127.0.0.1:{broker}",
        "DISTRICT_MQTT_CHECK": "off",
        "DISTRICT_GATEWAY_URL": f"http://127.0.0.1:{port}",
        "DISTRICT_ALARMS": "on",
    }
    granian = ["-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--no-ws"]
    granian += ["--port", str(port), "--workers", "1", "--log-level", "warning"]
    commands = {
        "gateway": [*granian, "district.conf.gateway:application"],
        "follower": ["-m", "district.cli", "alarms"],
        "worker": ["-m", "district.cli", "worker"],
    }
    running: dict[str, subprocess.Popen[bytes]] = {}
    client = GatewayClient(f"http://127.0.0.1:{port}", secret(installation.var, "gateway"))

    def connected() -> bool:
        try:
            return bool(client.state()["mqtt"]["connected"])
        except GatewayAway:
            return False

    with ExitStack() as opened:
        for name, command in commands.items():
            # The commands are the product's own.
            child = subprocess.Popen([sys.executable, *command], env=env, cwd=ROOT)  # noqa: S603  # as said above
            opened.callback(child.wait)
            opened.callback(child.terminate)
            running[name] = child
        until(connected, 120)
        yield running


def messages(first: int, probes: list[int], begins: float, load: tuple[int, int]) -> list[Any]:
    """(topic, payload) of each message of a run, in order; times go with the moment of sending."""
    rate, each = load
    rng = random.Random(5)  # noqa: S311  # readings, not secrets
    count, others = rate * SECONDS, STREAMS - len(LOADS) * len(probes)
    every = max(1, rate // PROBES_A_SECOND)
    left, unrest = list(probes), UNREST_A_SECOND / (rate * each)
    found = []
    for at in range(count):
        now = int((begins + at / rate) * 1e6)
        if at % every == every - 1 and left:
            stream = left.pop()
            body = f'{{"time_unit":"us","readings":[[{now},{PROBE_LEVEL + 1}]]}}'
            found.append((f"district/readings/{SOURCE}/{stream}", body))
        elif each == 1:
            stream, value = first + at % others, _value(rng, unrest)
            body = f'{{"time_unit":"us","readings":[[{now},{value}]]}}'
            found.append((f"district/readings/{SOURCE}/{stream}", body))
        else:
            numbers = [first + (at * each + n) % others for n in range(each)]
            columns = {
                "time_unit": "us",
                "stream": numbers,
                "time": [now] * each,
                "value": [_value(rng, unrest) for _ in range(each)],
            }
            found.append((f"district/readings/{SOURCE}", json.dumps(columns)))
    return found


def _value(rng: random.Random, unrest: float) -> float:
    return 5.0 if rng.random() < unrest else round(rng.gauss(0, 0.5), 2)


def measure(
    installation: Installation, first: int, probes: list[int], load: tuple[int, int]
) -> Run:
    """One load: what each of the probes took from being sent to its case."""
    with ExitStack() as opened:
        where = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        broker, port = opened.enter_context(mosquitto(where))
        running = opened.enter_context(processes(installation, port))
        code = _WATCH.format(RULES + 1)
        watcher = subprocess.Popen(  # noqa: S603  # our own code
            [sys.executable, "-c", code],
            env=installation.env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        opened.callback(watcher.wait)
        opened.callback(watcher.terminate)
        watching = Watching(watcher)
        watching.start()
        if not watching.ready.wait(600):
            raise TimeoutError("the rules did not run within ten minutes")
        _speak_once(installation, port, first)
        known = {**{name: child.pid for name, child in running.items()}, "broker": broker}
        return _send(known, port, first, probes, load, watching)


def _speak_once(installation: Installation, port: int, first: int) -> None:
    """Every datastream says something harmless; when that is digested the measuring begins.

    A rule lays out what it knows of a datastream when that first speaks, which happens once.
    """
    link = Link(Broker("127.0.0.1", port, Session("first", clean=True, level=packets.V3)))
    link.begin()
    ready: list[bytes] = []
    for at in range(first, first + STREAMS, IN_BATCH):
        streams = list(range(at, min(at + IN_BATCH, first + STREAMS)))
        columns = {"stream": streams, "time": [time.time_ns() // 1000] * len(streams)}
        body = {"time_unit": "us", **columns, "value": [0.0] * len(streams)}
        topic, number = f"district/readings/{SOURCE}", 1 + len(ready)
        ready.append(packets.publish(packets.V3, topic, json.dumps(body).encode(), number))
    began = time.perf_counter()
    publish_all(link, ready, IN_BATCH, 0)
    link.close()
    until(lambda: bool(installation.call(_DIGESTED, str(STREAMS))), 300)
    print(f"    the first word of each took {time.perf_counter() - began:.0f} s", flush=True)


def _send(
    known: dict[str, int],
    port: int,
    first: int,
    probes: list[int],
    load: tuple[int, int],
    watching: Watching,
) -> Run:
    begins = time.time() + _LEAD
    made = messages(first, probes, begins, load)
    ready = [
        packets.publish(packets.V3, topic, payload.encode(), 1 + at % 2_000)
        for at, (topic, payload) in enumerate(made)
    ]
    wanted = {f"district/readings/{SOURCE}/{probe}": probe for probe in probes}
    at_probe = {wanted[topic]: at for at, (topic, _body) in enumerate(made) if topic in wanted}
    link = Link(Broker("127.0.0.1", port, Session("generator", clean=True, level=packets.V3)))
    link.begin()
    if time.time() > begins:
        print(f"    messages took {time.time() - begins:.0f} s longer than thought", flush=True)
    time.sleep(max(0.0, begins - time.time()))
    before = {name: cpu_seconds(pid) for name, pid in known.items()}
    own, clock = time.process_time(), time.time() - time.perf_counter()
    sent = publish_all(link, ready, load[1], load[0])
    took = time.perf_counter() - float(sent[0])
    cpu = {name: (cpu_seconds(pid) - before[name]) / took for name, pid in known.items()}
    cpu["generator"] = (time.process_time() - own) / took
    patience = time.monotonic() + 30
    while len(watching.seen.keys() & at_probe.keys()) < len(at_probe):
        if time.monotonic() > patience:
            break
        time.sleep(0.1)
    link.close()
    waits = [
        (watching.seen[stream] - (float(sent[at]) + clock)) * 1000
        for stream, at in at_probe.items()
        if stream in watching.seen
    ]
    return Run(waits, len(at_probe) - len(waits), cpu)


def main() -> int:
    """Print both loads on each database and the JSON line."""
    worst = 0.0
    count = PROBES_A_SECOND * SECONDS
    for engine in engines():
        with installed(engine) as base:
            # Readings have the time of the wall.
            installation = replace(base, env={**base.env, "DISTRICT_CLOCK_OFFSET": "0"})
            began = time.perf_counter()
            made = fill_sensing(installation, STREAMS, probes=len(LOADS) * count, rules=RULES)
            last = made["first"] + STREAMS
            print(
                f"{engine}: {STREAMS} datastreams, {RULES} rules, made in "
                f"{time.perf_counter() - began:.0f} s; load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
            for turn, (name, load) in enumerate(LOADS.items()):
                probes = list(range(last - (turn + 1) * count, last - turn * count))
                run = measure(installation, made["first"], probes, load)
                worst = max(worst, run.p99)
                _print(name, load, run)
    return close(
        "reading_to_case",
        worst,
        "ms",
        STREAMS,
        peer="newest values looked at every 10 s, by arithmetic",
        peer_figure=LOOKED_AT_MS,
        holds=worst < BOUND_MS,
    )


def _print(name: str, load: tuple[int, int], run: Run) -> None:
    shares = (0.5, 0.95, 0.99)
    p50, p95, p99 = (percentile(run.waits or [float("inf")], share) for share in shares)
    cpu = ", ".join(f"{who} {share:.2f}" for who, share in run.cpu.items())
    print(
        f"  {name}, {load[0] * load[1]:,} a second: p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f} ms "
        f"over {len(run.waits)} cases, {run.unseen} not seen; cores: {cpu}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
