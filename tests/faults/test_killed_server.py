"""kill -9 of the server amid a burst of decisions."""

from __future__ import annotations

import random
import threading
import time

import pytest
from tests.faults.installation import Installation

pytestmark = pytest.mark.slow
HANDS = 6


def test_what_was_answered_is_in_history_once_and_nothing_is_half_written(
    installation: Installation, chance: random.Random
) -> None:
    edition = installation.step("upload", times=1, report=installation.people["report"])["edition"]
    waiting = installation.step("proposed", edition=edition)
    assert len(waiting) > 100
    answered: set[str] = set()
    server = installation.server()
    threads = burst(installation, edition, waiting, answered)
    installation.until(lambda: len(answered) >= 10, "the burst is under way")
    time.sleep(chance.uniform(0, 1.0))
    installation.kill(server)
    for thread in threads:
        thread.join()
    assert answered
    check(installation, edition, answered)
    # The same decisions again, as people would: what was done says so, the rest is done.
    again: set[str] = set()
    installation.server()
    left = list(installation.step("proposed", edition=edition))[:20]
    for thread in burst(installation, edition, left, again):
        thread.join()
    assert len(again) == len(left)
    check(installation, edition, answered | again)


def burst(
    installation: Installation, edition: str, rows: list[list[str]], answered: set[str]
) -> list[threading.Thread]:
    """Several hands confirm statements; whoever was answered with a yes is noted."""
    queue = list(rows)

    def work() -> None:
        while queue:
            try:
                key, version = queue.pop()
            except IndexError:
                return
            answer = installation.ask(
                "POST",
                f"/plan_tracking/reports/editions/{edition}/review/{key}/",
                who="planner",
                data={"do": "confirm", "version": version},
            )
            if answer.status == 302:
                answered.add(key)
            elif answer.status == 0:
                return  # the server is gone

    threads = [threading.Thread(target=work) for _hand in range(HANDS)]
    for thread in threads:
        thread.start()
    return threads


def check(installation: Installation, edition: str, answered: set[str]) -> None:
    """Answered means written once; state and history agree for every statement."""
    found = installation.step("decided", edition=edition)
    assert (found["sound"], found["problems"]) == (True, [])
    confirmed = set(found["confirmed"])
    assert answered <= confirmed, f"answered and lost: {answered - confirmed}"
    assert set(found["events"]) == confirmed
    assert set(found["events"].values()) == {1}
    # A commitment stands for a confirmed statement, once.
    assert set(found["commitments"]) <= confirmed
    assert set(found["commitments"].values()) <= {1}
