"""Where the files of a run lie, and what its cells are held against."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from district.kernel.base import clock
from district.kernel.organisation.public import Level, Unit
from district.systems.enterprises.importing.columns import World
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.selectors.catalogue import industries

_AT_ONCE = 5000


def folder_of(run_id: Any) -> Path:
    """The folder of one run; it need not be there."""
    return Path(settings.MEDIA_ROOT) / "enterprise-imports" / str(run_id)


def upload_of(run_id: Any) -> Path:
    """The file as it came."""
    return folder_of(run_id) / "upload"


def good_of(run_id: Any) -> Path:
    """Its good rows."""
    return folder_of(run_id) / "good.parquet"


def rejected_of(run_id: Any) -> Path:
    """Its wrong rows, each with what is wrong."""
    return folder_of(run_id) / "rejected.csv"


def forget_rows(run_id: Any) -> None:
    """Remove what a run that is over needs no more; its rejected rows stay."""
    folder = folder_of(run_id)
    for file in folder.glob("*") if folder.is_dir() else ():
        if file != rejected_of(run_id) or not file.stat().st_size:
            file.unlink(missing_ok=True)


def forget_files(run_id: Any) -> None:
    """Remove everything of a run."""
    shutil.rmtree(folder_of(run_id), ignore_errors=True)


def world() -> World:
    """Units, industries and the day as they are now; one statement."""
    streets: dict[str, str] = {}
    communities: dict[str, str] = {}
    above: dict[str, str] = {}
    for unit in Unit.objects.filter(level__in=(Level.STREET, Level.COMMUNITY), is_active=True):
        names = streets if unit.level == Level.STREET else communities
        # A name that two units share names neither.
        for name in {unit.name, unit.short_name, unit.name_en} - {""}:
            names[name] = "" if name in names else unit.pk
        names[unit.pk] = unit.pk
        if unit.level == Level.COMMUNITY:
            above[unit.pk] = unit.parent_id or ""
    return World(
        today=clock.today(),
        streets={name: code for name, code in streets.items() if code},
        communities={name: code for name, code in communities.items() if code},
        above=above,
        industries=industries(),
    )


def unknown_codes(codes: list[str]) -> set[str]:
    """Those of some credit codes that no enterprise has."""
    known: set[str] = set()
    for at in range(0, len(codes), _AT_ONCE):
        rows = Enterprise.objects.filter(code__in=codes[at : at + _AT_ONCE])
        known |= set(rows.values_list("code", flat=True))
    return set(codes) - known
