"""The options of `district backup` and `restore`; plain Python, read before Django starts."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

Command = Callable[[argparse.Namespace], int]


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], backup: Command, restore: Command
) -> None:
    """Both commands with their options."""
    command = commands.add_parser("backup", help="rows, readings, attachments, keys to an archive")
    command.add_argument("archive", type=Path)
    command.add_argument("--without-rows", action="store_true", help="files and keys alone: quick")
    command.add_argument("--check", action="store_true", help="check the archive; make nothing")
    command.add_argument("--keep-days", type=int, help="then forget what is older, if not needed")
    _passphrase_argument(command)
    command.set_defaults(run=backup)

    command = commands.add_parser("restore", help="an archive to an empty installation")
    command.add_argument("archive", type=Path)
    command.add_argument("--until", help="a moment, e.g. 2026-03-01T09:30:00+08:00")
    command.add_argument("--cluster", type=Path, help="empty data folder of PostgreSQL")
    command.add_argument("--secrets", type=Path, help="folder for the keys, else of DISTRICT_VAR")
    _passphrase_argument(command)
    command.set_defaults(run=restore)


def _passphrase_argument(command: argparse.ArgumentParser) -> None:
    told = "file with the recovery passphrase, else DISTRICT_RECOVERY_FILE"
    command.add_argument("--passphrase-file", type=Path, help=told)
