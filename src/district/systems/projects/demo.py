"""The system's part of a demo: what the file `projects` of `[demo]` names, entered in bulk.

Where a project is there already, nothing is added; what needs people whom the demo has not is left
out.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    Role,
    Unit,
    actor_for,
    members_acting,
    root_code,
)
from district.kernel.tracking.public import refresh_subjects
from district.systems.projects.jobs import rise_problems
from district.systems.projects.models import CallLine, Item, Problem, Project
from district.systems.projects.names import CALL_LINE, ITEM, PROBLEM, SYSTEM
from district.systems.projects.services.calls import raise_call, turn_up
from district.systems.projects.services.computing import recompute_all
from district.systems.projects.services.past import Past, load_past
from district.systems.projects.services.past_weeks import PastWeek, load_past_weeks
from district.systems.projects.services.problems import (
    answer_problem,
    raise_problem,
    solve_problem,
)
from district.systems.projects.services.projects import add_projects
from district.systems.projects.services.standing import set_fund
from district.systems.projects.services.weeks import open_weeks
from district.systems.spaces.public import parcels_known

#: Every name of a demo says what it is.
MARK = "（演示）"
_FILE = "projects"
_TEXTS = ("kind", "sector", "works", "ownership", "lead_unit", "street", "land")
Row = Mapping[str, str]


def play(time_: DemoTime) -> Iterator[str]:
    """Play it before `time_.starts_at`; twice adds nothing, and without its file there is none."""
    path = time_.files.get(_FILE)
    if path is None or Project.objects.exists():
        return
    named = tomllib.loads(path.read_text(encoding="utf-8"))
    tables = {name: _read(path.parent / table) for name, table in named.items()}
    known = set(Unit.objects.filter(is_active=True).values_list("pk", flat=True))
    rows = [one for one in tables.get("projects", ()) if {one["lead_unit"], one["street"]} <= known]
    starts = timezone.localtime(time_.starts_at)
    with clock.moved_to(starts - timedelta(days=30)):
        made = _enter(rows)
        load_past(_pasts(rows, made, tables), actor=SYSTEM)
        for row in rows:
            amount = (made[row["name"]].total * Decimal("0.7")).quantize(Decimal(1))
            set_fund(made[row["name"]].pk, row["source"], amount, amount / 2, actor=SYSTEM)
    for row in sorted(tables.get("problems", ()), key=lambda one: one["on"]):
        if row["project"] in made and row["bureau"] in known:
            _problem(row, made[row["project"]], starts)
    with clock.moved_to(starts):
        load_past_weeks(list(_weeks(tables.get("follow_ups", ()), made)), actor=SYSTEM)
        open_weeks()
        rise_problems()
        for kind, rows_of in ((PROBLEM, Problem.objects), (CALL_LINE, CallLine.objects)):
            refresh_subjects(kind, [str(key) for key in rows_of.values_list("pk", flat=True)])
        recompute_all()
        under_way = Item.objects.filter(clock__isnull=False).values_list("pk", flat=True)
        refresh_subjects(ITEM, [str(key) for key in under_way])
    yield (
        f"projects: {Project.objects.count()} projects, "
        f"{Project.objects.filter(stage='building').count()} under construction, "
        f"{Problem.objects.count()} problems"
    )


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _enter(rows: list[Row]) -> dict[str, Project]:
    """The projects by their names in the table."""
    leaders = _leaders()
    names = {row["name"] + MARK: row["name"] for row in rows}
    lots = parcels_known(row["parcel"] for row in rows if row["parcel"])
    found = add_projects([_values(row, leaders, lots) for row in rows], actor=SYSTEM)
    return {names[one.name]: one for one in found}


def _leaders() -> dict[str, str]:
    """The leaders by their log-in; one of them for "", who answers where none is named but must."""
    rows = members_acting([root_code()], [Role.LEADER]).select_related("user").order_by("name")
    people: list[Member] = list(rows)
    found = {one.user.username: str(one.pk) for one in people if one.user is not None}
    return {"": str(people[0].pk) if people else "", **found}


def _values(row: Row, leaders: Mapping[str, str], lots: Container[str]) -> dict[str, Any]:
    total = Decimal(row["total"])
    named = leaders.get(row["leader"], leaders[""]) if row["leader"] else ""
    return {
        **{key: row[key] for key in _TEXTS},
        "name": row["name"] + MARK,
        "developer": row["developer"] + MARK,
        "text": "演示数据：不是龙岗区的真实项目。",
        "leader": named,
        "total": total,
        "output": row["output"],
        "earlier": Decimal(row["earlier"] or 0),
        "parcel": row["parcel"] if row["parcel"] in lots else "",
        "land_area": row["land_area"],
        "planned_start": date.fromisoformat(row["planned_start"]),
        "planned_finish": date.fromisoformat(row["planned_finish"]),
        "lon": row["lon"],
        "lat": row["lat"],
        "place": "",
    }


def _pasts(
    rows: list[Row], made: Mapping[str, Project], tables: Mapping[str, list[Row]]
) -> list[Past]:
    items: dict[str, dict[str, tuple[date, date | None]]] = {}
    for row in tables.get("approvals", ()):
        ended = _day(row["ended_on"])
        accepted = date.fromisoformat(row["accepted_on"])
        items.setdefault(row["project"], {})[row["item"]] = (accepted, ended)
    months: dict[str, list[Any]] = {}
    for row in tables.get("months", ()):
        figures = [
            Decimal(row[key]) if row[key] else None for key in ("done", "counted", "progress")
        ]
        months.setdefault(row["project"], []).append(
            (date.fromisoformat(row["month"]), Decimal(row["planned"] or 0), *figures)
        )
    return [
        Past(
            made[row["name"]].pk,
            row["stage"],
            date.fromisoformat(row["since"]),
            _day(row["started_on"]),
            _day(row["finished_on"]),
            row["counted"] or "no",
            items.get(row["name"], {}),
            months.get(row["name"], ()),
        )
        for row in rows
    ]


def _weeks(rows: Sequence[Row], made: Mapping[str, Project]) -> Iterator[PastWeek]:
    """The weeks of the table; where nobody acts for the unit there is none."""
    people: dict[str, Actor | None] = {}
    for row in rows:
        project = made.get(row["project"])
        if project is None:
            continue
        unit = project.lead_unit_id
        who = people[unit] if unit in people else people.setdefault(unit, _who(unit, Role.OFFICER))
        first = date.fromisoformat(row["week"])
        if who is None:
            continue
        if not row["seen_at"]:
            yield PastWeek(project.pk, first)
            continue
        # Some hundred metres from the project; where the table says so, beyond the next hill.
        off = Decimal("0.03") if row["far"] else Decimal("0.001")
        yield PastWeek(
            project.pk,
            first,
            UUID(who.id),
            timezone.make_aware(datetime.fromisoformat(row["seen_at"])),
            Decimal(row["progress"]),
            row["text"] + MARK,
            project.lon + off if project.lon is not None else None,
            project.lat,
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _who(unit: str, *roles: str) -> Actor | None:
    """Somebody who acts for a unit in the demo; None where nobody does."""
    found = members_acting([unit], list(roles)).order_by("name").first()
    return actor_for(found) if found else None


def _problem(row: Row, project: Project, starts: datetime) -> None:
    """A problem as somebody raised it, and what became of it."""
    lead, street = (_who(one, Role.OFFICER) for one in (project.lead_unit_id, project.street_id))
    at = timezone.make_aware(datetime.combine(date.fromisoformat(row["on"]), time(10)))
    if lead is None or at >= starts:
        return
    told = {key: row[key] for key in ("kind", "level", "bureau")} | {
        "title": row["title"] + MARK, "text": "演示数据。",
    }  # fmt: skip
    with clock.moved_to(at):
        made = raise_problem(project.pk, told, actor=lead)
    later = at + timedelta(hours=3)
    if later >= starts:
        return
    with clock.moved_to(later):
        if row["act"] == "answer":
            answers = _who(made.unit_id, Role.OFFICER, Role.UNIT_HEAD, Role.LEADER)
            until = starts.date() + timedelta(days=12)
            if answers is not None:
                answer_problem(made.pk, "已明确责任人，按计划推进。" + MARK, until, actor=answers)
        elif row["act"] == "solve":
            solve_problem(made.pk, "已协调解决。" + MARK, actor=lead)
        elif row["act"] == "call" and street is not None:
            title = row["title"] + MARK
            call = raise_call(project.pk, title, [row["bureau"]], actor=street, problem=made.pk)
            department = _who(row["bureau"], Role.OFFICER)
            line = CallLine.objects.filter(call=call).first()
            if department is not None and line is not None and made.level == "bureau":
                turn_up(line.pk, "同意现场方案。" + MARK, actor=department)


declare_demo("projects", play, file=_FILE)
