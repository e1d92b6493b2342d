"""What the fault tests hold alarms against: the plain reference evaluator over the same log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.faults.installation import Installation

from district.kernel.sensing.batches import Frame
from district.kernel.sensing.log import LogReader
from district.kernel.sensing.rules.binding import Binding
from district.kernel.sensing.rules.declaration import parse_rule
from district.kernel.sensing.rules.groups import Groups
from district.kernel.sensing.rules.reference import ReferenceEvaluator

Rules = Sequence[dict[str, Any]]
Told = dict[str, tuple[str, int, int | None]]
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


class Undisturbed:
    """Rules over datastreams whose readings may be `lateness` seconds late, live behind `since`."""

    def __init__(self, rules: Rules, streams: list[int], lateness: int, since: int) -> None:
        self._rules, self._streams, self._since = rules, streams, since
        self._lateness = lateness * SECOND

    def tells(self, frames: Iterable[Frame]) -> Told:
        """What the reference evaluator tells, by the episode's key."""
        evaluator = ReferenceEvaluator()
        bound = [
            Binding(
                parse_rule({**rule, "streams": 'property = "水位"'}),
                Groups.of_streams(self._streams, self._lateness),
            )
            for rule in self._rules
        ]
        found: Told = {}
        for frame in frames:
            if frame.position == self._since + 1:
                evaluator.apply(bound)
            for one in evaluator.take(frame):
                key = str(one.episode)
                if one.kind == "raised":
                    found[key] = ("open", one.position, None)
                else:
                    found[key] = ("released", found[key][1], one.position)
        return found

    def compare(self, told: dict[str, Any], folder: Path) -> int:
        """The rows against the reference over the same log; how many episodes have a case."""
        expected = self.tells(LogReader(folder).follow(0))
        found = {key: (state, at, end) for key, state, at, end, _case in told["episodes"]}
        assert found == expected, "not the episodes of an undisturbed run"
        assert len(expected) > 20, "hardly anything happened; the test says nothing"
        assert told["most_told"] == told["most_sent"] == 1, "something is told twice"
        assert told["runs"] == len(self._rules)
        assert told["unconfirmed"] == []
        cased = {key: case for key, _state, _at, _end, case in told["episodes"] if case}
        assert {f"alarm:{key}": case for key, case in cased.items()} == dict(told["cases"])
        assert len(set(cased.values())) == len(cased)
        return len(cased)


def begun(installation: Installation) -> int:
    """How many rules run."""
    return int(installation.look("SELECT COUNT(*) FROM kernel_alarms_run") or 0)


def position(installation: Installation) -> int:
    """How far the log is read."""
    return int(installation.look("SELECT position FROM kernel_alarms_following") or 0)


def waiting(installation: Installation) -> int:
    """How many episodes wait to become cases."""
    sql = "SELECT COUNT(*) FROM kernel_alarms_episode WHERE handed_at IS NULL"
    return int(installation.look(sql) or 0)
