"""Two streets, people who look after things, a source that sends, and a log in memory."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client

from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.places.public import load_areas, parse_areas
from district.kernel.sensing import services, store
from district.kernel.sensing.models import Datastream, Source
from district.kernel.sensing.tests.memory import MemoryLog

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("901001", "桥头社区", "community", "901"),
)
NOW = "2025-09-22 09:00"
ROOT = "/sensorthings/v1.1"
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


def moment(text: str) -> datetime:
    """A local time of China, aware."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle as GeoJSON."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": shape,
            "properties": {"code": code, "name": name, "level": level, "parent_code": parent},
        }
        for code, name, level, parent, shape in (
            ("901", "东街道", "street", "9", box(114.2, 22.6, 114.4, 22.8)),
            ("902", "西街道", "street", "9", box(114.0, 22.6, 114.2, 22.8)),
            ("901001", "桥头社区", "community", "901", box(114.2, 22.6, 114.3, 22.8)),
        )
    ],
}


@pytest.fixture
def hold() -> Iterator[Callable[[str], None]]:
    """`hold("2025-09-26 09:00")`: the product's clock stands there; at first at NOW."""
    with mock.patch("district.kernel.base.clock.now") as now:
        now.return_value = moment(NOW)

        def stand(text: str) -> None:
            now.return_value = moment(text)

        yield stand


@pytest.fixture
def district(db: None, hold: Callable[[str], None], remember: Callable[..., None]) -> None:
    remember(_district)


def _district() -> None:
    load_units(UNITS, actor=LOADER)
    load_areas(parse_areas(json.dumps(AREAS)), actor=LOADER)


@pytest.fixture
def log() -> Iterator[MemoryLog]:
    """A log that this process uses meanwhile."""
    memory = MemoryLog()
    store.plug(memory)
    yield memory
    store.plug(None)


MakeMember = Callable[..., Member]


@pytest.fixture
def member(district: None) -> MakeMember:
    """`member("officer", "901")`: somebody with that post and a log-in."""
    made = iter(range(100))

    def make(role: str, unit: str = "901") -> Member:
        person = create_member("石立春", unit, role, actor=LOADER)
        person.user = User.objects.create(username=f"user{next(made)}")
        person.save()
        return person

    return make


@pytest.fixture
def actor(member: MakeMember) -> Callable[..., Actor]:
    """`actor("officer", "901")`: the actor of such a member."""
    return lambda role, unit="901": actor_for(member(role, unit))


@pytest.fixture
def browser(member: MakeMember) -> Callable[..., Client]:
    """`browser("officer", "901")`: a browser signed in as such a member."""

    def sign_in(role: str, unit: str = "901") -> Client:
        client = Client()
        person = member(role, unit)
        assert person.user is not None
        client.force_login(person.user)
        return client

    return sign_in


class Caller:
    """A program that calls the interface as a source, or as whoever its client is signed in as."""

    def __init__(self, client: Client, code: str = "", secret: str = "") -> None:
        self.client = client
        token = base64.b64encode(f"{code}:{secret}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}"} if code else {}

    def get(self, path: str, **query: str) -> Any:
        """The JSON of an answer that must be good."""
        answer = self.ask(path, **query)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def ask(self, path: str, **query: str) -> Any:
        """An answer, whatever it is."""
        options = {f"${name}": text for name, text in query.items()}
        address = path if path.startswith("http") else f"{ROOT}{path}"
        return self.client.get(address, options, headers=self.headers)

    def post(self, path: str, value: Any) -> Any:
        """The answer to a JSON that is posted."""
        return self.send("post", path, value)

    def send(self, method: str, path: str, value: Any, kind: str = "application/json") -> Any:
        """The answer to a JSON that is sent."""
        call = getattr(self.client, method)
        body = value if isinstance(value, str | bytes) else json.dumps(value)
        return call(f"{ROOT}{path}", body, content_type=kind, headers=self.headers)


MakeSource = Callable[..., tuple[Source, Caller]]


@pytest.fixture
def source(district: None) -> MakeSource:
    """`source("gw-1", may_register=True)`: a source of the eastern street, and its caller."""

    def make(code: str = "gw-1", unit: str = "901", **more: Any) -> tuple[Source, Caller]:
        row = services.register_source(
            code=code, name=f"网关 {code}", kind="gateway", lead_unit=unit, actor=LOADER, **more
        )
        secret = services.issue_credential(row.pk, actor=LOADER)
        return row, Caller(Client(), code, secret)

    return make


MakeStream = Callable[..., Datastream]


@pytest.fixture
def stream(district: None) -> MakeStream:
    """`stream("S-1", source="gw-1")`: a datastream of a thing of its own."""

    def make(code: str = "S-1", unit: str = "901", at: Any = (114.25, 22.7), **more: Any) -> Any:
        place = services.save_location(
            name=f"地点 {code}",
            geometry={"type": "Point", "coordinates": list(at)},
            lead_unit=unit,
            actor=LOADER,
        )
        thing = services.register_thing(
            code=f"T-{code}", name=f"站 {code}", lead_unit=unit, actor=LOADER, location=place.pk
        )
        sensor = services.save_sensor(name="雷达水位计", actor=LOADER)
        level = services.save_property(name="水位", definition="urn:level", actor=LOADER)
        more = {"unit_symbol": "m", "unit_name": "米", "name": f"水位 {code}", **more}
        return services.register_datastream(
            thing=thing.pk,
            sensor=sensor.pk,
            observed_property=level.pk,
            code=code,
            actor=LOADER,
            **more,
        )

    return make
