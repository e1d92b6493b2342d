"""An installation of its own for a benchmark: a database, a large district, perhaps a server.

Every part runs in a process of its own, as settings and database are fixed once Django starts.
What was made is gone at the end.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from district.testing import postgres  # noqa: E402 - the path is set just above

#: The moment at which every benchmark's district lives, whatever the day it is run on.
MOMENT = datetime.fromisoformat("2025-09-26T09:00:00+08:00")
PASSWORD = "only-for-this-benchmark"  # noqa: S105  # of a database that is gone at the end
ENGINES = ("sqlite", "postgresql")
#: Tracked rows of a growth curve; `DISTRICT_BENCH_SIZES=500,5000` makes a shorter one.
SIZES = tuple(
    int(size) for size in os.environ.get("DISTRICT_BENCH_SIZES", "500,5000,50000").split(",")
)


@dataclass(frozen=True)
class Installation:
    """Where a benchmark's installation is: its engine, folder and environment."""

    engine: str
    var: Path
    env: dict[str, str]

    def call(self, code: str, *arguments: str) -> Any:
        """Run Python code with Django up; what it prints as its last line is returned as JSON."""
        script = f"import django; django.setup()\n{code}"
        done = subprocess.run(  # noqa: S603  # our own interpreter and code, without a shell
            [sys.executable, "-c", script, *arguments],
            env=self.env,
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        lines = done.stdout.strip().splitlines()
        return json.loads(lines[-1]) if lines else None


@contextmanager
def installed(engine: str) -> Iterator[Installation]:
    """An empty installation on `engine`: tables made, assets collected; removed afterwards.

    PostgreSQL waits for the disk here and has the memory that it has in production.
    """
    home = Path(tempfile.mkdtemp(prefix="district-bench-"))
    try:
        if engine == "sqlite":
            yield _prepared(engine, home, f"sqlite:///{home / 'district.sqlite3'}")
            return
        binaries = postgres.binaries()
        assert binaries is not None  # noqa: S101  # asked by `engines` before
        durable = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
        with postgres.cluster(binaries, durable | _sizes()) as address:
            yield _prepared(engine, home, address)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _sizes() -> dict[str, str]:
    """How much memory PostgreSQL is given: as where it is installed by deploy/install.sh."""
    lines = (ROOT / "deploy" / "postgresql" / "size.conf").read_text(encoding="utf-8").splitlines()
    told = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _equals, value in told}


def engines() -> tuple[str, ...]:
    """The databases that this machine has; says so when PostgreSQL is not among them."""
    if postgres.binaries() is not None:
        return ENGINES
    print("PostgreSQL is not installed here: measured on SQLite alone", flush=True)
    return ENGINES[:1]


def _prepared(engine: str, home: Path, address: str) -> Installation:
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
        "DJANGO_SETTINGS_MODULE": "district.conf.dev",
        "DISTRICT_VAR": str(home),
        "DISTRICT_DATABASE": address,
        "DISTRICT_SYSTEMS": "",
        "DISTRICT_CLOCK_OFFSET": str(int((MOMENT - datetime.now(UTC)).total_seconds())),
    }
    found = Installation(engine, home, env)
    found.call(
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "call_command('collectstatic', verbosity=0, interactive=False)\n"
    )
    return found


def fill(installation: Installation, rows: int) -> dict[str, Any]:
    """Fill an empty installation with `rows` tracked rows; one of each to open, and how long."""
    began = time.perf_counter()
    made: dict[str, Any] = installation.call(
        "import json, sys\n"
        "from dataclasses import asdict\n"
        "from district.testing.population import populate\n"
        "made = populate(int(sys.argv[1]), password=sys.argv[2])\n"
        "print(json.dumps(asdict(made), default=str))\n",
        str(rows),
        PASSWORD,
    )
    made["seconds"] = time.perf_counter() - began
    return made


@contextmanager
def serving(installation: Installation, workers: int = 2) -> Iterator[str]:
    """The product's server on loopback as `district run` starts it; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(workers), "--no-ws", "--log-level", "error"]
    command += ["--workers-kill-timeout", "5", "district.conf.wsgi:application"]
    with answering(command, port, installation.env) as address:
        yield address


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def answering(command: list[str], port: int, env: dict[str, str]) -> Iterator[str]:
    """A server of ours on a port of loopback, from when it answers; yields its address."""
    server = subprocess.Popen(  # noqa: S603  # our own command, without a shell
        command, env=env, cwd=ROOT, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server)
        yield address
    finally:
        # The group is the one that was started just above: the server and its workers.
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with code {server.returncode}")
        try:
            # The address is the one that was bound just above.
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310  # as said above
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within a minute")
