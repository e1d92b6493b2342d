"""What the log needs beside its writer: ticks, sealing, compaction, and what is kept how long."""

from __future__ import annotations

import logging
import subprocess
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from district.kernel.sensing.batches import Tick
from district.kernel.sensing.gateway.ports import Clock
from district.kernel.sensing.log import (
    Busy,
    Closed,
    InUse,
    LogError,
    LogReader,
    LogWriter,
    forget,
    sealer_lock,
    tidying,
)

log = logging.getLogger(__name__)
#: How often the end of sealing is looked for, s.
_LOOKS = 0.1


class _Thread(ABC):
    """A thread that does something now and then until it is stopped."""

    def __init__(self, name: str) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End behind the step under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    @abstractmethod
    def _run(self) -> None: ...


class Ticking(_Thread):
    """Writes the clock's time into the log, at once and about every `period` seconds.

    A tick never goes back: while the clock is behind the last one, ticks repeat that time.
    """

    def __init__(self, writer: LogWriter, clock: Clock, last: int, period: float) -> None:
        super().__init__("ticks")
        self._writer, self._clock, self._period = writer, clock, period
        self.last = last
        #: By how much the clock is behind the last tick, µs; 0 while it runs as clocks should.
        self.behind = 0

    def tick(self) -> Future[int] | None:
        """Write one now; None when the log takes none at the moment."""
        now = self._clock.now()
        behind = max(0, self.last - now)
        if behind > 1_000_000 >= self.behind:
            log.warning("the clock went back by %.1f s; ticks wait for it", behind / 1e6)
        self.behind = behind
        time = max(now, self.last)
        try:
            future = self._writer.submit(Tick(time))
        except (Busy, Closed):
            # The next one says all that this one would have said.
            return None
        self.last = time
        return future

    def _run(self) -> None:
        while True:
            self.tick()
            if self._stop.wait(self._period):
                return


class Upkeep(_Thread):
    """Has full segments sealed and sorted by day, every `period` seconds, by a process that ends.

    `keep` is for how many seconds sealed segments stay, None for ever; what has not been sorted
    yet, and what stands at or behind the position that `floor` answers, stays in any case.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        period: float,
        keep: float | None,
        floor: Callable[[], int] | None,
    ) -> None:
        super().__init__("sealing")
        self._folder, self._clock, self._period = folder, clock, period
        self._keep, self._floor = keep, floor
        self.error: str | None = None

    def once(self) -> None:
        """Seal, sort and forget what is due.

        Raises InUse when somebody else seals this log, other LogErrors and OSError when it
        cannot be done; nothing is lost by either.
        """
        if tidying.is_due(self._folder):
            self._tidy()
        if self._keep is not None and not self._stop.is_set():
            floor = self._floor() if self._floor else LogReader(self._folder).end()
            lock = sealer_lock(self._folder)
            try:
                forget(self._folder, self._clock.now() - int(self._keep * 1_000_000), floor)
            finally:
                lock.release()

    def _tidy(self) -> None:
        """Run the process to its end, or until this is stopped: it bears being killed."""
        given = tidying.command(self._folder)
        # The command is ours and is run without a shell.
        with subprocess.Popen(given, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603  # as said above
            while child.poll() is None:
                if self._stop.wait(_LOOKS):
                    child.kill()
                    return
            said = child.stdout.read().strip() if child.stdout else ""
        if child.returncode == tidying.ELSEWHERE:
            raise InUse(f"{self._folder}: somebody else seals this log")
        if child.returncode != tidying.DONE:
            raise LogError(said or f"sealing ended with {child.returncode}, see the log")

    def _run(self) -> None:
        while not self._stop.wait(self._period):
            try:
                self.once()
                self.error = None
            except InUse:
                # Somebody else seals this log, which is as good; tried again next time.
                self.error = None
            except (LogError, OSError) as error:
                if self.error != str(error):
                    log.warning("sealing waits: %s", error)
                self.error = str(error)
            except Exception:  # a fault of sealing must not end it for ever; nothing is lost
                log.exception("sealing failed and is tried again")
                self.error = "sealing failed; see the log of the process"
