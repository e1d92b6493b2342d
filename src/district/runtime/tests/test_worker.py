"""The beat: every job when it is due, none stopped by another's fault."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import timedelta

import pytest

from district.kernel.base.periodic import DELIVERY, LONG, PROMPT, Periodic, declared
from district.runtime import worker as runtime
from district.runtime.worker import Beat, QuietWorker, beats_of


class Ticks:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_each_job_runs_at_once_and_then_at_its_own_pace() -> None:
    ticks, calls = Ticks(), []
    jobs = [
        Periodic("often", timedelta(seconds=1), lambda: calls.append("often")),
        Periodic("seldom", timedelta(seconds=10), lambda: calls.append("seldom")),
    ]
    beat = Beat(jobs, ticks)
    assert beat.run_due() == ["often", "seldom"]
    ticks.now += 0.9
    assert beat.run_due() == []
    ticks.now += 0.2
    assert beat.run_due() == ["often"]
    ticks.now += 9
    assert beat.run_due() == ["often", "seldom"]
    assert calls == ["often", "seldom", "often", "often", "seldom"]


def test_a_job_that_fails_is_logged_tried_again_and_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ticks, calls = Ticks(), []

    def fail() -> None:
        calls.append("fail")
        raise ValueError("broken")

    beat = Beat(
        [
            Periodic("bad", timedelta(seconds=1), fail),
            Periodic("good", timedelta(seconds=1), lambda: calls.append("good")),
        ],
        ticks,
    )
    with caplog.at_level(logging.ERROR):
        assert beat.run_due() == ["good"]
    assert "bad" in caplog.text
    ticks.now += 2
    beat.run_due()
    assert calls == ["fail", "good", "fail", "good"]


def test_a_slow_job_is_not_made_up_for() -> None:
    ticks, calls = Ticks(), []

    def slow() -> None:
        calls.append("slow")
        ticks.now += 50

    beat = Beat([Periodic("slow", timedelta(seconds=10), slow)], ticks)
    beat.run_due()
    assert beat.run_due() == []
    ticks.now += 10
    assert beat.run_due() == ["slow"]


@pytest.mark.django_db
def test_the_beat_ends_when_it_is_told() -> None:
    stop, ran = threading.Event(), threading.Event()
    beat = Beat([Periodic("once", timedelta(hours=1), ran.set)])
    thread = threading.Thread(target=beat.run_until, args=(stop,))
    thread.start()
    assert ran.wait(5)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.django_db
def test_a_job_of_minutes_holds_up_neither_prompt_ones_nor_deliveries() -> None:
    stop, freed = threading.Event(), threading.Event()
    sealed, delivered = threading.Event(), threading.Event()
    jobs = [
        Periodic("compute", timedelta(hours=1), lambda: freed.wait(10), LONG),
        Periodic("deliver", timedelta(seconds=1), delivered.set, DELIVERY),
        Periodic("seal", timedelta(seconds=1), sealed.set, PROMPT),
    ]
    threads = [
        threading.Thread(target=beat.run_until, args=(stop,))
        for beat in beats_of(iter(jobs)).values()
    ]
    for thread in threads:
        thread.start()
    assert sealed.wait(5)
    assert delivered.wait(5)
    freed.set()
    stop.set()
    for thread in threads:
        thread.join(5)
    assert not any(thread.is_alive() for thread in threads)


def test_every_declared_job_runs_in_exactly_one_lane() -> None:
    beats = beats_of(declared())
    run = [job.key for beat in beats.values() for job in beat.jobs]
    assert sorted(run) == sorted(job.key for job in declared())
    lane_of = {job.key: lane for lane, beat in beats.items() for job in beat.jobs}
    assert lane_of["history.seal"] == lane_of["notifications.send"] == PROMPT
    assert lane_of["projects.recompute"] == lane_of["measures.compute"] == LONG


@pytest.mark.django_db
def test_a_job_that_does_not_end_does_not_hold_up_the_end_of_the_process(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    began, freed = threading.Event(), threading.Event()

    def compute() -> None:
        began.set()
        freed.wait(30)

    def end_once_it_runs(worker: QuietWorker) -> None:
        assert began.wait(10)
        worker.running = False

    monkeypatch.setattr(
        runtime, "declared", lambda: (Periodic("c", timedelta(hours=1), compute, LONG),)
    )
    monkeypatch.setattr(runtime, "run_while_database_answers", end_once_it_runs)
    monkeypatch.setattr(runtime, "_LEAVE", 0.05)
    monkeypatch.setattr(QuietWorker, "configure_signals", lambda _worker: None)
    with caplog.at_level(logging.WARNING):
        runtime.work("test")
    left = [thread for thread in threading.enumerate() if thread.name == "beat_long"]
    freed.set()
    assert [thread.daemon for thread in left] == [True]
    assert "beat_long does not end in time" in caplog.text
    left[0].join(10)


def worker() -> QuietWorker:
    return QuietWorker(
        queue_names=["*"],
        interval=0.1,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    )


def test_the_worker_ends_at_once_when_it_is_idle() -> None:
    with pytest.raises(SystemExit) as ended:
        worker().shutdown(signal.SIGTERM, None)
    assert ended.value.code == 0


def test_the_worker_finishes_its_task_unless_told_twice() -> None:
    busy = worker()
    busy.running_task = True
    busy.shutdown(signal.SIGTERM, None)
    assert busy.running is False
    with pytest.raises(SystemExit) as ended:
        busy.shutdown(signal.SIGTERM, None)
    assert ended.value.code == 1
