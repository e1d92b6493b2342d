"""A small district with a desk, two streets, departments, and a case type that uses everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings, settings
from django.contrib.auth.models import User
from django.test import Client

from district.kernel.base.recent import forget_all
from district.kernel.cases import desks, types
from district.kernel.cases.desks import Desk, declare_desk
from district.kernel.cases.models import Case
from district.kernel.cases.rules.definition import TermSpec, Words
from district.kernel.cases.services import (
    Contact,
    Report,
    Reported,
    perform,
    publishing,
    report_case,
)
from district.kernel.cases.tables import declare_case_register
from district.kernel.cases.types import Matter
from district.kernel.history.public import Actor
from district.kernel.organisation import actions
from district.kernel.organisation.public import (
    Member,
    NewMember,
    UnitRow,
    actor_for,
    create_members,
    load_units,
)
from district.kernel.registers import store
from district.kernel.tracking.public import save_calendar

LOADER = Actor.system("tests")
TYPE = Path(__file__).parent / "request.toml"
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("902001", "桥头社区", "community", "902", sort=1),
    UnitRow("9-D01", "水务局", "department", "9", sort=3),
    UnitRow("9-D02", "住建局", "department", "9", sort=4),
)
MATTERS = {
    "01": Matter("01", Words("垃圾堆放", "Litter"), "street", "v1", TermSpec(3, "working_days")),
    "02": Matter("02", Words("水管爆裂", "Burst pipe"), "9-D01", "v1", emergency=True),
    "03": Matter("03", Words("个人纠纷", "Dispute"), "9-D02", "v1", sensitive=True),
}


@contextmanager
def standing(moment: str) -> Iterator[None]:
    """The product's clock stands at that local moment, `2025-09-26 09:00`."""
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    with mock.patch("district.kernel.base.clock.now", return_value=at):
        yield


@pytest.fixture
def today() -> Iterator[None]:
    """It is ten o'clock on 22 September 2025, a Monday."""
    with standing("2025-09-22 10:00"):
        yield


@pytest.fixture(autouse=True)
def _forget() -> None:
    forget_all()
    publishing._known.clear()


@pytest.fixture
def request_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """The type `request` is declared, for this test alone."""
    monkeypatch.setattr(types, "_TYPES", dict(types._TYPES))
    monkeypatch.setattr(types, "_CONTENT", dict(types._CONTENT))
    monkeypatch.setattr(types, "_MATTERS", dict(types._MATTERS))
    monkeypatch.setattr(types, "_UNITS", dict(types._UNITS))
    monkeypatch.setattr(actions, "_actions", dict(actions._actions))
    monkeypatch.setattr(types, "note", lambda *_: None)
    monkeypatch.setattr("district.kernel.organisation.actions.note", lambda *_: None)
    types.declare_case_type(TYPE, matters=MATTERS.get)


@pytest.fixture
def request_pages(
    request_type: None, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    """The type's register and desks are declared as well, with addresses, for this test alone."""
    monkeypatch.setattr(store, "_REGISTERS", dict(store._REGISTERS))
    monkeypatch.setattr(desks, "_DESKS", dict(desks._DESKS))
    monkeypatch.setattr(store, "note", lambda *_: None)
    monkeypatch.setattr(desks, "note", lambda *_: None)
    declare_case_register(types.case_type_of("request"))
    declare_desk(Desk("dispatch", "request", "待分派", ("triage", "returned")))
    declare_desk(Desk("unit", "request", "本单位在办", ("assigned", "handling", "suspended")))
    declare_desk(Desk("parts", "request", "配合事项", whose="co_unit"))
    declare_desk(Desk("mine", "request", "我经办的", whose="mine"))
    settings.ROOT_URLCONF = "district.kernel.cases.tests.urls"


def signed_in(actor: Actor) -> Client:
    """A browser in which the member behind `actor` has signed in."""
    member = Member.objects.get(pk=actor.id)
    if member.user is None:
        member.user = User.objects.create(username=f"u{member.pk.hex}")
        member.save()
    client = Client()
    client.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@dataclass(frozen=True)
class People:
    """Somebody in each place that handles cases."""

    desk: Actor
    east_head: Actor
    east: Actor
    west: Actor
    west_head: Actor
    community: Actor
    water: Actor
    building: Actor
    leader: Actor
    viewer: Actor


_PEOPLE = {
    "desk": ("值班员", "9", "duty_officer"),
    "east_head": ("东主任", "901", "unit_head"),
    "east": ("东经办", "901", "officer"),
    "west": ("西经办", "902", "officer"),
    "west_head": ("西主任", "902", "unit_head"),
    "community": ("社区经办", "901001", "officer"),
    "water": ("水务经办", "9-D01", "officer"),
    "building": ("住建经办", "9-D02", "officer"),
    "leader": ("区领导", "9", "leader"),
    "viewer": ("查阅人", "9", "viewer"),
}


@pytest.fixture
def people(db: None, today: None, request_type: None, remember: Callable[..., People]) -> People:
    """Units, calendars and members."""
    return remember(_people)


def _people() -> People:
    load_units(UNITS, actor=LOADER)
    save_calendar("24x7", kind="24x7", name="全天候", actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
    save_calendar(
        "working_hours",
        kind="working_hours",
        name="工作时间",
        hours=(("09:00", "12:00"), ("14:00", "18:00")),
        actor=LOADER,
    )

    made = create_members([NewMember(*one) for one in _PEOPLE.values()], actor=LOADER)
    return People(**dict(zip(_PEOPLE, map(actor_for, made), strict=True)))


PUBLIC = Actor.anonymous()
MakeCase = Callable[..., Reported]


@pytest.fixture
def reported(people: People) -> MakeCase:
    """`reported(text=..., ...)`: somebody reports over the web."""

    def make(text: str = "桥头路口垃圾堆了三天没人清", **given: object) -> Reported:
        contact = given.pop("contact", Contact("张三", "13800138000"))
        key = str(given.pop("key", ""))
        report = Report("request", text, **{"street": "901", "matter": "01", **given})  # type: ignore[arg-type]  # a test's own keywords
        return report_case(report, actor=PUBLIC, contact=contact, key=key)  # type: ignore[arg-type]  # as above

    return make


@pytest.fixture
def handling(reported: MakeCase, people: People) -> Case:
    """A case that the east street has accepted."""
    case = reported().case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    return perform(case.pk, "accept", actor=people.east)


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Where the files of cases lie in this test."""
    settings.MEDIA_ROOT = tmp_path / "attachments"
    return tmp_path / "attachments" / "cases"
