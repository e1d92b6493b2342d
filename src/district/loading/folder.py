"""A district as a folder of data: `district.toml` names the files; plain Python.

`docs/load-a-district.md` says what each entry means. Every file that is named must lie in the
folder and exist, so that a load fails before it writes anything.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

_KNOWN = {
    "code",
    "name",
    "name_en",
    "units",
    "departments",
    "areas",
    "calendars",
    "work_calendars",
    "reports",
    "demo",
}


class FolderError(Exception):
    """A district folder that cannot be loaded; the message names file and remedy."""


@dataclass(frozen=True)
class ReportFile:
    """One plan report of the district: its plan year, title, file and when it was adopted."""

    year: int
    title: str
    path: Path
    at: datetime | None = None


@dataclass(frozen=True)
class WorkCalendar:
    """A way of counting time: its key, kind, names, and the hours of a working day."""

    key: str
    kind: str
    name: str
    name_en: str = ""
    hours: tuple[tuple[str, str], ...] = ()


#: What commitments, filings and supervision count by; a district may state other hours.
STANDARD_CALENDARS = (
    WorkCalendar("24x7", "24x7", "全天候", "Round the clock"),
    WorkCalendar("working_days", "working_days", "工作日", "Working days"),
    WorkCalendar(
        "working_hours",
        "working_hours",
        "工作时间",
        "Working hours",
        (("09:00", "12:00"), ("14:00", "18:00")),
    ),
)


@dataclass(frozen=True)
class Demo:
    """What a demo adds: the moment when its people began (aware), the one that it lives on, its
    members and what they did, as files by name."""

    begins_at: datetime
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
    work_calendars: tuple[WorkCalendar, ...]
    reports: tuple[ReportFile, ...]
    demo: Demo | None
    facts: dict[str, Any] = field(default_factory=dict)

    def file_of(self, key: str) -> Path:
        """The file that an entry of a system names; FolderError where there is no such file."""
        return _file(self.folder, self.facts[key], self.folder / "district.toml")

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
    return DistrictFolder(
        folder=root,
        code=_text(data, "code", path),
        name=_text(data, "name", path),
        name_en=_text(data, "name_en", path),
        units=_file(root, _text(data, "units", path), path),
        departments=_file(root, data["departments"], path) if data.get("departments") else None,
        areas=tuple(_file(root, name, path) for name in data.get("areas", [])),
        calendars=_calendars(root, data.get("calendars"), path),
        work_calendars=_work_calendars(_tables(data, "work_calendars", path), path),
        reports=tuple(_report(root, row, path) for row in _tables(data, "reports", path)),
        demo=_demo(root, data["demo"], path) if "demo" in data else None,
        facts={key: value for key, value in data.items() if key not in _KNOWN},
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


def _tables(data: dict[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    rows = data.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FolderError(f"{path}: {key}: write each as a table of its own, [[{key}]]")
    return rows


def _calendars(root: Path, name: object, path: Path) -> tuple[Path, ...]:
    """The announcements of holidays, a file a year; none where the folder names none."""
    if name is None:
        return ()
    folder = root / str(name)
    if not folder.is_dir():
        raise FolderError(f"{path}: calendars: {name} is named, but there is no such folder")
    return tuple(sorted(folder.glob("*.csv")))


def _work_calendars(rows: list[dict[str, Any]], path: Path) -> tuple[WorkCalendar, ...]:
    """The standard calendars, with those of the folder in their place or added."""
    found = {calendar.key: calendar for calendar in STANDARD_CALENDARS}
    for row in rows:
        hours = tuple((str(pair[0]), str(pair[1])) for pair in row.get("hours", []))
        key = _text(row, "key", path)
        found[key] = WorkCalendar(
            key, _text(row, "kind", path), _text(row, "name", path), row.get("name_en", ""), hours
        )
    return tuple(found.values())


def _report(root: Path, row: dict[str, Any], path: Path) -> ReportFile:
    year = row.get("year")
    if not isinstance(year, int) or not 1949 < year < 2200:
        raise FolderError(f"{path}: reports: year must be a four-digit number, not {year!r}")
    at = _moment(row, "at", path) if "at" in row else None
    file = _file(root, _text(row, "file", path), path)
    return ReportFile(year, _text(row, "title", path), file, at)


def _demo(root: Path, row: dict[str, Any], path: Path) -> Demo:
    begins_at, starts_at = _moment(row, "begins_at", path), _moment(row, "starts_at", path)
    if begins_at > starts_at:
        raise FolderError(f"{path}: demo: begins_at must not be later than starts_at")
    _text(row, "members", path)
    files = {
        key: _file(root, name, path)
        for key, name in row.items()
        if key not in ("begins_at", "starts_at")
    }
    return Demo(begins_at, starts_at, files)


def _moment(row: dict[str, Any], key: str, path: Path) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(row, key, path))
    except ValueError as error:
        raise FolderError(f"{path}: {key} is no ISO time ({error})") from error
    if moment.tzinfo is None:
        raise FolderError(f"{path}: {key} needs an offset such as +08:00")
    return moment
