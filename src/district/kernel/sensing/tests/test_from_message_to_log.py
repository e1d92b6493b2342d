"""From messages to the log and back over a restart: nothing is lost, nothing is there twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.intake import Reason, Recent, Streams, check, parse_gathered
from district.kernel.sensing.log import Limits, LogReader, LogWriter, NotWritten, folder, seal

AT = 1_767_600_000_000_000
HOUR = 3_600_000_000
STREAMS = Streams.of(range(1, 6), [1] * 5, [HOUR] * 5)


def _messages(numbers: range) -> list[bytes]:
    return [
        json.dumps(
            {"datastream": 1 + n % 5, "time_unit": "us", "readings": [[AT + n, n, n]]}
        ).encode()
        for n in numbers
    ]


def _take_in(writer: LogWriter, recent: Recent, messages: list[bytes]) -> list[Reason]:
    checked = check(parse_gathered(messages, AT).batch, 1, STREAMS, recent, skew=HOUR)
    if len(checked.accepted):
        writer.append(checked.accepted)
        recent.keep(checked.accepted)
    return [Reason(reason) for reason in checked.reasons.tolist()]


def _sequences(where: Path) -> list[int]:
    contents = [frame.content for frame in LogReader(where).follow(0)]
    return [n for part in contents if isinstance(part, Batch) for n in part.sequence.tolist()]


def test_what_is_sent_again_after_a_restart_is_known(tmp_path: Path) -> None:
    with LogWriter(tmp_path, Limits(segment_frames=2)) as writer:
        recent = Recent(horizon=2 * HOUR)
        for start in range(0, 70, 10):
            assert set(_take_in(writer, recent, _messages(range(start, start + 10)))) == {
                Reason.ACCEPTED
            }
    seal(tmp_path)
    with LogWriter(tmp_path) as writer:
        reader = LogReader(tmp_path, writer)
        recent = Recent.from_frames(reader.follow(reader.tail(AT - 2 * HOUR)), 2 * HOUR)
        assert len(recent) == 70
        reasons = _take_in(writer, recent, _messages(range(65, 75)))
        assert reasons == [Reason.DUPLICATE] * 5 + [Reason.ACCEPTED] * 5
    assert sorted(_sequences(tmp_path)) == list(range(75))


def test_what_the_disk_refused_is_accepted_when_it_is_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recent = Recent(horizon=2 * HOUR)
    with LogWriter(tmp_path) as writer:
        _take_in(writer, recent, _messages(range(5)))
        with monkeypatch.context() as patch:
            patch.setattr(folder, "write_all", _no_space)
            with pytest.raises(NotWritten, match="No space left"):
                _take_in(writer, recent, _messages(range(10)))
        assert _take_in(writer, recent, _messages(range(10))).count(Reason.ACCEPTED) == 5
    assert sorted(_sequences(tmp_path)) == list(range(10))


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")
