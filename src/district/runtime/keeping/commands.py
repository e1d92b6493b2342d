"""`district backup` and `district restore`: what they print and with which code they end."""

from __future__ import annotations

import argparse
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from district.conf.secrets import given
from district.kernel.sensing.public import LogError, folder_of
from district.runtime.keeping.backup import Place, back_up, check, forget
from district.runtime.keeping.keys import WrongPassphrase
from district.runtime.keeping.restore import restore
from district.runtime.keeping.rows import Failed

#: Secrets of an installation, wherever they lie.
SECRETS = ("secret_key", "person_master_key", "gateway", "metrics")


def backup_command(arguments: argparse.Namespace) -> int:
    """0 when the backup is there (or the archive is sound), 1 when not, 2 for bad options."""
    archive: Path = arguments.archive
    if arguments.check:
        found = check(archive)
        print("\n".join(found) or f"{archive}: everything is as it was kept")
        return 1 if found else 0
    try:
        made = back_up(
            _place(), archive, _passphrase(arguments), with_rows=not arguments.without_rows
        )
        if arguments.keep_days is not None:
            print(f"{forget(archive, arguments.keep_days)} old backups are forgotten")
    except WrongPassphrase as error:
        print(f"district: {error}")
        return 2
    except (Failed, OSError, DatabaseError, LogError) as error:
        print(f"district: no backup was made: {error}")
        return 1
    print(f"backup {made.name}")
    return 0


def restore_command(arguments: argparse.Namespace) -> int:
    """0 when everything is restored, 1 when not, 2 for bad options."""
    until = _moment(arguments.until)
    if arguments.until and until is None:
        print(f"district: {arguments.until} is no moment such as 2026-03-01T09:30:00+08:00")
        return 2
    try:
        restore(
            arguments.archive,
            _place(),
            arguments.secrets or settings.VAR / "secrets",
            _passphrase(arguments),
            cluster=arguments.cluster,
            until=until,
        )
    except WrongPassphrase as error:
        print(f"district: {error}")
        return 2
    except (Failed, OSError, ValueError) as error:
        print(f"district: not restored: {error}")
        return 1
    print("restored; start the database, then see docs/operate.md for what to look at")
    return 0


def _moment(text: str | None) -> datetime | None:
    try:
        found = parse_datetime(text) if text else None
    except ValueError:
        return None
    if found is not None and timezone.is_naive(found):
        return timezone.make_aware(found)
    return found


def _passphrase(arguments: argparse.Namespace) -> str:
    if arguments.passphrase_file:
        try:
            return str(arguments.passphrase_file.read_text(encoding="utf-8").strip())
        except OSError as error:
            raise WrongPassphrase(f"the recovery passphrase cannot be read: {error}") from error
    found = given("recovery")
    if not found:
        raise WrongPassphrase(
            "name a file with the recovery passphrase by --passphrase-file; the keys are wrapped "
            "under it, so keep it apart from the archive"
        )
    return found


def _place() -> Place:
    return Place(
        database=os.environ.get("DISTRICT_DATABASE")
        or f"sqlite:///{settings.VAR / 'district.sqlite3'}",
        attachments=Path(settings.MEDIA_ROOT),
        readings=folder_of(os.environ, settings.VAR),
        secrets=_secrets(settings.VAR / "secrets"),
    )


def _secrets(folder: Path) -> dict[str, str]:
    """The secrets that there are: in files that variables name, else in the folder."""
    found = {name: given(name) for name in SECRETS}
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.is_file() and not found.get(path.name):
                found[path.name] = path.read_text(encoding="utf-8").strip()
    return {name: value for name, value in found.items() if value}
