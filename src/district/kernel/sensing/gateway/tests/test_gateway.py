"""The gateway between entrances and log, with a register and a quarantine in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from district.kernel.sensing.gateway import Answer, Bounds, Gateway, Kind, Message, Settings, taking
from district.kernel.sensing.gateway.declared import NOBODY_KNOWN
from district.kernel.sensing.gateway.tests.fakes import (
    AT,
    HOUR,
    FakeQuarantine,
    FakeRegister,
    HandClock,
    logged,
    message,
    ticks,
    wait_for,
)
from district.kernel.sensing.intake import parse_gathered
from district.kernel.sensing.log import Busy, Closed, Limits, NotWritten, folder

QUICK = Settings(tick=0.02, register=0.02, sealing=0.05)


class Fixture:
    """A gateway over fakes, and what belongs to it."""

    def __init__(self, where: Path, settings: Settings = QUICK) -> None:
        self.where, self.settings = where, settings
        self.register, self.quarantine, self.clock = FakeRegister(), FakeQuarantine(), HandClock()
        self.begin()

    def begin(self) -> None:
        self.gateway = Gateway(
            self.where, self.register, self.quarantine, self.clock, self.settings
        )
        self.gateway.start()

    def take(self, data: bytes, source: int = 1, addressed: int | None = None) -> Answer:
        return self.gateway.offer([Message(data, source, addressed)]).result(timeout=10)

    def reasons(self, data: bytes, source: int = 1, addressed: int | None = None) -> list[str]:
        return [refused.reason for refused in self.take(data, source, addressed).refused]


@pytest.fixture
def fixture(tmp_path: Path) -> Iterator[Fixture]:
    made = Fixture(tmp_path / "log")
    yield made
    made.gateway.stop()


def test_what_is_answered_is_in_the_log_and_stays_over_a_restart(fixture: Fixture) -> None:
    answer = fixture.take(message((1, AT, 1.5, 7), (2, AT, 2.5, 8)))
    assert (answer.accepted, answer.refused) == (2, ())
    assert answer.position is not None
    assert logged(fixture.where) == [(1, AT, 1.5, 7), (2, AT, 2.5, 8)]
    fixture.gateway.stop()
    fixture.begin()
    assert fixture.reasons(message((1, AT, 1.5, 7), (2, AT, 9.0, 8), (3, AT, 1.0, 9))) == [
        "duplicate",
        "contradiction",
    ]
    assert len(logged(fixture.where)) == 3


def test_every_refusal_is_told_and_put_into_quarantine_with_its_reason(fixture: Fixture) -> None:
    fixture.register.rows[3] = (3, 1, HOUR, HOUR, 0, False)
    fixture.register.rows[4] = (4, 1, HOUR, HOUR, Kind.TRUTH, True)
    fixture.register.rows[5] = (5, 1, HOUR, HOUR, Kind.COUNT, True)
    fixture.register.marker += 1
    wait_for(lambda: fixture.gateway.declared.edition == 2)
    answer = fixture.take(
        message(
            (1, AT, 1.0, 0),
            (99, AT, 1.0, 1),
            (12, AT, 1.0, 2),
            (1, AT + 2 * HOUR, 1.0, 3),
            (1, AT - 2 * HOUR, 1.0, 4),
            (1, AT, 1.0, 5),
            (1, AT, 2.0, 6),
            (3, AT, 1.0, 7),
            (4, AT, 2.0, 8),
            (5, AT, 1.5, 9),
        )
    )
    expected = ["unknown", "foreign", "future", "late", "duplicate", "contradiction", "retired"]
    expected += ["malformed", "malformed"]
    assert [refused.reason for refused in answer.refused] == expected
    assert [refused.item for refused in answer.refused] == list(range(1, 10))
    assert fixture.reasons(b"{") == ["malformed"]
    assert fixture.reasons(message((1, AT + 1, 1.0, 0)), source=3) == ["suspended"]
    assert fixture.reasons(message((1, AT + 1, 1.0, 0)), NOBODY_KNOWN) == ["unknown_source"]
    wait_for(lambda: sum(fixture.quarantine.counts().values()) == 12)
    assert fixture.quarantine.counts() == {
        **dict.fromkeys(expected, 1),
        "malformed": 3,
        "suspended": 1,
        "unknown_source": 1,
    }
    assert [row.source for row in fixture.quarantine.rows if row.reason == "unknown_source"] == [
        None
    ]
    assert fixture.gateway.state().counts["accepted"] == 1


def test_a_reading_of_another_datastream_than_the_address_is_refused(fixture: Fixture) -> None:
    assert fixture.reasons(message((2, AT, 1.0, 0)), addressed=1) == ["foreign"]
    named_by_the_address = b'{"time_unit": "us", "readings": [[1767600000000000, 3]]}'
    assert fixture.take(named_by_the_address, addressed=1).accepted == 1
    assert logged(fixture.where) == [(1, AT, 3.0, -1)]


def test_offers_that_wait_together_are_answered_each_for_itself(fixture: Fixture) -> None:
    futures = [
        fixture.gateway.offer(
            [Message(message((at % 10, AT + at, 1.0, at)), 1 if at % 3 else 2), Message(b"[", 1)]
        )
        for at in range(300)
    ]
    answers = [future.result(timeout=10) for future in futures]
    assert [answer.accepted for answer in answers] == [1 if at % 3 else 0 for at in range(300)]
    for at, answer in enumerate(answers):
        found = [(each.message, each.reason) for each in answer.refused]
        assert found == ([] if at % 3 else [(0, "foreign")]) + [(1, "malformed")]
    assert sorted(row[3] for row in logged(fixture.where)) == [at for at in range(300) if at % 3]


def test_changes_of_the_register_arrive_and_an_absent_register_changes_nothing(
    fixture: Fixture,
) -> None:
    fixture.register.error = OSError("away")
    wait_for(lambda: fixture.gateway.state().register_error == "away")
    assert fixture.take(message((1, AT, 1.0, 0))).accepted == 1
    fixture.register.rows.append((50, 2, HOUR, HOUR, 0, True))
    fixture.register.error, fixture.register.marker = None, 1
    wait_for(lambda: fixture.gateway.declared.edition == 2)
    assert fixture.take(message((50, AT, 1.0, 0)), 2).accepted == 1
    assert fixture.gateway.state().register_error is None


def test_a_tick_never_goes_back_not_even_over_a_restart(fixture: Fixture) -> None:
    wait_for(lambda: len(ticks(fixture.where)) > 2)
    fixture.clock.at = AT + HOUR
    wait_for(lambda: ticks(fixture.where)[-1] == AT + HOUR)
    fixture.clock.at = AT - 24 * HOUR
    wait_for(lambda: fixture.gateway.state().clock_behind == 25 * HOUR)
    fixture.gateway.stop()
    before = len(ticks(fixture.where))
    fixture.begin()
    wait_for(lambda: len(ticks(fixture.where)) > before + 2)
    found = ticks(fixture.where)
    assert found == sorted(found)
    assert found[-1] == AT + HOUR


def test_refusals_wait_in_a_file_while_the_database_is_away(fixture: Fixture) -> None:
    fixture.quarantine.away = True
    assert fixture.reasons(message((12, AT, 1.0, 0), (12, AT + 1, 1.0, 1))) == ["foreign"] * 2
    wait_for(lambda: fixture.gateway.state().spool.error is not None)
    assert fixture.gateway.state().spool.waiting > 0
    fixture.gateway.stop()
    assert fixture.quarantine.rows == []
    fixture.quarantine.away = False
    fixture.begin()
    wait_for(lambda: fixture.quarantine.counts() == {"foreign": 2})
    wait_for(lambda: fixture.gateway.state().spool.waiting == 0)


def test_a_full_spool_still_counts_every_refusal(tmp_path: Path) -> None:
    fixture = Fixture(tmp_path / "log", Settings(spool_bytes=1000))
    fixture.quarantine.away = True
    for at in range(50):
        assert fixture.reasons(message((12, AT + at, 1.0, 0))) == ["foreign"]
    assert fixture.gateway.state().spool.crowded > 30
    fixture.quarantine.away = False
    wait_for(lambda: fixture.quarantine.counts() == {"foreign": 50})
    fixture.gateway.stop()


def test_a_full_backlog_says_busy_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture = Fixture(tmp_path / "log", Settings(bounds=Bounds(4, 1 << 20, 1, 1 << 20)))
    slow = threading.Event()
    real = folder.sync
    monkeypatch.setattr(folder, "sync", lambda d: (slow.wait(5), real(d)))
    futures, turned_away = [], 0
    for at in range(20):
        try:
            data = message((1, AT + at, 1.0, at))
            futures.append(fixture.gateway.offer([Message(data, 1)]))
        except Busy:
            turned_away += 1
    assert turned_away == fixture.gateway.state().busy == 16
    slow.set()
    assert sum(future.result(timeout=10).accepted for future in futures) == 4
    fixture.gateway.stop()
    assert sorted(row[3] for row in logged(fixture.where)) == [0, 1, 2, 3]


def test_what_a_full_disk_refused_is_accepted_when_it_is_sent_again(
    fixture: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(folder, "write_all", full)
        with pytest.raises(NotWritten, match="No space left"):
            fixture.take(message((1, AT, 1.0, 1)))
        assert fixture.gateway.state().log.error is not None
    assert fixture.take(message((1, AT, 1.0, 1))).accepted == 1
    assert logged(fixture.where) == [(1, AT, 1.0, 1)]


def test_full_segments_are_sealed_and_old_ones_forgotten_but_not_what_is_still_read(
    tmp_path: Path,
) -> None:
    floor = [0]
    settings = Settings(
        tick=0.01,
        sealing=0.02,
        keep=HOUR / 1e6,
        floor=lambda: floor[0],
        limits=Limits(segment_frames=4),
    )
    fixture = Fixture(tmp_path / "log", settings)
    fixture.take(message((1, AT, 1.0, 1)))
    wait_for(lambda: len(folder.sealed_segments(fixture.where)) > 1)
    fixture.clock.at = AT + 3 * HOUR
    wait_for(lambda: len(folder.sealed_segments(fixture.where)) > 4)
    assert 0 in folder.sealed_segments(fixture.where)
    floor[0] = 1 << 40
    wait_for(lambda: folder.sealed_segments(fixture.where)[0] > 0)
    assert fixture.take(message((1, AT + 3 * HOUR, 1.0, 1))).accepted == 1
    fixture.gateway.stop()
    fixture.begin()
    assert fixture.gateway.state().sealing_error is None
    fixture.gateway.stop()


def test_the_state_says_who_was_seen_when(fixture: Fixture) -> None:
    fixture.take(message((1, AT, 1.0, 1)))
    fixture.clock.at = AT + HOUR // 2
    fixture.take(message((1, AT, 1.0, 1), (12, AT, 1.0, 1)), source=2)
    state = fixture.gateway.state()
    assert state.seen == {1: AT, 2: AT + HOUR // 2}
    assert state.accepted_at == {1: AT, 2: AT + HOUR // 2}
    assert state.counts == {"accepted": 2, "foreign": 1}
    assert (state.waiting_messages, state.waiting_bytes, state.datastreams) == (0, 0, 20)


def test_a_message_that_breaks_the_intake_goes_to_quarantine_and_the_others_on(
    fixture: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = parse_gathered

    def breaking(messages: list[bytes], *rest: object) -> object:
        if any(data == b"poison" for data in messages):
            raise ZeroDivisionError
        return real(messages, *rest)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(taking, "parse_gathered", breaking)
    offered = [Message(message((1, AT, 1.0, 0)), 1), Message(b"poison", 1)]
    answer = fixture.gateway.offer(offered).result(timeout=10)
    assert answer.accepted == 1
    assert [(each.message, each.reason) for each in answer.refused] == [(1, "malformed")]
    wait_for(lambda: len(fixture.quarantine.rows) == 1)
    assert "!poison" in fixture.quarantine.rows[0].fragment


def test_when_nothing_can_be_taken_in_any_more_it_is_said_at_once(tmp_path: Path) -> None:
    died = threading.Event()
    fixture = Fixture(tmp_path / "log", Settings(register=0.02, on_death=died.set))
    fixture.gateway.writer.close()
    with pytest.raises(Closed):
        fixture.take(message((1, AT, 1.0, 0)))
    assert died.wait(5)
    fixture.gateway.stop()
