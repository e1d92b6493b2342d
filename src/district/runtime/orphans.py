"""Tasks whose worker died while it ran them: queued again, given up after a few times.

The task queue itself never looks back at a task that a killed worker had claimed.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

log = logging.getLogger(__name__)
MOST_TRIES = 3
# A worker of another machine cannot be asked whether it lives; no task of ours takes so long.
LONGEST = timedelta(hours=6)
_PARTS = 3


class WorkerGone(RuntimeError):
    """Why a task is given up: the workers that took it all died while they ran it."""


def worker_name(given: str = "") -> str:
    """A name that says where the worker runs, `machine/process/token`; `given` is for people."""
    machine = socket.gethostname().replace("/", "-")[:24]
    word = given.replace("/", "-")[:16]
    return f"{machine}/{os.getpid()}/{secrets.token_hex(4)}{'-' if word else ''}{word}"


def is_gone(worker: str, me: str, started_at: datetime | None) -> bool:
    """Whether `worker`, which claimed a task at `started_at`, no longer works on it.

    `me` is the name of the worker that asks while it runs no task itself.
    """
    if worker == me:
        return True
    parts, mine = worker.split("/"), me.split("/")
    if len(parts) == _PARTS and parts[0] == mine[0]:
        # A new process may have the dead one's number: then it is ours, under another token.
        return parts[1] == mine[1] or not _lives(parts[1])
    return started_at is None or timezone.now() - started_at > LONGEST


def _lives(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


@transaction.atomic
def take_up_orphans(me: str) -> int:
    """Queue again the tasks of workers that are gone; returns how many.

    Tasks bear being run twice. One that outlived MOST_TRIES workers is marked failed instead.
    Two workers may do this at once: the second finds the rows changed.
    """
    taken = 0
    running = DBTaskResult.objects.running().select_for_update(skip_locked=True)
    for row in running:
        worker = row.worker_ids[-1] if row.worker_ids else ""
        if not is_gone(worker, me, row.started_at):
            continue
        if len(row.worker_ids) >= MOST_TRIES:
            log.error("task %s outlived %s workers and is given up", row.id, len(row.worker_ids))
            row.set_failed(WorkerGone(f"{len(row.worker_ids)} workers died while they ran it"))
            continue
        log.warning("task %s of worker %s, which is gone, is queued again", row.id, worker)
        row.status = "READY"
        row.save(update_fields=["status"])
        taken += 1
    return taken
