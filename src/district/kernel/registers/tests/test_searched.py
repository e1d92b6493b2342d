"""A register whose `q=` asks an index: the same list, filters, order and rights."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.registers.declaration import Register
from district.kernel.registers.tests.conftest import MakeClient, add
from district.kernel.registers.tests.models import Site
from district.kernel.search import selectors, store
from district.kernel.search.public import Searchable, index, index_all

URL = "/registers/sites/"
NAMES = Searchable("sites", Site, (("name", 2), ("code", 1)))
PHONES = Searchable("sites-phones", Site, (("name", 2), ("phone", 1)))


@pytest.fixture(autouse=True)
def searched(
    sites: Register, declared: Callable[..., Register], monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (NAMES, PHONES):
        monkeypatch.setitem(store._SEARCHABLES, one.key, one)
    declared(searchable="sites", sort=("code",))
    for code, name, unit in (
        ("A1", "坂田（学校）扩建", "901"),
        ("A2", "坂田中心学校", "902"),
        ("B1", "坂田学校", "901001"),
        ("B2", "学校坂田", "901"),
    ):
        add(code, name=name, lead_unit_id=unit, phone=f"139{code}")


def codes(client: Client, query: str) -> list[str]:
    rows = client.get(f"{URL}?format=json&columns=code&{query}").json()["rows"]
    answer = client.get(f"/api/registers/sites?{query}").json()["rows"]
    assert [row["id"] for row in rows] == [row["id"] for row in answer]
    return [row["values"]["code"] for row in rows]


@pytest.mark.parametrize("cap", [0, 1_000])
def test_hits_keep_the_lists_filters_order_and_rights(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, cap: int
) -> None:
    index_all("sites")
    monkeypatch.setattr(selectors, "CAP", cap)  # more hits than may be named one by one, or fewer
    planner = make_client("planner")
    assert codes(planner, "q=坂田学校") == ["A1", "A2", "B1", "B2"]
    assert codes(planner, "q=坂田学校&sort=-code") == ["B2", "B1", "A2", "A1"]
    assert codes(planner, "q=坂田学校&lead_unit=901") == ["A1", "B1", "B2"]
    assert codes(planner, "q=学校扩") == codes(planner, "q=Ａ１ 坂田") == ["A1"]
    assert codes(planner, "q=。") == codes(planner, "q=校中") == []
    assert codes(make_client("officer", "902"), "q=坂田") == ["A2"]


def test_until_the_index_is_filled_the_fields_are_asked(make_client: MakeClient) -> None:
    planner = make_client("planner")
    index("sites", [Site.objects.get(code="A1").pk])
    assert codes(planner, "q=坂田") == ["A1", "A2", "B1", "B2"]
    assert codes(planner, "q=学校扩") == []
    index_all("sites")
    assert codes(planner, "q=学校扩") == ["A1"]


def test_what_a_member_may_not_see_finds_nothing_for_it(
    make_client: MakeClient, declared: Callable[..., Register]
) -> None:
    declared(searchable="sites-phones", sort=("code",))
    index_all("sites-phones")
    assert codes(make_client("planner"), "q=139B") == ["B1", "B2"]
    officer = make_client("officer", "901")
    assert codes(officer, "q=139B") == []
    assert codes(officer, "q=坂田") == ["A1", "B2"]


@pytest.mark.parametrize("cap", [0, 1_000])
def test_a_searched_list_is_a_page_of_ten_statements(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, cap: int
) -> None:
    index_all("sites")
    monkeypatch.setattr(selectors, "CAP", cap)
    client = make_client("planner")
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"{URL}?q=坂田")
    assert "坂田中心学校" in page.content.decode()
    assert len(captured) <= 10, [one["sql"][:80] for one in captured]
