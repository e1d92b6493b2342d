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
from pathlib import Path
from typing import Any

import pytest
from tests.faults.alarm_steps import RULES
from tests.faults.installation import Installation

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.log import LogReader, LogWriter
from district.kernel.sensing.rules.binding import Binding
from district.kernel.sensing.rules.declaration import parse_rule
from district.kernel.sensing.rules.groups import Groups
from district.kernel.sensing.rules.reference import ReferenceEvaluator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]
KILLS = int(os.environ.get("DISTRICT_KILLS") or 6)
START = 1_767_225_600_000_000
SECOND = 1_000_000
# As `district alarms`, but in a hurry: it writes with every frame and keeps a snapshot every few.
FOLLOW = """
import os, sys
import django
django.setup()
from pathlib import Path
from django.conf import settings
from district.kernel.alarms.following.follower import Pace
from district.kernel.alarms.following import process
process.LOOK = 0.2
home = settings.VAR
pace = Pace(write=0.0, snapshot=0.05, snapshot_frames=20, snapshot_share=0.0)
process.Process(home / "readings", home / "alarms", pace).run()
"""


def test_every_episode_and_every_case_is_there_once_after_every_kill(
    installation: Installation, chance: random.Random
) -> None:
    installation.step("prepare_cases")
    streams = installation.step("prepare_alarms")
    folder = installation.home / "readings"
    writer = LogWriter(folder)
    writer.append(Tick(START))
    process = installation.start("-c", FOLLOW)
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
        process = installation.start("-c", FOLLOW)
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
    compare(installation.step("alarms_told"), folder, streams, since)


def begun(installation: Installation) -> int:
    return int(installation.look("SELECT COUNT(*) FROM kernel_alarms_run") or 0)


def position(installation: Installation) -> int:
    return int(installation.look("SELECT position FROM kernel_alarms_following") or 0)


def waiting(installation: Installation) -> int:
    sql = "SELECT COUNT(*) FROM kernel_alarms_episode WHERE handed_at IS NULL"
    return int(installation.look(sql) or 0)


def readings(streams: list[int], now: int, chance: random.Random) -> Batch:
    """A second's readings of some datastreams, now and then one that comes late."""
    chosen = chance.sample(streams, chance.randint(1, 4))
    late = [chance.choice((0, 0, 0, 1, 2)) * SECOND for _stream in chosen]
    values = [chance.choice((1.0, 1.5, 2.5, 3.5)) for _stream in chosen]
    return Batch.of(chosen, [now - each for each in late], values)


def compare(told: dict[str, Any], folder: Path, streams: list[int], since: int) -> None:
    """The rows against the reference over the same log."""
    expected = undisturbed(list(LogReader(folder).follow(0)), streams, since)
    found = {key: (state, at, end) for key, state, at, end, _case in told["episodes"]}
    assert found == expected, "not the episodes of an undisturbed run"
    assert len(expected) > 20, "hardly anything happened; the test says nothing"
    assert told["most_told"] == told["most_sent"] == 1, "something is told twice"
    assert told["runs"] == len(RULES)
    assert told["unconfirmed"] == []
    cased = {key: case for key, _state, _at, _end, case in told["episodes"] if case}
    assert {f"alarm:{key}": case for key, case in cased.items()} == dict(told["cases"])
    assert len(set(cased.values())) == len(cased)
    assert len(cased) >= len(streams), "an alarm that was not over has no case"
    print(json.dumps({"episodes": len(expected), "cases": len(cased)}))


def undisturbed(
    frames: list[Frame], streams: list[int], since: int
) -> dict[str, tuple[str, int, int | None]]:
    """What the reference evaluator tells, by the episode's key."""
    evaluator = ReferenceEvaluator()
    bound = [
        Binding(
            parse_rule({**rule, "streams": 'property = "水位"'}),
            Groups.of_streams(streams, 5 * SECOND),
        )
        for rule in RULES
    ]
    found: dict[str, tuple[str, int, int | None]] = {}
    for frame in frames:
        if frame.position == since + 1:
            evaluator.apply(bound)
        for one in evaluator.take(frame):
            key = str(one.episode)
            if one.kind == "raised":
                found[key] = ("open", one.position, None)
            else:
                found[key] = ("released", found[key][1], one.position)
    return found
