"""A small district on a map: an emergency bureau with front ends and nests, two streets."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import numpy as np
import pytest
from django.conf import LazySettings
from django.test import Client
from PIL import Image

from district.kernel.alarms.public import AlarmRule, Episode, RuleVersion
from district.kernel.base import clock
from district.kernel.base.recent import forget_all
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.places.public import load_areas, parse_areas
from district.kernel.sensing.public import (
    Appended,
    Batch,
    Datastream,
    Thing,
    plug,
    register_datastream,
    register_thing,
    save_location,
    save_property,
    save_sensor,
)
from district.kernel.tracking.public import save_calendar
from district.kernel.warnings.public import load_catalogue
from district.systems.early_warning.models import DroneNest, FrontEnd, Mission
from district.systems.early_warning.services.front_ends import save_front_end
from district.systems.early_warning.services.nests import save_nest
from district.systems.early_warning.services.sending import (
    make_mission,
)
from district.testing.moments import moment, standing
from district.testing.remembered import remembered

LOADER = Actor.system("early_warning")
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
ROOT, EAST, WEST, BRIDGE, FIRE, WATER = (
    "440307", "440307001", "440307002", "440307001001", "440307-D22", "440307-D15",
)  # fmt: skip
UNITS = (
    UnitRow(ROOT, "试验区", "district", name_en="Test District"),
    UnitRow(EAST, "东街道", "street", ROOT, sort=1, name_en="East Street"),
    UnitRow(BRIDGE, "桥头社区", "community", EAST, sort=1),
    UnitRow(WEST, "西街道", "street", ROOT, sort=2, name_en="West Street"),
    UnitRow(WATER, "水务局", "department", ROOT, sort=3),
    UnitRow(FIRE, "应急局", "department", ROOT, sort=4),
)
#: Who acts where: key, unit, role.
PEOPLE = {
    "leader": (ROOT, "leader"),
    "leader2": (ROOT, "leader"),
    "auditor": (ROOT, "auditor"),
    "duty": (ROOT, "duty_officer"),
    "fire": (FIRE, "officer"),
    "fire_head": (FIRE, "unit_head"),
    "fire_duty": (FIRE, "duty_officer"),
    "water": (WATER, "officer"),
    "east": (EAST, "officer"),
    "east_head": (EAST, "unit_head"),
    "west": (WEST, "officer"),
    "viewer": (ROOT, "viewer"),
}
CATALOGUE = """
[district]
sender = "warnings@test.example.org"
sender_name = "试验区应急委员会"
sender_name_en = "Emergency Committee of the Test District"
"""


@dataclass(frozen=True)
class People:
    """Somebody in each place, by the keys of PEOPLE."""

    members: dict[str, Member]

    def __getattr__(self, key: str) -> Actor:
        return actor_for(self.members[key])

    def client(self, key: str) -> Client:
        """A browser signed in as that member."""
        client = Client()
        user = self.members[key].user
        assert user is not None
        client.force_login(user)
        return client


def _square(code: str, level: str, west: float, south: float, east: float, north: float) -> Any:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    properties = {"code": code, "name": code, "level": level, "approximate": True}
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@pytest.fixture
def people(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[People]:
    """Units on a map, calendars, members; it is ten o'clock on 22 September 2025, a Monday.

    The east street is the east half of the map: 114.2 to 114.4, 22.6 to 22.8.
    """
    settings.MEDIA_ROOT = tmp_path
    forget_all()
    with standing("2025-09-22 10:00"):
        yield People(remembered(_members))
    forget_all()


def _members() -> dict[str, Member]:
    load_units(UNITS, actor=LOADER)
    areas = [
        _square(EAST, "street", 114.2, 22.6, 114.4, 22.8),
        _square(WEST, "street", 114.0, 22.6, 114.2, 22.8),
        _square(BRIDGE, "community", 114.2, 22.6, 114.3, 22.8),
    ]
    found = parse_areas(json.dumps({"type": "FeatureCollection", "features": areas}).encode())
    load_areas(found, actor=LOADER)
    for key in ("24x7", "working_days"):
        save_calendar(key, kind=key, name=key, actor=LOADER)
    load_catalogue(CATALOGUE, actor=LOADER)
    return {
        key: create_member(key, unit, role, username=key, password=PASSWORD, actor=LOADER)
        for key, (unit, role) in PEOPLE.items()
    }


@dataclass
class Watch:
    """The product's clock, which a test moves on."""

    now: datetime

    def on(self, **step: float) -> datetime:
        """Move it on by a timedelta's keywords."""
        self.now += timedelta(**step)
        return self.now


@pytest.fixture
def watch(people: People) -> Iterator[Watch]:
    """A clock to move; it begins at ten o'clock. Undone before the patch that it stands upon:
    `monkeypatch` would put that one back after its end."""
    found = Watch(moment("2025-09-22 10:00"))
    with mock.patch("district.kernel.base.clock.now", side_effect=lambda: found.now):
        yield found


MakeNest = Callable[..., DroneNest]
MakeEnd = Callable[..., FrontEnd]
MakeEpisode = Callable[..., Episode]


@pytest.fixture
def nest(people: People) -> MakeNest:
    """`nest(code, lon, lat, ...)`: a nest of the emergency bureau, 15 m/s, 30 s to launch."""

    def make(code: str, lon: float, lat: float, **given: Any) -> DroneNest:
        values = {
            "code": code,
            "name": f"{code}机场",
            "lead_unit": FIRE,
            "lon": Decimal(str(lon)),
            "lat": Decimal(str(lat)),
            "aircraft": "测试机型",
            "speed": Decimal(15),
            "range": 5000,
            "launch_seconds": 30,
            **given,
        }
        return save_nest(values, None, LOADER)

    return make


@pytest.fixture
def front_end(people: People) -> MakeEnd:
    """`front_end(code, lon, lat, ...)`: a front end with a thing of its own."""

    def make(code: str, lon: float = 114.25, lat: float = 22.7, **given: Any) -> FrontEnd:
        thing = thing_at(f"T-{code}", lon, lat)
        values = {
            "code": code,
            "name": f"{code}前端",
            "lead_unit": FIRE,
            "lon": Decimal(str(lon)),
            "lat": Decimal(str(lat)),
            "view_range": 3000,
            "height": 30,
            "thing": thing.code,
            **given,
        }
        return save_front_end(values, None, LOADER)

    return make


def thing_at(code: str, lon: float, lat: float, unit: str = FIRE) -> Thing:
    """A thing at a place."""
    point = {"type": "Point", "coordinates": [lon, lat]}
    place = save_location(name=code, geometry=point, lead_unit=unit, actor=LOADER)
    return register_thing(name=code, lead_unit=unit, actor=LOADER, code=code, location=place.pk)


def stream_of(thing: Thing, code: str, what: str, unit: str = "m") -> Datastream:
    """A datastream of a thing."""
    sensor = save_sensor(name=f"{what}计", actor=LOADER)
    known = save_property(name=f"{what}{code}", actor=LOADER)
    return register_datastream(
        thing=thing.pk,
        sensor=sensor.pk,
        observed_property=known.pk,
        name=what,
        code=code,
        unit_symbol=unit,
        actor=LOADER,
    )


def rule_for(case_type: str = "forest_fire") -> RuleVersion:
    """A live version of a rule whose episodes become that type of case."""
    known = AlarmRule.objects.filter(key=f"rule_{case_type or 'none'}").first()
    if known is not None:
        return known.versions.get()
    now = clock.now()
    rule = AlarmRule.objects.create(
        key=f"rule_{case_type or 'none'}",
        label="试验规则",
        level="orange",
        lead_unit_id=FIRE,
        state="live",
        created_at=now,
        changed_at=now,
    )
    return RuleVersion.objects.create(
        rule=rule,
        number=1,
        rule_hash="0" * 16,
        content={"rule": {}, "groups": {}, "handling": {"case_type": case_type}},
        zone="Asia/Shanghai",
        created_at=now,
        created_by="测试",
    )


@pytest.fixture
def episode(people: People) -> MakeEpisode:
    """`episode(thing=..., lon=..., lat=..., case_type=..., ...)`: an episode raised just now."""

    def make(end: FrontEnd | None = None, case_type: str = "forest_fire", **given: Any) -> Episode:
        version, at = rule_for(case_type), Episode.objects.count() + 1
        run, _made = version.runs.get_or_create(
            since=0, defaults={"groups": b"", "group_count": 1, "began_at": clock.now()}
        )
        values = {
            "id": uuid4(),
            "number": f"GJ250922-{at:06d}",
            "rule": version.rule,
            "run": run,
            "group": f"g{at}",
            "title": "林区疑似烟火",
            "level": "orange",
            "lead_unit_id": FIRE,
            "thing": end.thing if end else None,
            "place": end.name if end else "山边",
            "street": EAST,
            "lon": end.lon if end else Decimal("114.25"),
            "lat": end.lat if end else Decimal("22.70"),
            "raised_at": clock.now(),
            "known_at": clock.now(),
            "position": at,
            **given,
        }
        return Episode.objects.create(**values)

    return make


@pytest.fixture
def mission(nest: MakeNest, front_end: MakeEnd, episode: MakeEpisode) -> Mission:
    """A mission of a front end's alarm; two nests are there, N-1 nearer than N-2."""

    def make() -> Mission:
        nest("N-1", 114.26, 22.7)
        nest("N-2", 114.28, 22.7)
        found = make_mission(episode(front_end("E-1")).pk)
        assert found is not None
        return found

    return remembered(make)


def picture(colour: int = 0) -> bytes:
    """A small photo; another colour is another picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (colour % 256, 80, 120)).save(out, "JPEG")
    return out.getvalue()


class Kept:
    """A log of readings in memory, for tests; takes what it is given."""

    def __init__(self) -> None:
        self.batch = Batch.empty()

    def put(self, stream: int, times: Any, values: Any) -> None:
        """More readings of a datastream; times in microseconds since 1970 UTC."""
        times = np.asarray(times, np.int64)
        more = Batch.of(np.full(len(times), stream), times, values)
        self.batch = Batch.concat([self.batch, more])

    def append(self, readings: Batch, *, source: int | None) -> Appended:
        self.batch = Batch.concat([self.batch, readings])
        return Appended(0)

    def query(
        self,
        streams: Any,
        since: int | None = None,
        until: int | None = None,
        *,
        order: str = "asc",
        limit: int | None = None,
        offset: int = 0,
    ) -> Batch:
        kept = np.isin(self.batch.stream, list(streams))
        if since is not None:
            kept &= self.batch.time >= since
        if until is not None:
            kept &= self.batch.time < until
        found = self.batch.take(kept)
        at = np.lexsort((found.stream, found.time))
        at = at if order == "asc" else at[::-1]
        return found.take(at[offset : None if limit is None else offset + limit])

    def count(self, streams: Any, since: int | None = None, until: int | None = None) -> int:
        return len(self.query(streams, since, until))


@pytest.fixture
def log() -> Iterator[Kept]:
    """A log that this process is given."""
    found = Kept()
    plug(found)
    yield found
    plug(None)
