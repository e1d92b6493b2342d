"""A PostgreSQL cluster of the tests' own: made in a temporary folder, gone at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl; None when PostgreSQL is not installed."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def cluster(folder: Path, settings: dict[str, str] | None = None) -> Iterator[str]:
    """Start a cluster on loopback and yield its address; stop and remove it afterwards.

    The tests' cluster need not survive a power cut, so it does not wait for the disk; give
    `settings` (e.g. {"fsync": "on"}) to measure with durable commits.
    """
    home = Path(tempfile.mkdtemp(prefix="district-pg-"))
    data, port = home / "data", _free_port()
    prefix: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(home, "postgres", "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]
    options = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options |= {"listen_addresses": "127.0.0.1", "port": str(port)}
    options |= {"unix_socket_directories": str(home), **(settings or {})}

    def call(*command: str) -> None:
        # The commands are this module's own and are run without a shell.
        subprocess.run([*prefix, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)  # noqa: S603  # as said above

    initdb = str(folder / "initdb")
    call(initdb, "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{key} = '{value}'\n" for key, value in options.items())
    control = str(folder / "pg_ctl")
    try:
        call(control, "-D", str(data), "-w", "-l", str(home / "log"), "start")
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(  # noqa: S603  # our own command, without a shell
            [*prefix, control, "-D", str(data), "-m", "immediate", "stop"],
            check=False,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def started(folder: Path, data: Path) -> Iterator[str]:
    """Start the cluster that lies in `data`, wait until it takes writes, and yield its address;
    stop it afterwards."""
    port = _free_port()
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    control = [*prefix, str(folder / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data}"
    # The commands are this module's own and are run without a shell.
    subprocess.run(  # noqa: S603  # as said above
        [*control, "-l", str(data / "started.log"), "-o", options, "start"],
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
    )
    try:
        address = f"postgres://postgres@127.0.0.1:{port}/postgres"
        _until_open(address)
        yield address
    finally:
        subprocess.run(  # noqa: S603  # as said above
            [*control, "-m", "fast", "stop"], check=False, cwd="/", stdout=subprocess.DEVNULL
        )


def _until_open(address: str) -> None:
    """Until recovery is over."""
    import psycopg

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with psycopg.connect(address) as opened:
            row = opened.execute("SELECT pg_is_in_recovery()").fetchone()
        if row == (False,):
            return
        time.sleep(0.1)
    raise RuntimeError("the cluster does not end its recovery")


def create(address: str, name: str, template: str = "template1") -> str:
    """A database of that name in the cluster at `address`, empty or a copy of `template`, which
    nobody may be connected to; its own address."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(address, autocommit=True) as opened:
        opened.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return f"{address.rpartition('/')[0]}/{name}"
