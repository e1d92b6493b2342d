"""Tasks of workers that died: whose they are, and what becomes of them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from district.kernel.tracking.public import sweep_later
from district.runtime.orphans import LONGEST, MOST_TRIES, is_gone, take_up_orphans, worker_name

ME = worker_name()
MACHINE = ME.split("/")[0]


def dead_process() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])  # Python itself
    ended.wait()
    return ended.pid


def claimed_by(*workers: str) -> DBTaskResult[..., Any]:
    """A task that the last of these workers runs, and the others ran before."""
    sweep_later.enqueue()
    row: DBTaskResult[..., Any] = DBTaskResult.objects.get()
    for worker in workers:
        row.claim(worker)
    return row


def test_a_name_tells_machine_and_process_and_fits_the_queue() -> None:
    name = worker_name("worker of the " + "long " * 30 + "name")
    assert name.split("/")[:2] == [MACHINE, str(os.getpid())]
    assert len(name) <= 64
    assert worker_name() != worker_name()


def test_only_the_dead_are_gone() -> None:
    now = timezone.now()
    assert is_gone(ME, ME, now)
    assert is_gone(f"{MACHINE}/{dead_process()}/aa", ME, now)
    # Our own number under another token: a process that is no more.
    assert is_gone(f"{MACHINE}/{os.getpid()}/other", ME, now)
    assert not is_gone(f"{MACHINE}/{os.getppid()}/aa", ME, now)
    assert not is_gone("elsewhere/1/aa", ME, now)
    assert is_gone("elsewhere/1/aa", ME, now - LONGEST - timedelta(minutes=1))


@pytest.mark.django_db
def test_a_dead_workers_task_is_ready_again_and_a_living_ones_is_left() -> None:
    row = claimed_by(f"{MACHINE}/{os.getppid()}/aa")
    assert take_up_orphans(ME) == 0
    row.claim(f"{MACHINE}/{dead_process()}/aa")
    assert take_up_orphans(ME) == 1
    assert take_up_orphans(ME) == 0
    row.refresh_from_db()
    assert row.status == "READY"


@pytest.mark.django_db
def test_a_task_that_outlived_too_many_workers_is_given_up() -> None:
    gone = f"{MACHINE}/{dead_process()}/aa"
    row = claimed_by(*[gone] * MOST_TRIES)
    assert take_up_orphans(ME) == 0
    row.refresh_from_db()
    assert row.status == "FAILED"
    assert "WorkerGone" in row.exception_class_path
