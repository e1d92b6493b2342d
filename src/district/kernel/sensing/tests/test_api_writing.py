"""Things and what hangs on them, made, changed and taken away through the interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from district.kernel.history.public import Subject, events_of
from district.kernel.sensing.models import Datastream, Location, ObservedProperty, Thing
from district.kernel.sensing.tests.conftest import MEASUREMENT, Caller, MakeSource, MakeStream
from district.kernel.sensing.tests.memory import MemoryLog

WHOLE: dict[str, Any] = {
    "name": "桥头水位站",
    "description": "龙岗河桥头",
    "properties": {"code": "RIVER-1", "unit": "901", "maker": "甲公司"},
    "Locations": [
        {
            "name": "桥头",
            "description": "",
            "encodingType": "application/geo+json",
            "location": {"type": "Point", "coordinates": [114.25, 22.7]},
        }
    ],
    "Datastreams": [
        {
            "name": "水位",
            "description": "",
            "observationType": MEASUREMENT,
            "unitOfMeasurement": {"name": "米", "symbol": "m", "definition": "ucum:m"},
            "properties": {"lateness": 600},
            "Sensor": {
                "name": "雷达",
                "description": "",
                "encodingType": "text/plain",
                "metadata": "说明书",
            },
            "ObservedProperty": {"name": "水位", "definition": "urn:level", "description": ""},
        }
    ],
}


@pytest.fixture
def keeper(browser: Callable[..., Client]) -> Caller:
    return Caller(browser("officer", "901"))


def test_a_thing_is_made_with_its_location_and_datastreams_at_once(keeper: Caller) -> None:
    answer = keeper.post("/Things", WHOLE)
    assert answer.status_code == 201, answer.content.decode()
    thing = Thing.objects.get()
    assert answer["Location"].endswith(f"/Things({thing.pk})")
    assert answer.json()["properties"] == {"maker": "甲公司", "code": "RIVER-1", "unit": "901"}
    assert thing.properties == {"maker": "甲公司"}
    stream = Datastream.objects.get()
    assert (stream.lateness, stream.unit_symbol, stream.lead_unit_id) == (600, "m", "901")
    assert thing.location is not None
    assert thing.location.street == "901"
    assert stream.feature is not None
    assert stream.feature.location_id == thing.location_id
    kinds = [event.kind for event in events_of(Subject("sensing.thing", str(thing.pk)))]
    assert sorted(kinds) == ["sensing.thing.added", "sensing.thing.changed"]


def test_what_is_wrong_deep_inside_undoes_the_whole(keeper: Caller) -> None:
    sent = {**WHOLE, "Datastreams": [{**WHOLE["Datastreams"][0], "observationType": "text"}]}
    answer = keeper.post("/Things", sent)
    assert answer.status_code == 400
    assert "observationType" in answer.json()["message"]
    assert not Thing.objects.exists()
    assert not Location.objects.exists()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"colour": "red"}, "colour"),
        ({"properties": []}, "properties"),
        ({"properties": {"unit": "777"}}, "lead_unit"),
        ({"properties": {"unit": "901", "code": "a b"}}, "code"),
        ({"Locations": [{"name": "x"}]}, "location"),
        (
            {"Locations": [{"name": "x", "location": {"type": "Point", "coordinates": [1]}}]},
            "location",
        ),
        (
            {"Locations": [{"name": "x", "location": {"type": "Point", "coordinates": [500, 1]}}]},
            "location",
        ),
        ({"Locations": [{"@iot.id": 999}]}, "Location"),
        ({"Locations": [{"@iot.id": "x"}]}, "@iot.id"),
        ({"Locations": {}}, "Locations"),
        ({"Datastreams": [{"name": "x"}]}, "Sensor"),
        ({"name": "\ud800"}, "JSON"),
        ({"name": "a\0b"}, "空字符"),
    ],
)
def test_what_cannot_be_taken_is_named(keeper: Caller, change: dict[str, Any], word: str) -> None:
    answer = keeper.post("/Things", {**WHOLE, **change})
    assert answer.status_code == 400
    assert word in answer.json()["message"]
    assert not Thing.objects.exists()


def test_members_register_in_their_own_tree_alone(keeper: Caller) -> None:
    sent = {**WHOLE, "properties": {"unit": "902"}}
    assert keeper.post("/Things", sent).status_code == 403
    assert not Thing.objects.exists()


def test_posting_behind_a_thing_belongs_to_it(keeper: Caller, stream: MakeStream) -> None:
    made = stream("S-1")
    key = made.thing_id
    sent = {
        **WHOLE["Datastreams"][0],
        "Sensor": {"@iot.id": made.sensor_id},
        "ObservedProperty": {"@iot.id": made.observed_property_id},
    }
    answer = keeper.post(f"/Things({key})/Datastreams", sent)
    assert answer.status_code == 201, answer.content.decode()
    assert len(keeper.get(f"/Things({key})/Datastreams")["value"]) == 2
    place = {**WHOLE["Locations"][0], "name": "新址", "properties": {"unit": "901"}}
    answer = keeper.post(f"/Things({key})/Locations", place)
    assert answer.status_code == 201, answer.content.decode()
    assert keeper.get(f"/Things({key})/Locations")["value"][0]["name"] == "新址"
    assert len(keeper.get(f"/Things({key})/HistoricalLocations")["value"]) == 2
    made.refresh_from_db()
    assert made.feature is not None
    assert made.feature.name == "新址"


def test_a_patch_changes_what_it_names(keeper: Caller, stream: MakeStream) -> None:
    made = stream("S-1")
    path = f"/Datastreams({made.pk})"
    news = {"name": "新名", "properties": {"lateness": 30, "note": "x"}}
    answer = keeper.send("patch", path, news)
    assert answer.status_code == 200, answer.content.decode()
    found = keeper.get(path)
    assert found["name"] == "新名"
    assert found["properties"] == {
        "note": "x",
        "code": "S-1",
        "unit": "901",
        "lateness": 30,
        "skew": 60,
    }
    back = keeper.send("put", path, found)
    assert back.status_code == 200, back.content.decode()
    truth = MEASUREMENT.replace("OM_Measurement", "OM_TruthObservation")
    assert keeper.send("patch", path, {"observationType": truth}).status_code == 400


def test_a_json_patch_changes_members(keeper: Caller, stream: MakeStream) -> None:
    made = stream("S-1")
    path, kind = f"/Things({made.thing_id})", "application/json-patch+json"
    steps: list[dict[str, Any]] = [
        {"op": "test", "path": "/name", "value": "站 S-1"},
        {"op": "add", "path": "/properties/height", "value": 3},
        {"op": "replace", "path": "/name", "value": "新站"},
    ]
    assert keeper.send("patch", path, steps, kind).status_code == 200
    found = keeper.get(path)
    assert (found["name"], found["properties"]["height"]) == ("新站", 3)
    assert keeper.send("patch", path, steps, kind).status_code == 409
    steps = [{"op": "remove", "path": "/properties/nothing"}]
    assert keeper.send("patch", path, steps, kind).status_code == 400
    assert keeper.send("patch", path, [{"op": "move", "path": "/name"}], kind).status_code == 501


def test_deleting_retires_what_may_have_readings_and_deletes_what_nothing_needs(
    keeper: Caller, browser: Callable[..., Client], stream: MakeStream
) -> None:
    made = stream("S-1")
    assert (
        keeper.client.delete(f"/sensorthings/v1.1/Locations({made.thing.location_id})").status_code
        == 409
    )
    assert keeper.client.delete(f"/sensorthings/v1.1/Things({made.thing_id})").status_code == 200
    assert keeper.ask(f"/Things({made.thing_id})").status_code == 404
    assert keeper.get("/Datastreams")["value"] == []
    made.refresh_from_db()
    assert (made.state, made.thing.state) == ("retired", "retired")
    spare = ObservedProperty.objects.create(name="流速")
    path = f"/sensorthings/v1.1/ObservedProperties({spare.pk})"
    assert keeper.client.delete(path).status_code == 403
    assert browser("administrator", "9").delete(path).status_code == 200
    assert keeper.client.delete("/sensorthings/v1.1/Things").status_code == 405


def test_a_source_registers_only_where_it_was_allowed_to(
    source: MakeSource, stream: MakeStream, log: MemoryLog
) -> None:
    _row, plain = source("gw-1")
    sent = {**WHOLE, "properties": {}}
    assert plain.post("/Things", sent).status_code == 403
    row, gateway = source("gw-2", may_register=True)
    answer = gateway.post("/Things", sent)
    assert answer.status_code == 201, answer.content.decode()
    made = Datastream.objects.get()
    assert (made.source_id, made.lead_unit_id) == (row.pk, "901")
    assert gateway.post(f"/Datastreams({made.pk})/Observations", {"result": 1}).status_code == 201
    other = {**WHOLE, "properties": {"unit": "902"}}
    assert gateway.post("/Things", other).status_code == 403
    foreign = stream("S-9")
    assert (
        gateway.send("patch", f"/Things({foreign.thing_id})", {"name": "我的"}).status_code == 404
    )
    # Nor does it hang a datastream onto a thing that is not its own.
    hung = {**WHOLE["Datastreams"][0], "Thing": {"@iot.id": foreign.thing_id}}
    assert gateway.post("/Datastreams", hung).status_code == 400


def test_a_hidden_location_cannot_be_taken_by_its_key(keeper: Caller, stream: MakeStream) -> None:
    mine, west = stream("S-1"), stream("S-2", "902", at=(114.1, 22.7))
    sent = {"Locations": [{"@iot.id": west.thing.location_id}]}
    assert keeper.send("patch", f"/Things({mine.thing_id})", sent).status_code == 400


def test_the_readings_of_the_past_stay_where_they_were_taken(
    keeper: Caller, stream: MakeStream
) -> None:
    made = stream("S-1")
    old = {
        "time": "2020-01-01T00:00:00Z",
        "Thing": {"@iot.id": made.thing_id},
        "Locations": [{"@iot.id": made.thing.location_id}],
    }
    assert keeper.post("/HistoricalLocations", old).status_code == 201
    found = keeper.get(f"/Things({made.thing_id})/HistoricalLocations", orderby="time")["value"]
    assert found[0]["time"] == "2020-01-01T00:00:00.000Z"
    assert keeper.post("/HistoricalLocations", {**old, "time": "x"}).status_code == 400
