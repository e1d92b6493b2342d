"""Rows: a copy of the SQLite file by its backup interface, or a base backup of PostgreSQL.

SQLite is restored to the moment of a backup. PostgreSQL archives its log besides (see
docs/operate.md), so it is restored to any moment between a base backup and the log's end.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

#: The name of the copied SQLite file in a base backup.
SQLITE = "district.sqlite3"
_PGDATA = "pgdata"


class Failed(Exception):  # reads better without the suffix
    """What could not be backed up or restored, in words for whoever operates."""


def backup_sqlite(database: Path, target: Path) -> None:
    """Copy a database that others go on writing, as of one moment; `target` is a folder."""
    target.mkdir(parents=True)
    with (
        closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60)) as source,
        closing(sqlite3.connect(target / SQLITE)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA quick_check").fetchone()
    if found != ("ok",):
        raise Failed(f"the copy of the database is damaged: {found[0]}")


def backup_postgresql(address: str, target: Path) -> None:
    """A base backup of the whole cluster at `address`, checked by PostgreSQL's own manifest.

    The role needs REPLICATION. The log's segments that the backup needs are in it, so that it can
    be restored without the archive, too.
    """
    target.mkdir(parents=True)
    data = target / _PGDATA
    # No database is named: a base backup is of the cluster.
    parts = urlsplit(address)
    server = parts._replace(path="/postgres").geturl().replace("postgres://", "postgresql://", 1)
    _call(["pg_basebackup", "-d", server, "-D", str(data), "-X", "stream", "-c", "fast"])
    # The log of the backup itself is checked when it is restored.
    _call(["pg_verifybackup", "-q", str(data)])


def end_of_log(address: str) -> None:
    """Have the log's present segment archived, so that what was committed until now is."""
    import psycopg

    with psycopg.connect(
        address.replace("postgres://", "postgresql://", 1), autocommit=True
    ) as opened:
        mode = opened.execute("SHOW archive_mode").fetchone()
        if mode and mode[0] != "off":
            opened.execute("SELECT pg_switch_wal()")


def restore_sqlite(base: Path, database: Path) -> None:
    """Put the copy where the installation has its database, which must not exist."""
    if database.exists():
        raise Failed(f"{database} exists; move it away first")
    database.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(base / SQLITE, database)


def restore_postgresql(base: Path, wal: Path, cluster: Path, until: datetime | None) -> None:
    """Lay a cluster down that plays the archived log up to `until` (else its end) when it is
    started, and then is open. `cluster` is missing or empty."""
    if cluster.exists() and any(cluster.iterdir()):
        raise Failed(f"{cluster} is not empty; move what lies there away first")
    _call(["pg_verifybackup", "-q", str(base / _PGDATA)])
    shutil.copytree(base / _PGDATA, cluster, dirs_exist_ok=True, symlinks=True)
    cluster.chmod(0o700)
    lines = [
        f'restore_command = \'cp "{wal}/%f" "%p"\'',
        "recovery_target_action = 'promote'",
        "recovery_target_timeline = 'latest'",
        # The restored cluster must not write into the archive that it was restored from.
        "archive_mode = 'off'",
    ]
    if until is not None:
        lines.append(f"recovery_target_time = '{until.isoformat()}'")
    with (cluster / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
    (cluster / "recovery.signal").touch()


def _call(command: list[str]) -> None:
    program = shutil.which(command[0], path=_path(os.environ))
    if program is None:
        raise Failed(f"{command[0]} is not installed; apt-get install postgresql")
    # The commands are this module's own and are run without a shell.
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)  # noqa: S603  # as said above
    if done.returncode:
        raise Failed(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()[-800:]}")


def _path(environment: Mapping[str, str]) -> str:
    """Where programs are, Debian's folders of PostgreSQL first: they belong together."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return os.pathsep.join([*map(str, debian), environment.get("PATH", "")])
