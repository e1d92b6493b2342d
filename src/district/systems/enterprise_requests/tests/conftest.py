"""A small district: a command post, two industry posts, two streets, a supervision centre."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from district.kernel.cases.public import Case, Contact, perform
from district.kernel.organisation.public import UnitRow
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
from district.testing.people import LOADER as LOADER
from district.testing.people import People as People
from district.testing.people import small_district
from district.testing.remembered import remembered

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


AT = {
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


@pytest.fixture
def people(db: None) -> Iterator[People]:
    """Units, calendars, posts, members; it is ten o'clock on 22 September 2025, a Monday."""
    with small_district(UNITS, AT) as found:
        remembered(_posts)
        yield found


def _posts() -> None:
    load_posts(parse_posts(POSTS, [value for value, _label in industries()]), actor=LOADER)


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
