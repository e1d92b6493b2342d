"""A log in a folder, rules that are live, and a follower that reads the one under the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from district.kernel.alarms.following.follower import Follower, Pace
from district.kernel.alarms.following.snapshots import Snapshots
from district.kernel.alarms.following.watching import Watch
from district.kernel.alarms.models import AlarmRule, Episode, RuleVersion
from district.kernel.alarms.services.binding import binding_of
from district.kernel.base import clock
from district.kernel.cases.tests.conftest import request_type
from district.kernel.organisation.public import Unit
from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import LogReader, LogWriter
from district.kernel.sensing.rules.declaration import Rule, parse_rule
from district.kernel.sensing.tests.conftest import (
    LOADER,
    actor,
    district,
    hold,
    member,
    stream,
)
from district.kernel.sensing.tests.conftest import browser as sign_in
from district.kernel.sensing.times import to_micros
from district.kernel.tracking.public import save_calendar

# Fixtures of the parts below, under their own names.
__all__ = ["actor", "district", "hold", "member", "request_type", "sign_in", "stream"]

SECOND = 1_000_000
ABOVE = {"above": 3.0, "release": 2.5}
MakeRule = Callable[..., RuleVersion]


@pytest.fixture
def rule(district: None) -> MakeRule:
    """`rule("high", when={...}, handling={...})`: a rule that is live."""

    def make(
        key: str = "high",
        *,
        when: dict[str, Any] | None = None,
        handling: dict[str, Any] | None = None,
        streams: str = 'property = "水位"',
        level: str = "orange",
        **more: Any,
    ) -> RuleVersion:
        data = {
            "key": key,
            "label": "水位过高",
            "level": level,
            "streams": streams,
            "when": when or ABOVE,
            **more,
        }
        return live(key, parse_rule(data), handling or {})

    return make


def live(key: str, pure: Rule, handling: dict[str, Any]) -> RuleVersion:
    """A rule's row with a version that is live."""
    now = clock.now()
    row, _made = AlarmRule.objects.get_or_create(
        key=key,
        defaults={
            "label": pure.label,
            "level": pure.level,
            "lead_unit": Unit.objects.get(pk="9"),
            "created_at": now,
            "changed_at": now,
        },
    )
    version = RuleVersion.objects.create(
        rule=row,
        number=row.versions.count() + 1,
        rule_hash=pure.version,
        content={
            "rule": pure.to_data(),
            "groups": {"by": "datastream"},
            "handling": handling,
        },
        zone=pure.zone,
        created_at=now,
        created_by="测试",
    )
    row.live, row.state, row.version = version, AlarmRule.State.LIVE, row.version + 1
    row.save()
    return version


def stop(version: RuleVersion) -> None:
    """The rule of a version runs no more."""
    row = AlarmRule.objects.get(pk=version.rule_id)
    row.state, row.live, row.version = AlarmRule.State.STOPPED, None, row.version + 1
    row.save()


class Town:
    """A log with its writer, and the one who follows it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "log"
        self.snapshots = Snapshots(folder / "alarms")
        self.writer = LogWriter(self.folder)
        self.reader = LogReader(self.folder)
        self.started = 0
        self.watch = Watch(binding_of)

    def start(self, pace: Pace | None = None, machine: str = "here") -> Follower:
        """A follower that has recovered, under a name of its own."""
        self.started += 1
        self.follower = Follower(
            self.reader,
            self.snapshots,
            f"{machine}:{self.started}",
            machine,
            pace or Pace(write=0, snapshot=3600, snapshot_frames=10**9),
        )
        self.follower.recover()
        self.watch.forget()
        return self.follower

    def bind(self) -> bool:
        """Apply what is live now."""
        wanted = self.watch.look()
        return wanted is None or self.follower.change(wanted)

    def say(self, *readings: tuple[int, int, float]) -> int:
        """Readings of (datastream, seconds after now, value) in a frame of their own."""
        start = to_micros(clock.now())
        columns = list(zip(*readings, strict=True))
        batch = Batch.of(columns[0], [start + at * SECOND for at in columns[1]], columns[2])
        return self.writer.append(batch)

    def tick(self, after: int = 0) -> int:
        """The clock's time, so many seconds after now."""
        return self.writer.append(Tick(to_micros(clock.now()) + after * SECOND))

    def follow(self) -> int:
        """Take all that is there; how many frames those were."""
        count = 0
        while found := self.follower.step():
            count += found
        return count


@pytest.fixture
def town(district: None, tmp_path: Path) -> Iterator[Town]:
    """A log that is followed."""
    made = Town(tmp_path)
    made.start()
    yield made
    made.follower.close()
    made.writer.close()


@pytest.fixture
def calendars(district: None) -> None:
    """What the clocks of cases count in."""
    save_calendar("24x7", kind="24x7", name="全天候", actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
    save_calendar(
        "working_hours",
        kind="working_hours",
        name="工作时间",
        hours=(("09:00", "12:00"), ("14:00", "18:00")),
        actor=LOADER,
    )


def told(rows: Iterable[Episode]) -> list[tuple[str, str]]:
    """Group and state of episodes, in order."""
    return [(row.group, row.state) for row in rows]
