"""The system's part of a demo: what the file `investment` of `[demo]` names, played through the
services in the order of their days.

Where a project is there already, nothing is added; steps of people that the demo has not are left
out.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.base.errors import DistrictError
from district.kernel.cases.public import perform
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Role, Unit, actor_for, members_acting
from district.kernel.tracking.public import refresh_lights
from district.systems.investment_promotion.models import Project, Trip, Visit
from district.systems.investment_promotion.names import FOLLOWED
from district.systems.investment_promotion.selectors.settings import verifying_unit
from district.systems.investment_promotion.services.landing import (
    note_registration,
    sign_agreement,
    verify_landing,
)
from district.systems.investment_promotion.services.projects import add_contact, tell_lead
from district.systems.investment_promotion.services.visits import hold_visit, save_trip, save_visit

#: Every name of a demo says what it is.
MARK = "（演示）"
_FILE = "investment"
Row = Mapping[str, str]
#: How far a lead of the table has come, and after how many days each step was done.
_WAY = ("contact", "talks", "signed", "registered", "landed")


@dataclass
class _World:
    """Who acts, and until when; projects by their name in the table."""

    ends: datetime
    people: dict[tuple[str, str], Actor | None] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)

    def who(self, unit: str, role: str = Role.OFFICER) -> Actor | None:
        """Somebody who acts for a unit in the demo; None where nobody does."""
        if (unit, role) not in self.people:
            found = members_acting([unit], [role]).order_by("name").first()
            self.people[unit, role] = actor_for(found) if found else None
        return self.people[unit, role]


def play(time_: DemoTime) -> Iterator[str]:
    """Play it before `time_.starts_at`; twice adds nothing, and without its file there is none."""
    path = time_.files.get(_FILE)
    if path is None or Project.objects.exists():
        return
    named = tomllib.loads(path.read_text(encoding="utf-8"))
    tables = {name: _read(path.parent / table) for name, table in named.items()}
    known = set(Unit.objects.filter(is_active=True).values_list("pk", flat=True))
    world = _World(timezone.localtime(time_.starts_at))
    acts = [act for row in tables.get("leads", ()) if row["unit"] in known for act in _acts(row)]
    for row in tables.get("trips", ()):
        acts.append((_at(row["starts"]), 9, "trip", row))
        back = _at(row["first"]) + timedelta(days=int(row["days"]))
        acts.append((back, 9, "trip_done", row))
    for at, _order, do, row in sorted(acts, key=lambda one: one[:2]):
        if at < world.ends:
            with clock.moved_to(at):
                _do(world, do, row, at)
    with clock.moved_to(time_.starts_at):
        refresh_lights()
    yield (
        f"investment: {Project.objects.count()} projects, "
        f"{Project.objects.filter(case__stage='landed').count()} landed, "
        f"{Visit.objects.count()} visits, {Trip.objects.count()} trips"
    )


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _at(day: str, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time(hour)))


def _acts(row: Row) -> Iterator[tuple[datetime, int, str, Row]]:
    """What happens to a lead: told, then a step every so many days, and how it ended."""
    told = _at(row["told_on"])
    yield told, 0, "tell", row
    day = told
    for at, stage in enumerate(_WAY, 1):
        if not row[stage]:
            break
        day = told + timedelta(days=int(row[stage]), minutes=at)
        yield day, at, stage, row
    if row["ends"]:
        ended = told + timedelta(days=int(row["ends_after"]), minutes=30)
        yield max(ended, day + timedelta(minutes=1)), 8, row["ends"], row
    if row["followed"]:
        yield _at(row["followed"], 15), 7, "follow_up", row
    for number in range(int(row["visits"] or 0)):
        after = told + timedelta(days=int(row["contact"] or 1) + 6 * number, hours=4)
        yield after, 7, "visit", row


def _do(world: _World, do: str, row: Row, at: datetime) -> None:
    if do == "tell":
        _tell(world, row)
        return
    if do in ("trip", "trip_done"):
        _trip(world, row) if do == "trip" else _back(world, row)
        return
    project = world.projects.get(row["organisation"])
    actor = world.who(row["unit"])
    if project is None or actor is None:
        return
    if do == "visit":
        _visit(project, actor, at)
    elif do in ("contact", "talks", "follow_up"):
        _go_on(project, actor, do)
    elif do in ("signed", "registered", "landed"):
        _far(world, project, actor, do, row)
    else:
        _end(project, actor, do, row)


def _tell(world: _World, row: Row) -> None:
    actor = world.who(row["unit"])
    if actor is None:
        return
    values: dict[str, Any] = {
        key: row[key] for key in ("country", "city", "chain", "industry", "source")
    }
    values |= {
        "organisation": row["organisation"] + MARK,
        "recommended_by": row["recommended_by"] and row["recommended_by"] + MARK,
        "text": row["text"] + MARK,
        "lead_unit": row["unit"],
        "wanted": row["wanted"] or "none",
        "confidential": row["confidential"] == "true",
    }
    for key in ("investment", "space_area", "land_area"):
        values[key] = Decimal(row[key]) if row[key] else None
    project = tell_lead(values, actor=actor).project
    world.projects[row["organisation"]] = project
    add_contact(project.pk, "大雪", "投资总监" + MARK, "000-0000-1000", actor=actor)


def _stage(project: Project) -> str:
    project.case.refresh_from_db()
    return project.case.stage


def _go_on(project: Project, actor: Actor, do: str) -> None:
    """A visit may have taken the lead on before."""
    stage = _stage(project)
    if do == "contact" and stage == "lead":
        text = "已联系，约定进一步沟通。" + MARK
        perform(project.pk, "contact", actor=actor, data={"text": text})
    elif do == "talks" and stage == "contact":
        text = "对方确认投资意向，进入条款商谈。" + MARK
        perform(project.pk, "negotiate", actor=actor, data={"text": text})
    elif do == "follow_up" and stage in FOLLOWED:
        text = "电话回访，对方在内部研究，约定下月再议。" + MARK
        perform(project.pk, "follow_up", actor=actor, data={"text": text})


def _far(world: _World, project: Project, actor: Actor, do: str, row: Row) -> None:
    if do == "signed":
        today = clock.today()
        agreement = f"LG-{today:%Y%m%d}-{project.case.number[-3:]}"
        agreed = Decimal(row["agreed"])
        sign_agreement(project.pk, today, agreed, agreement, "正式签约。" + MARK, actor=actor)
    elif do == "registered":
        name = row["entity_name"] + MARK
        note_registration(project.pk, row["entity_code"], name, "", actor=actor)
    else:
        verifier = world.who(verifying_unit(), Role.UNIT_HEAD)
        if verifier is not None:
            # Where the demo's register lacks the entity, the landing stays to be verified.
            with suppress(DistrictError):
                verify_landing(project.pk, accept=True, note="核对一致。" + MARK, actor=verifier)


def _visit(project: Project, actor: Actor, at: datetime) -> None:
    if _stage(project) in ("lost", "shelved"):
        return
    values = {
        "organisation": project.organisation,
        "project": str(project.pk),
        "kind": "out",
        "lead_unit": project.case.lead_unit_id,
        "starts_at": at - timedelta(hours=2),
        "ends_at": at - timedelta(hours=1),
        "city": project.city or "深圳",
        "place": "企业总部" + MARK,
        "visitors": actor.name,
        "purpose": "介绍龙岗产业配套，了解投资计划",
        "agenda": "参观生产线\n座谈",
    }
    visit = save_visit(values, None, actor)
    told = {
        "minutes": "双方介绍了情况，对方关心用地用房和产业配套。" + MARK,
        "result": "对方同意继续商谈",
        "next_step": "发送空间和政策清单",
        "next_on": at.date() + timedelta(days=14),
    }
    hold_visit(visit.pk, told, actor=actor)


def _end(project: Project, actor: Actor, do: str, row: Row) -> None:
    if do == "lost" and _stage(project) in ("lead", "contact", "talks", "signed"):
        data = {"lost_reason": row["reason"] or "other", "result": "对方不再推进。" + MARK}
        perform(project.pk, "lose", actor=actor, data=data)
    elif do == "shelved" and _stage(project) in ("contact", "talks", "signed"):
        until = clock.today() + timedelta(days=150)
        data = {"until": until.isoformat(), "text": "对方内部审批，暂缓。" + MARK}
        perform(project.pk, "shelve", actor=actor, data=data)


def _back(world: _World, row: Row) -> None:
    """Everybody is back from a trip: its visits are recorded."""
    trip = Trip.objects.filter(title=row["title"] + MARK).first()
    actor = world.who(row["unit"])
    if trip is None or actor is None:
        return
    for visit in Visit.objects.filter(trip=trip).order_by("starts_at"):
        told = {"minutes": "介绍了龙岗的产业空间和场景。" + MARK, "result": "愿意来龙岗考察"}
        hold_visit(visit.pk, told, actor=actor)
    save_trip({"state": Trip.State.DONE}, trip, actor)


def _trip(world: _World, row: Row) -> None:
    """A trip with its visits; those that lie ahead of the demo's moment stay planned."""
    actor = world.who(row["unit"])
    if actor is None:
        return
    first = date.fromisoformat(row["first"])
    values = {
        "title": row["title"] + MARK,
        "lead_unit": row["unit"],
        "head": actor.name,
        "cities": row["cities"],
        "starts_on": first,
        "ends_on": first + timedelta(days=int(row["days"]) - 1),
        "purpose": row["purpose"] + MARK,
    }
    trip = save_trip(values, None, actor)
    for number, firm in enumerate(row["visits"].split(";")):
        starts = _at(row["first"], 9) + timedelta(days=number // 2, hours=5 * (number % 2))
        save_visit(
            {
                "organisation": firm + MARK,
                "trip": str(trip.pk),
                "kind": "out",
                "lead_unit": row["unit"],
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=2),
                "city": row["cities"].split("、")[number % len(row["cities"].split("、"))],
                "place": "企业总部" + MARK,
                "visitors": actor.name,
                "purpose": "拜访和推介" + MARK,
                "agenda": "座谈\n参观",
            },
            None,
            actor,
        )


declare_demo("investment_promotion", play, file=_FILE)
