"""Secrets live in files of the installation, made at the first start, never in the repository."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def given(name: str) -> str:
    """The secret in the file that `DISTRICT_<NAME>_FILE` names; "" where none is named."""
    elsewhere = os.environ.get(f"DISTRICT_{name.upper()}_FILE")
    return Path(elsewhere).read_text(encoding="utf-8").strip() if elsewhere else ""


def secret(var: Path, name: str) -> str:
    """The secret kept in `var/secrets/<name>`; made there, readable by its owner only, if absent.

    The environment variable `DISTRICT_<NAME>_FILE` names another file to read instead.
    """
    elsewhere = given(name)
    if elsewhere:
        return elsewhere
    path = var / "secrets" / name
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    value = secrets.token_urlsafe(48)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process of the same first start was quicker
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(value)
    return value
