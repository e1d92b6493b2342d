"""A round whose worker is killed: taken up again where it stood, or told to be given up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from django_tasks_db.models import DBTaskResult

from district.kernel.history.public import events_of, verify
from district.runtime.orphans import MOST_TRIES, take_up_orphans, worker_name
from district.systems.operations_centre.board.tests.conftest import address_of_database
from district.systems.policies import jobs
from district.systems.policies.models import Push, PushRun
from district.systems.policies.selectors.rights import subject_of
from district.systems.policies.services.pushing import start_run
from district.systems.policies.tests.conftest import (
    MakeEnterprise,
    People,
    Publish,
    made,
    people,
    published,
)

__all__ = ["made", "people", "published"]

#: A worker that dies, or stands still, in the midst of its third batch of two.
CHILD = """
import time
import django

django.setup()
from django_tasks_db.models import DBTaskResult
from district.runtime.orphans import worker_name
from district.systems.policies import jobs
from district.systems.policies.services import pushing

pushing.BATCH = 2
notices_of, begun = pushing.notices_of, []


def stands_still(*given):
    begun.append(1)
    if len(begun) == 3:
        print("half", flush=True)
        time.sleep(300)
    notices_of(*given)


pushing.notices_of = stands_still
row = DBTaskResult.objects.get(task_path=jobs.push_policy.module_path)
row.claim(worker_name())
jobs.push_policy.call(*row.args_kwargs["args"])
"""


def _begun(people: People, published: Publish) -> PushRun:
    run, small = start_run(published().pk, actor=people.writer, enqueue=jobs.enqueue)
    assert small
    return run


def _task() -> DBTaskResult:  # type: ignore[type-arg]  # whatever its arguments are
    return DBTaskResult.objects.get(task_path=jobs.push_policy.module_path)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_round_whose_worker_is_killed_goes_on_and_tells_everybody_once(
    made: MakeEnterprise, people: People, published: Publish
) -> None:
    for _number in range(7):
        made()
    run = _begun(people, published)
    env = {**os.environ, "DISTRICT_DATABASE": address_of_database()}
    child = subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-c", CHILD], env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "half"
        assert Push.objects.count() == 4  # what the third batch wrote is not committed
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    run.refresh_from_db()
    assert (run.state, run.looked_at) == ("running", 4)
    assert jobs.end_left_runs() == 0, "its task waits to be taken up"
    assert take_up_orphans(worker_name()) == 1
    assert _task().status == "READY"
    jobs.push_policy.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.looked_at, run.sent, run.known) == ("done", 7, 7, 0)
    assert Push.objects.count() == 7
    assert verify().sound


@pytest.mark.django_db
def test_a_round_that_outlived_its_workers_is_ended_and_can_be_begun_anew(
    made: MakeEnterprise, people: People, published: Publish
) -> None:
    made()
    run = _begun(people, published)
    assert jobs.end_left_runs() == 0
    task = _task()
    for _time in range(MOST_TRIES):
        task.claim(worker_name())
    take_up_orphans(task.worker_ids[-1])
    assert _task().status == "FAILED"
    assert jobs.end_left_runs() == 1
    run.refresh_from_db()
    assert run.state == "failed"
    assert "重新推送" in run.problem
    kinds = [event.kind for event in events_of(subject_of(run.version.policy))]
    assert kinds.count("policies.push.stopped") == 1
    again, _small = start_run(run.version.policy_id, actor=people.writer, enqueue=jobs.enqueue)
    jobs.push_policy.call(str(again.pk))
    assert Push.objects.count() == 1
