"""Loses an installation and brings it back to a stated moment; proves that nothing is different.

    python scripts/rehearse_restore.py [--database sqlite|postgresql|both]

Makes a district with cases, people's encrypted names, history, attachments and readings; backs it
up; goes on writing; states a moment; goes on writing; destroys database, files and keys; restores;
and compares every row of every table and every file with what was there at the moment. Readings
after the moment are there as well, up to the last backup. Each run uses folders and, for
PostgreSQL, a cluster of its own. The exit code is 1 when anything differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.faults.installation import Installation  # noqa: E402  # the path above comes first

from district.testing import kept, postgres  # noqa: E402  # as above

_PASSPHRASE = "a passphrase of the rehearsal"  # noqa: S105  # guards a rehearsal


# -- what runs inside the installation ------------------------------------------------------


def _write(given: dict[str, Any]) -> None:
    """Cases with reporters, attachments, readings: some of each, told apart by `word`."""
    from django.core.files.base import ContentFile
    from tests.faults.steps import report_cases

    from district.kernel.base.attachments import private_storage
    from district.kernel.sensing.public import Batch, LogWriter, folder_of

    var = Path(os.environ["DISTRICT_VAR"])
    word, count = given["word"], int(given["count"])
    report_cases({"answers": str(var / "answers"), "run": word, "count": count})
    storage = private_storage("rehearsal")
    with LogWriter(folder_of(os.environ, var)) as log:
        for number in range(count):
            content = ContentFile((f"附件 {word} {number}\n" * 200).encode())
            storage.save(f"{word}-{number}.txt", content)
            at = 1_767_225_600_000_000 + 1_000_000 * number
            log.append(
                Batch.of([number] * 50, range(at, at + 50), [1.5] * 50, [at] * 50, range(50))
            )


def _seal(_given: dict[str, Any]) -> None:
    """Seal the readings, as the gateway does after a while: raw files go, sealed ones come."""
    from district.kernel.sensing.log import seal
    from district.kernel.sensing.public import folder_of

    seal(folder_of(os.environ, Path(os.environ["DISTRICT_VAR"])))


def _told(given: dict[str, Any]) -> None:
    """Every row of every table, every file, every frame of the log, as digests."""
    from district.kernel.sensing.public import LogReader, folder_of

    var = Path(os.environ["DISTRICT_VAR"])
    frames: dict[str, str] = {}
    log = folder_of(os.environ, var)
    for frame in LogReader(log).follow(0):
        frames[str(frame.position)] = _digest(_content(frame.content))
    files = {
        path.relative_to(var).as_posix(): _digest(path.read_bytes())
        for folder in (var / "attachments", var / "secrets")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    told = {"rows": _rows(), "files": files, "frames": frames, "names": _names()}
    Path(given["out"]).write_text(json.dumps(told), encoding="utf-8")


def _content(content: Any) -> str:
    """All that a frame holds: the readings' columns, or a tick."""
    columns = ("stream", "time", "value", "received", "sequence")
    if hasattr(content, "stream"):
        return repr([getattr(content, column).tolist() for column in columns])
    return repr(content)


def _rows() -> dict[str, list[str]]:
    from django.db import connection

    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # our own tables
            found[table] = sorted(_digest(repr(row)) for row in cursor.fetchall())
    return found


def _names() -> list[str]:
    """Names of reporters in clear, without a trace: only the right keys open them."""
    from district.kernel.cases.models import Reporter
    from district.kernel.history.public import open_for_counting

    tokens = Reporter.objects.exclude(name="").values_list("name", flat=True)
    return sorted(name or "" for name in open_for_counting(list(tokens)))


def _verify(_given: dict[str, Any]) -> None:
    from district.kernel.history.public import verify

    report = verify({})
    if not report.sound:
        raise SystemExit(f"history is not sound: {report.problems[:3]}")


def _digest(content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:32]


_STEPS: dict[str, Callable[[dict[str, Any]], None]] = {
    "write": _write,
    "seal": _seal,
    "told": _told,
    "verify": _verify,
}


# -- the rehearsal --------------------------------------------------------------------------


class Rehearsal:
    """One installation, lost and brought back."""

    def __init__(self, home: Path, database: str) -> None:
        self.home, self.archive = home, home / "archive"
        self.installation = Installation(home / "var", database)
        self.passphrase = home / "passphrase"
        self.passphrase.write_text(_PASSPHRASE, encoding="ascii")

    def inside(self, name: str, **given: Any) -> None:
        """Run a step of this file in the installation."""
        self._run([str(Path(__file__)), "--step", name, json.dumps(given)])

    def district(self, *arguments: str) -> None:
        """Run a command of the product."""
        self._run(["-m", "district.cli", *arguments, "--passphrase-file", str(self.passphrase)])

    def _run(self, command: list[str]) -> None:
        environment = self.installation.environment
        subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-W", "ignore", *command], env=environment, cwd=ROOT, check=True
        )

    def told(self, name: str) -> dict[str, Any]:
        """What there is now."""
        out = self.home / f"{name}.json"
        self.inside("told", out=str(out))
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found

    def prepare(self) -> None:
        """Tables and a small district."""
        self.installation.home.mkdir()
        self.installation.step("prepare")
        self.installation.step("prepare_cases")

    def close(self) -> None:
        """End what it started."""
        self.installation.close()


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is not as it was, a line each. Frames may be more than before; files of attachments,
    too, which no row knows of."""
    found = []
    for table in sorted(set(before["rows"]) | set(after["rows"])):
        if before["rows"].get(table) != after["rows"].get(table):
            counts = [len(each["rows"].get(table, [])) for each in (before, after)]
            found.append(f"rows of {table}: {counts[0]} before, {counts[1]} after, not the same")
    for part in ("files", "frames"):
        for name, digest in before[part].items():
            if after[part].get(name) != digest:
                found.append(f"{part}: {name} is not as it was")
    if set(after["files"]) - set(before["files"]):
        found.append(
            f"files that were not there: {sorted(set(after['files']) - set(before['files']))}"
        )
    if before["names"] != after["names"] or not before["names"]:
        found.append("the names of reporters do not open")
    return found


def on_sqlite(home: Path, *, prepared: Path | None = None) -> list[str]:
    """Restore to the moment of a backup; the differences. `prepared` is a folder that holds an
    installation with a small district already."""
    rehearsal = Rehearsal(home, f"sqlite:///{home / 'var' / 'district.sqlite3'}")
    try:
        if prepared is not None:
            shutil.copytree(prepared, rehearsal.installation.home)
            rehearsal.installation.step("prepare_cases")
        else:
            rehearsal.installation.home.mkdir()
            kept.lay_down(rehearsal.installation.home / "district.sqlite3")
            rehearsal.installation.step("prepare")
            rehearsal.installation.step("prepare_cases")
        rehearsal.inside("write", word="before", count=5)
        rehearsal.district("backup", str(rehearsal.archive))
        rehearsal.inside("write", word="until", count=5)
        before = rehearsal.told("before")
        rehearsal.district("backup", str(rehearsal.archive))
        moment = datetime.now(UTC)
        rehearsal.inside("write", word="after", count=5)
        rehearsal.inside("seal")
        rehearsal.district("backup", str(rehearsal.archive), "--without-rows")
        shutil.rmtree(rehearsal.installation.home)
        rehearsal.district("restore", str(rehearsal.archive), "--until", moment.isoformat())
        after = rehearsal.told("after")
        found = differences(before, after)
        rehearsal.inside("verify")
    finally:
        rehearsal.close()
    return _said("SQLite, to the moment of a backup", before, after, found)


def on_postgresql(home: Path) -> list[str]:
    """Restore to a moment between two backups; the differences."""
    binaries = postgres.binaries()
    if binaries is None:
        raise SystemExit("PostgreSQL is not installed; apt-get install postgresql")
    wal = home / "archive" / "wal"
    wal.mkdir(parents=True)
    _give_to_postgres(home, wal)
    settings = {
        "archive_mode": "on",
        "archive_command": f'test ! -f "{wal}/%f" && cp "%p" "{wal}/%f"',
        "wal_level": "replica",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
    }
    with postgres.cluster(binaries, settings) as address:
        rehearsal = Rehearsal(home, postgres.create(address, "district"))
        try:
            rehearsal.prepare()
            rehearsal.inside("write", word="before", count=5)
            rehearsal.district("backup", str(rehearsal.archive))
            rehearsal.inside("write", word="until", count=5)
            before = rehearsal.told("before")
            time.sleep(0.2)
            moment = datetime.now(UTC)
            time.sleep(0.2)
            rehearsal.inside("write", word="after", count=5)
            rehearsal.inside("seal")
            rehearsal.district("backup", str(rehearsal.archive), "--without-rows")
            _until_archived(rehearsal.installation, wal)
        finally:
            rehearsal.close()
    # The cluster's folder is gone with it; now the rest.
    shutil.rmtree(rehearsal.installation.home)
    cluster = home / "cluster"
    rehearsal.district(
        *("restore", str(rehearsal.archive)),
        *("--until", moment.isoformat(), "--cluster", str(cluster)),
    )
    _give_to_postgres(cluster)
    with postgres.started(binaries, cluster) as address:
        rehearsal.installation.database = f"{address.rpartition('/')[0]}/district"
        after = rehearsal.told("after")
        found = differences(before, after)
        rehearsal.inside("verify")
    rehearsal.close()
    return _said("PostgreSQL, to a moment between two backups", before, after, found)


def _give_to_postgres(*folders: Path) -> None:
    """PostgreSQL refuses to run as root: as root, its own user gets the folders."""
    if os.geteuid() != 0:
        return
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            if folder.name != "cluster" or not path.is_symlink():
                shutil.chown(path, "postgres", "postgres")


def _until_archived(installation: Installation, wal: Path) -> None:
    """Until the segment that holds the last commit is in the archive."""
    last = installation.look("SELECT pg_walfile_name(pg_switch_wal())")
    installation.until(lambda: (wal / str(last)).exists(), f"{last} is archived")


def _said(what: str, before: dict[str, Any], after: dict[str, Any], found: list[str]) -> list[str]:
    rows = sum(map(len, before["rows"].values()))
    more = len(after["frames"]) - len(before["frames"])
    print(
        f"{what}: {rows} rows of {len(before['rows'])} tables, {len(before['files'])} files, "
        f"{len(before['frames'])} frames and {more} later ones: "
        f"{'as they were' if not found else 'DIFFERENT'}",
        flush=True,
    )
    for line in found:
        print(f"    {line}")
    return found


def main() -> int:
    """Parse the options; rehearse, or run one step inside an installation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--step", nargs=2, metavar=("NAME", "GIVEN"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        import django

        django.setup()
        _STEPS[options.step[0]](json.loads(options.step[1]))
        return 0
    found: list[str] = []
    for name, rehearse in (("sqlite", on_sqlite), ("postgresql", on_postgresql)):
        if options.database in (name, "both"):
            with tempfile.TemporaryDirectory(prefix="district-restore-") as folder:
                Path(folder).chmod(0o755)
                found += rehearse(Path(folder))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
