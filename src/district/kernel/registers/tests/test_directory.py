"""The registers of units and posts: filtered by subtree, exported, leading to the right pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.history.public import Actor
from district.kernel.organisation.public import Member, UnitRow, create_member, load_units

LOADER = Actor.system("tests")


@pytest.fixture
def officer(db: None) -> Member:
    rows = [
        UnitRow("9", "试验区", "district"),
        UnitRow("901", "东街道", "street", "9", sort=1),
        UnitRow("901001", "桥头社区", "community", "901", sort=2),
        UnitRow("902", "西街道", "street", "9", sort=3),
    ]
    load_units(rows, actor=LOADER)
    create_member("白露", "902", "unit_head", actor=LOADER)
    return create_member("谷雨", "901001", "officer", actor=LOADER, username="guyu")


@pytest.fixture
def reader(officer: Member) -> Client:
    client = Client()
    assert officer.user is not None
    client.force_login(officer.user)
    return client


@pytest.mark.parametrize("address", ["/registers/units/", "/registers/posts/"])
def test_lists_stay_within_ten_statements(reader: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert reader.get(address).status_code == 200
    assert len(queries) <= 10


def test_units_are_filtered_by_subtree_and_lead_to_their_pages(reader: Client) -> None:
    shown = reader.get("/registers/units/", {"where": 'code under "901"'}).content.decode()
    assert "/units/901/" in shown
    assert "/units/901001/" in shown
    assert "/units/902/" not in shown


def test_posts_lead_to_their_members(reader: Client, officer: Member) -> None:
    shown = reader.get("/registers/posts/", {"where": 'unit under "901"'}).content.decode()
    assert f"/members/{officer.pk}/" in shown
    assert "白露" not in shown


@pytest.mark.parametrize("key", ["units", "posts"])
def test_both_go_out_as_csv(reader: Client, key: str) -> None:
    answer = reader.get(f"/registers/{key}/", {"format": "csv"})
    assert answer.status_code == 200
    body = b"".join(answer)
    assert ("东街道" if key == "units" else "谷雨") in body.decode("utf-8-sig")
