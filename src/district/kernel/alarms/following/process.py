"""The process that follows: one thread reads and writes, one looks what people changed, one sees
to it that episodes become cases and people are told."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from pathlib import Path

from django.db import DatabaseError, close_old_connections, connection

from district.kernel.alarms.following.follower import Follower, Pace
from district.kernel.alarms.following.snapshots import Snapshots
from district.kernel.alarms.following.stretches import Wanted
from district.kernel.alarms.following.watching import Watch
from district.kernel.alarms.services.binding import binding_of
from district.kernel.alarms.services.following import Lost, beat
from district.kernel.alarms.services.handing import hand_over
from district.kernel.sensing.public import InUse, Lock, LogError, LogReader

log = logging.getLogger(__name__)
LOOK = 1.0  # seconds between two looks at what people changed
_SHARE = 20.0  # so many times as long as a look takes until the next
_SOON, _LATEST = 1.0, 30.0  # seconds before it is tried again, at first and at most
_HAND = 5.0  # seconds after which episodes are looked for that nobody spoke of
_BREATH = 0.25  # seconds that the follower waits for a frame before it looks around


class Process:
    """Follows the log of `folder` until it is told to stop; its snapshots lie in `home`."""

    def __init__(self, folder: Path, home: Path, pace: Pace | None = None) -> None:
        self._folder, self._home = folder, home
        self.machine = socket.gethostname()
        self.holder = f"{self.machine}:{os.getpid()}:{secrets.token_hex(4)}"
        self._follower = Follower(
            LogReader(folder), Snapshots(home), self.holder, self.machine, pace
        )
        self._stop = threading.Event()
        self._watch = Watch(binding_of)
        self._inbox: list[list[Wanted]] = []
        self._anew = threading.Event()
        self._raised = threading.Event()
        self._waited = _SOON

    def stop(self) -> None:
        """End behind the step under way."""
        self._stop.set()
        self._raised.set()

    def run(self) -> None:
        """Follow until `stop`. Waits while another process of this machine follows."""
        lock = self._locked()
        if lock is None:
            return
        others = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("watch", self._look), ("hand", self._hand))
        ]
        for thread in others:
            thread.start()
        try:
            while not self._stop.is_set():
                self._follow()
        finally:
            self.stop()
            for thread in others:
                thread.join(timeout=10)
            lock.release()
            connection.close()

    def _locked(self) -> Lock | None:
        self._home.mkdir(parents=True, exist_ok=True)
        said = False
        while not self._stop.is_set():
            try:
                return Lock(self._home / "lock", "following the log")
            except InUse:
                if not said:
                    log.warning("another process follows the log; this one waits")
                said = True
                self._stop.wait(_SOON)
        return None

    def _follow(self) -> None:
        """Recover and follow, until it is told to stop or something fails; then wait a while."""
        try:
            self._follower.recover()
            self._anew.set()
            while not self._stop.is_set():
                self._once()
            self._follower.snapshot()
        except Lost as error:
            log.warning("%s; this process waits", error)
            self._wait("")
        except (DatabaseError, LogError, OSError) as error:
            log.exception("following the log failed; it is tried again")
            self._wait(str(error))
        except Exception as error:  # a fault of ours must be seen and must not end alarms for good
            log.exception("following the log failed; it begins again from what is written")
            self._wait(f"{type(error).__name__}: {error}")
        finally:
            self._follower.close()

    def _once(self) -> None:
        if self._inbox:
            wanted = self._inbox[-1]
            if self._follower.change(wanted) and self._inbox[-1] is wanted:
                self._inbox.clear()
        self._follower.problem = "; ".join(
            f"{key}: {why}" for key, why in self._watch.problems.items()
        )
        if self._follower.step():
            self._waited = _SOON
            if self._follower.told:
                self._raised.set()
        else:
            self._follower.idle()
            self._follower.wait(_BREATH)

    def _wait(self, problem: str) -> None:
        connection.close()
        if problem:
            try:
                beat(self.holder, problem=problem)
            except DatabaseError:
                connection.close()
        self._stop.wait(self._waited)
        self._waited = min(2 * self._waited, _LATEST)

    def _look(self) -> None:
        """Bind anew what changed; the follower takes it up behind the frame that it is at."""
        pause = LOOK
        while not self._stop.wait(pause):
            if self._anew.is_set():
                self._anew.clear()
                self._watch.forget()
            began = time.monotonic()
            try:
                close_old_connections()
                wanted = self._watch.look()
                if wanted is not None:
                    self._inbox.append(wanted)
            except DatabaseError:
                log.exception("rules and datastreams cannot be looked at")
                connection.close()
            pause = max(LOOK, _SHARE * (time.monotonic() - began))
        connection.close()

    def _hand(self) -> None:
        """Open cases and tell people, as soon as episodes are written."""
        while not self._stop.is_set():
            self._raised.wait(_HAND)
            self._raised.clear()
            try:
                close_old_connections()
                while not self._stop.is_set() and hand_over():
                    pass
            except DatabaseError:
                log.exception("episodes cannot be handed over")
                connection.close()
        connection.close()
