"""The processes of a machine room that serve pages: `district web` and `district live`.

Several `web` processes may share a port (SO_REUSEPORT): one serves while another starts again.
Who starts them, e.g. systemd, is told by sd_notify when they listen.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Mapping

from district.runtime import events

HOST = "127.0.0.1"
_WEB, _LIVE = 8000, 8001
_LISTENS_WITHIN = 60.0  # seconds after the product was imported


def serve_pages(host: str, port: int) -> int:
    """Become a server of pages, on this port or, for 0, that of DISTRICT_WEB_PORT, else 8000."""
    return _become(web_command(host or HOST, port or _port("DISTRICT_WEB_PORT", _WEB)))


def serve_live(host: str, port: int) -> int:
    """Become the process that pages listen to, on DISTRICT_EVENTS_PORT or 8001 for 0."""
    port = port or _port("DISTRICT_EVENTS_PORT", _LIVE)
    return _become(events.command(host or HOST, port))


def web_command(host: str, port: int, *, workers: int = 1, patience: int = 30) -> list[str]:
    """How pages are served: few threads, for pages wait for the database and not for others;
    `patience` are seconds for a request under way when it ends.

    In a machine room one worker: more such processes, not more workers, use more cores, as each of
    them is restarted by itself.
    """
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(min(8, 2 * (os.cpu_count() or 1))),
        "--backpressure": "64",
        "--workers-kill-timeout": str(patience),
        "--log-level": "warning",
    }
    given = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "granian", "--no-ws", *given, "district.conf.wsgi:application"]


def _port(variable: str, default: int) -> int:
    given = os.environ.get(variable, "")
    return int(given) if given.isdigit() else default


def _become(command: list[str]) -> int:
    sys.stdout.flush()
    # The command is ours and is run without a shell.
    os.execve(command[0], command, dict(os.environ))  # noqa: S606  # as said above


def listens() -> bool:
    """Whether this process has a socket that takes connections."""
    for name in os.listdir("/proc/self/fd"):
        try:
            copy = os.dup(int(name))
        except OSError:
            continue
        try:
            with socket.socket(fileno=copy) as found:
                if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    return True
        except OSError:  # no socket at all
            _close(copy)
    return False


def _close(descriptor: int) -> None:
    try:
        os.close(descriptor)
    except OSError:
        return


def notify(state: str, environment: Mapping[str, str]) -> bool:
    """Send `state` (e.g. "READY=1") as sd_notify(3) does; False where nobody wants to be told."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = f"\0{address[1:]}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.connect(address)
        told.sendall(state.encode())
    return True


def notify_when_listening() -> None:
    """Have whoever started us told once this process listens; nothing where nobody waits."""
    if os.environ.get("NOTIFY_SOCKET"):
        threading.Thread(target=_wait_and_notify, name="ready", daemon=True).start()


def _wait_and_notify() -> None:
    deadline = time.monotonic() + _LISTENS_WITHIN
    while time.monotonic() < deadline:
        if listens():
            notify("READY=1", os.environ)
            return
        time.sleep(0.05)
