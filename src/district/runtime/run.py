"""`district run`: prepares what is missing, starts its processes, says where they are."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import threading
import time
import urllib.error
import urllib.request

from django.conf import settings

from district.loading.folder import FolderError
from district.runtime import alarms, events, gateway, prepare, simulated
from district.runtime.processes import Processes
from district.runtime.web import web_command

_READY_WITHIN = 60.0  # seconds that the server may take to answer


def run(*, district: str, host: str, port: int, demo: bool) -> int:
    """Bring the installation up; returns when it is told to end or a process of it ends.

    0 after a signal, 1 when the port is taken or a process failed, 2 for an unusable folder,
    130 when it was interrupted while it prepared (the next start goes on from there).
    """
    if not _free(host, port):
        print(f"district: {host}:{port} is in use; choose another: make run PORT={port + 3}")
        return 1
    for line in prepare.warnings():
        print(line, flush=True)
    began = time.monotonic()
    try:
        prepare.everything(district, demo=demo)
    except FolderError as error:
        print(f"\ndistrict: {error}")
        return 2
    except KeyboardInterrupt:
        print("\ndistrict: stopped; the next start goes on from here")
        return 130
    processes = Processes()
    beside = events.port_beside(port)
    live = _serves(host, beside)
    env = events.environment(port, beside) if live else dict(os.environ)
    inlet = _takes_in(gateway.port_beside(port))
    if inlet:
        env = {**gateway.environment(inlet), **env}
    plays = bool(demo and inlet and simulated.wanted())
    if plays:
        env = _with_broker(processes, env)
    processes.start(
        "server", web_command(host, port, workers=2, patience=5), {**env, **_measured()}
    )
    processes.start("worker", [sys.executable, "-m", "district.cli", "worker"], env)
    if live:
        # Pages work without it: they then ask again and again.
        processes.start("events", events.command(host, beside), env, comfort=True)
    if inlet:
        # Devices and the broker keep what they could not send, and send it again.
        own = {**env, **gateway.settings_of_process()}
        processes.start("gateway", gateway.command(inlet), own, comfort=True)
    if alarms.wanted(inlet=bool(inlet)):
        # Readings wait for it in the log; what it was at is written with its position.
        own = {**env, **gateway.settings_of_process()}
        processes.start("alarms", alarms.command(), own, comfort=True)
    if plays:
        own = simulated.environment(env)
        processes.start("simulation", simulated.command(), own, comfort=True)
    address = f"http://{host}:{port}/"
    threading.Thread(target=_announce, args=(address, began), daemon=True).start()
    return processes.wait()


def _measured() -> dict[str, str]:
    """Where the server's workers write their numbers for /metrics; emptied at the start."""
    folder = settings.VAR / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}


def _with_broker(processes: Processes, env: dict[str, str]) -> dict[str, str]:
    """Start the demo's broker where there is one; what the others are told then."""
    broker = simulated.a_broker()
    if broker is None:
        return env
    # What it has not passed on waits on its disk for the next start.
    processes.start("broker", broker.command, env, comfort=True)
    return {**env, **broker.environment}


def _serves(host: str, port: int) -> bool:
    """Whether the process of events can start there; says so where its port is taken."""
    if port and not _free(host, port):
        print(
            f"district: {host}:{port} is in use, so live pages ask again and again instead; "
            "DISTRICT_EVENTS_PORT chooses another port",
            flush=True,
        )
        return False
    return bool(port)


def _takes_in(port: int) -> int:
    """The gateway's port, 0 where it cannot start; says why."""
    wrong = gateway.problem() if port else ""
    if port and not wrong and not _free(gateway.host(), port):
        wrong = f"{gateway.host()}:{port} is in use; DISTRICT_GATEWAY_PORT chooses another port"
    if wrong:
        print(f"district: no readings are taken in: {wrong}", flush=True)
        return 0
    return port


def _free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _announce(address: str, began: float) -> None:
    """Wait until the server answers, then print the address and the demo's log-ins."""
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        try:
            # The address is the one that this process has just bound.
            with urllib.request.urlopen(address + "healthz", timeout=2):  # noqa: S310  # as said above
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    else:
        print("district: the server does not answer; see its messages above", flush=True)
        return
    print(f"\nDistrict is running at {address}  (ready in {time.monotonic() - began:.0f} s)")
    path = settings.VAR / "demo-logins.json"
    if path.exists():
        print("Demo log-ins (invented people, this installation only):")
        for row in json.loads(path.read_text(encoding="utf-8")):
            print(f"  {row['username']:<14} {row['password']:<18} {row['role']}  {row['unit']}")
    firms = settings.VAR / "demo-firms.json"
    if firms.exists():
        print(f"Demo enterprises, at {address}virtual_park/sign_in/ (invented):")
        for row in json.loads(firms.read_text(encoding="utf-8")):
            print(f"  {row['phone']:<14} {row['password']:<18} {row['role']}  {row['unit']}")
    print("Stop with Ctrl+C.", flush=True)
