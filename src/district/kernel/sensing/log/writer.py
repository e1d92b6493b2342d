"""The one that appends: what waits is written and made durable together."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import folder as files
from district.kernel.sensing.log.errors import Busy, Closed, NotWritten
from district.kernel.sensing.log.frames import check_content, encode_frame, frame_length
from district.kernel.sensing.log.recovery import recover
from district.kernel.sensing.log.segment import Damaged, Segment


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is gathered, kept waiting and put into a file.

    `backlog_*` is what may wait for the disk before `Busy`; a single append is taken whatever
    its size when nothing waits. `commit_bytes` bounds one commit; `frame_readings` the frame
    that small appends which wait together become. `segment_*` ends a segment, `segment_age`
    in seconds since its first frame could be written.
    """

    backlog_readings: int = 2_000_000
    backlog_bytes: int = 96 << 20
    commit_bytes: int = 16 << 20
    frame_readings: int = 65_536
    segment_bytes: int = 64 << 20
    segment_frames: int = 200_000
    segment_age: float = 600.0


@dataclass(frozen=True, slots=True)
class State:
    """How a writer stands, for an alarm and for a page.

    `next` is the position behind the last durable frame. `refused` counts appends that the
    full backlog refused since the start, `full_since` is when it last became full (monotonic
    seconds) while it has not been empty since. `error` is what the disk last said, None after
    a commit that went well. `dead` is said once nothing more can be written before a restart.
    """

    next: int
    waiting_readings: int
    waiting_bytes: int
    refused: int
    full_since: float | None
    error: str | None
    dead: bool
    commits: int


@dataclass(slots=True)
class _Waiting:
    content: Batch | Tick
    size: int
    future: Future[int]

    @property
    def readings(self) -> int:
        return len(self.content) if isinstance(self.content, Batch) else 1


class LogWriter:
    """Appends to the log of one folder. Any thread may call any method.

    An append that has returned, or a future with a result, promises: its readings are in the
    file and the system has said that the file is on the disk (fsync). They are there once, in
    a frame of the position that was answered, and stay there under any kill of the process.
    An append that raised, or was never answered, promises nothing: it is absent, or, after
    a crash, present as a whole.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        """Take the folder, check and mend what lies there, and be ready to append.

        Raises InUse when another writer has it, Corrupt when acknowledged frames are damaged.
        """
        self.folder, self._limits = folder, limits or Limits()
        files.make_folders(folder)
        self._lock_file = files.Lock(folder / "lock", "writing this log")
        try:
            recovered = recover(folder)
            self._mark = files.Mark(folder)
            self._mark.set(recovered.next)
        except BaseException:
            self._lock_file.release()
            raise
        self.recovered = recovered
        self._next = recovered.next
        self._waiting_readings = self._waiting_bytes = self._refused = self._commits = 0
        self._full_since: float | None = None
        self._error: str | None = None
        self._dead = False
        self._segment: Segment | None = None
        self._waiting: list[_Waiting] = []
        self._closing = False
        self._changed = threading.Condition()
        self._durable = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    # -- for callers ------------------------------------------------------------------

    def append(self, content: Batch | Tick) -> int:
        """Append and wait until it is durable; returns the position of its frame.

        Small batches that wait together share a frame and so a position. Raises Busy,
        NotWritten or Closed, see there; ValueError for what the log does not take.
        """
        return self.submit(content).result()

    def submit(self, content: Batch | Tick) -> Future[int]:
        """Hand over and come back at once; the future is that of `append`.

        Busy, Closed and ValueError are raised here, NotWritten by the future. A future that
        is cancelled before its commit begins is not written. The columns must not change
        until the future is done. Coroutines await `asyncio.wrap_future` of it; callbacks run
        in the writer's thread and must be short.
        """
        check_content(content)
        entry = _Waiting(content, frame_length(content), Future())
        with self._changed:
            self._admit(entry)
            self._waiting.append(entry)
            self._changed.notify()
        return entry.future

    def _admit(self, entry: _Waiting) -> None:
        limits = self._limits
        if self._closing or self._dead:
            raise Closed(f"{self.folder}: {self._error or 'the log is closed'}")
        readings = self._waiting_readings + entry.readings
        size = self._waiting_bytes + entry.size
        if self._waiting_readings and (
            readings > limits.backlog_readings or size > limits.backlog_bytes
        ):
            self._refused += 1
            if self._full_since is None:
                self._full_since = time.monotonic()
            raise Busy(
                f"{self._waiting_readings} readings wait for the disk already; send again later"
            )
        self._waiting_readings, self._waiting_bytes = readings, size

    @property
    def state(self) -> State:
        """How the writer stands at this moment."""
        with self._changed:
            return State(
                self._next,
                self._waiting_readings,
                self._waiting_bytes,
                self._refused,
                self._full_since,
                self._error,
                self._dead,
                self._commits,
            )

    def durable(self) -> int:
        """The position behind the last durable frame: readers go up to here."""
        return self._next

    def wait_durable(self, beyond: int, timeout: float) -> bool:
        """Wait until a frame of the position `beyond` is durable; False after `timeout` s."""
        with self._durable:
            return self._durable.wait_for(
                lambda: self._next > beyond or self._dead or self._closing, timeout
            ) and (self._next > beyond)

    def close(self) -> None:
        """Write what waits, then let go of the folder. Appending afterwards raises Closed."""
        with self._changed:
            if self._closing:
                return
            self._closing = True
            self._changed.notify()
        self._thread.join()
        self._lock_file.release()
        self._mark.close()

    def __enter__(self) -> LogWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the committing thread --------------------------------------------------------

    def _run(self) -> None:
        group: list[_Waiting] = []
        try:
            while group := self._next_group():
                self._commit(group)
        finally:
            # Also when something unforeseen ended the loop: nobody waits for ever.
            with self._changed:
                self._dead = True
                left, self._waiting = self._waiting, []
            for entry in [*group, *left]:
                _fail(entry.future, Closed(f"{self.folder}: {self._error or 'closed'}"))
            if self._segment is not None:
                self._segment.close()
            with self._durable:
                self._durable.notify_all()

    def _next_group(self) -> list[_Waiting]:
        """What has gathered, up to a commit's size; empty when it is time to end."""
        with self._changed:
            while not self._waiting and not self._closing and not self._dead:
                self._changed.wait()
            if self._dead:
                return []
            taken, size = 0, 0
            for entry in self._waiting:
                if taken and size + entry.size > self._limits.commit_bytes:
                    break
                taken, size = taken + 1, size + entry.size
            group, self._waiting = self._waiting[:taken], self._waiting[taken:]
            return group

    def _commit(self, group: list[_Waiting]) -> None:
        kept = [entry for entry in group if entry.future.set_running_or_notify_cancel()]
        error: NotWritten | None = None
        answers: list[tuple[_Waiting, int]] = []
        try:
            if kept:
                answers = self._store(kept)
        except OSError as problem:
            error = NotWritten(
                f"{self.folder}: {problem.strerror or problem}; nothing of this was accepted",
                problem.errno,
            )
            error.__cause__ = problem
        finally:
            self._settle(group, answers, error)
        for entry, position in answers:
            entry.future.set_result(position)
        if error is not None:
            for entry in kept:
                _fail(entry.future, error)

    def _store(self, kept: list[_Waiting]) -> list[tuple[_Waiting, int]]:
        """Write one commit; who gets which position. OSError when nothing of it is durable."""
        segment, first = self._room(), self._next
        answers: list[tuple[_Waiting, int]] = []
        data: list[bytes] = []
        for index, entries in enumerate(self._merged(kept)):
            content = entries[0].content
            if len(entries) > 1:
                content = Batch.concat(
                    entry.content for entry in entries if isinstance(entry.content, Batch)
                )
            data.append(encode_frame(content, first + index, index, segment.salt))
            answers += [(entry, first + index) for entry in entries]
        try:
            segment.append(b"".join(data))
        except OSError as error:
            # Never written to again; see Segment.append.
            self._segment = None
            self._dead = isinstance(error, Damaged)
            raise
        return answers

    def _room(self) -> Segment:
        """The segment to write to; begins a new one when the last is full or old."""
        segment, following = self._segment, self._next
        if segment is not None and self._is_full(segment):
            segment.close()
            segment = self._segment = None
        if segment is None:
            segment = self._segment = Segment(self.folder, following)
        return segment

    def _is_full(self, segment: Segment) -> bool:
        held, limits = self._next - segment.first, self._limits
        return (
            segment.size >= limits.segment_bytes
            or held >= limits.segment_frames
            or (held > 0 and time.monotonic() - segment.begun >= limits.segment_age)
        )

    def _merged(self, kept: list[_Waiting]) -> list[list[_Waiting]]:
        """What becomes one frame: neighbouring batches that are small together, ticks alone."""
        groups: list[list[_Waiting]] = []
        room = 0
        for entry in kept:
            if isinstance(entry.content, Batch) and len(entry.content) <= room:
                groups[-1].append(entry)
                room -= len(entry.content)
            else:
                groups.append([entry])
                room = 0
                if isinstance(entry.content, Batch):
                    room = self._limits.frame_readings - len(entry.content)
        return groups

    def _settle(
        self,
        group: list[_Waiting],
        answers: list[tuple[_Waiting, int]],
        error: NotWritten | None,
    ) -> None:
        """Say how the commit went: to `state`, to readers, to the mark."""
        with self._changed:
            if answers:
                self._next = answers[-1][1] + 1
            self._waiting_readings -= sum(entry.readings for entry in group)
            self._waiting_bytes -= sum(entry.size for entry in group)
            if not self._waiting_readings:
                self._full_since = None
            self._error = str(error) if error else None
            self._commits += 1
        if answers:
            with contextlib.suppress(OSError):
                # Only a hint for other processes: the frames are durable without it.
                self._mark.set(self._next)
            with self._durable:
                self._durable.notify_all()


def _fail(future: Future[int], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
