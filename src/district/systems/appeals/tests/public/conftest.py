"""A small district with streets on a map, a desk, and residents who report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client

from district.kernel.base.recent import forget_all
from district.kernel.cases import types
from district.kernel.cases.models import Case
from district.kernel.cases.public import Matter, TermSpec, Words, perform
from district.kernel.history.public import Actor
from district.kernel.organisation.public import UnitRow, actor_for, create_member, load_units
from district.kernel.places.public import load_areas, parse_areas
from district.kernel.tracking.public import save_calendar
from district.systems.appeals.names import TYPE
from district.systems.appeals.rules.tickets import TICKETS
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district", name_en="Trial District"),
    UnitRow("901", "东街道", "street", "9", name_en="East Subdistrict", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", name_en="Qiaotou", sort=1),
    UnitRow("902", "西街道", "street", "9", name_en="West Subdistrict", sort=2),
    UnitRow("902001", "桥头社区", "community", "902", name_en="Qiaotou", sort=1),
)
MATTERS = {
    "01": Matter("01", Words("垃圾堆放", "Litter"), "street", "v1", TermSpec(3, "working_days")),
    "02": Matter("02", Words("个人纠纷", "Dispute"), "street", "v1", sensitive=True),
}
#: Two squares beside each other: east and west.
EAST, WEST = ("114.25", "22.70"), ("114.15", "22.70")
TEXT = "桥头路口的垃圾堆了三天没人清，味道很大"
RESIDENT = {"name": "王女士", "phone": "13800138000"}


def square(code: str, name: str, west: float) -> dict[str, object]:
    """A square of a tenth of a degree."""
    ring = [[west, 22.65], [west + 0.1, 22.65], [west + 0.1, 22.75], [west, 22.75], [west, 22.65]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, "level": "street", "parent_code": "9"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def today() -> Iterator[None]:
    """It is ten o'clock on 22 September 2025, a Monday; `standing` moves it."""
    with standing("2025-09-22 10:00"):
        yield


def standing(moment: str) -> AbstractContextManager[object]:
    """The product's clock stands at that local moment."""
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return mock.patch("district.kernel.base.clock.now", return_value=at)


def load_trial_district() -> None:
    """Units, shapes and calendars."""
    import json

    forget_all()
    load_units(UNITS, actor=LOADER)
    shapes = [square("901", "东街道", 114.2), square("902", "西街道", 114.1)]
    data = json.dumps({"type": "FeatureCollection", "features": shapes})
    load_areas(parse_areas(data), actor=LOADER)
    save_calendar("24x7", kind="24x7", name="全天候", actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
    save_calendar(
        "working_hours",
        kind="working_hours",
        name="工作时间",
        hours=(("09:00", "12:00"), ("14:00", "18:00")),
        actor=LOADER,
    )


@pytest.fixture
def matters(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of two matters, one of them sensitive."""
    monkeypatch.setattr(types, "_MATTERS", {**types._MATTERS, TYPE: MATTERS.get})


@dataclass(frozen=True)
class People:
    """Who handles."""

    desk: Actor
    east: Actor


@pytest.fixture
def people(db: None, today: None, matters: None) -> Iterator[People]:
    """The trial district with a desk and an officer of the east street."""
    yield remembered(_people)
    forget_all()


def _people() -> People:
    load_trial_district()
    return staff()


def staff() -> People:
    """Members of the desk and of the east street."""

    def made(name: str, unit: str, role: str) -> Actor:
        return actor_for(create_member(name, unit, role, actor=LOADER))

    return People(made("值班员", "9", "duty_officer"), made("东经办", "901", "officer"))


def old_ticket(seconds: float = 60) -> str:
    """A ticket drawn that long ago."""
    then = time.time() - seconds
    with mock.patch("django.core.signing.time.time", return_value=then):
        return TICKETS.new()


Send = Callable[..., HttpResponse]


@pytest.fixture
def send(people: People, client: Client) -> Send:
    """`send(text=..., lon=..., ...)`: a resident sends the report form."""

    def post(**given: object) -> HttpResponse:
        data = {"ticket": old_ticket(), "text": TEXT, "lon": EAST[0], "lat": EAST[1], **RESIDENT}
        headers = given.pop("headers", None)
        data |= {name: str(value) for name, value in given.items()}
        answer = client.post("/appeals/report/", data, headers=headers)  # type: ignore[arg-type]  # a test's own keywords
        assert isinstance(answer, HttpResponse)
        return answer

    return post


def told(answer: HttpResponse) -> tuple[str, str]:
    """Number and code of a receipt, the code without its gap."""
    import re

    body = answer.content.decode()
    number = re.search(r'receipt-number"[^>]*>([^<]+)<', body)
    code = re.search(r'receipt-code"[^>]*>([^<]+)<', body)
    assert number, body
    assert code
    return number[1], code[1].replace(" ", "")


def handled(case: Case, people: People) -> Case:
    """Dispatched to the east street, accepted and finished."""
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901", "matter": "01"})
    perform(case.pk, "accept", actor=people.east)
    return perform(case.pk, "finish", actor=people.east, data={"result": "已清运并消杀"})


def closed(case: Case, people: People) -> Case:
    """Handled and closed by the desk."""
    handled(case, people)
    return perform(case.pk, "close", actor=people.desk, data={"satisfaction": "satisfied"})


def at(case: Case, lon: str, lat: str) -> None:
    """Move a case."""
    Case.objects.filter(pk=case.pk).update(lon=Decimal(lon), lat=Decimal(lat))
