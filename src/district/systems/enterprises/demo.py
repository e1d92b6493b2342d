"""The system's part of a demo: files of invented enterprises come in through the import.

The clock stands where each file came; where an enterprise is there already, nothing is added.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
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
from district.systems.enterprises.names import DOUBLING, ENTERPRISES, PRODUCTS
from district.systems.enterprises.selectors.doubling import targets_in_force
from district.systems.enterprises.selectors.named_measures import band_measures
from district.systems.enterprises.services.doubling import put_doublings
from district.systems.enterprises.services.imports import run_import, start_import
from district.systems.enterprises.services.partners import say_of_partner
from district.systems.enterprises.services.products import tell_products
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
    qualifications = [
        act for name in data["qualifications"] for act in _qualifications(path.parent / name, time)
    ]
    if "doubling" in data:
        acts += _doubling(path.parent / data["doubling"], time)
    products = _products(path.parent, data, time)
    words = _words(path.parent, data, time)
    every = [*acts, *qualifications, *products, *words]
    for moment, act in sorted(every, key=lambda pair: pair[0]):
        with clock.moved_to(moment):
            told = act()
        if told:
            yield f"enterprises: {told}"
    with clock.moved_to(time.starts_at):
        turn_qualifications()
        index_all(ENTERPRISES)
        index_all(PRODUCTS)
    yield f"enterprises: {len(data['files'])} files, {Qualification.objects.count()} qualifications"
    if "doubling" in data:
        yield f"enterprises: {_deliver()} messages of counted measures delivered"


def _doubling(path: Path, time: DemoTime) -> list[tuple[datetime, Act]]:
    """The targets of 培土倍增 soon after the demo begins, and what is counted for them now; what
    the plan's commitments are bound to is counted early in every month, as the worker would; bands
    of revenue too, which are known as they stand alone."""

    def put() -> str:
        count = put_doublings(_read(path)["doubling"], actor=_LOADER)
        return f"{count} targets of the doubling plan"

    def count_month() -> str:
        bound = {one.declared for one in targets_in_force()} - {""}
        bands = {one.spec.key for one in band_measures()}
        compute_measures(keys=bound | bands, actor=_LOADER)
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
    rows = _rows(path)
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


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _products(folder: Path, data: Mapping[str, Any], time: DemoTime) -> list[tuple[datetime, Act]]:
    """What firms say of what they supply and need, all on one day; a demo may leave it out."""
    by_firm: dict[str, list[dict[str, str]]] = {}
    if "products" not in data:
        return []
    day: date = data["products_on"]
    for row in _rows(folder / data["products"]):
        by_firm.setdefault(row["code"], []).append(row)
    moment = min(datetime.combine(day, time.begins_at.timetz()), time.starts_at)
    return [(moment, partial(_say_products, code, rows)) for code, rows in by_firm.items()]


def _say_products(code: str, rows: list[dict[str, str]]) -> str:
    told = [
        {
            "side": row["side"],
            "name": row["name"],
            "capacity": Decimal(row["capacity"]) if row["capacity"] else None,
            "unit": row["unit"],
            "is_public": row["is_public"] == "yes",
        }
        for row in rows
    ]
    tell_products(Enterprise.objects.get(code=code).pk, told, actor=_LOADER)
    return ""


def _words(folder: Path, data: Mapping[str, Any], time: DemoTime) -> list[tuple[datetime, Act]]:
    """What units say of partners, each on its day; a demo may leave it out."""
    found: list[tuple[datetime, Act]] = []
    if "partner_words" not in data:
        return found
    for row in _rows(folder / data["partner_words"]):
        day = datetime.combine(date.fromisoformat(row["on"]), time.begins_at.timetz())
        found.append((min(day, time.starts_at), partial(_say, row)))
    return found


def _say(row: Mapping[str, str]) -> str:
    asker, other = (Enterprise.objects.get(code=row[key]) for key in ("code", "other"))
    say_of_partner(
        asker.pk, other.pk, row["direction"], row["verdict"], actor=_LOADER, asked=row["asked"]
    )
    return ""


declare_demo("enterprises", play, file=_FILE)
