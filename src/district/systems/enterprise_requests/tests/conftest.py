"""A small district: a command post, two industry posts, two streets, a supervision centre."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case, Contact, perform
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.tracking.public import save_calendar
from district.systems.enterprise_requests.rules.posts import parse_posts
from district.systems.enterprise_requests.selectors.posts import industries
from district.systems.enterprise_requests.services.posts import load_posts
from district.systems.enterprise_requests.services.requests import (
    NewComplaint,
    NewRequest,
    register_complaint,
    register_request,
)
from district.testing.moments import standing

LOADER = Actor.system("tests")
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D01", "工信局", "department", "9", sort=3),
    UnitRow("9-D02", "商务局", "department", "9", sort=4),
    UnitRow("9-D05", "企业服务中心", "department", "9", sort=5),
    UnitRow("9-D34", "政府办", "department", "9", sort=6),
    UnitRow("9-D44", "投诉监督中心", "department", "9", sort=7),
)
POSTS = """kind,key,name,name_en,unit,industries
command,command,总指挥部,Command post,9-D05,
industry,manufacturing,制造业指挥部,Manufacturing,9-D01,manufacturing;software
industry,commerce,商贸指挥部,Commerce,9-D02,commerce;trade
street,east,东街道指挥部,East,901,
street,west,西街道指挥部,West,902,
supervision,supervision,投诉监督中心,Supervision,9-D44,
supervision,other,政府办督查室,Inspection,9-D34,
"""


@dataclass(frozen=True)
class People:
    """Somebody in each place; `members` by name."""

    command: Actor
    industry: Actor
    commerce: Actor
    east: Actor
    west: Actor
    west_head: Actor
    community: Actor
    supervision: Actor
    office: Actor
    leader: Actor
    planner: Actor
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
def people(db: None) -> Iterator[People]:
    """Units, calendars, posts, members; it is ten o'clock on 22 September 2025, a Monday."""
    forget_all()
    with standing("2025-09-22 10:00"):
        load_units(UNITS, actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        hours = (("09:00", "12:00"), ("14:00", "18:00"))
        save_calendar(
            "working_hours", kind="working_hours", name="工作时间", hours=hours, actor=LOADER
        )
        load_posts(parse_posts(POSTS, [value for value, _label in industries()]), actor=LOADER)
        at = {
            "command": ("9-D05", "officer"),
            "industry": ("9-D01", "officer"),
            "commerce": ("9-D02", "officer"),
            "east": ("901", "officer"),
            "west": ("902", "officer"),
            "west_head": ("902", "unit_head"),
            "community": ("901001", "officer"),
            "supervision": ("9-D44", "officer"),
            "office": ("9-D34", "officer"),
            "leader": ("9", "leader"),
            "planner": ("9-D01", "planner"),
            "viewer": ("9", "viewer"),
        }
        members = {
            key: create_member(key, unit, role, username=key, password=PASSWORD, actor=LOADER)
            for key, (unit, role) in at.items()
        }
        yield People(**{k: actor_for(m) for k, m in members.items()}, members=members)
    forget_all()


MakeCase = Callable[..., Case]
CONTACT = Contact("张三", "13800138000")


@pytest.fixture
def requested(people: People) -> MakeCase:
    """`requested(industry=..., kind=..., ...)`: the command post registers a request."""

    def make(**given: object) -> Case:
        facts = {
            "enterprise": "东江精密制造有限公司",
            "industry": "manufacturing",
            "kind": "space",
            "text": "厂房租约年底到期，请帮助在本区找厂房",
            **given,
        }
        new = NewRequest(**facts)  # type: ignore[arg-type]  # a test's own keywords
        return register_request(new, actor=people.command, contact=CONTACT).case

    return make


@pytest.fixture
def handled(requested: MakeCase, people: People) -> MakeCase:
    """`handled(said="satisfied", at=...)`: a request handled to its end."""

    def make(said: str = "satisfied", at: str = "2025-09-23 10:00", **given: object) -> Case:
        case = requested(**given)
        perform(case.pk, "dispatch", actor=people.command, data={"lead_unit": "9-D01"})
        perform(case.pk, "accept", actor=people.industry)
        with standing(at):
            perform(case.pk, "finish", actor=people.industry, data={"result": "已对接两处厂房"})
            return perform(case.pk, "close", actor=people.command, data={"satisfaction": said})

    return make


@pytest.fixture
def complained(people: People) -> MakeCase:
    """`complained(unit="902")`: the supervision centre registers a complaint about a unit."""

    def make(unit: str = "902", **given: object) -> Case:
        facts = {"conduct": "delay", "text": "材料交了三个月没有答复", **given}
        new = NewComplaint(unit, **facts)  # type: ignore[arg-type]  # a test's own keywords
        contact = Contact("东江精密制造有限公司", "13800138000")
        actor = people.office if unit == "9-D44" else people.supervision
        return register_complaint(new, actor=actor, contact=contact).case

    return make
