"""Whether the installation can do its work: a few checks, each with what was found."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from district.kernel.alarms.public import alarms_are_wanted, standing_now
from district.kernel.base import clock
from district.kernel.sensing.public import LogReader, folder_of

#: `ok`; `worry`: somebody should look, requests are served; `bad`: requests will fail.
State = Literal["ok", "worry", "bad"]
_MEGABYTE = 1 << 20
_FOLLOWER_LATE = timedelta(minutes=5)
_migrated: list[bool] = []


@dataclass(frozen=True)
class Finding:
    """What one check found. `detail` is in English: programs and engineers read it."""

    check: str
    state: State
    detail: str

    def as_json(self) -> dict[str, str]:
        """For an answer."""
        return asdict(self)


def findings() -> list[Finding]:
    """All checks; those that need the database are left out while it does not answer."""
    found = [_database()]
    if found[0].state == "ok":
        found += [_guarded(check, name) for name, check in _CHECKS.items()]
    return [*found, *_disks()]


def is_ready(found: list[Finding]) -> bool:
    """Whether requests may be sent here."""
    return all(each.state != "bad" for each in found)


def _guarded(check: Callable[[], Finding], name: str) -> Finding:
    try:
        return check()
    except (DatabaseError, OSError) as error:
        return Finding(name, "bad", type(error).__name__)


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        # What the database says may name hosts and people; its kind is enough here.
        return Finding("database", "bad", type(error).__name__)
    return Finding("database", "ok", connection.vendor)


def _migrations() -> Finding:
    """Whether every table is as this release wants it. What was so stays so for this process."""
    if not _migrated:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            first = missing[0][0]
            said = f"{len(missing)} to be applied, first {first.app_label}.{first.name}"
            return Finding("migrations", "bad", said)
        _migrated.append(True)
    return Finding("migrations", "ok", "all applied")


def queue_state() -> tuple[int, float]:
    """How many tasks wait that could run, and for how many seconds the oldest of them."""
    waiting = DBTaskResult.objects.ready()
    oldest = waiting.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    if oldest is None:
        return 0, 0.0
    return waiting.count(), max(0.0, (timezone.now() - oldest).total_seconds())


def _queue() -> Finding:
    waiting, seconds = queue_state()
    late = seconds > settings.DISTRICT_QUEUE_LATE
    return Finding("queue", "worry" if late else "ok", f"{waiting} wait, oldest {seconds:.0f} s")


def log_end() -> int:
    """The position behind the last durable frame of the readings' log; 0 where there is none."""
    folder = folder_of(os.environ, settings.VAR)
    return LogReader(folder).end() if folder.exists() else 0


def _log() -> Finding:
    end, standing = log_end(), standing_now()
    if standing is None:
        return Finding("log", "ok", f"at {end}, followed by nobody")
    said = f"at {end}, followed up to {standing.position}"
    late = standing.lag(clock.now()) > _FOLLOWER_LATE
    return Finding("log", "worry" if late and alarms_are_wanted() else "ok", said)


_CHECKS: dict[str, Callable[[], Finding]] = {
    "migrations": _migrations,
    "queue": _queue,
    "log": _log,
}


def disks() -> dict[str, Path]:
    """The folders whose disks must have room, by what they hold."""
    return {"var": settings.VAR, "readings": folder_of(os.environ, settings.VAR)}


def _disks() -> list[Finding]:
    found = []
    for name, folder in disks().items():
        if not folder.exists():
            continue
        free = shutil.disk_usage(folder).free // _MEGABYTE
        state: State = "ok"
        if free < settings.DISTRICT_DISK_WORRY:
            state = "bad" if free < settings.DISTRICT_DISK_LEAST else "worry"
        found.append(Finding(f"disk {name}", state, f"{free} MB free"))
    return found
