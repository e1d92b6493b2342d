"""Reading through the interface: sets, entities, ways, options, pages, and who sees what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.sensing import services
from district.kernel.sensing.api import observations
from district.kernel.sensing.tests.conftest import LOADER, ROOT, Caller, MakeSource, MakeStream
from district.kernel.sensing.tests.memory import MemoryLog, column

Browser = Callable[..., Client]
NOON = 1_758_513_600_000_000  # 2025-09-22 04:00 UTC


@pytest.fixture
def reader(browser: Browser) -> Caller:
    return Caller(browser("planner", "9"))


def test_the_root_names_every_set(reader: Caller) -> None:
    found = reader.get("/")
    names = [each["name"] for each in found["value"]]
    assert names == [
        "Things",
        "Locations",
        "HistoricalLocations",
        "Datastreams",
        "Sensors",
        "ObservedProperties",
        "FeaturesOfInterest",
        "Observations",
    ]
    assert found["value"][0]["url"].endswith(f"{ROOT}/Things")


def test_an_entity_says_what_it_is_and_where_its_relations_are(
    reader: Caller, stream: MakeStream
) -> None:
    made = stream("S-1", description="桥下")
    found = reader.get(f"/Datastreams({made.number})")
    link = found["@iot.selfLink"]
    assert found["@iot.id"] == made.number
    assert link.endswith(f"/Datastreams({made.number})")
    assert found["Thing@iot.navigationLink"] == f"{link}/Thing"
    assert found["unitOfMeasurement"] == {"name": "米", "symbol": "m", "definition": None}
    assert found["observationType"].endswith("OM_Measurement")
    assert found["properties"] == {"code": "S-1", "unit": "901", "lateness": 3600, "skew": 60}


def test_a_location_knows_the_street_and_community_that_it_lies_in(
    reader: Caller, stream: MakeStream
) -> None:
    stream("S-1", at=(114.25, 22.7))
    stream("S-2", at=(114.35, 22.7))
    found = reader.get("/Locations", orderby="id", select="location,properties")["value"]
    assert found[0]["location"] == {"type": "Point", "coordinates": [114.25, 22.7]}
    assert [each["properties"].get("community") for each in found] == ["901001", None]
    assert {each["properties"]["street"] for each in found} == {"901"}


def test_ways_lead_from_entity_to_entity(reader: Caller, stream: MakeStream) -> None:
    made = stream("S-1")
    key = made.thing_id
    assert reader.get(f"/Datastreams({made.pk})/Thing")["@iot.id"] == key
    assert len(reader.get(f"/Things({key})/Datastreams")["value"]) == 1
    assert reader.get(f"/Things({key})/Datastreams({made.pk})/Sensor")["name"] == "雷达水位计"
    assert reader.get(f"/Things({key})/Locations")["value"][0]["name"] == "地点 S-1"
    assert len(reader.get(f"/Things({key})/HistoricalLocations")["value"]) == 1
    assert reader.get(f"/Things({key})/name") == {"name": "站 S-1"}
    assert reader.ask(f"/Things({key})/name/$value").content.decode() == "站 S-1"
    assert reader.ask(f"/Things({key})/properties/code/$value").content.decode() == "T-S-1"
    refs = reader.get(f"/Things({key})/Datastreams/$ref")["value"]
    assert refs == [{"@iot.selfLink": refs[0]["@iot.selfLink"]}]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/Nothings", 404),
        ("/Things(999)", 404),
        ("/Things('x')", 404),
        ("/Things(1", 404),
        ("/Things(1)/nothing", 404),
        ("/Things(99999999999999999999999)", 404),
        ("/Things/name", 404),
        ("/Datastreams(1)/Thing(1)", 404),
        ("/Observations('1-x')", 404),
        ("/" + "Things(1)/Locations(1)/" * 6, 404),
    ],
)
def test_what_is_not_there_is_not_found(
    reader: Caller, stream: MakeStream, log: MemoryLog, path: str, status: int
) -> None:
    made = stream("S-1")
    path = path.replace("Things(1)", f"Things({made.thing_id})")
    path = path.replace("Datastreams(1)", f"Datastreams({made.pk})")
    answer = reader.ask(path)
    assert answer.status_code == status
    assert answer.json()["message"]


def test_pages_follow_each_other_and_count_the_whole(reader: Caller, stream: MakeStream) -> None:
    keys = [stream(f"S-{n}").thing_id for n in range(5)]
    found = reader.get("/Things", top="2", count="true", select="id")
    assert found["@iot.count"] == 5
    seen = [each["@iot.id"] for each in found["value"]]
    while "@iot.nextLink" in found:
        answer = reader.client.get(found["@iot.nextLink"])
        found = answer.json()
        assert len(found["value"]) <= 2
        seen += [each["@iot.id"] for each in found["value"]]
    assert seen == keys
    assert reader.get("/Things", top="0", count="true") == {"@iot.count": 5, "value": []}


def test_expand_brings_relations_with_options_of_their_own(
    reader: Caller, stream: MakeStream
) -> None:
    made = stream("S-1")
    for n in range(3):
        services.register_datastream(
            thing=made.thing_id,
            sensor=made.sensor_id,
            observed_property=made.observed_property_id,
            name=f"第{n}条",
            actor=LOADER,
        )
    expand = (
        "Locations($select=name),Datastreams($top=2;$count=true;$orderby=id desc;$select=name;"
        "$expand=ObservedProperty($select=name))"
    )
    (found,) = reader.get("/Things", expand=expand)["value"]
    assert found["Locations"] == [{"name": "地点 S-1"}]
    assert [each["name"] for each in found["Datastreams"]] == ["第2条", "第1条"]
    assert found["Datastreams@iot.count"] == 4
    assert found["Datastreams"][0]["ObservedProperty"] == {"name": "水位"}
    more = reader.client.get(found["Datastreams@iot.nextLink"]).json()
    assert [each["name"] for each in more["value"]] == ["第0条", "水位 S-1"]
    old = reader.get("/Things", expand="Datastreams/Sensor,Datastreams/ObservedProperty")
    assert {"Sensor", "ObservedProperty"} <= set(old["value"][0]["Datastreams"][0])


def test_expanding_costs_a_statement_for_each_way_however_many_entities(
    reader: Caller, stream: MakeStream
) -> None:
    for n in range(12):
        stream(f"S-{n}")
    reader.get("/")
    expand = "Locations,HistoricalLocations,Datastreams($expand=Sensor,ObservedProperty)"
    with CaptureQueriesContext(connection) as asked:
        reader.get("/Things", expand=expand, count="true")
    assert len(asked) <= 10, [row["sql"][:90] for row in asked]


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ({"filter": "name eq"}, 400, "8"),
        ({"filter": "name gt 5"}, 400, "9"),
        ({"filter": "nothing eq 5"}, 400, "nothing"),
        ({"filter": "name"}, 400, "$filter"),
        ({"filter": "st_touches(name,name)"}, 501, "st_touches"),
        ({"filter": "(" * 60 + "name eq 'x'" + ")" * 60}, 400, "40"),
        ({"filter": "name eq 'x' or " * 100 + "true"}, 400, "120"),
        ({"filter": "name eq 'x"}, 400, "9"),
        ({"top": "-1"}, 400, "$top"),
        ({"top": "x"}, 400, "$top"),
        ({"skip": "1.5"}, 400, "$skip"),
        ({"count": "yes"}, 400, "$count"),
        ({"orderby": "nothing"}, 400, "$orderby"),
        ({"orderby": "name upwards"}, 400, "$orderby"),
        ({"orderby": "Locations/name"}, 501, "$orderby"),
        ({"select": "nothing"}, 400, "nothing"),
        ({"expand": "Nothing"}, 400, "Nothing"),
        ({"expand": "Datastreams($top=x)"}, 400, "$top"),
        ({"expand": "Datastreams($top=1"}, 400, "括号"),
        ({"expand": "Datastreams/Thing/Datastreams/Thing/Datastreams/Thing"}, 400, "$expand"),
        ({"apply": "x"}, 501, "$apply"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_and_place(
    reader: Caller, stream: MakeStream, query: dict[str, str], status: int, word: str
) -> None:
    stream("S-1")
    answer = reader.ask("/Things", **query)
    assert answer.status_code == status
    assert word in answer.json()["message"]


def test_members_see_what_lies_below_their_unit_and_no_more(
    browser: Browser, stream: MakeStream
) -> None:
    east, west = stream("S-1", "901"), stream("S-2", "902", at=(114.1, 22.7))
    officer = Caller(browser("officer", "901"))
    for path in ("/Things", "/Locations", "/Datastreams", "/FeaturesOfInterest"):
        assert len(officer.get(path)["value"]) == 1, path
    assert officer.ask(f"/Datastreams({west.pk})").status_code == 404
    assert officer.get(f"/Datastreams({east.pk})")["name"] == "水位 S-1"
    # What lies behind a way tells nothing of hidden rows either.
    hidden = {"filter": "Datastreams/name eq '水位 S-2'"}
    assert officer.get("/Sensors", **hidden)["value"] == []
    sensor = officer.get("/Sensors", expand="Datastreams")["value"]
    names = [d["name"] for each in sensor for d in each["Datastreams"]]
    assert names == ["水位 S-1"]
    assert Caller(browser("viewer", "9")).ask("/Things").status_code == 403


def test_nobody_reads_without_a_log_in_or_a_secret(district: None) -> None:
    answer = Client().get(f"{ROOT}/Things")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_a_source_sees_its_own_datastreams_alone(
    source: MakeSource, stream: MakeStream, log: MemoryLog
) -> None:
    _row, caller = source("gw-1")
    source("gw-2")
    mine, _other = stream("S-1", source="gw-1"), stream("S-2", source="gw-2")
    assert [d["@iot.id"] for d in caller.get("/Datastreams")["value"]] == [mine.pk]
    for path in ("/Things", "/Locations", "/Sensors", "/ObservedProperties", "/FeaturesOfInterest"):
        assert len(caller.get(path)["value"]) == 1, path


def _ids(found: Any) -> list[str]:
    return [each["@iot.id"] for each in found["value"]]


def test_observations_are_read_from_the_log_by_time(
    reader: Caller, stream: MakeStream, log: MemoryLog
) -> None:
    made = stream("S-1")
    log.append(column(*[(made.pk, NOON + n * 60_000_000, n / 2) for n in range(5)]), source=None)
    path = f"/Datastreams({made.pk})/Observations"
    found = reader.get(path, top="2", orderby="phenomenonTime desc", count="true")
    assert found["@iot.count"] == 5
    assert [each["result"] for each in found["value"]] == [2.0, 1.5]
    assert found["value"][0]["phenomenonTime"] == "2025-09-22T04:04:00.000Z"
    assert found["value"][0]["resultTime"] is None
    rest = reader.client.get(found["@iot.nextLink"]).json()
    assert [each["result"] for each in rest["value"]] == [1.0, 0.5]
    since, until = "2025-09-22T12:01:00+08:00", "2025-09-22T04:03:00Z"
    window = f"phenomenonTime ge {since} and phenomenonTime lt {until}"
    assert _ids(reader.get(path, filter=window)) == [
        f"{made.pk}-{NOON + n * 60_000_000}" for n in (1, 2)
    ]
    assert _ids(reader.get(path, filter="result gt 1 or result eq 0", count="true")) == [
        f"{made.pk}-{NOON + n * 60_000_000}" for n in (0, 3, 4)
    ]
    single = reader.get(f"/Observations('{made.pk}-{NOON}')", expand="Datastream($select=name)")
    assert single["Datastream"] == {"name": "水位 S-1"}
    assert reader.get(f"/Observations('{made.pk}-{NOON}')/Datastream/Thing")["name"] == "站 S-1"


def test_a_filter_of_values_asks_the_log_once_and_looks_at_so_many_readings_alone(
    reader: Caller, stream: MakeStream, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stream("S-1")
    log.append(column(*[(made.pk, NOON + n, float(n)) for n in range(6)]), source=None)
    query = mock.Mock(side_effect=log.query)
    monkeypatch.setattr(log, "query", query)
    monkeypatch.setattr(observations, "MOST_SCANNED", 6)
    found = reader.get("/Observations", filter="result gt 3", count="true")
    assert ([each["result"] for each in found["value"]], found["@iot.count"]) == ([4.0, 5.0], 2)
    assert query.call_count == 1
    monkeypatch.setattr(observations, "MOST_SCANNED", 5)
    too_many = reader.ask("/Observations", filter="result gt 3")
    assert (too_many.status_code, "phenomenonTime" in too_many.json()["message"]) == (400, True)
    assert _ids(reader.get("/Observations", filter="result lt 2", top="1")) == [f"{made.pk}-{NOON}"]


def test_a_filter_on_datastreams_narrows_their_observations(
    reader: Caller, stream: MakeStream, log: MemoryLog
) -> None:
    one, other = stream("S-1"), stream("S-2")
    log.append(column((one.pk, NOON, 1.0), (other.pk, NOON, 2.0)), source=None)
    query = f"Datastream/id eq {other.pk}"
    assert [each["result"] for each in reader.get("/Observations", filter=query)["value"]] == [2.0]
    query = "Datastream/Thing/name eq '站 S-1' and result lt 5"
    assert [each["result"] for each in reader.get("/Observations", filter=query)["value"]] == [1.0]
    mixed = reader.ask("/Observations", filter="Datastream/id eq 1 or result lt 5")
    assert mixed.status_code == 501


def test_the_newest_observation_comes_with_each_datastream(
    reader: Caller, stream: MakeStream, log: MemoryLog
) -> None:
    streams = [stream(f"S-{n}") for n in range(3)]
    log.append(column(*[(s.pk, NOON + t, s.pk + t) for s in streams for t in (0, 1)]), source=None)
    expand = "Observations($top=1;$orderby=phenomenonTime desc)"
    found = reader.get("/Datastreams", expand=expand)["value"]
    assert [each["Observations"][0]["result"] for each in found] == [s.pk + 1.0 for s in streams]
    assert all("Observations@iot.nextLink" in each for each in found)


def test_results_are_shown_as_what_they_are(
    reader: Caller, stream: MakeStream, log: MemoryLog
) -> None:
    truth = stream("S-1", observation_type="truth")
    count = stream("S-2", observation_type="count")
    log.append(column((truth.pk, NOON, 1.0), (count.pk, NOON, 7.0)), source=None)
    found = reader.get("/Observations")["value"]
    assert [each["result"] for each in found] == [True, 7]
    assert isinstance(found[1]["result"], int)


def test_data_arrays_hold_observations_by_datastream(
    reader: Caller, stream: MakeStream, log: MemoryLog
) -> None:
    made = stream("S-1")
    log.append(column((made.pk, NOON, 1.5)), source=None)
    (found,) = reader.get("/Observations", resultFormat="dataArray")["value"]
    assert found["components"] == ["id", "phenomenonTime", "result"]
    assert found["dataArray"] == [[f"{made.pk}-{NOON}", "2025-09-22T04:00:00.000Z", 1.5]]


def test_without_a_log_observations_say_so(reader: Caller, stream: MakeStream) -> None:
    stream("S-1")
    answer = reader.ask("/Observations")
    assert answer.status_code == 503
    assert "观测记录库" in answer.json()["message"]
