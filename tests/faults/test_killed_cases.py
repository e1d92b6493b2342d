"""kill -9 of server, worker and whoever reports, while cases are opened and handled.

A few random points in each run; `DISTRICT_KILLS=200` kills so often.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faults.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]
KILLS = int(os.environ.get("DISTRICT_KILLS") or 3)
HANDS = 4
#: The way of a case, by whom, with what.
WAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("dispatch", "desk", {"lead_unit": "901"}),
    ("accept", "street", {}),
    ("finish", "street", {"result": "已清理"}),
    ("close", "desk", {"satisfaction": "satisfied"}),
)
STAGES = ("triage", "assigned", "handling", "call_back", "closed")
#: Members told of each: two officers and the head; nobody; the desk; nobody.
TOLD = {"dispatch": 3, "accept": 0, "finish": 1, "close": 0}


class Life:
    """Cases on their way: who was answered what, over all the killing."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.file = installation.home / "answers.txt"
        self.answered: dict[str, int] = {}  # case -> how many actions were answered
        self.running = True
        self.lock = threading.Lock()

    def report(self, run: int) -> Any:
        """Start somebody who reports case after case."""
        given = {"run": f"run{run}", "count": 100_000, "answers": str(self.file)}
        return self.installation.fork("step", "report_cases", json.dumps(given))

    def opened(self) -> dict[str, str]:
        """The cases that were answered, by key."""
        if not self.file.exists():
            return {}
        lines = [line.split() for line in self.file.read_text("utf-8").splitlines()]
        return {line[0]: line[1] for line in lines if len(line) == 2}

    def work(self, hand: int) -> None:
        """One hand: push its share of the cases on, each action under a key of its own."""
        while self.running:
            mine = list(self.opened().values())[hand::HANDS]
            waiting = [case for case in mine if self.answered.get(case, 0) < len(WAY)]
            if not waiting:
                time.sleep(0.05)
            for case in waiting[:5]:
                if not self.running:
                    return
                self.push(case)

    def push(self, case: str) -> None:
        """The next action of a case; the same key again where it was not answered before."""
        at = self.answered.get(case, 0)
        action, who, data = WAY[at]
        answer = self.installation.ask(
            "POST", f"/cases/{case}/", who=who, data={"do": action, "key": f"k{at}", **data}
        )
        if answer.status == 302:
            with self.lock:
                self.answered[case] = at + 1
        else:
            # Cut off, or the database of a server that is going down.
            assert answer.status in (0, 500, 502, 503), (action, answer.status, answer.text[-2000:])
            time.sleep(0.05)

    def hands(self) -> list[threading.Thread]:
        """Several hands at work."""
        self.running = True
        threads = [threading.Thread(target=self.work, args=(hand,)) for hand in range(HANDS)]
        for thread in threads:
            thread.start()
        return threads


@pytest.fixture
def life(installation: Installation) -> Iterator[Life]:
    installation.people |= installation.step("prepare_cases")
    made = Life(installation)
    yield made
    made.running = False


def test_no_case_is_lost_no_action_done_twice_no_notice_lost(
    life: Life, chance: random.Random
) -> None:
    installation, hit = life.installation, Counter[str]()
    server, worker, reporter = installation.server(), installation.worker(), life.report(0)
    threads = life.hands()
    for kill in range(KILLS):
        before = sum(life.answered.values())
        installation.until(
            lambda before=before: sum(life.answered.values()) >= before + 6, "cases go on"
        )
        time.sleep(chance.uniform(0, 0.5))
        victims = chance.choice(("server", "worker", "reporter", "all"))
        print(f"kill {kill}: {victims} after {sum(life.answered.values())} answers")
        if victims in ("server", "all"):
            installation.kill(server)
        if victims in ("worker", "all"):
            installation.kill(worker)
        if victims in ("reporter", "all"):
            installation.kill(reporter)
            reporter = life.report(kill + 1)
        if victims in ("worker", "all"):
            worker = installation.worker()
        if victims in ("server", "all"):
            server = installation.server()
        # Those that are opened and not dispatched yet as well.
        hit.update(STAGES[life.answered.get(case, 0)] for case in life.opened().values())
    installation.kill(reporter)
    life.running = False
    for thread in threads:
        thread.join(60)
    check(life, installation.step("cases_told"))
    assert life.answered, "nothing was done"
    print(f"killed while cases stood in: {dict(hit)}")
    assert KILLS < 50 or set(hit) == set(STAGES), "not every stage was hit"


def check(life: Life, told: dict[str, Any]) -> None:
    """What was answered is there; what is there is whole."""
    assert (told["sound"], told["problems"], told["unplaced"]) == (True, [], 0)
    cases = told["cases"]
    for key, case in life.opened().items():
        assert cases[case]["key"] == key, "answered and lost"
    way = [action for action, _who, _data in WAY]
    assert len({case["key"] for case in cases.values()}) == len(cases)
    for pk, case in cases.items():
        done = case["steps"]
        # Each action once and in order, and at least those that were answered.
        assert done == way[: len(done)], (pk, case)
        assert len(done) >= life.answered.get(pk, 0), f"answered and lost: {pk} {case}"
        assert case["stage"] == STAGES[len(done)]
        assert (case["acted"], case["version"], case["reported"]) == (len(done), len(done), 1)
        assert case["changed"] == len(done) + 1
        assert case["reporters"] == 1
        assert case["clocks"] == {0: 1, 1: 2, 2: 1, 3: 1, 4: 0}[len(done)]
        assert case["notices"] == sum(TOLD[action] for action in done), (pk, case)


def test_a_form_sent_twice_acts_once_and_answers_twice(life: Life, tmp_path: Path) -> None:
    installation = life.installation
    installation.server()
    reporter = life.report(0)
    installation.until(lambda: len(life.opened()) >= 1, "a case is reported")
    installation.kill(reporter)
    case = next(iter(life.opened().values()))
    data = {"do": "dispatch", "key": "once", "lead_unit": "901"}
    for _time in range(2):
        answer = installation.ask("POST", f"/cases/{case}/", who="desk", data=data)
        assert (answer.status, answer.headers["location"]) == (302, f"/cases/{case}/")
    other = installation.ask("POST", f"/cases/{case}/", who="desk", data={**data, "key": "other"})
    assert other.status == 403
    assert installation.step("cases_told")["cases"][case]["steps"] == ["dispatch"]
