"""How many readings a second come in through the entrances, durable, on one machine.

The gateway is a process of its own, with 100,000 declared datastreams; broker (Mosquitto) and
generator run beside it on the same cores, as a small district would have it. Over HTTP: batches
of 1,000, a few under way. Over MQTT at QoS 1: single readings, each a message on its
datastream's topic, and batches of 1,000; messages are made before the clock starts. A run ends
when everything is in the log, which is counted; p99 is over the time from sending to the
acknowledgement (of HTTP the answer; over MQTT the broker acknowledges to the device before District
does to the broker, so the time is from sending to the reading being durable, as a reader that
follows the log sees it). At full speed messages wait in the broker as long as there are more, so
p99 is also taken at half the bound, 10,000 single readings a second.

CPU seconds of gateway, broker and generator are printed, because on a loaded machine they say
more than the clock. The peer is the same generator writing single readings into SQLite (WAL,
synchronous=FULL), a transaction for each thousand. Held to: 20,000 single readings a second and
300,000 in batches. The last line is JSON: {name, figure, unit, rows, peer, peer_figure, ratio,
holds}; the figure is single readings a second over MQTT.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.harness import close, percentile
from district.kernel.sensing.batches import Batch
from district.kernel.sensing.gateway.client import GatewayAway, GatewayClient
from district.kernel.sensing.gateway.mqtt import packets
from district.kernel.sensing.gateway.mqtt.link import Broker, Link
from district.kernel.sensing.gateway.mqtt.packets import Control, Session, Type
from district.kernel.sensing.log import LogReader

STREAMS, SOURCE = 100_000, 1
SINGLES = int(os.environ.get("DISTRICT_BENCH_SINGLES", "100000"))
BATCHES, IN_BATCH = int(os.environ.get("DISTRICT_BENCH_BATCHES", "1500")), 1_000
SINGLES_A_SECOND, BATCHED_A_SECOND = 20_000, 300_000
WINDOW = 2_000
START = time.time_ns() // 1000


@dataclass(frozen=True)
class Run:
    """What a run took: readings, seconds, CPU seconds by process, p99 in seconds."""

    readings: int
    seconds: float
    cpu: dict[str, float]
    p99: float

    @property
    def rate(self) -> float:
        """Readings a second by the clock."""
        return self.readings / self.seconds

    @property
    def unloaded(self) -> float:
        """Readings a second that the CPU time would allow on two idle cores."""
        return self.readings / max(sum(self.cpu.values()) / 2, max(self.cpu.values()))


def cpu_seconds(process: int) -> float:
    """CPU seconds of a process and of what it has started."""
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        if int(folder.name) == process or int(fields[1]) == process:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


@contextmanager
def _gateway(folder: Path, broker: int) -> Iterator[tuple[int, int]]:
    """The gateway as a process: (its process, its port)."""
    port = 18_400 + os.getpid() % 1000
    environment = {
        **os.environ,
        "BENCH_FOLDER": str(folder),
        "BENCH_BROKER": str(broker),
        "POLARS_MAX_THREADS": "1",
    }
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--no-ws", "--log-level", "warning"]
    command.append("benchmarks.readings_gateway:application")
    # The command is the benchmark's own.
    child = subprocess.Popen(command, env=environment)  # noqa: S603  # as said above
    client = GatewayClient(f"http://127.0.0.1:{port}", "token")
    try:
        until(lambda: _is_ready(client, with_broker=bool(broker)), 30)
        yield child.pid, port
    finally:
        child.terminate()
        child.wait()


def _is_ready(client: GatewayClient, *, with_broker: bool) -> bool:
    try:
        state = client.state()
    except GatewayAway:
        return False
    return bool(state["mqtt"]["connected"]) if with_broker else True


def until(condition: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the gateway did not come so far in time")
        time.sleep(0.02)


@contextmanager
def mosquitto(where: Path) -> Iterator[tuple[int, int]]:
    """Mosquitto as docs/sensing-gateway.md wants it: (its process, its port)."""
    found = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")
    if found is None:
        raise FileNotFoundError("mosquitto is not installed: apt-get install mosquitto")
    port = 17_400 + os.getpid() % 1000
    (where / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\nlog_type error\n"
        f"persistence true\npersistence_location {where}/\nmax_queued_messages 0\n"
        "max_inflight_messages 0\nset_tcp_nodelay true\n"
    )
    # The command is the benchmark's own.
    child = subprocess.Popen(  # noqa: S603  # as said above
        [found, "-c", str(where / "mosquitto.conf")], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(0.5)
        yield child.pid, port
    finally:
        child.terminate()
        child.wait()


class _Following(threading.Thread):
    """Notes when each reading was seen in the log, by its sequence number."""

    def __init__(self, folder: Path, wanted: int) -> None:
        super().__init__(daemon=True)
        self.seen = np.zeros(wanted)
        self.count = 0
        self._folder, self._wanted = folder, wanted
        self.error: BaseException | None = None

    def run(self) -> None:
        reader = LogReader(self._folder)
        with reader.cursor(reader.end()) as cursor:
            until = time.monotonic() + 120
            while self.count < self._wanted and time.monotonic() < until:
                found = cursor.read()
                now = time.perf_counter()
                for frame in found:
                    if isinstance(frame.content, Batch):
                        self.seen[frame.content.sequence] = now
                        self.count += len(frame.content)
                if not found:
                    time.sleep(0.005)


def _over_mqtt(
    folder: Path, where: Path, messages: list[tuple[str, bytes]], each: int, rate: float = 0
) -> Run:
    """All messages, of so many readings each, as fast as it goes or `rate` messages a second."""
    with mosquitto(where) as (broker, port), _gateway(folder, port) as (gateway, _):
        session = Session("generator", clean=True, level=packets.V3)
        link = Link(Broker("127.0.0.1", port, session))
        ready = [
            packets.publish(packets.V3, topic, payload, 1 + at % WINDOW)
            for at, (topic, payload) in enumerate(messages)
        ]
        link.begin()
        following = _Following(folder, len(messages) * each)
        following.start()
        time.sleep(0.2)
        before = {"gateway": cpu_seconds(gateway), "broker": cpu_seconds(broker)}
        own = time.process_time()
        sent = publish_all(link, ready, each, rate)
        following.join()
        took = float(following.seen.max()) - float(sent[0])
        own = time.process_time() - own
        cpu = {"gateway": cpu_seconds(gateway), "broker": cpu_seconds(broker)}
        cpu = {name: cpu[name] - before[name] for name in cpu} | {"generator": own}
        link.close()
    if following.count != len(messages) * each:
        raise AssertionError(f"{following.count} readings in the log")
    waits = (following.seen - np.repeat(sent, each)).tolist()
    return Run(len(messages) * each, took, cpu, percentile(waits, 0.99))


def publish_all(link: Link, ready: list[bytes], each: int, rate: float) -> np.ndarray:
    """Publish all with a bounded number under way; when each was sent."""
    began = time.perf_counter()
    window = WINDOW if each == 1 else 8
    step = 100 if each == 1 else 1
    sent = np.zeros(len(ready))
    at = taken = 0
    flushed = True
    while taken < len(ready):
        due = not rate or time.perf_counter() >= began + at / rate
        if due and flushed and at < len(ready) and at - taken <= window - step:
            sent[at : at + step] = time.perf_counter()
            flushed = link.write(b"".join(ready[at : at + step]))
            at += step
        else:
            flushed = link.write(b"")
            found = link.read()
            taken += sum(
                isinstance(packet, Control) and packet.type == Type.PUBACK for packet in found
            )
            if not found:
                time.sleep(0.0005)
    return sent


def _singles(number: int) -> list[tuple[str, bytes]]:
    text = '{{"time_unit": "us", "readings": [[{}, 21.5, {}]]}}'
    return [
        (f"district/readings/one/{at % STREAMS}", text.format(START + at, at).encode())
        for at in range(number)
    ]


def _batches(number: int) -> list[bytes]:
    found = []
    values = np.random.default_rng(1).normal(20, 5, IN_BATCH).round(2).tolist()
    for batch in range(number):
        first = batch * IN_BATCH
        numbers = range(first, first + IN_BATCH)
        found.append(
            json.dumps(
                {
                    "time_unit": "us",
                    "stream": [n % STREAMS for n in numbers],
                    "time": [START + n for n in numbers],
                    "value": values,
                    "sequence": list(numbers),
                },
                separators=(",", ":"),
            ).encode()
        )
    return found


def _over_http(folder: Path, bodies: list[bytes]) -> Run:
    import http.client

    waits: list[float] = []
    with _gateway(folder, 0) as (gateway, port):
        left = list(range(len(bodies)))
        headers = {"Authorization": "Bearer one.secret"}

        def send() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            while left:
                body = bodies[left.pop()]
                began = time.perf_counter()
                connection.request("POST", "/readings", body, headers)
                answer = json.loads(connection.getresponse().read())
                waits.append(time.perf_counter() - began)
                if answer["accepted"] != IN_BATCH:
                    raise AssertionError(str(answer)[:300])

        senders = [threading.Thread(target=send) for _ in range(8)]
        before, own = cpu_seconds(gateway), time.process_time()
        began = time.perf_counter()
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        took = time.perf_counter() - began
        cpu = {"gateway": cpu_seconds(gateway) - before, "generator": time.process_time() - own}
    if len(waits) != len(bodies):
        raise AssertionError(f"{len(waits)} batches were answered")
    return Run(len(bodies) * IN_BATCH, took, cpu, percentile(waits, 0.99))


def _sqlite(folder: Path, messages: list[tuple[str, bytes]]) -> float:
    """Single messages parsed by json and written by the thousand, readings a second."""
    database = sqlite3.connect(folder / "readings.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(
        "CREATE TABLE reading (stream INTEGER, time INTEGER, value REAL, sequence INTEGER, "
        "PRIMARY KEY (stream, time)) WITHOUT ROWID"
    )
    began = time.perf_counter()
    for first in range(0, len(messages), 1000):
        database.execute("BEGIN")
        rows = []
        for topic, payload in messages[first : first + 1000]:
            when, value, sequence = json.loads(payload)["readings"][0]
            rows.append((int(topic.rsplit("/", 1)[1]), when, value, sequence))
        database.executemany("INSERT OR IGNORE INTO reading VALUES (?, ?, ?, ?)", rows)
        database.execute("COMMIT")
    rate = len(messages) / (time.perf_counter() - began)
    database.close()
    return rate


def _print(name: str, run: Run) -> None:
    cpu = ", ".join(f"{who} {taken / run.readings * 1e6:.2f}" for who, taken in run.cpu.items())
    print(
        f"{name}: {run.rate:9,.0f}/s by the clock, {run.unloaded:9,.0f}/s by CPU time on two "
        f"cores; p99 {run.p99 * 1000:6.1f} ms; CPU µs a reading: {cpu}",
        flush=True,
    )


def main() -> int:
    """Print the runs and the JSON line."""
    singles = _singles(SINGLES)
    bodies = _batches(BATCHES)
    with tempfile.TemporaryDirectory(dir=os.environ.get("DISTRICT_BENCH_DIR")) as name:
        where = Path(name)
        for part in ("broker", "broker2", "broker3", "peer"):
            (where / part).mkdir()
        single = _over_mqtt(where / "log1", where / "broker", singles, 1)
        _print("MQTT, QoS 1, single readings", single)
        paced = _over_mqtt(
            where / "log4", where / "broker3", singles[: SINGLES // 2], 1, SINGLES_A_SECOND / 2
        )
        _print("MQTT, QoS 1, single readings at half the bound", paced)
        topic = "district/readings/one"
        batched = _over_mqtt(
            where / "log2", where / "broker2", [(topic, body) for body in bodies], IN_BATCH
        )
        _print("MQTT, QoS 1, batches of 1,000", batched)
        http = _over_http(where / "log3", bodies)
        _print("HTTP, batches of 1,000", http)
        peer = _sqlite(where / "peer", singles)
    holds = (
        single.rate >= SINGLES_A_SECOND
        and batched.rate >= BATCHED_A_SECOND
        and http.rate >= BATCHED_A_SECOND
    )
    return close(
        "readings_in",
        single.rate,
        "readings/s",
        SINGLES,
        peer="SQLite (WAL, synchronous=FULL), a transaction a thousand, without a broker",
        peer_figure=peer,
        holds=holds,
    )


if __name__ == "__main__":
    sys.exit(main())
