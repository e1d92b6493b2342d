"""Keeps child processes together: when one ends, or the parent is told to, all end."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType

_GRACE = 8.0  # seconds that a child has to end by itself
_PAUSE = 2.0  # seconds before a child that may be missing for a while is started again
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# Linux tells a child with this signal that its parent is gone, even one that was killed outright.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Processes:
    """A few child processes that live and end together.

    Each child leads a process group of its own: Ctrl+C in a terminal reaches the parent alone,
    which then ends every child once and, after a grace, everything that a child has started.
    On Linux children end even when the parent is killed outright. A child of comfort, without
    which the product does its work, ends nobody: it is started again.
    """

    def __init__(self, grace: float = _GRACE) -> None:
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._comforts: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {}
        self._due: dict[str, float] = {}
        self._grace = grace
        self._stopping = False
        for number in _SIGNALS:
            signal.signal(number, self._stop)

    def start(
        self, name: str, command: Sequence[str], env: Mapping[str, str], *, comfort: bool = False
    ) -> None:
        """Start one child; its output goes where the parent's goes.

        One of `comfort` is started again whenever it ends, a few seconds later.
        """
        if comfort:
            self._comforts[name] = (command, env)
        # The command is ours and is run without a shell.
        self._children[name] = subprocess.Popen(  # noqa: S603  # as said above
            list(command),
            env=dict(env),
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def wait(self) -> int:
        """Wait until a signal or a child's end, then end all; returns the exit code to give.

        0 after a signal, else that of the child that ended first, 1 for one that ended well.
        """
        code = 0
        while not self._stopping:
            ended = {n: c.returncode for n, c in self._children.items() if c.poll() is not None}
            ended = {n: code for n, code in ended.items() if not self._came_back(n, code)}
            if ended:
                name, code = next(iter(ended.items()))
                print(f"district: {name} {_how(code)}; stopping the rest", flush=True)
                break
            time.sleep(0.2)
        self.end()
        return 0 if self._stopping else max(code, 1)

    def _came_back(self, name: str, code: int) -> bool:
        """Whether the child that ended is one of comfort; then it is started again in a while."""
        if name not in self._comforts:
            return False
        now = time.monotonic()
        if name not in self._due:
            print(f"district: {name} {_how(code)}; starting it again", flush=True)
        elif now >= self._due[name]:
            del self._due[name]
            # What it had started itself must not hold its port.
            with suppress(ProcessLookupError):
                os.killpg(self._children[name].pid, signal.SIGKILL)
            self.start(name, *self._comforts[name])
            return True
        self._due.setdefault(name, now + _PAUSE)
        return True

    def end(self) -> None:
        """End every child: ask, wait, then insist."""
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + self._grace
        for child in self._children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            # Whatever is left of its group: children of a child that was killed, too.
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self._stopping = True


def _how(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
