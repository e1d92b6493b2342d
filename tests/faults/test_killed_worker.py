"""kill -9 of the worker: in the middle of a compilation, of sealing, of delivering."""

from __future__ import annotations

import json
import random
import time

import pytest
from tests.faults.installation import Installation

pytestmark = pytest.mark.slow
EDITION = "SELECT {} FROM kernel_plan_edition ORDER BY number DESC LIMIT 1"
TIMES = 14  # of the sample report: more than the 200,000 characters that the worker takes


def test_a_killed_compilation_is_taken_up_again_and_kept_once(
    installation: Installation, chance: random.Random
) -> None:
    made = installation.step("upload", times=TIMES, report=installation.people["report"])
    assert made["state"] == "compiling"
    assert made["characters"] > 200_000
    worker = installation.worker()
    installation.until(
        lambda: installation.look(EDITION.format("progress")) >= 10, "the worker compiles"
    )
    time.sleep(chance.uniform(0, 2.0))
    installation.kill(worker)
    halfway = installation.step("edition", edition=made["edition"])
    if halfway["state"] == "compiling":
        assert (halfway["statements"], halfway["tasks"], halfway["sections"]) == (0, 0, 0)
        assert installation.step("tasks")[0][1:] == ["RUNNING", 1]
    installation.worker()
    installation.until(
        lambda: installation.look(EDITION.format("state")) != "compiling", "it is taken up", 60
    )
    found = installation.step("edition", edition=made["edition"])
    assert (found["state"], found["progress"]) == ("current", 100)
    assert found["statements"] > 1000
    assert found["twice"] == []
    assert found["kinds"].count("plan.edition.compiled") == 1
    assert installation.step("verified") == {"sound": True, "problems": []}


@pytest.mark.one_database
def test_a_task_that_kills_every_worker_is_given_up(installation: Installation) -> None:
    made = installation.step("upload", times=TIMES, report=installation.people["report"])
    for tried in (1, 2, 3):
        worker = installation.worker()
        installation.until(lambda tried=tried: tries(installation) == tried, f"try {tried} begins")
        installation.kill(worker)
    installation.worker()
    status = "SELECT status FROM django_tasks_database_dbtaskresult"
    installation.until(lambda: installation.look(status) == "FAILED", "the task is given up")
    assert installation.step("tasks") == [["compile_edition", "FAILED", 3]]
    found = installation.step("edition", edition=made["edition"])
    assert (found["state"], found["statements"]) == ("compiling", 0)
    # The report says so within the hour, and the same file can be uploaded again.
    assert installation.step("an_hour_later") == 1
    found = installation.step("edition", edition=made["edition"])
    assert (found["state"], found["statements"]) == ("failed", 0)
    assert "重新上传" in found["problem"]
    again = installation.step("upload", times=TIMES, report=installation.people["report"])
    assert again["state"] == "compiling"


def tries(installation: Installation) -> int:
    """How many workers have taken the only task so far."""
    workers = installation.look("SELECT worker_ids FROM django_tasks_database_dbtaskresult")
    return len(json.loads(workers) if isinstance(workers, str) else workers)


def test_every_message_is_delivered_though_the_worker_is_killed_again_and_again(
    installation: Installation, chance: random.Random
) -> None:
    count = 150
    installation.step("lamp_faults", count=count, lamp=installation.people["lamp"])
    sealed = "SELECT count(*) FROM kernel_history_sealedevent"
    before = installation.look(sealed)
    worker = installation.worker()
    # Once while it seals, then twice while consumers read.
    installation.until(lambda: installation.look(sealed) > before, "sealing begins")
    installation.kill(worker)
    handled = "SELECT count(*) FROM kernel_notifications_notification"
    for _round in range(2):
        worker, seen = installation.worker(), installation.look(handled)
        installation.until(lambda seen=seen: installation.look(handled) > seen, "delivery goes on")
        time.sleep(chance.uniform(0, 0.15))
        installation.kill(worker)
    installation.worker()
    installation.until(
        lambda: not (state := installation.step("delivered"))["behind"] and not state["unplaced"],
        "all is delivered",
        60,
    )
    state = installation.step("delivered")
    assert set(state["messages"]) == set(state["told"])
    # The handler writes in the transaction of its checkpoint: at least once is once here.
    assert set(state["told"].values()) == {1}
    assert not state["gaps"]
    assert installation.step("verified") == {"sound": True, "problems": []}
