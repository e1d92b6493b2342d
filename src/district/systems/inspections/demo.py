"""The system's part of a demo: what `demo.toml` and `demo_places.csv` say, through the services.

The clock stands where each thing happened; where a place is there already, nothing is added.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone
from PIL import Image, ImageDraw

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.cases.public import Case, perform, perform_with_files
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Role,
    Unit,
    actor_for,
    member_by_id,
    members_acting,
)
from district.kernel.tracking.public import refresh_lights
from district.systems.inspections.checklists import checklist_version
from district.systems.inspections.models import Inspection, Place, Round, Task
from district.systems.inspections.names import HAZARD
from district.systems.inspections.rules.answers import Given
from district.systems.inspections.rules.checklist import Item
from district.systems.inspections.services.enforcement import save_enforcement
from district.systems.inspections.services.photos import keep_photo
from district.systems.inspections.services.places import save_place
from district.systems.inspections.services.rounds import (
    NewRound,
    close_round,
    commit_round,
    draw_round,
    plan_round,
)
from district.systems.inspections.services.submitting import Submission, submit_inspection
from district.systems.inspections.services.tasks import order_inspection

_FOLDER = Path(__file__).parent
_LOADER = Actor.system("demo")
#: Every name of a demo says what it is.
_MARK = "（演示）"
_NAMESPACE = UUID("5f3c0d6a-6f6e-4c1e-9d0e-0d3b1c7a9e21")
Row = Mapping[str, Any]


@dataclass
class _World:
    """Who acts and when. `ends` is the demo's moment, local; `people` are kept by unit and role."""

    ends: datetime
    dice: Random = field(default_factory=lambda: Random(26))  # noqa: S311  # invented, not secret
    people: dict[tuple[str, str], Actor | None] = field(default_factory=dict)
    pictures: int = 0

    def at(self, days: int, hour: int) -> datetime:
        """So many working days before the end, at an hour; never later than the end."""
        day = self.ends
        while days > 0:
            day -= timedelta(days=1)
            days -= day.weekday() < 5
        return min(day.replace(hour=hour, minute=20), self.ends - timedelta(minutes=20))

    def who(self, unit: str, role: str = Role.OFFICER) -> Actor | None:
        """Somebody who acts for a unit in the demo; None where nobody does."""
        if (unit, role) not in self.people:
            found = members_acting([unit], [role]).order_by("name").first()
            self.people[unit, role] = actor_for(found) if found else None
        return self.people[unit, role]

    def picture(self) -> bytes:
        """An invented photo: shapes and a number, another one each time."""
        self.pictures += 1
        shade = (self.pictures * 37) % 160
        image = Image.new("RGB", (320, 240), (90 + shade // 2, 120, 200 - shade))
        pen = ImageDraw.Draw(image)
        pen.rectangle((20, 90 + shade // 4, 300, 220), fill=(shade + 60, 90, 60))
        pen.ellipse((200, 20, 280, 20 + 40 + shade // 3), fill=(240, 220, 120))
        pen.text((24, 16), f"DEMO {self.pictures}", fill=(255, 255, 255))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=80)
        return out.getvalue()


def play(time: DemoTime) -> Iterator[str]:
    """Play it before `time.starts_at`; twice adds nothing, and without the units there is none."""
    if Place.objects.exists():
        return
    data = tomllib.loads((_FOLDER / "demo.toml").read_text(encoding="utf-8"))
    if not Unit.objects.filter(pk__in=[row["unit"] for row in data["rounds"]]).exists():
        return
    world = _World(timezone.localtime(time.starts_at))
    with clock.moved_to(time.begins_at):
        places = _places()
    for row in data["rounds"]:
        _round(world, row)
    _grain(world, data["grain"])
    for row in data["orders"]:
        _order(world, row)
    _hazards(world)
    for row in data["cases"]:
        _case(world, row)
    with clock.moved_to(time.starts_at):
        refresh_lights()
    done, hazards = Inspection.objects.count(), Case.objects.filter(type_key=HAZARD).count()
    yield f"inspections: {places} places, {done} inspections, {hazards} hazards"


def _places() -> int:
    with (_FOLDER / "demo_places.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = set(Unit.objects.filter(is_active=True).values_list("pk", flat=True))
    made = 0
    for row in rows:
        if not {row["street"], row["lead_unit"]} <= known:
            continue
        point = {key: Decimal(row[key]) for key in ("lon", "lat")}
        save_place({**row, **point, "name": row["name"] + _MARK}, None, _LOADER)
        made += 1
    return made


def _round(world: _World, row: Row) -> None:
    actor = world.who(row["unit"])
    if actor is None:
        return
    moment = world.at(row["days"], 10)
    people = members_acting([row["unit"]], [Role.OFFICER, Role.UNIT_HEAD])
    new = NewRound(
        row["title"],
        row["unit"],
        row["checklist"],
        row["size"],
        moment.date(),
        moment.date() + timedelta(days=row["term"]),
        where=row["where"],
        stratify=row.get("stratify", ""),
        weights=row.get("weights", {}),
        inspectors=[str(one.pk) for one in people] if row.get("inspectors") else (),
        public_source=row.get("public_source", ""),
    )
    with clock.moved_to(moment):
        planned = plan_round(new, actor=actor)
        committed = commit_round(planned.pk, actor=actor)
    if not row.get("drawn", True):
        return
    with clock.moved_to(moment + timedelta(hours=26)):
        drawn = draw_round(committed.pk, actor=actor, public_value=row.get("public_value", ""))
    _inspect_round(world, drawn, row)


def _inspect_round(world: _World, drawn: Round, row: Row) -> None:
    tasks = Task.objects.filter(round=drawn).select_related("place").order_by("place__code")
    for at, task in enumerate(tasks[: row["done"]]):
        moment = world.at(max(row["days"] - 2 - at * 2, 1), 9 + at % 7)
        _inspect(world, task, moment)
    if row.get("closed"):
        head = world.who(row["unit"], Role.UNIT_HEAD)
        if head is not None:
            with clock.moved_to(world.at(10, 16)):
                close_round(drawn.pk, actor=head)


def _inspect(world: _World, task: Task, moment: datetime, worst: float = 0.12) -> None:
    """An inspection in which a few items fail; who has the task makes it, else its unit."""
    actor: Actor | None
    if task.inspector_id is not None:
        actor = actor_for(member_by_id(task.inspector_id))
    else:
        actor = world.who(task.lead_unit_id)
    if actor is None:
        return
    key = uuid5(_NAMESPACE, task.number)
    checklist = checklist_version(task.checklist_version)
    left = 2
    given = []
    with clock.moved_to(moment):
        for item in checklist.items:
            bad = left > 0 and world.dice.random() < worst
            left -= bad
            given.append(_answer(world, task, key, item, bad, actor))
        submit_inspection(
            Submission(
                id=key,
                task=task.pk,
                version=task.checklist_version,
                begun_at=moment - timedelta(minutes=25),
                finished_at=moment,
                answers=tuple(given),
                lon=task.place.lon,
                lat=task.place.lat,
                accuracy=12,
            ),
            actor=actor,
        )


def _answer(world: _World, task: Task, key: UUID, item: Item, bad: bool, actor: Actor) -> Given:
    if not bad:
        return (
            Given(item.key, value=_good(world, item)) if item.unit.zh else Given(item.key, "pass")
        )
    photos = (_photo(world, task, key, actor),)
    fixed = item.severity == "general" and world.dice.random() < 0.3
    after = (_photo(world, task, key, actor),) if fixed else ()
    note = "已当场整改到位。（演示）" if fixed else "现场检查发现，已告知负责人。（演示）"
    if item.unit.zh:
        return Given(item.key, "", _wrong(item), note, photos, fixed, after)
    return Given(item.key, "fail", "", note, photos, fixed, after)


def _good(world: _World, item: Item) -> str:
    low = item.least if item.least is not None else Decimal(0)
    high = item.most if item.most is not None else low + 3
    part = Decimal(world.dice.randint(20, 80)) / 100
    found = low + (high - low) * part
    return f"{found.quantize(Decimal(1)) if high - low > 8 else found.quantize(Decimal('0.1'))}"


def _wrong(item: Item) -> str:
    """Beyond the limit, but not so far that it is major where there is a choice."""
    if item.least is not None and item.least > 0:
        return str(item.least - (1 if item.least < 30 else 8))
    return str((item.most or Decimal(0)) + 1)


def _photo(world: _World, task: Task, key: UUID, actor: Actor) -> str:
    content = world.picture()
    sha256 = hashlib.sha256(content).hexdigest()
    keep_photo(key, task.pk, sha256, "photo.jpg", content, actor=actor)
    return sha256


def _grain(world: _World, row: Row) -> None:
    head, officer = world.who(row["unit"], Role.UNIT_HEAD), world.who(row["unit"])
    if head is None or officer is None:
        return
    depots = list(Place.objects.filter(kind="granary").order_by("code"))
    for month in row["months"]:
        for at, depot in enumerate(depots):
            begins = world.ends.replace(month=month, day=8 + at, hour=9, minute=0)
            done = world.ends.replace(month=month, day=16 + 2 * at, hour=10 + at, minute=30)
            with clock.moved_to(begins):
                task = order_inspection(
                    depot.pk,
                    "grain",
                    unit=row["unit"],
                    due_on=date(begins.year, month, 28),
                    actor=head,
                    inspector=officer.id,
                )
            if done < world.ends - timedelta(days=3):
                _inspect(world, task, done, worst=0.02 if month != 7 else 0.1)


def _order(world: _World, row: Row) -> None:
    place = Place.objects.filter(code=row["place"]).first()
    head, officer = world.who(row["unit"], Role.UNIT_HEAD), world.who(row["unit"])
    if place is None or head is None or officer is None:
        return
    with clock.moved_to(world.at(row["days"], 9)):
        order_inspection(
            place.pk,
            row["checklist"],
            unit=row["unit"],
            due_on=world.at(row["due"], 9).date(),
            actor=head,
            inspector=officer.id,
        )


def _hazards(world: _World) -> None:
    """Older hazards are struck off, later ones stand at every stage, one or two are late."""
    rows = Case.objects.filter(type_key=HAZARD).exclude(category="done").order_by("reported_at")
    for at, case in enumerate(rows):
        _rectify(world, case, at)


def _rectify(world: _World, case: Case, at: int) -> None:
    moment = timezone.localtime(case.reported_at)
    steps: list[tuple[str, str, str, int, dict[str, Any]]] = []
    if case.stage == "found":
        steps.append(("dispatch", "centre", Role.OFFICER, 3, {}))
    steps.append(("accept", "lead", Role.OFFICER, 20, {}))
    # Older ones are over; of the others every fifth goes no further, every fourth waits.
    old = moment < world.ends - timedelta(days=25)
    if old or at % 5 != 4:
        steps.append(("finish", "lead", Role.OFFICER, 70, {"result": "已整改并自查。（演示）"}))
        if old or at % 4 != 3:
            ends = "pass_major" if case.grade == "major" else "pass"
            steps.append(
                (ends, "centre", Role.UNIT_HEAD, 40, {"text": "复查合格，同意销号。（演示）"})
            )
    for action, side, role, hours, data in steps:
        moment += timedelta(hours=hours)
        if moment >= world.ends:
            return
        unit = case.centre_unit_id if side == "centre" else case.lead_unit_id
        if action == "accept":
            unit = Case.objects.values_list("lead_unit_id", flat=True).get(pk=case.pk)
        actor = world.who(unit, role)
        if actor is None:
            return
        with clock.moved_to(moment):
            if action == "finish":
                files = [("after.jpg", world.picture())]
                case = perform_with_files(case.pk, action, files, actor=actor, data=data)
            else:
                case = perform(case.pk, action, actor=actor, data=data)


def _case(world: _World, row: Row) -> None:
    actor = world.who(row["unit"])
    if actor is None:
        return
    values = {**row, "lead_unit": row["unit"], "decided_on": row["filed_on"]}
    moment = datetime.combine(row["filed_on"], datetime.min.time(), world.ends.tzinfo)
    begins = max(moment + timedelta(hours=16), world.ends - timedelta(days=250))
    with clock.moved_to(begins):
        save_enforcement(values, None, actor)


declare_demo("inspections", play)
