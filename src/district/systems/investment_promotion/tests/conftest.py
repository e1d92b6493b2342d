"""A small district that brings in investment: a coordinating unit, a verifying one, two units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from district.kernel.base import clock
from district.kernel.base.recent import forget_all
from district.kernel.cases.public import perform
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.tracking.public import save_calendar
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.selectors.catalogue import forget_catalogue
from district.systems.enterprises.services.telling import add_enterprise
from district.systems.enterprises.tests.conftest import code_of
from district.systems.investment_promotion.models import Project, Visit
from district.systems.investment_promotion.services.landing import (
    note_registration,
    sign_agreement,
    verify_landing,
)
from district.systems.investment_promotion.services.projects import tell_lead
from district.systems.investment_promotion.services.settings import put_settings
from district.systems.investment_promotion.services.visits import hold_visit, save_visit
from district.testing.moments import moment, standing
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("9-D02", "工信局", "department", "9", sort=2),
    UnitRow("9-D03", "科创局", "department", "9", sort=3),
    UnitRow("9-D04", "商务局", "department", "9", sort=4),
    UnitRow("9-D05", "企业服务中心", "department", "9", sort=5),
)
SETTINGS = {
    "coordinating_unit": "9-D05",
    "verifying_unit": "9-D04",
    "chains": [
        {"key": "chips", "label": "半导体", "label_en": "Semiconductors", "unit": "9-D02"},
        {"key": "cars", "label": "智能网联汽车", "unit": "9-D02", "follow_up_days": 20},
        {"key": "other", "label": "其他"},
    ],
}
NOW = "2025-09-22 10:00"


@dataclass(frozen=True)
class People:
    """Somebody in each place; `members` by name."""

    industry: Actor
    industry_two: Actor
    industry_head: Actor
    science: Actor
    centre: Actor
    commerce: Actor
    leader: Actor
    auditor: Actor
    viewer: Actor
    members: dict[str, Member]

    def client(self, key: str) -> Client:
        """A browser signed in as that member."""
        client = Client()
        user = self.members[key].user
        assert user is not None
        client.force_login(user)
        return client


@pytest.fixture
def people(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[People]:
    """Units, calendars, settings, members; it is ten o'clock on 22 September 2025, a Monday."""
    settings.MEDIA_ROOT = tmp_path
    forget_all()
    forget_catalogue()
    with standing(NOW):
        yield remembered(_people)
    forget_all()
    forget_catalogue()


def _people() -> People:
    load_units(UNITS, actor=LOADER)
    for key in ("24x7", "working_days"):
        save_calendar(key, kind=key, name=key, actor=LOADER)
    put_settings(SETTINGS, actor=LOADER)
    at = {
        "industry": ("9-D02", "officer"),
        "industry_two": ("9-D02", "officer"),
        "industry_head": ("9-D02", "unit_head"),
        "science": ("9-D03", "officer"),
        "centre": ("9-D05", "officer"),
        "commerce": ("9-D04", "officer"),
        "leader": ("9", "leader"),
        "auditor": ("9", "auditor"),
        "viewer": ("9", "viewer"),
    }
    members = {
        key: create_member(key, unit, role, username=key, password=PASSWORD, actor=LOADER)
        for key, (unit, role) in at.items()
    }
    return People(**{k: actor_for(m) for k, m in members.items()}, members=members)


MakeProject = Callable[..., Project]


def lead_values(**given: Any) -> dict[str, Any]:
    """What a lead is told with."""
    return {
        "organisation": "东江半导体股份有限公司",
        "chain": "chips",
        "source": "own",
        "country": "中国",
        "city": "苏州",
        "investment": Decimal(50_000),
        "text": "拟建一条封测线，需要厂房",
        "lead_unit": "9-D02",
        **given,
    }


@pytest.fixture
def told(people: People) -> MakeProject:
    """`told(organisation=..., ...)`: a lead of the industry bureau."""

    def make(actor: Actor | None = None, **given: Any) -> Project:
        return tell_lead(lead_values(**given), actor=actor or people.industry).project

    return make


def held(actor: Actor, project: Project | None = None, **given: Any) -> Visit:
    """A visit that was held an hour ago and recorded."""
    now = clock.now()
    values = {
        "organisation": project.organisation if project else "东江半导体",
        "project": str(project.pk) if project else "",
        "kind": "out",
        "lead_unit": "9-D02",
        "starts_at": now - timedelta(hours=2),
        "ends_at": now - timedelta(hours=1),
        "city": "苏州",
        "visitors": "何处暑 科长",
        "purpose": "介绍配套",
        **given,
    }
    visit = save_visit(values, None, actor)
    told = {"minutes": "谈了厂房和供电", "result": "愿意来看地"}
    return hold_visit(visit.pk, told, actor=actor)


@pytest.fixture
def registered(people: People, told: MakeProject) -> MakeProject:
    """`registered(code=..., agreed=...)`: a project signed today and registered."""

    def make(
        code: str = "", agreed: Decimal = Decimal(50_000), signed: str = "", **given: Any
    ) -> Project:
        actor = people.industry
        project = told(**given)
        perform(project.pk, "contact", actor=actor, data={"text": "已联系"})
        perform(project.pk, "negotiate", actor=actor, data={"text": "进入条款"})
        signed_on = date.fromisoformat(signed) if signed else clock.today()
        sign_agreement(project.pk, signed_on, agreed, "LG-1", "签约", actor=actor)
        note_registration(project.pk, code or code_of(1), "东江龙岗公司", "", actor=actor)
        project.refresh_from_db()
        return project

    return make


@pytest.fixture
def landed(people: People, registered: MakeProject) -> MakeProject:
    """`landed(code=..., agreed=...)`: a project whose entity stands, verified."""

    def make(code: str = "", **given: Any) -> Project:
        entity(code or code_of(1))
        project = registered(code, **given)
        verify_landing(project.pk, accept=True, note="", actor=people.commerce)
        project.refresh_from_db()
        return project

    return make


def entity(code: str = "", **given: Any) -> Enterprise:
    """An entity of the register that meets the condition of landing."""
    values = {
        "name": f"落户{(code or code_of(1))[-4:]}有限公司",
        "kind": "company",
        "status": "active",
        "street": "901",
        "capital": Decimal(20_000),
        "established_on": date(2025, 9, 22),
        **given,
    }
    known = {key: value for key, value in values.items() if value is not None}
    return add_enterprise(code or code_of(1), known, actor=LOADER, source="market_registry")


def local(text: str) -> datetime:
    """A local moment, aware."""
    return moment(text)
