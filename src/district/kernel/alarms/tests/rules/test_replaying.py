"""Why an episode was raised is told from the log, exactly, however long it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from district.kernel.alarms.models import Episode, Evidence, Run
from district.kernel.alarms.rules.packing import pack
from district.kernel.alarms.selectors import replaying
from district.kernel.alarms.selectors.replaying import confirms, explain
from district.kernel.alarms.services.binding import binding_of
from district.kernel.alarms.services.rules import save_rule
from district.kernel.alarms.services.switching import switch_on
from district.kernel.alarms.tests.rules.conftest import MakeGauge, content
from district.kernel.base import clock
from district.kernel.sensing.log import LogWriter
from district.kernel.sensing.public import (
    Batch,
    LogReader,
    Tick,
    Transition,
    VectorisedEvaluator,
    from_micros,
    to_micros,
)
from district.kernel.sensing.tests.conftest import LOADER

pytestmark = pytest.mark.django_db
MINUTE = 60_000_000
WHEN = {"sustained_for": "10 min", "clause": {"above": 3, "release": 2.5}}


def write(folder: Path, stream: int, other: int, noise: int) -> None:
    """A log of two hours: the level rises after one, stays, and falls; another stream is busy."""
    start = to_micros(clock.now()) - 120 * MINUTE
    with LogWriter(folder) as log:
        for minute in range(120):
            at = start + minute * MINUTE
            value = 3.5 if 60 <= minute < 90 else 1.0
            log.append(Batch.of([stream], [at], [value], [at + 1_000_000]))
            for step in range(noise):
                late = at + step * 1000
                log.append(Batch.of([other], [late], [9.0], [late]))
            log.append(Tick(at + 2_000_000))


def episodes(folder: Path, gauge: MakeGauge, **rule: Any) -> list[Episode]:
    """What a rule raised over that log, as the rows that whoever follows it writes."""
    stream, other = gauge("A", "901").pk, gauge("B", "901").pk
    write(folder, stream, other, 3)
    row = save_rule(content(when=WHEN, **rule), unit="9", actor=LOADER)
    version = switch_on(row.pk, actor=LOADER)
    binding = binding_of(version)
    run = Run.objects.create(
        version=version,
        since=-1,
        groups=pack(binding.groups),
        group_count=len(binding.groups),
        began_at=clock.now(),
    )
    evaluator = VectorisedEvaluator([binding])
    told = [one for frame in LogReader(folder).follow(0) for one in evaluator.take(frame)]
    return [_row(run, one) for one in told if one.kind == "raised"]


def _row(run: Run, one: Transition) -> Episode:
    row = Episode.objects.create(
        id=one.episode,
        number=str(one.position),
        rule=run.version.rule,
        run=run,
        group=one.group,
        title="水位",
        level="yellow",
        lead_unit=run.version.rule.lead_unit,
        raised_at=from_micros(one.raised_at),
        known_at=clock.now(),
        position=one.position,
        out_of_order=one.out_of_order,
    )
    for each in one.evidence:
        Evidence.objects.create(
            episode=row,
            datastream_id=each.stream,
            time=from_micros(each.time),
            value=each.value,
        )
    return row


def test_an_episode_is_explained_clause_by_clause(tmp_path: Path, gauge: MakeGauge) -> None:
    first, second = episodes(tmp_path, gauge)
    found = explain(first, folder=tmp_path)
    other = explain(second, folder=tmp_path)
    assert found is not None
    assert other is not None
    assert {found.transition.group, other.transition.group} == {first.group, second.group}
    for one, row in ((found, first), (other, second)):
        assert one.transition.episode == row.pk
        assert one.transition.position == row.position
        assert one.when.outcome == "holds"
        began, reached = one.when.times
        assert reached - began >= 10 * MINUTE
        assert one.when.clauses[0].reading is not None


def test_it_is_confirmed_exactly_and_another_is_not(tmp_path: Path, gauge: MakeGauge) -> None:
    for row in episodes(tmp_path, gauge):
        assert confirms(row, folder=tmp_path)
        row.position += 1
        assert not confirms(row, folder=tmp_path)


def test_of_a_long_log_only_the_group_s_readings_are_read(
    tmp_path: Path, gauge: MakeGauge, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = episodes(tmp_path, gauge)[-1]
    whole = explain(row, folder=tmp_path)
    monkeypatch.setattr(replaying, "MOST_FRAMES", 5)
    monkeypatch.setattr(LogReader, "follow", lambda *_a: pytest.fail("the whole log was read"))
    narrow = explain(row, folder=tmp_path)
    assert whole is not None
    assert narrow is not None
    assert narrow.when == whole.when
    assert narrow.transition.episode == row.pk


def test_memory_and_time_are_bounded(
    tmp_path: Path, gauge: MakeGauge, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = episodes(tmp_path, gauge)[-1]
    monkeypatch.setattr(replaying, "MOST_READINGS", 10)
    assert explain(row, folder=tmp_path) is None


def test_without_a_log_or_with_another_there_is_no_explanation(
    tmp_path: Path, gauge: MakeGauge
) -> None:
    row = episodes(tmp_path / "log", gauge)[-1]
    assert explain(row, folder=tmp_path / "none") is None
    row.group = "999"
    assert explain(row, folder=tmp_path / "log") is None
