"""The rows equal what the reference evaluator says, whatever rules, log, changes and restarts.

`DISTRICT_SEEDS=200` tries so many.
"""

from __future__ import annotations

import os
from math import isfinite
from pathlib import Path
from uuid import UUID

import pytest

from district.kernel.alarms.following.follower import Follower, Pace
from district.kernel.alarms.following.snapshots import Snapshots
from district.kernel.alarms.following.stretches import Wanted
from district.kernel.alarms.models import Episode, RuleVersion
from district.kernel.alarms.rules.packing import pack
from district.kernel.alarms.selectors import reasons
from district.kernel.alarms.tests.episodes.conftest import live
from district.kernel.sensing.batches import Batch, Frame
from district.kernel.sensing.log import LogReader, LogWriter
from district.kernel.sensing.models import Datastream
from district.kernel.sensing.rules.binding import Binding
from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.reference import ReferenceEvaluator
from district.kernel.sensing.rules.tests.samples import STREAMS, Sampler
from district.kernel.sensing.tests.conftest import MakeStream
from district.kernel.sensing.times import to_micros

SEEDS = range(int(os.environ.get("DISTRICT_SEEDS") or 14))


class Expected:
    """What the reference evaluator told so far, by the episode's key."""

    def __init__(self) -> None:
        self.evaluator = ReferenceEvaluator()
        self.episodes: dict[UUID, list[object]] = {}
        self.position = -1

    def apply(self, bound: list[Binding]) -> None:
        """Rules change behind the last frame."""
        for one in self.evaluator.apply(bound):
            self.episodes[one.episode][3:] = ["withdrawn", None, self.position]

    def begin_anew(self) -> None:
        """A start while no rule is live: what came before is not remembered."""
        self.evaluator = ReferenceEvaluator()

    def take(self, frame: Frame) -> None:
        """A frame of the log."""
        self.position = frame.position
        for one in self.evaluator.take(frame):
            if one.kind == "raised":
                told = [one.group, one.raised_at, one.position, "open", None, None]
                self.episodes[one.episode] = told
            else:
                self.episodes[one.episode][3:] = ["released", one.time, one.position]


def written() -> dict[UUID, list[object]]:
    """The same from the rows."""
    return {
        row.pk: [
            row.group,
            to_micros(row.raised_at),
            row.position,
            row.state,
            to_micros(row.released_at) if row.released_at else None,
            row.end_position,
        ]
        for row in Episode.objects.all()
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_equal_the_reference_over_changes_and_restarts(
    seed: int, stream: MakeStream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sampler, like = Sampler(seed), stream("S")
    sampler.values = [value for value in sampler.values if isfinite(value)]  # as the log takes
    for number in (*STREAMS, 7):
        _stream(number, like)
    pool = sampler.bindings_that_share(4)
    pure: dict[str, Rule] = {each.rule.version: each.rule for each in pool}
    monkeypatch.setattr(RuleVersion, "parsed", lambda version: pure[version.rule_hash])
    versions = {each.rule.version: live(each.rule.key, each.rule, {}) for each in pool}
    writer = LogWriter(tmp_path / "log")
    follower = begun(tmp_path)
    expected, changed = Expected(), -2
    for frame in sampler.frames(70):
        position = expected.position
        if position != changed and sampler.random.random() < 0.15:
            bound = sampler.random.sample(pool, sampler.random.randint(0, 4))
            changed = position
            assert follower.change([wanted(each, versions) for each in bound])
            expected.apply(bound)
        if isinstance(frame.content, Batch) and not len(frame.content):
            continue
        expected.take(Frame(writer.append(frame.content), frame.content))
        if sampler.random.random() < 0.7:
            assert follower.step() == 1
        else:  # killed before it read the frame, or when it had, with snapshots or without any
            if sampler.random.random() < 0.5:
                follower.step()
            if sampler.random.random() < 0.4:
                for at in Snapshots(tmp_path / "alarms").positions():
                    Snapshots(tmp_path / "alarms")._path(at).unlink()
            follower.close()
            follower = begun(tmp_path)
            follower.step()
            if not follower.stretches:
                expected.begin_anew()
    assert written() == expected.episodes
    reader = LogReader(tmp_path / "log")
    for row in Episode.objects.select_related("run__version"):
        assert reasons.confirmed(row, reader=reader), row.pk
        if row.state == "released":
            assert reasons.confirmed(row, at_end=True, reader=reader), row.pk
    follower.close()
    writer.close()


def _stream(number: int, like: Datastream) -> None:
    if not Datastream.objects.filter(pk=number).exists():
        Datastream.objects.create(
            pk=number,
            code=f"N-{number}",
            name=like.name,
            thing_id=like.thing_id,
            sensor_id=like.sensor_id,
            observed_property_id=like.observed_property_id,
            lead_unit_id=like.lead_unit_id,
            created_at=like.created_at,
        )


def begun(folder: Path) -> Follower:
    """A follower that has recovered; nothing that it knew is left in memory."""
    follower = Follower(
        LogReader(folder / "log"),
        Snapshots(folder / "alarms"),
        f"here:{id(object())}",
        "here",
        Pace(write=0, snapshot=0, snapshot_frames=7, snapshot_share=0),
    )
    follower.recover()
    return follower


def wanted(each: Binding, versions: dict[str, RuleVersion]) -> Wanted:
    """A binding as the watch tells it."""
    version = versions[each.rule.version]
    return Wanted(version.pk, version.rule_id, each.rule, pack(each.groups))
