"""What a demo's people did, as rows of a CSV or TOML file; reading and checking them. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo

from district.loading.folder import FolderError

# Several values in one cell, and the fields that every row may have.
_SEPARATOR = ";"
_ZONE = ZoneInfo("Asia/Shanghai")
# The steps of a filing, in order: the column with its moment, the act that it stands for.
_FILING_STEPS = (("filed", "file"), ("reviewed", "review"), ("signed_off", "sign_off"))


class ActError(Exception):
    """A row that cannot be played; the message says why."""


@dataclass(frozen=True)
class Act:
    """One thing that somebody did: when (aware), who (a username; "" where the row's unit says
    it), what (a verb) and with which details (texts). `place` is the file and line."""

    at: datetime
    by: str
    do: str
    details: Mapping[str, str]
    place: str

    @property
    def key(self) -> str:
        """Names the act by its content, so that a changed row is another act."""
        content = json.dumps([self.at.isoformat(), self.by, self.do, sorted(self.details.items())])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def text(self, name: str, default: str | None = None) -> str:
        """A detail as text; ActError when it is missing and has no default."""
        found = self.details.get(name, "")
        if found:
            return found
        if default is None:
            raise ActError(f"{name} is missing")
        return default

    def many(self, name: str) -> list[str]:
        """A detail with several values, separated by semicolons."""
        return [part.strip() for part in self.text(name, "").split(_SEPARATOR) if part.strip()]

    def number(self, name: str) -> Decimal:
        """A detail as an exact number."""
        try:
            return Decimal(self.text(name))
        except InvalidOperation as error:
            raise ActError(f"{name}: {self.text(name)!r} is no number") from error

    def whole(self, name: str) -> int:
        """A detail as a whole number."""
        number = self.number(name)
        if number != int(number):
            raise ActError(f"{name}: {number} is no whole number")
        return int(number)

    def day(self, name: str) -> date:
        """A detail as a date; a month (2025-08) is its last day."""
        given = self.text(name)
        try:
            if len(given) == len("2025-08"):
                first = date.fromisoformat(f"{given}-01")
                return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            return date.fromisoformat(given)
        except ValueError as error:
            raise ActError(f"{name}: {given!r} is no date") from error


def read_acts(path: Path, do: str = "") -> list[Act]:
    """The acts of a file: `[[act]]` tables of a .toml, or the rows of a .csv.

    `do` is the verb of rows that name none. Raises FolderError with file and line.
    """
    return [_act(cells, place, do) for cells, place in _rows(path)]


def read_filings(path: Path) -> list[Act]:
    """The acts of a table of filings: each row's columns filed, reviewed, signed_off hold the
    moments of its steps; `returned` with a `reason` sends it back."""
    acts: list[Act] = []
    for cells, place in _rows(path):
        rest = {k: v for k, v in cells.items() if k not in ("returned", "reason")}
        for column, _verb in _FILING_STEPS:
            rest.pop(column, None)
        steps = [(column, verb, rest) for column, verb in _FILING_STEPS]
        steps.append(("returned", "return", {**rest, "reason": cells.get("reason", "")}))
        for column, verb, details in steps:
            if cells.get(column):
                acts.append(_act({**details, "at": cells[column], "do": verb}, place, ""))
    return acts


def _rows(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FolderError(f"{path}: is not UTF-8 text") from error
    if path.suffix == ".toml":
        yield from _toml_rows(path, text)
        return
    reader = csv.DictReader(io.StringIO(text))
    for cells in reader:
        if None in cells:
            raise FolderError(f"{path}:{reader.line_num}: has more cells than the heading")
        yield (
            {key: (value or "").strip() for key, value in cells.items()},
            f"{path}:{reader.line_num}",
        )


def _toml_rows(path: Path, text: str) -> Iterator[tuple[dict[str, str], str]]:
    try:
        acts = tomllib.loads(text).get("act", [])
    except tomllib.TOMLDecodeError as error:
        raise FolderError(f"{path}: cannot be read as TOML ({error})") from error
    for number, row in enumerate(acts, start=1):
        cells = {
            key: _SEPARATOR.join(map(str, value)) if isinstance(value, list) else str(value).strip()
            for key, value in row.items()
        }
        yield cells, f"{path}: act {number}"


def _act(cells: Mapping[str, str], place: str, do: str) -> Act:
    verb = cells.get("do") or do
    if not verb:
        raise FolderError(f"{place}: do is missing; say what was done")
    try:
        at = datetime.fromisoformat(cells.get("at", ""))
    except ValueError as error:
        raise FolderError(
            f"{place}: at: {cells.get('at', '')!r} is no moment such as 2025-03-03 09:30"
        ) from error
    if at.tzinfo is None:
        at = at.replace(tzinfo=_ZONE)
    details = {k: v for k, v in cells.items() if k not in ("at", "by", "do") and v}
    return Act(at, cells.get("by", ""), verb, details, place)
