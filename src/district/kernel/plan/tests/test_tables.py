"""The plan's registers: every column can be shown, filtered, sorted and exported."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from district.kernel.organisation.public import create_member
from district.kernel.plan import tables
from district.kernel.plan.models import Edition
from district.kernel.plan.services.adjusting import propose_adjustment
from district.kernel.plan.services.owning import assign_owner
from district.kernel.plan.tests.conftest import LOADER, People, commitment
from district.kernel.registers.public import register_of

KEYS = (tables.COMMITMENTS, tables.STATEMENTS, tables.ADJUSTMENTS, tables.TERMS, tables.REPORTS)


@pytest.fixture
def filled(confirmed: Edition, people: People, remember: Callable[..., None]) -> Edition:
    remember(lambda: _fill(people))
    return confirmed


def _fill(people: People) -> None:
    row = commitment("幼儿园")
    assign_owner(
        row.pk,
        lead_unit="9-D02",
        co_units=["9-D01", "9-D03"],
        leader=people.leader.id,
        contact=people.officer.id,
        actor=people.planner,
    )
    propose_adjustment(
        row.pk, deadline=row.deadline.replace(day=1), reason="提前", actor=people.officer
    )


def signed_in(role: str, unit: str) -> Client:
    member = create_member("郑清明", unit, role, actor=LOADER, username=f"{role}-{unit}".lower())
    client = Client()
    assert isinstance(member.user, User)
    client.force_login(member.user)
    return client


@pytest.mark.parametrize("key", KEYS)
def test_every_column_is_listed_and_sorted(filled: Edition, key: str) -> None:
    client = signed_in("viewer", "9")
    register = register_of(key)
    columns = ",".join(field.key for field in register.fields)
    page = client.get(f"/registers/{key}/", {"columns": columns})
    assert page.status_code == 200
    for field in register.fields:
        if field.sortable:
            sort = {"sort": f"-{field.key}", "format": "json"}
            answer = client.get(f"/registers/{key}/", sort)
            assert answer.status_code == 200, field.key
            assert answer.json()["count"] > 0
    exported = client.get(f"/registers/{key}/", {"format": "csv", "columns": columns})
    assert exported.status_code == 200


@pytest.mark.parametrize(
    ("key", "where", "count"),
    [
        (tables.COMMITMENTS, 'kind = "indicator"', 2),
        (tables.COMMITMENTS, 'lead_unit under "9"', 1),
        (tables.COMMITMENTS, 'lead_unit = "9-D02" and state = "pending"', 1),
        (tables.COMMITMENTS, 'light = "none"', 1),
        (tables.COMMITMENTS, 'nature = "binding" and year = 2025', 3),
        (tables.COMMITMENTS, 'deadline <= 2025-12-31 and kind = "quantity"', 4),
        (tables.COMMITMENTS, 'theme = "education" and kind = "quantity"', 2),
        (tables.STATEMENTS, 'kind = "actual"', 4),
        (tables.STATEMENTS, 'state = "confirmed" and confidence >= 0.5', 10),
        (tables.ADJUSTMENTS, 'state = "proposed"', 1),
        (tables.TERMS, "report_year = 2025", 1),
        (tables.REPORTS, "year = 2025", 1),
    ],
)
def test_conditions_select_what_they_say(filled: Edition, key: str, where: str, count: int) -> None:
    client = signed_in("officer", "9-D03")
    answer = client.get(f"/registers/{key}/", {"where": where, "format": "json"})
    assert answer.status_code == 200
    assert answer.json()["count"] == count
