"""An archive keeps what was there at a moment, says when it was altered, and brings it back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from district.runtime.keeping import backup, files, keys, manifest
from district.runtime.keeping.backup import Place, back_up, check, forget
from district.runtime.keeping.restore import restore
from district.runtime.keeping.rows import Failed

PASSPHRASE = "twenty letters and a few more"  # noqa: S105  # guards nothing
SECRETS = {"secret_key": "s", "person_master_key": "p"}
Made = tuple[Place, Path]


def quiet(_line: str) -> None:
    """Nothing is printed."""


def place_in(home: Path) -> Place:
    database = f"sqlite:///{home / 'district.sqlite3'}"
    return Place(database, home / "attachments", home / "readings", dict(SECRETS))


def write(place: Place, word: str) -> None:
    """A row, a file and a frame more."""
    assert place.sqlite is not None
    with closing(sqlite3.connect(place.sqlite)) as opened, opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("PRAGMA synchronous=OFF")
        opened.execute("CREATE TABLE IF NOT EXISTS word (text)")
        opened.execute("INSERT INTO word VALUES (?)", [word])
    place.attachments.mkdir(exist_ok=True)
    (place.attachments / word).write_bytes(word.encode() * 1000)
    (place.readings / "raw").mkdir(parents=True, exist_ok=True)
    with (place.readings / "raw" / f"{0:016d}.log").open("ab") as log:
        log.write(word.encode() * 100)


def words(place: Place) -> list[str]:
    assert place.sqlite is not None
    with closing(sqlite3.connect(place.sqlite)) as opened:
        return [row[0] for row in opened.execute("SELECT text FROM word ORDER BY rowid")]


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut during a test loses nothing of worth."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    place = place_in(tmp_path / "var")
    (tmp_path / "var").mkdir()
    write(place, "one")
    return place, tmp_path / "archive"


@pytest.fixture
def again(made: Made, tmp_path: Path) -> Callable[[datetime | None], Place]:
    def restored(until: datetime | None) -> Place:
        found = place_in(tmp_path / "again")
        secrets = tmp_path / "again" / "secrets"
        restore(made[1], found, secrets, PASSPHRASE, until=until, say=quiet)
        assert {path.name: path.read_text() for path in secrets.iterdir()} == SECRETS
        return found

    return restored


def test_what_was_written_until_the_backup_comes_back_and_nothing_later(
    made: Made, again: Callable[[datetime | None], Place]
) -> None:
    place, archive = made
    back_up(place, archive, PASSPHRASE, say=quiet)
    write(place, "two")
    moment = datetime.now(UTC)
    back_up(place, archive, PASSPHRASE, say=quiet)
    write(place, "three")
    assert check(archive) == []
    found = again(moment)
    assert words(found) == ["one"]
    assert (found.attachments / "one").read_bytes() == b"one" * 1000
    # Readings are kept up to the last backup: nobody would send them again.
    assert (found.readings / "raw" / f"{0:016d}.log").read_bytes() == b"one" * 100 + b"two" * 100


def test_without_a_moment_the_newest_backup_comes_back(
    made: Made, again: Callable[[datetime | None], Place]
) -> None:
    place, archive = made
    back_up(place, archive, PASSPHRASE, say=quiet)
    write(place, "two")
    back_up(place, archive, PASSPHRASE, say=quiet)
    found = again(None)
    assert words(found) == ["one", "two"]
    assert sorted(path.name for path in found.attachments.iterdir()) == ["one", "two"]


def test_a_file_that_went_between_two_backups_is_kept_for_the_moments_between(
    made: Made, again: Callable[[datetime | None], Place]
) -> None:
    place, archive = made
    back_up(place, archive, PASSPHRASE, say=quiet)
    moment = datetime.now(UTC)
    (place.attachments / "one").unlink()
    back_up(place, archive, PASSPHRASE, with_rows=False, say=quiet)
    assert "one" not in manifest.all_of(archive)[-1].attachments
    assert (again(moment).attachments / "one").exists()


def test_sealed_readings_replace_raw_ones_in_the_copy(made: Made) -> None:
    place, archive = made
    back_up(place, archive, PASSPHRASE, say=quiet)
    (place.readings / "raw" / f"{0:016d}.log").unlink()
    (place.readings / "sealed").mkdir()
    (place.readings / "sealed" / f"{0:016d}.parquet").write_bytes(b"sealed")
    back_up(place, archive, PASSPHRASE, say=quiet)
    assert list(files.below(archive / "readings")) == [f"sealed/{0:016d}.parquet"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_readings_that_are_sealed_while_they_are_copied_are_copied_again(
    made: Made, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    place, archive = made
    raw = place.readings / "raw" / f"{0:016d}.log"
    copy, sealed = files.copy, place.readings / "sealed" / f"{0:016d}.parquet"
    monkeypatch.setattr(backup, "_PAUSE", 0.0)

    def sealing(source: Path, target: Path) -> None:
        if source == raw and when == "after":
            copy(source, target)
        if source == raw:
            sealed.parent.mkdir()
            sealed.write_bytes(b"sealed")
            raw.unlink()
        if source != raw or when == "before":
            copy(source, target)

    monkeypatch.setattr(files, "copy", sealing)
    back_up(place, archive, PASSPHRASE, say=quiet)
    assert list(files.below(archive / "readings")) == [f"sealed/{0:016d}.parquet"]
    assert check(archive) == []


def altered_rows(archive: Path) -> Path:
    return next((archive / "base").rglob("*.sqlite3"))


def altered_attachment(archive: Path) -> Path:
    return archive / "attachments" / "one"


def altered_readings(archive: Path) -> Path:
    return archive / "readings" / "raw" / f"{0:016d}.log"


@pytest.mark.parametrize("which", [altered_rows, altered_attachment, altered_readings])
@pytest.mark.parametrize("how", ["altered", "cut", "gone"])
def test_damage_is_found_and_nothing_is_restored_from_it(
    made: Made, tmp_path: Path, which: Callable[[Path], Path], how: str
) -> None:
    place, archive = made
    back_up(place, archive, PASSPHRASE, say=quiet)
    path = which(archive)
    data = bytearray(path.read_bytes())
    if how == "gone":
        path.unlink()
    else:
        data[len(data) // 2] ^= 1
        path.write_bytes(data[:-1] if how == "cut" else data)
    assert [line for line in check(archive) if str(path) in line]
    found = place_in(tmp_path / "again")
    with pytest.raises(Failed, match="damaged"):
        restore(archive, found, tmp_path / "again" / "secrets", PASSPHRASE, say=quiet)
    assert not (tmp_path / "again").exists()


def test_a_backup_that_broke_off_is_none(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    place, archive = made
    back_up(place, archive, PASSPHRASE, say=quiet)

    def full(*_given: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(manifest, "save", full)
    with pytest.raises(OSError, match="No space"):
        back_up(place, archive, PASSPHRASE, say=quiet)
    assert len(manifest.all_of(archive)) == 1
    assert check(archive) == []


def test_nothing_is_restored_over_what_is_there(made: Made, tmp_path: Path) -> None:
    place, archive = made
    back_up(place, archive, PASSPHRASE, say=quiet)
    with pytest.raises(Failed, match="not empty"):
        restore(archive, place, tmp_path / "secrets", PASSPHRASE, say=quiet)
    assert words(place) == ["one"]


def test_before_the_first_backup_there_is_nothing_to_restore(made: Made, tmp_path: Path) -> None:
    place, archive = made
    moment = datetime.now(UTC)
    back_up(place, archive, PASSPHRASE, say=quiet)
    with pytest.raises(Failed, match="no rows from before"):
        restore(archive, place_in(tmp_path / "a"), tmp_path / "s", PASSPHRASE, until=moment)


def test_keys_open_with_their_passphrase_alone_and_stand_nowhere_in_clear(made: Made) -> None:
    place, archive = made
    back_up(place, archive, PASSPHRASE, say=quiet)
    wrapped = next((archive / "keys").iterdir()).read_bytes()
    assert b"secret_key" not in wrapped
    assert keys.unwrap(wrapped, PASSPHRASE) == SECRETS
    with pytest.raises(keys.WrongPassphrase):
        keys.unwrap(wrapped, PASSPHRASE + ".")
    with pytest.raises(keys.WrongPassphrase):
        keys.wrap(SECRETS, "short")


def test_old_backups_are_forgotten_but_not_what_a_moment_since_needs(made: Made) -> None:
    place, archive = made
    for word in ("two", "three"):
        back_up(place, archive, PASSPHRASE, say=quiet)
        (place.attachments / ("one" if word == "two" else "two")).unlink()
        write(place, word)
    first, second = manifest.all_of(archive)
    back_up(place, archive, PASSPHRASE, with_rows=False, say=quiet)
    assert forget(archive, 1) == 0
    aged = second.at - timedelta(days=9)
    old = archive / "manifests" / f"{first.name}.json"
    text = old.read_text()
    renamed = manifest.Manifest(**{**vars(first), "at": aged})
    old.unlink()
    (archive / "base" / first.name).rename(archive / "base" / renamed.name)
    (archive / "keys" / first.name).rename(archive / "keys" / renamed.name)
    manifest.save(archive, renamed)
    # A moment of the last eight days is reached only from the old one.
    assert text
    assert forget(archive, 8) == 0
    assert forget(archive, 0) == 1
    assert manifest.all_of(archive)[0].name == second.name
    assert not (archive / "attachments" / "one").exists()
    assert check(archive) == []
