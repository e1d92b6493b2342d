"""Files of an archive: copied whole or not at all, known by size and SHA-256."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Known:
    """What a manifest knows of a file. `size` bytes have this hash; a file that only grows may be
    longer by now."""

    size: int
    sha256: str


def digest(path: Path, size: int | None = None) -> Known:
    """Size and SHA-256 of a file, or of its first `size` bytes; OSError when it is shorter."""
    hashed, left = hashlib.sha256(), path.stat().st_size if size is None else size
    known = left
    with path.open("rb") as file:
        while left:
            data = file.read(min(_CHUNK, left))
            if not data:
                raise OSError(f"{path} is shorter than {known} bytes")
            hashed.update(data)
            left -= len(data)
    return Known(known, hashed.hexdigest())


def copy(source: Path, target: Path) -> None:
    """Copy a file with its time; `target` is the old one or the whole new one, durably."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    shutil.copystat(source, part)
    sync(part)
    part.replace(target)


def sync(path: Path) -> None:
    """Make a file's content, or a folder's names, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(path: Path, data: bytes) -> None:
    """Write a new file, readable by its owner alone, whole or not at all, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync(path.parent)


def below(folder: Path) -> Iterator[str]:
    """The names of all files below a folder, sorted; parts of unfinished copies left out."""
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not (path.name.startswith(".") and path.name.endswith(".part")):
            yield path.relative_to(folder).as_posix()


def faults(folder: Path, known: Mapping[str, Known]) -> list[str]:
    """What of the known files is missing or altered, a line each."""
    found = []
    for name, expected in known.items():
        try:
            if digest(folder / name, expected.size) != expected:
                found.append(f"{folder / name}: its content has changed")
        except OSError as error:
            found.append(f"{folder / name}: {error.strerror or error}")
    return found
