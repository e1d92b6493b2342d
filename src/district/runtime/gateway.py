"""The process that takes readings in: whether it is wanted, where it listens, how it starts."""

from __future__ import annotations

import os
import sys

from django.db import DatabaseError

from district.conf.paths import VAR
from district.kernel.sensing.public import Misconfigured, gateway_configuration, gateway_is_wanted

HOST = "127.0.0.1"
_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # compared with, not listened on
#: Where pages are served unless something else is said.
_PAGES = 8000


def host() -> str:
    """DISTRICT_GATEWAY_HOST, else this machine alone: a proxy stands before it, for TLS."""
    return os.environ.get("DISTRICT_GATEWAY_HOST") or HOST


def port_beside(port: int) -> int:
    """The port of the process: DISTRICT_GATEWAY_PORT, else the second behind the pages'; 0 for
    none, as where no source has a datastream and no broker is named (DISTRICT_GATEWAY says on or
    off to either)."""
    choice = os.environ.get("DISTRICT_GATEWAY", "auto")
    if choice == "off" or (choice != "on" and not _has_work()):
        return 0
    return _port(port)


def _port(pages: int) -> int:
    given = os.environ.get("DISTRICT_GATEWAY_PORT", "")
    return int(given) if given.isdigit() else pages + 2


def _has_work() -> bool:
    if os.environ.get("DISTRICT_MQTT_URL"):
        return True
    try:
        return gateway_is_wanted()
    except DatabaseError:
        return False


def problem() -> str:
    """What is wrong with the variables of the gateway, "" when nothing is."""
    try:
        gateway_configuration(os.environ, VAR)
    except Misconfigured as error:
        return str(error)
    return ""


def environment(port: int) -> dict[str, str]:
    """What the other processes are told; what the operator has set stays."""
    name = HOST if host() in _EVERY_ADDRESS else host()
    shown = f"[{name}]" if ":" in name else name
    return {"DISTRICT_GATEWAY_URL": f"http://{shown}:{port}", **os.environ}


def command(port: int) -> list[str]:
    """How the process is started: one worker, as a log has one writer."""
    options = {
        "--interface": "asgi",
        "--host": host(),
        "--port": str(port),
        "--workers": "1",
        "--backlog": "1024",
        "--backpressure": "512",
        "--workers-kill-timeout": "10",
        "--log-level": "warning",
    }
    given = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "granian", "--no-ws", *given, "district.conf.gateway:application"]


def settings_of_process() -> dict[str, str]:
    """The environment of the process itself: sorting by day is not to take every core."""
    return {"POLARS_MAX_THREADS": "1", **os.environ}


def serve(port: int) -> int:
    """Become that process, on this port or, for 0, the one that the variables say.

    Returns only when it cannot be, 2 for variables that cannot be.
    """
    wrong = problem()
    if not wrong:
        given = command(port or _port(_PAGES))
        # The command is ours and is run without a shell.
        os.execve(given[0], given, settings_of_process())  # noqa: S606  # as said above
    print(f"district: {wrong}")
    return 2
