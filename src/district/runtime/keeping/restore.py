"""Brings an installation back from an archive, to a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from district.runtime.keeping import files, keys, manifest, rows
from district.runtime.keeping.backup import Place
from district.runtime.keeping.files import Known
from district.runtime.keeping.manifest import Manifest
from district.runtime.keeping.rows import Failed


def restore(
    archive: Path,
    place: Place,
    secrets: Path,
    passphrase: str,
    *,
    cluster: Path | None = None,
    until: datetime | None = None,
    say: Callable[[str], None] = print,
) -> Manifest:
    """Restore to `until` (an aware moment), else to the newest that there is; the backup whose
    rows were taken.

    Into an empty installation only: nothing is overwritten. `secrets` is the folder for the keys,
    `cluster` the data folder of a PostgreSQL that does not run. Readings are restored up to the
    last backup whatever `until` says: nobody would send them again. Raises Failed, WrongPassphrase,
    and ValueError for a manifest that cannot be read; then nothing was written but what is named.
    """
    made = manifest.all_of(archive)
    based = [each for each in made if each.rows and (until is None or each.at <= until)]
    if not based:
        raise Failed(f"{archive} holds no rows from before {until or 'now'}")
    base = based[-1]
    _refuse_what_is_there(place, secrets)
    unwrapped = keys.unwrap((archive / "keys" / base.name).read_bytes(), passphrase)
    wanted = _attachments(made, base, until)
    faults = files.faults(archive / "base" / base.name, base.base)
    faults += files.faults(archive / "attachments", wanted)
    faults += files.faults(archive / "readings", made[-1].readings)
    if faults:
        raise Failed("the archive is damaged:\n" + "\n".join(faults))
    _rows(archive, base, place, cluster, until)
    say(f"rows: from the backup of {base.at.isoformat()}")
    _copy(archive / "attachments", place.attachments, wanted)
    _copy(archive / "readings", place.readings, made[-1].readings)
    for name, value in unwrapped.items():
        files.write(secrets / name, value.encode())
    say(f"{len(wanted)} attachments, {len(made[-1].readings)} files of readings, the keys")
    return base


def _refuse_what_is_there(place: Place, secrets: Path) -> None:
    for folder in (place.attachments, place.readings, secrets):
        if next(files.below(folder), None) is not None:
            raise Failed(f"{folder} is not empty; move what lies there away first")


def _attachments(made: list[Manifest], base: Manifest, until: datetime | None) -> dict[str, Known]:
    """What was there at the moment: all that its base knows, and of later backups, up to the first
    behind the moment, what is not younger than the moment. What was removed between is restored
    with them; the sweep finds what no row knows of."""
    found = dict(base.attachments)
    for each in (later for later in made if later.at > base.at):
        young = until.timestamp() if until else float("inf")
        found |= {n: known for n, known in each.attachments.items() if each.born[n] <= young}
        if until is not None and each.at > until:
            break
    return found


def _rows(
    archive: Path, base: Manifest, place: Place, cluster: Path | None, until: datetime | None
) -> None:
    folder = archive / "base" / base.name
    if base.rows == "sqlite":
        if place.sqlite is None:
            raise Failed("the backup is of the embedded database; DISTRICT_DATABASE names another")
        rows.restore_sqlite(folder, place.sqlite)
    elif cluster is None:
        raise Failed("the backup is of PostgreSQL; name an empty data folder by --cluster")
    else:
        rows.restore_postgresql(folder, (archive / "wal").resolve(), cluster, until)


def _copy(source: Path, target: Path, wanted: dict[str, Known]) -> None:
    for name in wanted:
        files.copy(source / name, target / name)
