"""The process itself: readings become episodes and cases by themselves, and only one follows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

from district.kernel.alarms.following import process
from district.kernel.alarms.following.follower import Pace
from district.kernel.alarms.following.process import Process
from district.kernel.alarms.models import Episode, Following
from district.kernel.alarms.tests.episodes.conftest import MakeRule, stop
from district.kernel.cases.models import Case
from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import LogWriter
from district.kernel.sensing.tests.conftest import MakeStream

START = 1_767_225_600_000_000
SECOND = 1_000_000

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("request_type", "calendars"),
    pytest.mark.timeout(120),
]


@contextmanager
def running(folder: Path) -> Iterator[Process]:
    """A process that follows, in a thread."""
    made = Process(folder / "log", folder / "alarms", Pace(write=0, snapshot=0.2))

    def run() -> None:
        try:
            made.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join(20)
        assert not thread.is_alive()


def until(holds: Callable[[], object], within: float = 20) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it never held"
        time.sleep(0.02)


def test_readings_become_episodes_and_cases_and_rules_are_noticed_while_it_runs(
    tmp_path: Path, stream: MakeStream, rule: MakeRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOOK", 0.1)
    one = stream("S-1")
    with LogWriter(tmp_path / "log") as writer:
        writer.append(Tick(START))
        with running(tmp_path):
            until(lambda: Following.objects.filter(holder__gt="").exists())
            version = rule(handling={"case_type": "request", "open": "at_once"})
            until(lambda: version.runs.exists())
            began = time.monotonic()
            writer.append(Batch.of([one.pk], [START + SECOND], [9.0]))
            until(lambda: Case.objects.exists())
            assert time.monotonic() - began < 5
            stop(version)
            writer.append(Tick(START + 2 * SECOND))
            until(lambda: Episode.objects.filter(state="withdrawn").exists())
    assert Case.objects.count() == 1


def test_of_two_processes_one_waits_and_takes_over_when_the_other_ends(
    tmp_path: Path, stream: MakeStream, rule: MakeRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOOK", 0.1)
    one = stream("S-1")
    version = rule()
    with LogWriter(tmp_path / "log") as writer:
        writer.append(Tick(START))
        with running(tmp_path) as first:
            until(lambda: version.runs.exists())
            with running(tmp_path) as second:
                writer.append(Batch.of([one.pk], [START + SECOND], [9.0]))
                until(lambda: Episode.objects.exists())
                assert Following.objects.get().holder == first.holder
                first.stop()
                until(lambda: Following.objects.get().holder == second.holder)
                writer.append(Batch.of([one.pk], [START + 9 * SECOND], [1.0]))
                until(lambda: Episode.objects.filter(state="released").exists())
    assert Episode.objects.count() == 1
