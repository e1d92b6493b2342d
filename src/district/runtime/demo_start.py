"""Sets the demo's clock before the settings are read."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from district.conf import demo_clock
from district.conf.paths import VAR
from district.loading.folder import FolderError, read_folder


def set_demo_clock(folder: str) -> None:
    """Let the clock start on the demo's date at the first start; later starts leave it alone.

    An installation whose embedded database was removed or is still empty starts anew, on the
    demo's date again.
    With DISTRICT_CLOCK_OFFSET in the environment the operator has set the clock by hand.
    """
    if "DISTRICT_CLOCK_OFFSET" in os.environ:
        return
    try:
        demo = read_folder(folder).demo
    except FolderError:
        return  # the loader says what is wrong with the folder
    if demo is None:
        return
    if not os.environ.get("DISTRICT_DATABASE"):
        if _has_history(VAR / "district.sqlite3"):
            return
        demo_clock.forget(VAR)
    demo_clock.set_to(VAR, demo.starts_at)


def _has_history(database: Path) -> bool:
    """Whether something has happened in the embedded database; Django is not up yet."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            found = connection.execute("SELECT 1 FROM kernel_history_event LIMIT 1").fetchone()
        except sqlite3.OperationalError:  # no such table yet
            return False
    return found is not None
