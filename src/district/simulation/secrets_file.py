"""The secrets of the simulation's sources: in a file of the installation, for its owner alone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from district.simulation.names import SECRETS


def path_in(var: Path) -> Path:
    """Where the file lies."""
    return var / "secrets" / SECRETS


def known(var: Path) -> dict[str, str]:
    """The secret of each source by its code; nothing where there is no file."""
    try:
        found = json.loads(path_in(var).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {str(code): str(secret) for code, secret in found.items()}


def keep(var: Path, secrets: Mapping[str, str]) -> None:
    """Write them all, whole or not at all."""
    path = path_in(var)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(dict(secrets), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
