"""Things and datastreams registered and changed by hand, on their pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from district.kernel.history.models import Event
from district.kernel.sensing.models import Datastream, ObservedProperty, Sensor, Thing
from district.kernel.sensing.tests.conftest import MakeSource, MakeStream

Browser = Callable[..., Client]
THING = {"name": "龙口水库", "code": "R-1", "lead_unit": "901", "lon": "114.25", "lat": "22.72"}
STREAM = {
    "name": "库水位",
    "observed_property": "水位",
    "sensor": "雷达水位计",
    "observation_type": "measurement",
    "unit_symbol": "m",
    "source": "gw-1",
    "lateness": "30",
    "skew": "5",
}


@pytest.fixture
def officer(district: None, browser: Browser) -> Client:
    return browser("officer")


def test_a_thing_and_its_datastream_are_registered_by_hand(
    source: MakeSource, officer: Client
) -> None:
    source("gw-1")
    answer = officer.post("/sensing/things/new/", THING)
    thing = Thing.objects.get(code="R-1")
    assert answer.headers["Location"] == f"/sensing/things/{thing.pk}/"
    assert thing.location is not None
    assert (float(thing.location.lon), float(thing.location.lat)) == (114.25, 22.72)
    page = officer.get(f"/sensing/things/{thing.pk}/").content.decode()
    assert f"/sensing/things/{thing.pk}/datastreams/new/" in page
    answer = officer.post(f"/sensing/things/{thing.pk}/datastreams/new/", STREAM)
    stream = Datastream.objects.get(thing=thing)
    assert answer.headers["Location"] == f"/sensing/datastreams/{stream.pk}/"
    assert (stream.name, stream.unit_symbol, stream.lateness) == ("库水位", "m", 30)
    assert stream.source is not None
    assert stream.source.code == "gw-1"
    told = Event.objects.filter(kind__in=("sensing.thing.added", "sensing.datastream.added"))
    assert told.filter(subject_id__in=(str(thing.pk), str(stream.pk))).count() == 2


def test_the_second_datastream_of_a_property_shares_it(officer: Client) -> None:
    officer.post("/sensing/things/new/", THING)
    thing = Thing.objects.get(code="R-1")
    for name in ("上游", "下游"):
        sent = {**STREAM, "name": name, "source": ""}
        assert officer.post(f"/sensing/things/{thing.pk}/datastreams/new/", sent).status_code == 302
    assert ObservedProperty.objects.filter(name="水位").count() == 1
    assert Sensor.objects.filter(name="雷达水位计").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("lat", "", "经度和纬度要么都填"),
        ("lon", "200", "180"),
        ("code", "编号", "不可用"),
        ("name", "", "必填"),
        ("lead_unit", "902", "902"),
    ],
)
def test_a_wrong_thing_is_not_registered_and_the_form_says_where(
    officer: Client, field: str, value: str, words: str
) -> None:
    answer = officer.post("/sensing/things/new/", {**THING, field: value})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text
    assert words in text
    assert not Thing.objects.exists()
    # What was written stands there still.
    assert field == "name" or "龙口水库" in text


def test_a_wrong_datastream_leaves_no_property_behind(officer: Client) -> None:
    officer.post("/sensing/things/new/", THING)
    thing = Thing.objects.get(code="R-1")
    sent = {**STREAM, "observed_property": "从没有过", "source": "gw-9"}
    answer = officer.post(f"/sensing/things/{thing.pk}/datastreams/new/", sent)
    assert answer.status_code == 422
    assert "gw-9" in answer.content.decode()
    assert not Datastream.objects.exists()
    assert not ObservedProperty.objects.filter(name="从没有过").exists()


def test_a_corrected_point_is_no_move_and_no_point_leaves_it(officer: Client) -> None:
    officer.post("/sensing/things/new/", THING)
    thing = Thing.objects.get(code="R-1")
    page = f"/sensing/things/{thing.pk}/change/"
    shown = officer.get(page).content.decode()
    assert 'value="114.25"' in shown
    assert 'name="code"' not in shown
    officer.post(page, {"name": "新名", "lead_unit": "901", "lon": "114.3", "lat": "22.7"})
    thing.refresh_from_db()
    assert thing.name == "新名"
    assert thing.location is not None
    assert float(thing.location.lon) == 114.3
    assert thing.historical_locations.count() == 1
    officer.post(page, {"name": "新名", "lead_unit": "901", "lon": "", "lat": ""})
    thing.refresh_from_db()
    assert thing.location is not None


def test_nobody_registers_for_another_street_or_without_the_right(
    stream: MakeStream, browser: Browser
) -> None:
    thing = stream("S-1").thing
    pages = [f"/sensing/things/{thing.pk}/{last}" for last in ("change/", "datastreams/new/")]
    other, planner = browser("officer", "902"), browser("planner", "9")
    for page in pages:
        assert other.get(page).status_code == 404
        assert other.post(page, {**THING, **STREAM}).status_code == 404
        assert planner.post(page, {**THING, **STREAM}).status_code == 403
    assert planner.get("/sensing/things/new/").status_code == 403
    assert "登记设备" not in planner.get("/sensing/things/").content.decode()
    assert "登记设备" in other.get("/sensing/things/").content.decode()
