"""What the benchmarks of sensing share: many things with datastreams, latest values, live rules."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from benchmarks.installation import Installation

SOURCE = "bench"
#: The property of the datastreams that open cases, and of the others, by number.
PROBE, OTHER = "探针", "指标{:02d}"
PROPERTIES = 50
#: What a probe must pass to be an alarm, and the case type that it opens.
PROBE_LEVEL, CASE_TYPE = 8.0, "forest_fire"
_CALL = """
import json, sys
from benchmarks import sensing_population
print(json.dumps(sensing_population.make(*(int(part) for part in sys.argv[1:5]))))
"""


def fill_sensing(
    installation: Installation, streams: int, probes: int = 0, rules: int = 0, seen: bool = False
) -> dict[str, Any]:
    """Fill an installation with the district, `streams` datastreams of one source and live rules.

    The last `probes` datastreams are watched by the one rule that opens cases, the others by
    `rules` rules, each over one of 50 properties. With `seen` each has said something. Returns
    {first, user}: the first datastream's number, a log-in that sees all.
    """
    given = (str(streams), str(probes), str(rules), str(int(seen)))
    made: dict[str, Any] = installation.call(_CALL, *given)
    return made


def make(streams: int, probes: int, rules: int, seen: int) -> dict[str, Any]:
    """As `fill_sensing`, inside the installation."""
    from benchmarks.installation import PASSWORD
    from district.kernel.base.planner import look_over_tables
    from district.loading.folder import read_folder
    from district.loading.load import load_district
    from district.testing.population.making import LONGGANG
    from district.testing.population.people import PLANNER, make_members

    rng = random.Random(1)  # noqa: S311  # made-up devices
    for _line in load_district(read_folder(LONGGANG), demo=False):
        pass
    make_members(rng, PASSWORD)
    numbers = add_datastreams(streams, probes, rng)
    for number in range(rules):
        put_rule(f"bench_{number}", rule_of(rng, OTHER.format(number % PROPERTIES)), {})
    if probes:
        put_probe_rule("bench_probe")
    if seen:
        _say_something(numbers, rng)
    look_over_tables()
    return {"first": numbers[0], "user": PLANNER}


def add_datastreams(streams: int, probes: int, rng: random.Random) -> list[int]:
    """Things on points all over the district, each with a location and a datastream, of the source
    SOURCE, which is registered; the last `probes` are watched by the rule that opens cases."""
    from district.kernel.organisation.public import root_code
    from district.kernel.sensing.public import issue_credential, register_source
    from district.testing.population.shared import ACTOR

    source = register_source(
        code=SOURCE, name=SOURCE, kind="gateway", lead_unit=root_code(), actor=ACTOR
    )
    issue_credential(source.pk, actor=ACTOR)
    return _add(source, streams, probes, rng, "B")


def add_probes(count: int, rng: random.Random) -> list[int]:
    """As many more datastreams of SOURCE that the rule watches, which have said nothing yet."""
    from district.kernel.sensing.models import Source, Thing

    known = Thing.objects.filter(code__startswith="P").count()
    return _add(Source.objects.get(code=SOURCE), count, count, rng, f"P{known}")


def _add(source: Any, streams: int, probes: int, rng: random.Random, prefix: str) -> list[int]:
    from district.kernel.base import clock
    from district.kernel.organisation.public import Unit, root_code
    from district.kernel.sensing.models import Datastream, Location, Sensor, Thing
    from district.testing.population.shared import BATCH

    now = clock.now()
    # Somebody's unit somewhere: streets, so that who may see what is asked in earnest.
    units = list(Unit.objects.filter(level="street").values_list("pk", flat=True)) or [root_code()]
    sensor = Sensor.objects.create(name="传感器")
    names = [OTHER.format(number) for number in range(PROPERTIES)] + [PROBE]
    properties = _properties(names)

    def named(at: int) -> str:
        return PROBE if at >= streams - probes else names[at % PROPERTIES]

    places = []
    for at in range(streams):
        lon, lat = 114.02 + rng.random() * 0.36, 22.60 + rng.random() * 0.18
        places.append(
            Location(
                name=f"点位{at}",
                geometry={"type": "Point", "coordinates": [lon, lat]},
                lon=f"{lon:.6f}", lat=f"{lat:.6f}",
                west=lon, east=lon, south=lat, north=lat,
                lead_unit_id=units[at % len(units)],
            )
        )  # fmt: skip
    Location.objects.bulk_create(places, batch_size=BATCH)
    things = [
        Thing(
            code=f"{prefix}-{at}", name=f"设备{at}", lead_unit_id=place.lead_unit_id,
            location=place, source=source, created_at=now,
        )
        for at, place in enumerate(places)
    ]  # fmt: skip
    Thing.objects.bulk_create(things, batch_size=BATCH)
    rows = [
        Datastream(
            code=thing.code, name=f"{named(at)}{at}", thing=thing, sensor=sensor,
            observed_property=properties[named(at)], source=source,
            unit_name="摄氏度", unit_symbol="℃", lead_unit_id=thing.lead_unit_id, lateness=3600,
            created_at=now,
        )
        for at, thing in enumerate(things)
    ]  # fmt: skip
    Datastream.objects.bulk_create(rows, batch_size=BATCH)
    return [row.pk for row in rows]


def _properties(names: Sequence[str]) -> dict[str, Any]:
    from district.kernel.sensing.models import ObservedProperty

    return {name: ObservedProperty.objects.get_or_create(name=name)[0] for name in names}


def rule_of(rng: random.Random, name: str) -> dict[str, Any]:
    """As `reading_rules` draws them: mostly levels, half of these sustained, some of the others.

    Values are normal with a deviation of 0.5, so hardly any rule is ever near its level.
    """
    level = round(rng.uniform(3.2, 4.5), 2)
    test = {"above": level, "release": level - 0.5}
    span = f"{rng.randrange(1, 10)} min"
    kinds: list[dict[str, Any]] = [
        {"above": 40.0, "release": 20.0, "rate": {"over": span, "per": "1 min"}},
        {"silent_for": "2 h"},
        {"count": 3, "within": span, "clause": test},
        {"all": [test, {"not": {"silent_for": "2 h"}}]},
    ]
    turn = rng.randrange(10)
    when = kinds[rng.randrange(4)] if turn >= 8 else test
    if turn < 8 and turn % 2:
        when = {"sustained_for": span, "clause": test}
    return {"level": "yellow", "streams": f'property = "{name}"', "when": when}


def put_rule(key: str, rule: dict[str, Any], handling: dict[str, Any]) -> None:
    """A live rule of the district; rows, for loading a thousand asks a person for each."""
    from district.kernel.alarms.models import AlarmRule, RuleVersion
    from district.kernel.base import clock
    from district.kernel.organisation.public import root_code
    from district.kernel.sensing.public import parse_rule

    now = clock.now()
    pure = parse_rule({"key": key, "label": key, **rule})
    content = {"rule": pure.to_data(), "groups": {"by": "datastream"}, "handling": handling}
    row = AlarmRule.objects.create(
        key=key, label=key, level=pure.level, lead_unit_id=root_code(), state="live",
        created_at=now, changed_at=now,
    )  # fmt: skip
    row.last = row.live = RuleVersion.objects.create(
        rule=row, number=1, rule_hash=pure.version, fingerprint=pure.version, content=content,
        zone=pure.zone, created_at=now, created_by="bench",
    )  # fmt: skip
    row.save()


def put_probe_rule(key: str) -> None:
    """The live rule that opens a case at once for each probe that passes its level."""
    when = {"above": PROBE_LEVEL, "release": 2.0}
    put_rule(
        key,
        {"level": "orange", "streams": f'property = "{PROBE}"', "when": when},
        {"case_type": CASE_TYPE, "open": "at_once"},
    )


def _say_something(numbers: list[int], rng: random.Random) -> None:
    from district.kernel.base import clock
    from district.kernel.sensing.models import LatestReading
    from district.testing.population.shared import BATCH

    now = clock.now()
    rows = [
        LatestReading(
            datastream_id=number, value=rng.gauss(20, 5), received=now, position=0,
            time=now - timedelta(seconds=rng.randrange(3600)), first_time=now - timedelta(days=1),
        )
        for number in numbers
    ]  # fmt: skip
    LatestReading.objects.bulk_create(rows, batch_size=BATCH)
