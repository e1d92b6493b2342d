"""A small district with two departments that issue policies, and six enterprises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from district.kernel.base.recent import forget_all
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.selectors.catalogue import forget_catalogue
from district.systems.enterprises.services.catalogue import put_catalogue
from district.systems.enterprises.services.telling import add_enterprise
from district.systems.enterprises.tests.conftest import code_of
from district.systems.policies.models import Policy, PushRun
from district.systems.policies.rules.terms import NewTerms
from district.systems.policies.services.policies import publish_policy, save_policy
from district.systems.policies.services.pushing import do_run, start_run
from district.testing.moments import standing
from district.testing.people import save_calendars
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("901001", "东一社区", "community", "901", sort=1),
    UnitRow("902001", "西一社区", "community", "902", sort=1),
    UnitRow("9-D01", "工信局", "department", "9", sort=3),
    UnitRow("9-D02", "商务局", "department", "9", sort=4),
    UnitRow("9-D05", "企服中心", "department", "9", sort=5),
)
WHERE = 'industry under "C" and revenue >= 2000 and established_on <= today-730d'
TEXT = """申报企业应当同时符合下列条件：
（一）属于制造业；
（二）上年度营业收入达到2000万元以上；
（三）成立满两年。
对符合条件的企业给予最高50万元奖励。
"""


@dataclass(frozen=True)
class People:
    """Somebody in each place; `members` by name."""

    writer: Actor
    head: Actor
    other: Actor
    service: Actor
    east: Actor
    west: Actor
    neighbour: Actor
    neighbour_head: Actor
    far_neighbour: Actor
    other_head: Actor
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
def people(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[People]:
    """Units, calendars, members; it is ten o'clock on 22 September 2025, a Monday."""
    settings.MEDIA_ROOT = tmp_path
    settings.VAR = tmp_path
    forget_all()
    forget_catalogue()
    with standing("2025-09-22 10:00"):
        yield remembered(_people)
    forget_all()
    forget_catalogue()


def _people() -> People:
    load_units(UNITS, actor=LOADER)
    save_calendars()
    put_catalogue({"service_unit": "9-D05", "departments": ["9-D01"]}, [], actor=LOADER)
    at = {
        "writer": ("9-D01", "officer"),
        "head": ("9-D01", "unit_head"),
        "other": ("9-D02", "officer"),
        "service": ("9-D05", "officer"),
        "east": ("901", "officer"),
        "west": ("902", "officer"),
        "neighbour": ("901001", "officer"),
        "neighbour_head": ("901001", "unit_head"),
        "far_neighbour": ("902001", "officer"),
        "other_head": ("9-D02", "unit_head"),
        "leader": ("9", "leader"),
        "planner": ("9-D01", "planner"),
        "viewer": ("9", "viewer"),
    }
    members = {
        key: create_member(key, unit, role, username=key, password=PASSWORD, actor=LOADER)
        for key, (unit, role) in at.items()
    }
    return People(**{k: actor_for(m) for k, m in members.items()}, members=members)


MakeEnterprise = Callable[..., Enterprise]


@pytest.fixture
def made(people: People) -> MakeEnterprise:
    """`made(revenue=..., street=...)`: an enterprise of the east that holds `WHERE`."""

    def make(**given: Any) -> Enterprise:
        number = Enterprise.objects.count() + 1
        values = {
            "name": f"试验{number}有限公司",
            "kind": "company",
            "status": "active",
            "street": "901",
            "industry": "C3921",
            "revenue": Decimal(3000),
            "established_on": date(2019, 5, 6),
            **given,
        }
        known = {key: value for key, value in values.items() if value is not None}
        return add_enterprise(code_of(number), known, actor=LOADER, source="market_registry")

    return make


@pytest.fixture
def firms(made: MakeEnterprise) -> dict[str, Enterprise]:
    """Two that hold `WHERE`, one short of each clause, one of unknown revenue, one far off."""

    def make() -> dict[str, Enterprise]:
        return {
            "holds": made(),
            "holds_too": made(street="902"),
            "small": made(revenue=Decimal(1999)),
            "young": made(established_on=date(2025, 1, 1)),
            "unknown": made(revenue=None),
            "shop": made(industry="F5211", revenue=Decimal(10)),
        }

    return remembered(make)


def not_queued(run_id: str, at_once: bool) -> None:
    """A queue that takes nothing: the test does the round itself."""


Publish = Callable[..., Policy]


@pytest.fixture
def published(people: People) -> Publish:
    """`published(where=..., title=...)`: a policy that is in force."""

    def make(audience: str = "enterprises", **given: Any) -> Policy:
        terms = NewTerms(
            **{
                "title": "工业企业增长奖励",
                "text": TEXT,
                "where": WHERE,
                "benefit": "最高奖励50万元",
                "amount": Decimal(50),
                "opens_on": date(2025, 1, 1),
                **given,
            }
        )
        policy = save_policy(terms, unit="9-D01", audience=audience, actor=people.writer)
        publish_policy(policy.pk, actor=people.head)
        policy.refresh_from_db()
        return policy

    return make


@pytest.fixture
def pushed(people: People) -> Callable[[Policy], PushRun]:
    """`pushed(policy)`: a whole round of pushes."""

    def push(policy: Policy) -> PushRun:
        run, _small = start_run(policy.pk, actor=people.writer, enqueue=not_queued)
        return do_run(str(run.pk))

    return push
