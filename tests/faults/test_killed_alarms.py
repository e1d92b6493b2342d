"""kill -9 of the process that follows the readings, wherever it is: reading, evaluating, writing,
keeping a snapshot, opening a case.

A few random points in each run; `DISTRICT_KILLS=200` kills so often. What is there afterwards is
compared with what the plain reference evaluator says of the same log, undisturbed.
"""

from __future__ import annotations

import json
import os
import random
import time

import pytest
from tests.faults.alarm_steps import RULES
from tests.faults.installation import Installation
from tests.faults.reference import FOLLOW, Undisturbed, begun, position, waiting

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import LogWriter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]
KILLS = int(os.environ.get("DISTRICT_KILLS") or 6)
START = 1_767_225_600_000_000
SECOND = 1_000_000


def test_every_episode_and_every_case_is_there_once_after_every_kill(
    installation: Installation, chance: random.Random
) -> None:
    installation.step("prepare_cases")
    streams = installation.step("prepare_alarms")
    folder = installation.home / "readings"
    writer = LogWriter(folder)
    writer.append(Tick(START))
    process = installation.fork("-c", FOLLOW)
    installation.until(lambda: begun(installation) == len(RULES), "the rules run")
    since = installation.look("SELECT MAX(since) FROM kernel_alarms_run")
    now = START
    for _kill in range(KILLS):
        until = time.monotonic() + chance.uniform(0.05, 1.6)
        while time.monotonic() < until:
            now += SECOND
            writer.append(readings(streams, now, chance))
            if chance.random() < 0.3:
                writer.append(Tick(now))
            time.sleep(0.004)
        installation.kill(process)
        process = installation.fork("-c", FOLLOW)
        if chance.random() < 0.5:  # sometimes it is killed again while it starts
            time.sleep(chance.uniform(0.2, 2.5))
    for _second in range(5):  # what is high and stays so has its case for certain
        now += SECOND
        writer.append(Batch.of(streams, [now] * len(streams), [3.5] * len(streams)))
    end = writer.append(Tick(now + 10 * SECOND))
    installation.until(lambda: position(installation) >= end, "the log is read to its end")
    installation.until(lambda: waiting(installation) == 0, "every episode is handed over")
    installation.kill(process)
    writer.close()
    told = installation.step("alarms_told")
    cases = Undisturbed(RULES, streams, 5, since).compare(told, folder)
    assert cases >= len(streams), "an alarm that was not over has no case"
    print(json.dumps({"episodes": len(told["episodes"]), "cases": cases}))


def readings(streams: list[int], now: int, chance: random.Random) -> Batch:
    """A second's readings of some datastreams, now and then one that comes late."""
    chosen = chance.sample(streams, chance.randint(1, 4))
    late = [chance.choice((0, 0, 0, 1, 2)) * SECOND for _stream in chosen]
    values = [chance.choice((1.0, 1.5, 2.5, 3.5)) for _stream in chosen]
    return Batch.of(chosen, [now - each for each in late], values)
