"""Keeps child processes together: when one ends, or the parent is told to, all end."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from types import FrameType

_GRACE = 8.0  # seconds that a child has to end by itself


class Processes:
    """A few child processes that live and end together."""

    def __init__(self) -> None:
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start one child; its output goes where the parent's goes."""
        # The command is ours and is run without a shell.
        self._children[name] = subprocess.Popen(list(command), env=dict(env))  # noqa: S603  # as said above

    def wait(self) -> int:
        """Wait until a signal or a child's end, then end all; returns the exit code to give."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        code = 0
        while not self._stopping:
            ended = {n: c.returncode for n, c in self._children.items() if c.poll() is not None}
            if ended:
                name, code = next(iter(ended.items()))
                print(f"{name} ended with code {code}; stopping the rest", flush=True)
                break
            time.sleep(0.2)
        self.end()
        return 0 if self._stopping else (code or 1)

    def end(self) -> None:
        """End every child: ask, wait, then insist."""
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + _GRACE
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self._stopping = True
