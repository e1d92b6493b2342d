"""What the sessions of one run share: databases with every table and no row, the loaded demo.

`scripts/test.py` makes the databases while the checks run; a session that finds none migrates for
itself. `DISTRICT_TEST_KEPT` names the folder.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FOLDER = "DISTRICT_TEST_KEPT"
#: The empty database's name on PostgreSQL, if the cluster of the run has one.
TEMPLATE = "DISTRICT_TEST_TEMPLATE"


def folder() -> Path | None:
    """What sessions of one run share; None when a session runs by itself."""
    named = os.environ.get(FOLDER)
    return Path(named) if named else None


def empty_file(folder: Path) -> Path:
    """Where the empty SQLite database of a run is."""
    return folder / "empty.sqlite3"


def lay_down(database: Path) -> bool:
    """Put the run's empty SQLite database at `database`; whether there was one."""
    found = folder()
    if found is None or not empty_file(found).exists():
        return False
    shutil.copy(empty_file(found), database)
    return True


def template() -> str:
    """The run's empty database on PostgreSQL; "" when there is none."""
    return os.environ.get(TEMPLATE, "")
