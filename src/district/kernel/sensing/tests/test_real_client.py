"""frost_sta_client, the client that most programs use, against this service as it is served."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from district.kernel.sensing import services
from district.kernel.sensing.tests.conftest import LOADER
from district.kernel.sensing.tests.memory import MemoryLog

fsc = pytest.importorskip("frost_sta_client", reason="the client is not installed")
AT = datetime(2025, 9, 22, 4, tzinfo=UTC)
# The client calls what the library that it builds addresses with has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:furl:DeprecationWarning")


@pytest.fixture
def service(
    live_server: Any, source: Callable[..., Any], log: MemoryLog, hold: Callable[[str], None]
) -> Any:
    row, _caller = source("gw-1", may_register=True)
    secret = services.issue_credential(row.pk, actor=LOADER)
    handler = fsc.AuthHandler("gw-1", secret)
    return fsc.SensorThingsService(f"{live_server.url}/sensorthings/v1.1/", handler)


def _thing() -> Any:
    place = fsc.Location(
        name="桥头",
        encoding_type="application/geo+json",
        location=fsc.utils.process_area({"type": "Point", "coordinates": [114.25, 22.7]}),
    )
    return fsc.Thing(
        name="水位站", description="龙岗河", properties={"maker": "甲公司"}, locations=[place]
    )


def _stream(thing: Any, name: str) -> Any:
    kind = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
    return fsc.Datastream(
        name=name,
        observation_type=kind,
        unit_of_measurement=fsc.UnitOfMeasurement("米", "m", "ucum:m"),
        thing=thing,
        sensor=fsc.Sensor(name="雷达", encoding_type="text/plain", metadata="说明书"),
        observed_property=fsc.ObservedProperty(name="水位", definition="urn:level"),
    )


def test_the_client_makes_reads_changes_and_pages(service: Any, log: MemoryLog) -> None:
    thing = _thing()
    service.create(thing)
    assert isinstance(thing.id, int)
    for n in range(3):
        service.create(_stream(fsc.Thing(id=thing.id), f"水位{n}"))
    found = service.things().find(thing.id)
    assert (found.name, found.properties["maker"]) == ("水位站", "甲公司")

    streams = service.datastreams().query().filter("startswith(name,'水位')").orderby("id", "ASC")
    listed = list(streams.top(2).count().expand("Thing,ObservedProperty($select=name)").list())
    assert [each.name for each in listed] == ["水位0", "水位1", "水位2"]
    assert listed[0].thing.name == "水位站"

    first = listed[0]
    for minute in range(5):
        at = AT.replace(minute=minute).isoformat()
        observation = fsc.Observation(result=minute / 4, phenomenon_time=at)
        observation.datastream = fsc.Datastream(id=first.id)
        service.create(observation)
        assert observation.id.startswith(f"{first.id}-")
    assert [row[2] for row in log.rows] == [0.0, 0.25, 0.5, 0.75, 1.0]
    newest = first.get_observations().query().orderby("phenomenonTime").top(2).list()
    assert [each.result for each in newest] == [1.0, 0.75, 0.5, 0.25, 0.0]
    one = service.observations().find(newest.entities[0].id)
    assert one.phenomenon_time == "2025-09-22T04:04:00.000Z"

    found.name = "新站"
    service.update(found)
    service.patch(found, [{"op": "add", "path": "/properties/height", "value": 3}])
    again = service.things().find(thing.id)
    assert (again.name, again.properties["height"]) == ("新站", 3)

    service.delete(listed[2])
    assert len(list(service.datastreams().query().list())) == 2


def test_the_client_sends_data_arrays(service: Any, log: MemoryLog) -> None:
    thing = _thing()
    service.create(thing)
    stream = _stream(fsc.Thing(id=thing.id), "水位")
    service.create(stream)
    value = fsc.model.ext.data_array_value.DataArrayValue()
    parts = value.Property
    value.components = {parts.PHENOMENON_TIME, parts.RESULT}
    value.datastream = stream
    for minute in range(3):
        at = AT.replace(minute=minute).isoformat()
        value.add_observation(fsc.Observation(result=minute, phenomenon_time=at))
    document = fsc.model.ext.data_array_document.DataArrayDocument()
    document.add_data_array_value(value)
    made = service.observations().create(document)
    assert len(made) == 3
    assert [row[2] for row in log.rows] == [0.0, 1.0, 2.0]
