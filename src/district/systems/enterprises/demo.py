"""The system's part of a demo: files of invented enterprises come in through the import.

The clock stands where each file came; where an enterprise is there already, nothing is added.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, run_consumers, seal_all
from district.kernel.measures.public import compute_measures
from district.kernel.search.public import index_all
from district.kernel.tracking.public import refresh_subjects
from district.systems.enterprises.models import Enterprise, ImportRun, Qualification
from district.systems.enterprises.names import DOUBLING, ENTERPRISES
from district.systems.enterprises.selectors.doubling import targets_in_force
from district.systems.enterprises.services.doubling import put_doublings
from district.systems.enterprises.services.imports import run_import, start_import
from district.systems.enterprises.services.qualifying import (
    save_qualification,
    turn_qualifications,
)

#: The entry of `[demo]` that names the files.
_FILE = "enterprises"
_LOADER = Actor.system("demo")
Act = Callable[[], str]


def play(time: DemoTime) -> Iterator[str]:
    """Play it before `time.starts_at`; twice adds nothing, and without the file there is none."""
    path = time.files.get(_FILE)
    if path is None or Enterprise.objects.exists():
        return
    data = _read(path)
    acts: list[tuple[datetime, Act]] = [
        (min(datetime.fromisoformat(row["at"]), time.starts_at), partial(_bring, path.parent, row))
        for row in data["files"]
    ]
    qualifications = _qualifications(path.parent / data["qualifications"], time)
    if "doubling" in data:
        acts += _doubling(path.parent / data["doubling"], time)
    for moment, act in sorted([*acts, *qualifications], key=lambda pair: pair[0]):
        with clock.moved_to(moment):
            told = act()
        if told:
            yield f"enterprises: {told}"
    with clock.moved_to(time.starts_at):
        turn_qualifications()
        index_all(ENTERPRISES)
    yield f"enterprises: {len(data['files'])} files, {Qualification.objects.count()} qualifications"
    if "doubling" in data:
        yield f"enterprises: {_deliver()} messages of counted measures delivered"


def _doubling(path: Path, time: DemoTime) -> list[tuple[datetime, Act]]:
    """The targets of 培土倍增 soon after the demo begins, and what is counted for them now; what
    the plan's commitments are bound to is counted early in every month, as the worker would."""

    def put() -> str:
        count = put_doublings(_read(path)["doubling"], actor=_LOADER)
        return f"{count} targets of the doubling plan"

    def count_month() -> str:
        bound = {one.declared for one in targets_in_force()} - {""}
        compute_measures(keys=bound, actor=_LOADER)
        return ""

    def count_now() -> str:
        read = targets_in_force()
        compute_measures(keys={one.measure for one in read}, actor=_LOADER)
        refresh_subjects(DOUBLING, [str(one.row.pk) for one in read])
        return ""

    acts: list[tuple[datetime, Act]] = [(time.begins_at + timedelta(hours=1), put)]
    day = time.begins_at
    while (day := _month_after(day)) < time.starts_at:
        acts.append((day, count_month))
    return [*acts, (time.starts_at, count_now)]


def _month_after(moment: datetime) -> datetime:
    """Early on the first day of the next month: when what a month counts is known."""
    return (moment.replace(day=1) + timedelta(days=32)).replace(day=1, hour=3, minute=0)


def _deliver() -> int:
    """Deliver what was counted, so that the lights of the plan's commitments follow."""
    seal_all()
    total = 0
    while handled := run_consumers():
        total += handled
    return total


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(
            _FILE,
            _("文件不是能读的 TOML：%(error)s") % {"error": error},
            _("请改正后重新载入。"),
        ) from error


def _bring(folder: Path, row: Mapping[str, Any]) -> str:
    """One file, as the worker would bring it in."""
    path = folder / row["file"]
    started = start_import(
        path.name,
        [path.read_bytes()],
        source=row["source"],
        told_on=row["told_on"],
        actor=_LOADER,
        queued=False,
    )
    done = run_import(started)
    if done.state != ImportRun.State.DONE:
        raise Invalid(_FILE, f"{path.name}: {done.problem}", _("请改正后重新载入。"))
    return f"{path.name}: {done.added} added, {done.changed} changed, {done.rejected} rejected"


def _qualifications(path: Path, time: DemoTime) -> list[tuple[datetime, Act]]:
    """Every qualification on its own day; those before the demo soon after it begins."""
    begins = time.begins_at + timedelta(hours=2)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: list[tuple[datetime, Act]] = []
    for row in rows:
        day = datetime.combine(date.fromisoformat(row["issued_on"]), begins.timetz())
        moment = min(max(begins, day), time.starts_at)
        found.append((moment, partial(_qualify, row)))
    return found


def _qualify(row: Mapping[str, str]) -> str:
    values = {**row, "issued_on": date.fromisoformat(row["issued_on"])}
    enterprise = Enterprise.objects.get(code=row["code"])
    save_qualification(enterprise.pk, values, actor=_LOADER)
    return ""


declare_demo("enterprises", play, file=_FILE)
