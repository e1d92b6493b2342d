"""Many invented investment projects, made through the product's services, in an installation.

Runs inside the installation. Every project has a template of so many approvals in six waves, stands
somewhere in them, and has months; some have problems and calls.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction

from benchmarks.projects_network import template
from district.kernel.base import clock
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    create_member,
    load_units,
)
from district.kernel.tracking.public import TrackedRow, save_calendar
from district.systems.projects.models import (
    Item,
    ItemEvent,
    Month,
    Problem,
    Project,
    Reckoning,
)
from district.systems.projects.services.past import Past, load_past
from district.systems.projects.services.problems import raise_problem
from district.systems.projects.services.projects import add_projects
from district.systems.projects.services.settings import put_settings

_LOADER = Actor.system("projects")
_STREETS, _UNITS, _LEADERS = 11, 12, 10
#: So many are made through the services; the others are copies of them under keys of their own.
_MADE = 500
_BATCH = 20_000
_KINDS = ("land", "approval", "money", "relocation")


def fill_projects(projects: int, items: int, *, building: float = 0.0) -> dict[str, Any]:
    """Make them; `building` is the share whose construction has begun. Returns a log-in, a leader,
    and a project before construction."""
    _district(items)
    leaders = [_member(f"leader-{at}", "9", "leader") for at in range(_LEADERS)]
    reader = _member("reader", "9-D00", "officer")
    rng = np.random.default_rng(7)
    _some(min(_MADE, projects), items, building, rng, leaders)
    for copy in range(1, -(-projects // _MADE)):
        _copied(copy)
    return {
        "reader": "reader",
        "member": str(reader.pk),
        "leader": str(leaders[0].pk),
        "project": str(Project.objects.filter(stage="early").order_by("pk")[0].pk),
    }


def _member(username: str, unit: str, role: str) -> Member:
    known = Member.objects.filter(user__username=username).first()
    return known or create_member(
        username, unit, role, username=username, password="x" * 20, actor=_LOADER
    )


def _district(items: int) -> None:
    rows = [UnitRow("9", "试验区", "district")]
    rows += [UnitRow(f"90{at:02}", f"街道{at}", "street", "9", sort=at) for at in range(_STREETS)]
    rows += [
        UnitRow(f"9-D{at:02}", f"部门{at}", "department", "9", sort=20 + at) for at in range(_UNITS)
    ]
    load_units(rows, actor=_LOADER)
    for key in ("24x7", "working_days"):
        save_calendar(key, kind=key, name=key, actor=_LOADER)
    put_settings(
        {
            "coordinating_unit": "9-D00", "statistics_unit": "9-D01",
            "targets": {str(clock.today().year): 50_000_000}, "templates": [_content(items)],
        },
        actor=_LOADER,
    )  # fmt: skip


def _content(items: int) -> dict[str, Any]:
    """The invented network of `projects_network` as a district's file would have it."""
    network = template(items)
    rows = []
    for at, item in enumerate(network.items):
        links: dict[str, list[Any]] = {"after": [], "early": [], "tolerate": []}
        for link in item.links:
            more = {"lag": link.lag, "rest": link.rest} if link.kind == "early" else {}
            told: Any = {"item": link.item, "materials": "方案", **more}
            links[link.kind].append(link.item if link.kind == "after" else told)
        rows.append(
            {
                "key": item.key, "label": f"事项{at}", "unit": f"9-D{at % _UNITS:02}",
                "statutory": item.statutory, "promised": item.promised, "prepare": item.prepare,
                "group": f"第{at // max(items // 6, 1) + 1}阶段", **links,
            }
        )  # fmt: skip
    return {"key": "bench", "label": "试验", "start": network.start, "items": rows}


@transaction.atomic
def _some(number: int, items: int, building: float, rng: Any, leaders: list[Any]) -> None:
    today = clock.today()
    begun = rng.random(number) < building
    rows = [
        {
            "name": f"试验项目{at}",
            "kind": "bench",
            "sector": ("industry", "infrastructure", "livelihood", "housing")[at % 4],
            "ownership": ("government", "social")[at % 2],
            "developer": f"试验公司{at}",
            "lead_unit": f"9-D{at % _UNITS:02}",
            "street": f"90{at % _STREETS:02}",
            "leader": str(leaders[at % _LEADERS].pk),
            "total": Decimal(int(rng.integers(3_000, 300_000))),
            "planned_start": today + timedelta(days=int(rng.integers(30, 500))),
            "planned_finish": today + timedelta(days=int(rng.integers(600, 1500))),
            "land": "ready",
            "lon": Decimal(114) + Decimal(int(rng.integers(0, 30_000))) / 100_000,
            "lat": Decimal("22.6") + Decimal(int(rng.integers(0, 15_000))) / 100_000,
        }
        for at in range(number)
    ]
    made = add_projects(rows, actor=_LOADER)
    load_past(
        [
            _past(row, items, bool(built), rng, today)
            for row, built in zip(made, begun, strict=True)
        ],
        actor=_LOADER,
    )
    for at, row in enumerate(made):
        if at % 20 == 0:
            told = {"title": f"问题{at}", "kind": _KINDS[at // 20 % 4], "level": "bureau"}
            raise_problem(row.pk, {**told, "bureau": "9-D02"}, actor=_LOADER)


#: In the order in which they refer to each other.
_COPIED = (TrackedRow, Project, Item, Month, ItemEvent, Reckoning, Problem)
_KEYED = (TrackedRow, Project, Item, Problem)
_MARKED = ("number", "name")
#: The rows of the first ones, read before the first copy.
_READ: dict[Any, Any] = {}


@transaction.atomic
def _copied(copy: int) -> None:
    """The first projects once more with all that is theirs but history, by column and not by row
    of the ORM: what is measured is reading and changing them, not making them."""
    mask = copy << 24
    for model in _COPIED:
        fields = [one for one in model._meta.concrete_fields if not _counts_up(one)]
        names = [connection.ops.quote_name(str(one.column)) for one in fields]
        table = connection.ops.quote_name(model._meta.db_table)
        places = ", ".join(["%s"] * len(fields))
        told = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608  # our own names
        with connection.cursor() as cursor:
            if model not in _READ:
                cursor.execute(f"SELECT {', '.join(names)} FROM {table}")  # noqa: S608  # our own names
                _READ[model] = cursor.fetchall()
            moved = [
                [_moved(value, one, copy, mask) for value, one in zip(row, fields, strict=True)]
                for row in _READ[model]
            ]
            for start in range(0, len(moved), _BATCH):
                cursor.executemany(told, moved[start : start + _BATCH])


def _counts_up(one: Any) -> bool:
    return bool(one.primary_key and one.get_internal_type().endswith("AutoField"))


def _moved(value: Any, one: Any, copy: int, mask: int) -> Any:
    """A value as the copy has it: keys are moved, names and numbers marked."""
    if value is None:
        return None
    refers = one.related_model in _KEYED if one.is_relation else False
    if refers or (one.primary_key and not one.is_relation):
        return _key(value, mask)
    if one.name in _MARKED:
        return f"{value}-{copy}"
    if one.name == "subject_id":
        return str(_key(UUID(value), mask))
    return json.dumps(value) if isinstance(value, list | dict) else value


def _key(value: Any, mask: int) -> Any:
    if isinstance(value, UUID):
        return UUID(int=value.int ^ mask)
    return f"{int(value, 16) ^ mask:032x}"


def _past(row: Project, items: int, built: bool, rng: Any, today: date) -> Past:
    """Approvals up to a wave are there, some of the next one run; months of this year."""
    size = max(items // 6, 1)
    wave = 6 if built else int(rng.integers(0, 6))
    running = int(rng.integers(0, 4))
    told: dict[str, tuple[date, date | None]] = {}
    for j in range(min(wave * size, items)):
        accepted = today - timedelta(days=int((wave - j // size) * 25 + rng.integers(0, 5)))
        told[f"i{j}"] = (accepted, accepted + timedelta(days=int(rng.integers(2, 20))))
    for j in range(wave * size, min(wave * size + running, items)):
        told[f"i{j}"] = (today - timedelta(days=int(rng.integers(1, 15))), None)
    months = months_of(row, built, rng, today)
    since = today - timedelta(days=200)
    stage = "building" if built else ("early", "turning", "planning")[int(rng.integers(0, 3))]
    return Past(row.pk, stage, since, since if built else None, items=told, months=months)


def months_of(row: Project, built: bool, rng: Any, today: date) -> list[tuple[Any, ...]]:
    """The months of this year as `Past` takes them; those past are done where it is built."""
    plan = (row.total / 40).quantize(Decimal(1))
    return [
        (
            date(today.year, month, 1), plan,
            plan * int(rng.integers(5, 13)) / 10 if built and month < today.month else None,
            None, Decimal(month * 5) if built and month < today.month else None,
        )
        for month in range(1, 13)
    ]  # fmt: skip
