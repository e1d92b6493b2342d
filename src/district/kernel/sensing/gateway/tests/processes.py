"""Servers and brokers that a test starts, kills outright and starts again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A process group that listens on a port."""

    def __init__(self, command: list[str], port: int, env: dict[str, str] | None = None) -> None:
        self._command, self.port = command, port
        self._env = {**os.environ, **(env or {})}
        self.start()

    def start(self) -> None:
        """Start it and come back when it listens."""
        # The command is the test's own.
        self._child = subprocess.Popen(self._command, env=self._env, start_new_session=True)  # noqa: S603  # as said above
        until = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            assert self._child.poll() is None, f"{self._command[0]} ended by itself"
            assert time.monotonic() < until, f"{self._command[0]} does not listen"
            time.sleep(0.02)

    def kill(self) -> None:
        """End all of it at once, by a signal that nobody can catch."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def end(self) -> None:
        """Ask it to end, and wait."""
        self._child.terminate()
        try:
            self._child.wait(10)
        finally:
            self.kill()


def served(folder: Path, refused: Path, port: int, **more: str) -> Process:
    """The gateway of `served`, over granian."""
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--no-ws", "--log-level", "warning"]
    command += ["--workers-kill-timeout", "3"]
    command.append("district.kernel.sensing.gateway.tests.served:application")
    source = Path(__file__).resolve().parents[5]
    env = {"SERVED_FOLDER": str(folder), "SERVED_REFUSED": str(refused), **more}
    return Process(command, port, {**env, "PYTHONPATH": str(source)})
