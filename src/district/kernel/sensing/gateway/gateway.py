"""The gateway: everything between an entrance and the log, as one object."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from district.kernel.sensing.batches import Frame, Tick
from district.kernel.sensing.gateway.declared import Declared
from district.kernel.sensing.gateway.ports import Clock, Quarantine, Register, SystemClock
from district.kernel.sensing.gateway.spool import Spool, SpoolState
from district.kernel.sensing.gateway.taking import Answer, Bounds, Message, Taking
from district.kernel.sensing.gateway.upkeep import Ticking, Upkeep
from district.kernel.sensing.intake import Recent
from district.kernel.sensing.log import Closed, Limits, LogReader, LogWriter, State

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a gateway works; times in seconds.

    `keep` is for how long sealed readings stay (None: for ever). `floor` answers a position that
    somebody still reads from: nothing at or behind it is removed. `recent_readings` bounds the
    window in which duplicates are known (20 bytes each). `on_death` is called when nothing can
    be taken in any more before a restart.
    """

    tick: float = 1.0
    register: float = 2.0
    sealing: float = 15.0
    keep: float | None = None
    floor: Callable[[], int] | None = None
    recent_readings: int = 8_000_000
    spool_bytes: int = 64 << 20
    on_death: Callable[[], None] | None = None
    bounds: Bounds = field(default_factory=Bounds)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class GatewayState:
    """How it stands, for an alarm and for a page. Times in microseconds since 1970 UTC.

    `counts` is readings since the start by what became of them (`accepted` or a reason's code).
    `busy` counts offers that were turned away because too much waited. `clock_behind` (µs) is by
    how much the clock is behind the last tick. `window_whole` is False once duplicates may be
    missed. Errors are None while all is well.
    """

    log: State
    spool: SpoolState
    waiting_messages: int
    waiting_bytes: int
    busy: int
    counts: dict[str, int]
    seen: dict[int, int]
    accepted_at: dict[int, int]
    datastreams: int
    clock_behind: int
    window_whole: bool
    register_error: str | None
    sealing_error: str | None


class Gateway:
    """Takes readings in. `start` it, offer messages from any thread, `stop` it."""

    def __init__(
        self,
        folder: Path,
        register: Register,
        quarantine: Quarantine,
        clock: Clock | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.folder, self._register, self._quarantine = folder, register, quarantine
        self.clock, self._settings = clock or SystemClock(), settings or Settings()
        self._register_error: str | None = None
        self._stop = threading.Event()
        self._started = False

    def start(self) -> None:
        """Take the log and be ready for readings.

        Raises InUse when another gateway has the folder, Corrupt when the log is damaged, and
        whatever the register raises: without it nobody can be told from anybody.
        """
        settings = self._settings
        self._marker: Hashable = self._register.changed()
        self.declared = Declared.read(self._register, 1)
        self.writer = LogWriter(self.folder, settings.limits)
        try:
            self._recent, last = self._remember()
            self._spool = Spool(
                self.folder / "refused.jsonl", self._quarantine, settings.spool_bytes
            )
        except BaseException:
            self.writer.close()
            raise
        self._taking = Taking(
            self.writer,
            self._recent,
            lambda: self.declared,
            self.clock,
            self._spool.add,
            settings.bounds,
        )
        self._ticking = Ticking(self.writer, self.clock, last, settings.tick)
        self._upkeep = Upkeep(
            self.folder,
            self.clock,
            period=settings.sealing,
            keep=settings.keep,
            floor=settings.floor,
        )
        self._asking = threading.Thread(target=self._ask, name="register", daemon=True)
        for part in (self._spool, self._ticking, self._taking, self._upkeep, self._asking):
            part.start()
        self._started = True

    def stop(self) -> None:
        """Answer what was offered, make it durable, and let go of the folder."""
        if not self._started:
            return
        self._started = False
        self._stop.set()
        self._asking.join()
        for part in (self._taking, self._ticking, self._upkeep, self._spool):
            part.stop()
        self.writer.close()

    def offer(self, messages: Sequence[Message]) -> Future[Answer]:
        """Hand messages over, see `Taking.offer`."""
        if not self._started:
            raise Closed("the gateway does not run")
        return self._taking.offer(messages)

    def state(self) -> GatewayState:
        """How it stands at this moment."""
        messages, size = self._taking.waiting
        return GatewayState(
            self.writer.state,
            self._spool.state,
            messages,
            size,
            self._taking.busy,
            dict(self._taking.counts),
            dict(self._taking.seen),
            dict(self._taking.accepted_at),
            self.declared.datastreams,
            self._ticking.behind,
            self._recent.whole,
            self._register_error,
            self._upkeep.error,
        )

    def _remember(self) -> tuple[Recent, int]:
        """What was accepted lately and the time of the last tick, read from the log."""
        reader = LogReader(self.folder, self.writer)
        horizon, last = self.declared.horizon, 0

        def noting(frames: Iterable[Frame]) -> Iterable[Frame]:
            nonlocal last
            for frame in frames:
                if isinstance(frame.content, Tick):
                    last = max(last, frame.content.time)
                yield frame

        tail = reader.tail(self.clock.now() - horizon)
        recent = Recent.from_frames(
            noting(reader.follow(tail)), horizon, self._settings.recent_readings
        )
        for first in reversed(reader.segments()):
            if last or first >= tail:
                break
            # The tail holds no tick; they are never far.
            for _ in noting(reader.follow(first)):
                pass
        return recent, last

    def _ask(self) -> None:
        """Ask the register whether something changed, and read it then."""
        pause = self._settings.register
        while not self._stop.wait(pause):
            began = time.monotonic()
            if not self._taking.is_alive or self.writer.state.dead:
                log.error("nothing can be taken in any more: %s", self.writer.state.error)
                if self._settings.on_death is not None:
                    self._settings.on_death()
                return
            try:
                marker = self._register.changed()
                if marker != self._marker:
                    self.declared = Declared.read(self._register, self.declared.edition + 1)
                    self._recent.horizon = max(self._recent.horizon, self.declared.horizon)
                    self._marker = marker
                self._register_error = None
            except Exception as error:  # whatever the database says: the last look stands
                if self._register_error is None:
                    log.warning("the register does not answer", exc_info=True)
                self._register_error = str(error)
            # Reading a large register again and again must not take a core.
            pause = max(self._settings.register, 5 * (time.monotonic() - began))
