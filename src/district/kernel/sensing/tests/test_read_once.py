"""A part of the log that is read once answers as the log does, and is gone afterwards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.conf import LazySettings

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.log import LogWriter
from district.kernel.sensing.logged import LoggedReadings, NotTaken, log_folder
from district.kernel.sensing.read_once import log_read_once
from district.kernel.sensing.store import is_configured, readings

pytestmark = pytest.mark.one_database


@pytest.fixture
def log(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoggedReadings:
    """A log in which three datastreams spoke at the same times, out of order."""
    monkeypatch.delenv("DISTRICT_READINGS", raising=False)
    settings.VAR = tmp_path
    times = np.random.default_rng(7).permutation(300) * 10
    with LogWriter(log_folder()) as writer:
        for part in np.split(times, 6):
            stream = np.resize([4, 9, 11], len(part))
            writer.append(Batch.of(stream, part, part / 7))
    return LoggedReadings(log_folder(), None)


def _told(found: Batch) -> list[tuple[int, int, float]]:
    return list(zip(found.stream.tolist(), found.time.tolist(), found.value.tolist(), strict=True))


@pytest.mark.parametrize(
    ("streams", "since", "until"),
    [([4, 9], None, None), ([9], 500, 1500), ([11, 4], 1000, None), ([4], 2000, 2000), ([5], 0, 9)],
)
def test_it_answers_as_the_log_does(
    log: LoggedReadings, streams: list[int], since: int | None, until: int | None
) -> None:
    with log_read_once([4, 9, 11], 10**6) as count:
        assert count == 300
        once = readings()
        assert once.count(streams, since, until) == log.count(streams, since, until)
        for order in ("asc", "desc"):
            for limit, offset in ((None, 0), (5, 3)):
                given = {"order": order, "limit": limit, "offset": offset}
                wanted = log.query(streams, since, until, **given)  # type: ignore[arg-type]  # as above
                assert _told(once.query(streams, since, until, **given)) == _told(wanted)  # type: ignore[arg-type]  # as above
    assert not is_configured()


def test_what_came_later_and_of_others_is_not_there_and_nothing_can_be_written(
    log: LoggedReadings,
) -> None:
    with log_read_once([4], 1000):
        assert readings().count([4]) == log.count([4], None, 1000) > 0
        assert readings().count([9]) == 0
        with pytest.raises(NotTaken):
            readings().append(Batch.of([4], [1], [1.0]), source=None)


def test_without_a_log_there_are_no_readings(settings: LazySettings, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "nowhere"
    with log_read_once([4], 1000) as count:
        assert count == 0
        assert is_configured()
    assert not is_configured()
