"""The page of areas and its shapes: behind the log-in, called approximate, fetched once."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.organisation.public import create_member
from district.kernel.places.tests.conftest import LOADER


@pytest.fixture
def reader(longgang: None) -> Client:
    member = create_member("谷雨", "440307003", "viewer", actor=LOADER, username="guyu")
    client = Client()
    assert member.user is not None
    client.force_login(member.user)
    return client


def test_the_list_names_every_area_and_calls_the_shapes_approximate(reader: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        shown = reader.get("/places/").content.decode()
    assert len(queries) <= 10
    assert shown.count("/units/440307") >= 122
    assert "近似" in shown


def test_shapes_are_fetched_once_while_nothing_changes(reader: Client) -> None:
    for path in ("/places/areas.geojson?level=community&crs=gcj02", "/places/map.json"):
        first = reader.get(path)
        again = reader.get(path, headers={"If-None-Match": first["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304)
        assert again.content == b""
    other = reader.get("/places/areas.geojson?level=street")
    assert other["Content-Type"] == "application/geo+json"
    assert len(json.loads(other.content)["features"]) == 11


def test_the_maps_shapes_lead_to_their_units(reader: Client) -> None:
    data = reader.get("/places/map.json?level=street").json()
    assert data["approximate"] is True
    properties = data["areas"]["features"][0]["properties"]
    assert properties["url"] == f"/units/{properties['id']}/"


def test_a_wrong_level_or_system_is_named(reader: Client) -> None:
    for query in ("level=village", "level=street&crs=utm"):
        answer = reader.get(
            f"/places/areas.geojson?{query}", headers={"Accept": "application/json"}
        )
        assert answer.status_code == 422
        assert answer.json()["error"]["remedy"]


def test_shapes_ask_for_a_log_in(client: Client, db: None) -> None:
    for path in ("/places/", "/places/areas.geojson", "/places/map.json"):
        assert client.get(path).status_code == 302
