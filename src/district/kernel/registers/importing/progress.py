"""How far the writing of an import has come, told past the transaction that nobody else sees into.

A small file for each run, locked while its writer lives: SQLite has one writer, which is the
import itself, so the database cannot say it. A lock ends with its process, however that ended.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Writing:
    """Rows written so far, of how many; `alive` is false when the writer ended on the way."""

    done: int
    total: int
    alive: bool


def _path(run_id: Any) -> Path:
    return Path(settings.VAR) / "progress" / f"import-{run_id}"


@contextmanager
def telling(run_id: Any) -> Iterator[Callable[[int, int], None]]:
    """Tell how far the run is, until the block ends; a disk that takes no file costs no import."""
    path = _path(run_id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w+b", buffering=0)
    except OSError:
        log.exception("the progress of import %s cannot be told", run_id)
        yield lambda _done, _total: None
        return

    def tell(done: int, total: int) -> None:
        try:
            # In place and always as long: whoever reads meanwhile reads one line or the other.
            os.pwrite(file.fileno(), f"{done:>10} {total:>10}\n".encode(), 0)
        except OSError:
            log.exception("the progress of import %s cannot be told", run_id)

    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        tell(0, 0)
        try:
            yield tell
        finally:
            forget(run_id)


def writing_of(run_id: Any) -> Writing | None:
    """What the writer on this machine told last; None where none has begun."""
    try:
        with _path(run_id).open("rb") as file:
            words = file.read().split()
            alive = _is_locked(file)
    except OSError:
        return None
    done, total = (int(word) for word in words) if len(words) == 2 else (0, 0)
    return Writing(done, total, alive)


def _is_locked(file: Any) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def forget(run_id: Any) -> None:
    """Remove what was told about a run."""
    try:
        _path(run_id).unlink(missing_ok=True)
    except OSError:
        log.exception("the progress of import %s cannot be removed", run_id)
