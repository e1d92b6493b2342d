"""The log as the web process reaches it: read from its folder, written through the gateway."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.gateway.client import Appended as Answer
from district.kernel.sensing.gateway.client import GatewayAway, GatewayClient
from district.kernel.sensing.log import LogWriter
from district.kernel.sensing.logged import LatestKeeper, LoggedReadings, NotTaken
from district.kernel.sensing.models import LatestReading
from district.kernel.sensing.store import Appended, Order, Refused
from district.kernel.sensing.tests.conftest import MakeStream
from district.kernel.sensing.tests.memory import MemoryLog, column
from district.kernel.sensing.times import from_micros

Row = tuple[int, int, float]


class Client(GatewayClient):
    """A gateway that answers as told."""

    def __init__(self, answer: Answer | GatewayAway) -> None:
        super().__init__("http://127.0.0.1:1", "token")
        self.answer, self.asked = answer, []  # type: ignore[var-annotated]  # of whatever it is asked

    def append(
        self,
        source: int,
        stream: Sequence[int],
        time: Sequence[int],
        value: Sequence[float],
        sequence: Sequence[int | None] | None = None,
    ) -> Answer:
        self.asked.append((source, list(stream), list(time), list(value)))
        if isinstance(self.answer, GatewayAway):
            raise self.answer
        return self.answer


def written(folder: Path, *batches: Sequence[Row]) -> None:
    with LogWriter(folder) as writer:
        for rows in batches:
            stream, time, value = zip(*rows, strict=True)
            writer.append(Batch.of(stream, time, value))
            writer.append(Tick(max(time)))


def log_of(folder: Path, answer: Answer | GatewayAway | None = None) -> LoggedReadings:
    return LoggedReadings(folder, Client(answer or Answer(0, None, ())))


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_it_reads_as_the_plain_log_in_memory_does(tmp_path: Path, order: Order) -> None:
    dice = Random(order)  # noqa: S311  # made-up readings
    times = dice.sample(range(1_000), 90)
    rows = [(dice.randrange(1, 4), at, float(at)) for at in times]
    written(tmp_path, rows[:40], rows[40:])
    memory, log = MemoryLog(), log_of(tmp_path)
    memory.append(column(*rows), source=None)
    for _time in range(25):
        streams = dice.sample([1, 2, 3, 9], 2)
        since, until = dice.choice([None, 200]), dice.choice([None, 700])
        limit, offset = dice.choice([None, 5]), dice.choice([0, 3])
        asked = {"order": order, "limit": limit, "offset": offset}
        found = log.query(streams, since, until, **asked)  # type: ignore[arg-type]  # as drawn
        wanted = memory.query(streams, since, until, **asked)  # type: ignore[arg-type]  # as drawn
        assert found.time.tolist() == wanted.time.tolist()
        assert found.stream.tolist() == wanted.stream.tolist()
        assert log.count(streams, since, until) == memory.count(streams, since, until)


def test_what_the_gateway_refused_is_told_by_row(tmp_path: Path) -> None:
    log = log_of(tmp_path, Answer(1, 7, ((1, "late"),)))
    told = log.append(column((1, 10, 1.5), (2, 5, 2.5)), source=3)
    assert told == Appended(7, (Refused(1, "late"),))
    client = log._client
    assert isinstance(client, Client)
    assert client.asked == [(3, [1, 2], [10, 5], [1.5, 2.5])]


@pytest.mark.parametrize(("status", "said"), [(0, 503), (503, 503), (507, 507)])
def test_a_gateway_that_takes_nothing_is_said_in_words(
    tmp_path: Path, status: int, said: int
) -> None:
    log = log_of(tmp_path, GatewayAway("away", status))
    with pytest.raises(NotTaken, match="没有写入") as caught:
        log.append(column((1, 10, 1.5)), source=3)
    assert caught.value.status == said


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert len(log_of(tmp_path / "none").query([1])) == 0


def latest() -> dict[int, tuple[float, int]]:
    rows = LatestReading.objects.values_list("datastream_id", "value", "position")
    return {number: (value, position) for number, value, position in rows}


def test_the_newest_reading_of_each_datastream_is_kept_once_and_after_a_restart(
    stream: MakeStream, tmp_path: Path
) -> None:
    number = stream().number
    written(tmp_path, [(number, 2_000_000, 2.0), (number, 1_000_000, 1.0), (99_999, 5, 5.0)])
    keeper = LatestKeeper(tmp_path)
    assert keeper.run() == 3
    assert latest() == {number: (2.0, 0)}
    assert keeper.run() == 0
    written(tmp_path, [(number, 1_500_000, 1.5)], [(number, 3_000_000, 3.0)])
    assert LatestKeeper(tmp_path).run() >= 2
    assert latest() == {number: (3.0, 4)}


def test_a_log_that_was_begun_anew_is_followed_and_the_rows_are_asked_once(
    stream: MakeStream, tmp_path: Path, django_assert_num_queries: Callable[[int], Any]
) -> None:
    number = stream().number
    written(tmp_path / "old", *([(number, n * 1_000_000, 1.0)] for n in range(1, 9)))
    assert LatestKeeper(tmp_path / "old").run() == 8
    written(tmp_path / "new", [(number, 20_000_000, 2.0)])
    keeper = LatestKeeper(tmp_path / "new")
    assert keeper.run() == 1
    assert latest() == {number: (2.0, 0)}
    with django_assert_num_queries(0):
        assert keeper.run() == 0
    written(tmp_path / "new", [(number, 30_000_000, 3.0)])
    assert keeper.run() == 1
    assert latest()[number][0] == 3.0


def test_what_a_kill_left_between_two_parts_is_made_good_after_a_restart(
    stream: MakeStream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [stream(f"S-{n}").pk for n in range(4)]
    # The oldest reading of each stands far before its newest, which come in another order.
    written(tmp_path, [(number, 1_000_000, 1.0) for number in numbers])
    written(tmp_path, *([(number, 2_000_000, 2.0)] for number in reversed(numbers)))
    monkeypatch.setattr("district.kernel.sensing.services.latest.PART", 1)
    breaths = iter([None, KeyboardInterrupt])

    def killed(_seconds: float) -> None:
        if next(breaths) is not None:
            raise KeyboardInterrupt

    monkeypatch.setattr("district.kernel.sensing.services.latest.time.sleep", killed)
    with pytest.raises(KeyboardInterrupt):
        LatestKeeper(tmp_path).run()
    assert len(latest()) == 2
    monkeypatch.setattr("district.kernel.sensing.services.latest.time.sleep", lambda _s: None)
    LatestKeeper(tmp_path).run()
    rows = LatestReading.objects.values_list("datastream_id", "value", "first_time")
    moment = from_micros(1_000_000)
    assert sorted(rows) == [(number, 2.0, moment) for number in sorted(numbers)]


def test_newest_values_rest_after_a_long_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([100.0, 101.0, 102.0, 104.9, 105.1, 105.2])
    monkeypatch.setattr("district.kernel.sensing.logged.time.monotonic", lambda: next(clock))
    ran: list[int] = []

    def run(_keeper: LatestKeeper) -> int:
        ran.append(7)
        return 7

    monkeypatch.setattr(LatestKeeper, "run", run)
    keeper = LatestKeeper(tmp_path)
    # A run of a second, two attempts while it rests for four, and the next.
    assert [keeper.run_in_turn() for _turn in range(4)] == [7, 0, 0, 7]
    assert len(ran) == 2
