"""The spool of refused readings when its thread does not end."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from district.kernel.sensing.gateway import Refusal
from district.kernel.sensing.gateway.spool import Spool

pytestmark = pytest.mark.one_database


class Waiting:
    """A quarantine whose database does not answer."""

    def __init__(self) -> None:
        self.asked, self.answers = threading.Event(), threading.Event()

    def put(self, rows: Sequence[Refusal]) -> None:
        self.asked.set()
        self.answers.wait(10)


def test_while_the_database_does_not_answer_the_file_stays_open_over_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = Waiting()
    spool = Spool(tmp_path / "refused", waiting)
    spool.start()
    spool.add([Refusal(1, "7", "late", "{}", 0)])
    assert waiting.asked.wait(10)
    join = spool._thread.join
    monkeypatch.setattr(spool._thread, "join", lambda timeout: join(0.05))
    spool.stop()
    descriptor = spool._descriptor
    with (tmp_path / "next").open("w") as other:
        assert other.fileno() != descriptor
    waiting.answers.set()
    join(10)
    assert spool.state.error is None
    assert (tmp_path / "refused").stat().st_size == 0
    os.close(descriptor)
