"""A district as a folder of data: `district.toml` names the files; plain Python.

code = "440307"            name = "龙岗区"       name_en = "Longgang"
units = "units.csv"        departments = "departments.csv"
areas = ["areas/district.geojson", ...]          calendars = "calendars"
[[reports]]  year, title, file                   [demo]  starts_at, members, filings, ...
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


class FolderError(Exception):
    """A district folder that cannot be loaded; the message names file and remedy."""


@dataclass(frozen=True)
class ReportFile:
    """One plan report of the district: its plan year, title and file."""

    year: int
    title: str
    path: Path


@dataclass(frozen=True)
class Demo:
    """What a demo adds: the date it lives on (aware), its members and further files by name."""

    starts_at: datetime
    files: dict[str, Path]


@dataclass(frozen=True)
class DistrictFolder:
    """The parsed `district.toml`; all paths exist."""

    folder: Path
    code: str
    name: str
    name_en: str
    units: Path
    departments: Path | None
    areas: tuple[Path, ...]
    calendars: tuple[Path, ...]
    reports: tuple[ReportFile, ...]
    demo: Demo | None
    facts: dict[str, Any] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """SHA-256 over every file of the folder: changes when the district's data does."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(self.folder).as_posix().encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def read_folder(folder: str | Path) -> DistrictFolder:
    """Parse and check `district.toml` in `folder`; raises FolderError in one clear line."""
    root = Path(folder)
    path = root / "district.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FolderError(f"{path}: not found; a district folder holds district.toml") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FolderError(f"{path}: cannot be read as TOML ({error})") from error
    known = {"code", "name", "name_en", "units", "departments", "areas", "calendars", "reports"}
    return DistrictFolder(
        folder=root,
        code=_text(data, "code", path),
        name=_text(data, "name", path),
        name_en=_text(data, "name_en", path),
        units=_file(root, _text(data, "units", path), path),
        departments=_file(root, data["departments"], path) if data.get("departments") else None,
        areas=tuple(_file(root, name, path) for name in data.get("areas", [])),
        calendars=tuple(sorted((root / data.get("calendars", "calendars")).glob("*.csv"))),
        reports=tuple(_report(root, row, path) for row in data.get("reports", [])),
        demo=_demo(root, data["demo"], path) if "demo" in data else None,
        facts={key: value for key, value in data.items() if key not in {*known, "demo"}},
    )


def _text(data: dict[str, Any], key: str, path: Path) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise FolderError(f"{path}: {key} is missing; give it a text")
    return value


def _file(root: Path, name: object, path: Path) -> Path:
    found = (root / str(name)).resolve()
    if not found.is_relative_to(root.resolve()):
        raise FolderError(f"{path}: {name} lies outside the district's folder")
    if not found.is_file():
        raise FolderError(f"{path}: {name} is named, but there is no such file")
    return found


def _report(root: Path, row: dict[str, Any], path: Path) -> ReportFile:
    year = row.get("year")
    if not isinstance(year, int) or not 1949 < year < 2200:
        raise FolderError(f"{path}: reports: year must be a four-digit number, not {year!r}")
    return ReportFile(year, _text(row, "title", path), _file(root, _text(row, "file", path), path))


def _demo(root: Path, row: dict[str, Any], path: Path) -> Demo:
    try:
        starts_at = datetime.fromisoformat(_text(row, "starts_at", path))
    except ValueError as error:
        raise FolderError(f"{path}: demo: starts_at is no ISO time ({error})") from error
    if starts_at.tzinfo is None:
        raise FolderError(f"{path}: demo: starts_at needs an offset such as +08:00")
    files = {key: _file(root, name, path) for key, name in row.items() if key != "starts_at"}
    return Demo(starts_at, files)
