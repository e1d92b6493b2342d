"""Loads a demo: its members with their log-ins, then what they did."""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from district.kernel.base.district_files import demo_files
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    MemberRow,
    Role,
    load_members,
    parse_members,
    unit_of,
)
from district.kernel.plan.public import reports
from district.loading.demo.acts import Act, read_acts, read_filings
from district.loading.demo.play import play
from district.loading.demo.world import World
from district.loading.folder import Demo, DistrictFolder, FolderError

DEMO = Actor.system("demo")
# The log-ins that are printed and shown: one or two of each role are enough to look around.
_SHOWN_PER_ROLE = 2


def load_demo_members(path: Path) -> str:
    """Make the members of a table with their log-ins; the same again changes nothing.

    All share one password, made at the first load of this installation and kept in
    `var/demo-logins.json`, readable by its owner only.
    """
    rows = parse_members(path.read_text(encoding="utf-8"))
    logins = settings.VAR / "demo-logins.json"
    known = json.loads(logins.read_text(encoding="utf-8")) if logins.exists() else []
    password = known[0]["password"] if known else secrets.token_urlsafe(9)
    done = load_members(rows, actor=DEMO, password=password)
    _write_logins(_shown(rows, password))
    people = len({row.username for row in rows})
    return f"demo members: {len(done.created)} new, {people - len(done.created)} as they were"


def _shown(rows: list[MemberRow], password: str) -> list[dict[str, str]]:
    shown: Counter[str] = Counter()
    logins = []
    for row in rows:
        shown[row.role] += 1
        if shown[row.role] <= _SHOWN_PER_ROLE:
            logins.append(
                {
                    "username": row.username,
                    "password": password,
                    "name": row.name,
                    "role": str(Role(row.role).label),
                    "unit": unit_of(row.unit_code).short_name,
                }
            )
    return logins


def _write_logins(logins: list[dict[str, str]]) -> None:
    path = settings.VAR / "demo-logins.json"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(logins, file, ensure_ascii=False, indent=1)


def acts_of(demo: Demo) -> list[Act]:
    """Everything that the demo's files say was done, unsorted; FolderError names a bad line."""
    acts: list[Act] = []
    for name, path in demo.files.items():
        if name == "members" or name in demo_files():
            continue
        if name == "filings":
            acts += read_filings(path)
        else:
            acts += read_acts(path, do="progress" if name == "progress" else "")
    return acts


def play_demo(source: DistrictFolder, acts: Sequence[Act]) -> Iterator[str]:
    """Let the demo's members do what its files say; yields lines for people."""
    if not acts:
        return
    year = max((report.year for report in source.reports), default=0)
    wanted = [row for row in reports() if row.unit_id == source.code and row.year == year]
    if not wanted:
        raise FolderError(f"{source.folder / 'district.toml'}: demo: there is no report to act on")
    yield from play(source.code, World(wanted[0]), acts)
