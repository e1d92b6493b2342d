"""The worker: runs queued tasks, and in threads beside them the periodic jobs, lane by lane."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker

from district.kernel.base.periodic import LANES, Periodic, declared
from district.runtime.orphans import take_up_orphans, worker_name

log = logging.getLogger(__name__)
_BREATH = 0.5  # seconds between two looks at what is due
_LEAVE = 10.0  # seconds in which the jobs that run may end; then they are cut off
_PATIENCE = 2.0  # seconds between two attempts to reach a database that does not answer


class Beat:
    """Calls each periodic job when it is due; a job that fails is logged and tried again later."""

    def __init__(
        self, jobs: Iterable[Periodic], tick: Callable[[], float] = time.monotonic
    ) -> None:
        self.jobs = tuple(jobs)
        self._tick = tick
        self._due = {job.key: float("-inf") for job in self.jobs}

    def run_due(self) -> list[str]:
        """Run every job that is due now; the keys of those that ran without an error."""
        done = []
        for job in self.jobs:
            if self._tick() < self._due[job.key]:
                continue
            try:
                job.run()
                done.append(job.key)
            except Exception:  # one job's fault must not stop the others
                log.exception("periodic job %s failed", job.key)
            self._due[job.key] = self._tick() + job.every.total_seconds()
        return done

    def run_until(self, stop: threading.Event) -> None:
        """Run jobs as they fall due until `stop` is set."""
        while not stop.is_set():
            close_old_connections()
            self.run_due()
            stop.wait(_BREATH)
        connection.close()


def beats_of(jobs: Iterable[Periodic]) -> dict[str, Beat]:
    """A beat for each lane that has jobs."""
    jobs = tuple(jobs)
    lanes = {lane: [job for job in jobs if job.lane == lane] for lane in LANES}
    return {lane: Beat(found) for lane, found in lanes.items() if found}


class QuietWorker(Worker):
    """The queue's worker, which ends without advice to press Ctrl+C: its parent sends the signal.

    A task that runs is finished first; a second signal breaks it off.
    """

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Stop after the task that runs; at once where none does or at the second signal."""
        if not self.running:
            sys.exit(1)
        self.running = False
        if not self.running_task:
            sys.exit(0)


def work(worker_id: str) -> None:
    """Run tasks and periodic jobs until the process is told to end (SIGTERM or SIGINT).

    A database that goes away is waited for. A periodic job that does not end in time is cut off
    with the process: its transaction is undone, and it runs again with the next worker.
    `worker_id` is a name for people; the worker's own says besides in which process it runs.
    """
    stop = threading.Event()
    # Daemons: the interpreter would wait for others without end, until systemd kills the process.
    beats = [
        threading.Thread(target=beat.run_until, args=(stop,), name=f"beat_{lane}", daemon=True)
        for lane, beat in beats_of(declared()).items()
    ]
    for beat in beats:
        beat.start()
    worker = QuietWorker(
        queue_names=["*"],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_name(worker_id),
        excluded_queue_names=[],
    )
    worker.configure_signals()
    try:
        while worker.running:
            run_while_database_answers(worker)
    finally:
        stop.set()
        deadline = time.monotonic() + _LEAVE
        for beat in beats:
            beat.join(timeout=max(0.0, deadline - time.monotonic()))
            if beat.is_alive():
                log.warning("a job of %s does not end in time and is cut off", beat.name)


def run_while_database_answers(worker: Worker) -> None:
    """Take up what dead workers left, then run tasks; returns when the database went away."""
    try:
        take_up_orphans(worker.worker_id)
        worker.run()
    except (OperationalError, InterfaceError):
        log.exception("the database does not answer; the worker waits for it")
        connection.close()
        time.sleep(_PATIENCE)
