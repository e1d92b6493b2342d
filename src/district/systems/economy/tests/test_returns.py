"""Contributors by the returns of firms: cells that may be shown, the rest, single firms for the
statistics unit alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from district.kernel.history.public import Subject, events_of
from district.kernel.organisation.public import actor_for
from district.systems.economy.models import Series
from district.systems.economy.selectors.returns import Line, firm_lines, lines_of, sums_for
from district.systems.economy.services.settings import put_settings
from district.systems.virtual_park.models import ReturnTable
from district.systems.virtual_park.public import FirmLine
from district.systems.virtual_park.services.return_tables import make_table
from district.systems.virtual_park.services.returns import file_return
from district.systems.virtual_park.tests.conftest import LOADER, People
from district.systems.virtual_park.tests.conftest import park as park
from district.systems.virtual_park.tests.returns_world import (
    collect,
    everybody,
    filed_by_many,
    typed,
)
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
SETTINGS: dict[str, Any] = {
    "statistics_unit": "9-D08",
    "series": [
        {
            "key": "output", "name": "工业总产值", "unit": "亿元", "lead_unit": "9-D01",
            "returns": {"form": "monthly", "item": "revenue"},
        },
        {"key": "trade", "name": "进出口", "unit": "亿元", "lead_unit": "9-D01"},
    ],
}  # fmt: skip
#: The one firm of its industry in its street: its cell must not be shown.
ALONE = "101.5"


@pytest.fixture
def table(park: People) -> ReturnTable:
    """Twelve firms in two streets, one of them alone in its industry, added up by both."""
    collected = collect(park)
    filed_by_many(collected)
    with standing("2025-09-03 10:00"):
        corrected = typed("100.5", why="单位填错，更正。")
        owed = collected.owed("east")
        file_return(collected.people.acting("east", "statistics"), owed.pk, corrected)
    put_settings(SETTINGS, actor=LOADER)
    with standing("2025-09-12 10:00"):
        return make_table(collected.round.pk, "street", "section", actor=LOADER)


def client_of(member: Any) -> Client:
    """A browser signed in as a member."""
    client = Client()
    client.force_login(member.user)
    return client


def test_the_lone_firm_is_in_the_rest_and_everything_adds_up(
    park: People, table: ReturnTable, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    series = Series.objects.get(pk="output")
    found = sums_for(series, actor_for(park.members["planner"]))
    assert found is not None
    lines = lines_of(found)
    *listed, rest, whole = lines
    assert sum((one.value for one in listed), rest.value) == whole.value == Decimal("1272.0")
    assert len(listed) == 1
    # The lone firm, and the five others of its street that protect it.
    assert rest.value == Decimal(ALONE) + sum(Decimal(f"{100 + at}.5") for at in range(7, 12))
    client = park.member_client("planner")
    url = reverse("economy_returns", args=["output"])
    client.get(url)
    with django_assert_max_num_queries(10):
        page = client.get(url).content.decode()
    assert "其余" in page
    assert not re.search(rf">\s*{re.escape(ALONE)}", page)
    assert reverse("economy_firms", args=["output"]) not in page
    assert client.get(reverse("economy_returns", args=["trade"])).status_code == 404


def test_no_other_role_opens_single_firms(park: People, table: ReturnTable) -> None:
    url = reverse("economy_firms", args=["output"])
    may = set()
    for unit, role, member in everybody():
        client = client_of(member)
        if client.get(url).status_code == 200:
            may.add((unit, role))
            continue
        answer = client.post(url, {"reason": "核实同比"})
        assert answer.status_code in (403, 404)
        assert "企业3" not in answer.content.decode()
    assert may == {("9-D08", "officer"), ("9-D08", "unit_head")}


def test_the_statistics_unit_reads_firms_for_a_reason_that_is_kept(
    park: People, table: ReturnTable
) -> None:
    client = park.member_client("statistician")
    url = reverse("economy_firms", args=["output"])
    assert "企业3" not in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    answer = client.post(url, {"reason": "核实同比"})
    assert answer["Cache-Control"] == "no-store"
    assert "企业3" in answer.content.decode()
    events = events_of(Subject("virtual_park.return_round", str(table.pk)))
    read = [one for one in events if one.kind.endswith("firms_read")]
    assert [one.data["reason"] for one in read] == ["核实同比"]


def test_firms_are_ordered_by_how_far_they_moved() -> None:
    lines = firm_lines(
        [
            FirmLine("甲", "1", Decimal(10), None),
            FirmLine("乙", "2", Decimal(12), Decimal(10)),
            FirmLine("丙", "3", Decimal(80), Decimal(90)),
        ]
    )
    assert [(one.name, change, points) for one, change, points in lines] == [
        ("丙", -10, -10),
        ("乙", 2, 2),
        ("甲", None, None),
    ]
    assert Line("甲", Decimal(1), None).change is None
