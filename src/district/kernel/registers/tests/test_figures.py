"""Figures open the rows they were counted from; the API answers as the list does."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from district.kernel.registers.declaration import Figure, Register
from district.kernel.registers.tests.conftest import MakeClient, add
from district.kernel.registers.tests.models import Site

URL = "/registers/sites/"


@pytest.fixture
def planner(make_client: MakeClient) -> Client:
    return make_client("planner")


@pytest.fixture
def four(sites: Register) -> None:
    add(
        "A1",
        name="坂田学校",
        light="red",
        lead_unit_id="901",
        workers=5,
        amount=Decimal("12.5"),
        opened=date(2025, 9, 1),
        safe=True,
        helpers=["902"],
        checked_at=datetime(2025, 9, 29, 16, 0, tzinfo=UTC),
    )
    add(
        "A2",
        name="东站广场",
        light="green",
        lead_unit_id="901001",
        workers=50,
        amount=Decimal("0.1"),
        opened=date(2025, 9, 20),
        note="靠近学校",
        safe=False,
    )
    add(
        "B1",
        name="西湖公园",
        light="yellow",
        lead_unit_id="902",
        workers=7,
        amount=Decimal("3"),
        opened=date(2025, 8, 1),
    )
    add("B2", name="无主地块")  # fmt: skip


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("aggregate", "where", "value", "count"),
    [
        ("count", 'lead_unit under "901"', 2, 2),
        ("count", "", 4, 4),
        ("sum:amount", "", Decimal("15.6"), 4),
        ("sum:workers", "workers > 5", 57, 2),
        ("value:amount", 'code = "A1"', Decimal("12.5"), 1),
        ("value:amount", 'code = "nothing"', None, 0),
        ("sum:amount", 'code = "nothing"', None, 0),
        ("total:amount", 'code = "nothing"', 0, 0),
        ("total:amount", "", Decimal("15.6"), 4),
    ],
)
def test_a_figure_opens_the_rows_that_it_was_counted_from(
    planner: Client, aggregate: str, where: str, value: Decimal | int | None, count: int
) -> None:
    figure = Figure("sites", where, aggregate, value=value, unit="个", label="在建工地")
    answer = planner.get(figure.url + "&format=json").json()
    assert answer["count"] == count
    assert answer["aggregate"] == aggregate
    assert (None if answer["figure"] is None else Decimal(answer["figure"])) == value
    rows = planner.get(answer["rows_url"])
    html = rows.content.decode()
    assert "在建工地" in html
    assert ("一致" in html) == (value is not None)
    assert rows.context["page"].paginator.count == count


@pytest.mark.usefixtures("four")
def test_a_figure_that_no_longer_holds_says_so(planner: Client) -> None:
    figure = Figure("sites", 'light = "red"', value=7, unit="个", label="滞后工地")
    html = planner.get(figure.url).content.decode()
    assert "数据已有变化" in html
    assert 'data-recount="1"' in html


def test_a_value_of_several_rows_is_no_value(planner: Client, four: None) -> None:
    figure = Figure("sites", "", "value:amount", value=1)
    answer = planner.get(figure.url + "&format=json").json()
    assert (answer["figure"], answer["count"]) == (None, 4)


@pytest.mark.usefixtures("four")
def test_the_api_answers_as_the_list_does(planner: Client) -> None:
    query = "?lead_unit=901&sort=code&columns=code"
    assert planner.get(f"/api/registers/sites{query}").json() == (
        planner.get(f"{URL}{query}&format=json").json()
    )
    site = Site.objects.get(code="A1")
    one = planner.get(f"/api/registers/sites/{site.pk}").json()
    assert one["values"]["checked_at"].startswith("2025-09-29T16:00")
    assert one["values"]["lead_unit"] == "901"
    assert one["url"] == f"{URL}row/{site.pk}/"
    assert planner.get("/api/registers/sites/nonsense").status_code == 404
    assert planner.get("/api/registers/nix").status_code == 404
    refused = planner.get("/api/registers/sites?light=blue")
    assert refused.status_code == 422
    assert refused.json()["error"]["field"] == "light"


def test_the_api_describes_itself_behind_the_log_in(planner: Client, client: Client) -> None:
    assert client.get("/api/openapi.json").status_code == 401
    paths = planner.get("/api/openapi.json").json()["paths"]
    assert "/api/registers/{key}" in paths
    assert json.dumps(paths)
