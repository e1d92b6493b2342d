"""Makes a backup while the installation goes on writing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from district import __version__
from district.runtime.keeping import files, keys, manifest, rows
from district.runtime.keeping.files import Known
from district.runtime.keeping.manifest import Manifest
from district.runtime.keeping.rows import Failed

#: How often the copy of the readings is tried, and seconds between two tries.
_TRIES, _PAUSE = 30, 2.0
_NOT_COPIED = frozenset({"lock", "sealing.lock", "durable"})


@dataclass(frozen=True)
class Place:
    """Where an installation has what is to be kept."""

    database: str
    attachments: Path
    readings: Path
    secrets: dict[str, str]

    @property
    def sqlite(self) -> Path | None:
        """The file of the embedded database, if it is that."""
        scheme, _, path = self.database.partition("://")
        return Path(path[1:]) if scheme == "sqlite" else None


def back_up(
    place: Place,
    archive: Path,
    passphrase: str,
    *,
    with_rows: bool = True,
    say: Callable[[str], None] = print,
) -> Manifest:
    """Make one backup and return its manifest. Without rows it keeps files and keys alone, which
    is quick: rows then come from PostgreSQL's archived log.

    Attachments are copied before and after the rows: whatever the rows know of is there.
    """
    wrapped = keys.wrap(place.secrets, passphrase)
    earlier = manifest.all_of(archive)
    known = dict(earlier[-1].attachments) if earlier else {}
    at = datetime.now(UTC)
    name = Manifest(at, "", "", {}, {}, {}, {}).name
    kept, born = _attachments(place.attachments, archive / "attachments", known)
    base, kind = archive / "base" / name, ""
    if with_rows:
        kind = _rows(place, base)
        say(f"rows of {kind} are kept")
    later, born_later = _attachments(place.attachments, archive / "attachments", kept)
    readings = _readings(place.readings, archive / "readings")
    files.write(archive / "keys" / name, wrapped)
    if kind == "postgresql":
        rows.end_of_log(place.database)
    known_rows = {each: files.digest(base / each) for each in files.below(base)}
    made = Manifest(
        at, __version__, kind, known_rows, {**kept, **later}, {**born, **born_later}, readings
    )
    manifest.save(archive, made)
    say(f"{len(made.attachments)} attachments and {len(readings)} files of readings are kept")
    return made


def _rows(place: Place, base: Path) -> str:
    if place.sqlite is not None:
        rows.backup_sqlite(place.sqlite, base)
        return "sqlite"
    rows.backup_postgresql(place.database, base)
    return "postgresql"


def _attachments(
    source: Path, target: Path, known: dict[str, Known]
) -> tuple[dict[str, Known], dict[str, float]]:
    """Copy what is not there yet: names are random and contents never change."""
    found: dict[str, Known] = {}
    born: dict[str, float] = {}
    for name in files.below(source):
        try:
            told = (source / name).stat()
            if name not in known or not (target / name).exists():
                files.copy(source / name, target / name)
                found[name] = files.digest(target / name)
            else:
                found[name] = known[name]
            born[name] = told.st_mtime
        except FileNotFoundError:  # its last row went while we looked
            continue
    return found, born


def _readings(source: Path, target: Path) -> dict[str, Known]:
    """Make the copy of the log like the log, while it is written, sealed and compacted.

    The mark says what must be there, so it is read first; what is appended later is there or not.
    Where something was sealed or compacted meanwhile, a frame may have been in neither file when
    we looked: then it is done again. That happens every few minutes, and takes a moment.
    """
    if not source.is_dir():
        return {}
    for _try in range(_TRIES):
        mark = (source / "durable").read_bytes() if (source / "durable").exists() else b""
        before = _settled(source)
        found = _mirrored(source, target)
        if found is not None and _settled(source) == before:
            break
        time.sleep(_PAUSE)
    else:
        raise Failed(f"{source} is sealed and compacted without a pause")
    if mark:
        files.write(target / "durable", mark)
        found["durable"] = files.digest(target / "durable")
    for name in set(files.below(target)) - set(found):
        (target / name).unlink()
    return found


def _settled(source: Path) -> dict[str, tuple[int, int]]:
    """All that changes only by sealing, compacting and forgetting: names, sizes and times of what
    is not raw, and the first raw segment."""
    found: dict[str, tuple[int, int]] = {}
    names = list(files.below(source))
    for name in names:
        if not name.startswith("raw/") and name not in _NOT_COPIED:
            with suppress(FileNotFoundError):
                told = (source / name).stat()
                found[name] = (told.st_size, told.st_mtime_ns)
    first = next((name for name in names if name.startswith("raw/")), "")
    return {**found, first: (0, 0)}


def _mirrored(source: Path, target: Path) -> dict[str, Known] | None:
    """Copy what has changed; None when a file went away meanwhile."""
    found: dict[str, Known] = {}
    for name in files.below(source):
        if name in _NOT_COPIED:
            continue
        copy = target / name
        try:
            told = (source / name).stat()
            if not copy.exists() or _differs(told.st_size, told.st_mtime, copy):
                files.copy(source / name, copy)
        except FileNotFoundError:
            return None
        found[name] = files.digest(copy)
    return found


def _differs(size: int, changed: float, copy: Path) -> bool:
    told = copy.stat()
    return (told.st_size, told.st_mtime) != (size, changed)


def check(archive: Path) -> list[str]:
    """What of the archive is missing or altered, a line each: of every backup the rows, of the
    newest the readings, of all the attachments."""
    found: list[str] = []
    made = manifest.all_of(archive)
    if not made:
        return [f"{archive}: there is no backup"]
    attachments: dict[str, Known] = {}
    for each in made:
        attachments.update(each.attachments)
        found += files.faults(archive / "base" / each.name, each.base)
        if not (archive / "keys" / each.name).exists():
            found.append(f"{archive / 'keys' / each.name}: is missing")
    found += files.faults(archive / "attachments", attachments)
    return found + files.faults(archive / "readings", made[-1].readings)


def forget(archive: Path, days: int) -> int:
    """Remove backups that began more than `days` days ago, except the newest with rows and those
    after it; then attachments of no backup. How many backups were removed."""
    made = manifest.all_of(archive)
    floor = datetime.now(UTC) - timedelta(days=days)
    newest = max((each.at for each in made if each.rows), default=floor)
    # What lies between a kept base and the next is needed for the moments between.
    bases = [each.at for each in made if each.rows and each.at <= floor]
    keep_from = min(newest, max(bases, default=floor))
    old = [each for each in made if each.at < keep_from]
    for each in old:
        (archive / "manifests" / f"{each.name}.json").unlink()
        shutil.rmtree(archive / "base" / each.name, ignore_errors=True)
        (archive / "keys" / each.name).unlink(missing_ok=True)
    kept = {name for each in made if each not in old for name in each.attachments}
    for name in set(files.below(archive / "attachments")) - kept:
        (archive / "attachments" / name).unlink()
    return len(old)
