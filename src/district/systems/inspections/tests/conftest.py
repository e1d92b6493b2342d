"""A small district: a department that inspects, one of another trade, two streets, a few places."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from PIL import Image

from district.kernel.history.public import Actor
from district.kernel.organisation.public import UnitRow
from district.systems.inspections.checklists import checklist_of
from district.systems.inspections.models import Place, Task
from district.systems.inspections.rules.answers import Given
from district.systems.inspections.services.photos import keep_photo
from district.systems.inspections.services.places import save_place
from district.systems.inspections.services.submitting import Submission
from district.systems.inspections.services.tasks import assign_task, order_inspection
from district.testing.moments import moment
from district.testing.people import LOADER as LOADER
from district.testing.people import People as People
from district.testing.people import small_district

UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D22", "应急局", "department", "9", sort=3),
    UnitRow("9-D25", "市监局", "department", "9", sort=4),
)


AT = {
    "safety": ("9-D22", "officer"),
    "safety2": ("9-D22", "officer"),
    "safety_head": ("9-D22", "unit_head"),
    "food": ("9-D25", "officer"),
    "east": ("901", "officer"),
    "east_head": ("901", "unit_head"),
    "west": ("902", "officer"),
    "community": ("901001", "officer"),
    "leader": ("9", "leader"),
    "planner": ("9-D22", "planner"),
    "viewer": ("9", "viewer"),
}


@pytest.fixture
def people(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[People]:
    """Units, calendars, members; it is ten o'clock on 22 September 2025, a Monday."""
    settings.MEDIA_ROOT = tmp_path
    with small_district(UNITS, AT) as found:
        yield found


MakePlace = Callable[..., Place]
MakeTask = Callable[..., Task]


@pytest.fixture
def placed(people: People) -> MakePlace:
    """`placed(code=..., kind=..., ...)`: a place in the east street, supervised by 应急局."""
    count = iter(range(1, 1000))

    def make(**given: object) -> Place:
        number = next(count)
        values = {
            "code": f"P-{number:03d}",
            "name": f"东江五金{number}厂",
            "kind": "workshop",
            "risk": "medium",
            "address": "东街道龙岗大道1号",
            "street": "901",
            "lead_unit": "901",
            "supervising_unit": "9-D22",
            **given,
        }
        return save_place(values, None, LOADER)

    return make


@pytest.fixture
def tasked(placed: MakePlace, people: People) -> MakeTask:
    """`tasked(place=..., checklist=..., inspector=...)`: 应急局's officer has it to do."""

    def make(
        place: Place | None = None, checklist: str = "work_safety", inspector: str = "safety"
    ) -> Task:
        found = place or placed()
        task = order_inspection(
            found.pk,
            checklist,
            unit="9-D22",
            due_on=date(2025, 9, 30),
            actor=people.safety_head,
        )
        if inspector:
            who = people.members[inspector].pk
            task = assign_task(task.pk, who, actor=people.safety_head)
        return task

    return make


def picture(colour: int = 0) -> bytes:
    """A small photo; another colour is another picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (colour % 256, 80, 120)).save(out, "JPEG")
    return out.getvalue()


def sent(task: Task, key: UUID, content: bytes, actor: Actor) -> str:
    """Hand in a picture; returns its digest."""
    sha256 = hashlib.sha256(content).hexdigest()
    keep_photo(key, task.pk, sha256, "photo.jpg", content, actor=actor)
    return sha256


def answers(checklist: str, **other: Given) -> tuple[Given, ...]:
    """Everything passes, but for what is given by item."""
    found = []
    for item in checklist_of(checklist).items:
        if item.key in other:
            found.append(other[item.key])
        elif item.answer == "number":
            middle = item.most if item.most is not None else item.least
            found.append(Given(item.key, value=str(middle)))
        else:
            found.append(Given(item.key, "pass"))
    return tuple(found)


def submission(task: Task, key: UUID | None = None, **given: object) -> Submission:
    """A submission of a task in which everything passes."""
    values: dict[str, object] = {
        "id": key or uuid4(),
        "task": task.pk,
        "version": task.checklist_version,
        "begun_at": moment("2025-09-22 10:00"),
        "finished_at": moment("2025-09-22 10:05"),
        "answers": answers(task.checklist),
        **given,
    }
    return Submission(**values)  # type: ignore[arg-type]  # a test's own keywords
