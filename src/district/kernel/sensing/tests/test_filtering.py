"""The filter language: what is read, what is refused, and one meaning on every database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from district.kernel.history.public import Actor
from district.kernel.sensing.api.entities import TYPES
from district.kernel.sensing.api.errors import Problem
from district.kernel.sensing.api.translating import filter_q
from district.kernel.sensing.filtering import Binary, FilterError, Path, evaluate, parse
from district.kernel.sensing.models import (
    Datastream,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)
from district.kernel.sensing.rights import Sight
from district.kernel.sensing.shapes import shape_of

NOW = datetime(2025, 9, 22, 1, tzinfo=UTC)
SIGHT_OF = Actor.system("tests")
FEW = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a eq 1 and b eq 2 or c eq 3", "((a eq 1) and (b eq 2)) or (c eq 3)"),
        ("a add b mul c eq 1", "(a add (b mul c)) eq 1"),
        ("a sub b sub c gt 0", "((a sub b) sub c) gt 0"),
        ("not a eq 1 and b eq 2", "(not (a eq 1)) and (b eq 2)"),
        ("-a lt 1", "(-a) lt 1"),
    ],
)
def test_operators_bind_as_the_standard_says(text: str, same: str) -> None:
    def bare(node: Any) -> Any:
        if hasattr(node, "names"):
            return node.names
        if hasattr(node, "value"):
            return node.value
        parts = [
            getattr(node, name) for name in ("left", "right", "operand") if hasattr(node, name)
        ]
        return (node.operator, *map(bare, parts))

    assert bare(parse(text)) == bare(parse(same))


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 1),
        ("a eq", 5),
        ("a eq 1)", 7),
        ("(a eq 1", 8),
        ("a === 1", 3),
        ("f(1,,2)", 5),
        ("a eq 2025-13-01", 6),
        ("a eq 2025-01-01T25:00:00Z", 6),
        ("a eq geography'POINT(1'", 6),
        ("a eq geography'POLYGON((0 0,1 1,0 1,1 0,0 0))'", 6),
        ("a eq 'x", 6),
        ("a/ eq 1", 7),
        ("a eq 1e999", 6),
        ("and", 1),
    ],
)
def test_an_error_says_where_it_is(text: str, position: int) -> None:
    with pytest.raises(FilterError) as error:
        parse(text)
    assert error.value.position == position


def test_quotes_zones_and_spaces_are_read_as_addresses_bring_them() -> None:
    node = parse("a eq 'it''s' and b lt 2025-09-22T12:00:00 08:00")
    assert isinstance(node, Binary)
    assert evaluate(node.left.right, lambda _path: None, NOW) == "it's"  # type: ignore[union-attr]  # a comparison
    moment = evaluate(node.right.right, lambda _path: None, NOW)  # type: ignore[union-attr]  # a comparison
    assert moment == datetime(2025, 9, 22, 4, tzinfo=UTC)


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    try:
        parse(text)
    except FilterError as error:
        position = error.position
    else:
        position = 1
    assert 1 <= position <= len(text) + 1


# --- one meaning in the database and over plain objects ---

LETTERS = "aAbB水'%_ "
words = st.text(LETTERS, max_size=3)
NAMES = ["", "a", "A", "ab", "aB水", "b a", "%", "_", "it's", "水位", " a "]


@pytest.fixture
def rows(district: None) -> list[Datastream]:
    """Datastreams with all sorts of names and numbers, some of one thing, some at a place."""
    sensor, level = Sensor.objects.create(name="s"), ObservedProperty.objects.create(name="p")
    at = {"lead_unit_id": "901", "created_at": NOW}
    places = [
        Location.objects.create(
            name=name,
            lead_unit_id="901",
            **_ground({"type": "Point", "coordinates": [114.2, 22.7]}),
        )
        for name in ("a", "水")
    ]
    things = [
        Thing.objects.create(code=f"t{n}", name=NAMES[n], location=place, **at)
        for n, place in enumerate([*places, None])
    ]
    made = [
        Datastream(
            code=f"c{n}",
            name=name,
            description=NAMES[-n],
            thing=things[n % 3],
            sensor=sensor,
            observed_property=level,
            unit_symbol=["", "m", "mm"][n % 3],
            lateness=n * 7,
            skew=[0, 1, 60][n % 3],
            properties=[{}, {"x": 1}, {"x": "a"}, {"x": True}, {"x": None}, {"x": [1]}][n % 6],
            **at,
        )
        for n, name in enumerate(NAMES)
    ]
    Datastream.objects.bulk_create(made)
    return list(Datastream.objects.select_related("thing__location").order_by("pk"))


def always(value: Any) -> Callable[[Path], Any]:
    """Every path leads to this."""
    return lambda _path: value


def _ground(geometry: dict[str, Any]) -> dict[str, Any]:
    found = shape_of(geometry)
    names = ("geometry", "lon", "lat", "west", "south", "east", "north")
    return {name: getattr(found, name) for name in names}


def value_in(row: Datastream) -> Callable[[Path], Any]:
    """What the paths of these tests lead to, told plainly."""

    def value(path: Path) -> Any:
        plain: dict[str, Any] = {
            "id": float(row.pk),
            "name": row.name,
            "description": row.description,
            "unitOfMeasurement/symbol": row.unit_symbol or None,
            "properties/code": row.code,
            "properties/lateness": float(row.lateness),
            "properties/skew": float(row.skew),
            "properties/x": row.properties.get("x"),
            "Thing/name": row.thing.name,
        }
        return plain[str(path)]

    return value


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _calls(name: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda given: f"{name}({','.join(given)})")


TEXT_PATHS = ["name", "description", "unitOfMeasurement/symbol", "properties/code"]
NUMBER_PATHS = ["id", "properties/lateness", "properties/skew"]
texts: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(TEXT_PATHS) | words.map(quoted),
    lambda inner: (
        _calls("tolower", inner)
        | _calls("toupper", inner)
        | _calls("trim", inner)
        | _calls("concat", inner, inner)
        | _calls("substring", inner, st.sampled_from("012"))
        | _calls("substring", inner, st.sampled_from("012"), st.sampled_from("012"))
    ),
    max_leaves=3,
)
numbers: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(NUMBER_PATHS)
    | st.integers(-9, 99).map(str)
    | st.sampled_from(["0", "0.5", "1.5", "2.25"])
    | _calls("length", texts)
    | _calls("indexof", texts, texts),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["add", "sub", "mul", "div", "mod"]), inner).map(
            lambda part: f"({part[0]} {part[1]} {part[2]})"
        )
        | _calls("round", inner)
        | _calls("floor", inner)
        | _calls("ceiling", inner)
    ),
    max_leaves=3,
)
comparing = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])


def _compared(sides: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(sides, comparing, sides | st.just("null")).map(" ".join)


constants = st.sampled_from(["1", "2", "'a'", "'true'", "true", "false"])
leaves = (
    _compared(texts)
    | _compared(numbers)
    | _calls("contains", texts, texts)
    | _calls("substringof", texts, texts)
    | _calls("startswith", texts, texts)
    | _calls("endswith", texts, texts)
    | st.tuples(st.just("properties/x"), st.sampled_from(["eq", "ne"]), constants).map(" ".join)
    | st.tuples(st.just("Thing/name"), comparing, words.map(quoted)).map(" ".join)
    | st.sampled_from(["true", "false", "null eq null", "name eq null", "null lt 1"])
)
conditions: st.SearchStrategy[str] = st.recursive(
    leaves,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda part: f"({part[0]} {part[1]} {part[2]})"
        )
        | inner.map(lambda part: f"not ({part})")
    ),
    max_leaves=5,
)


def _selected(model: Any, set_name: str, text: str) -> list[int]:
    q = filter_q(parse(text), TYPES[set_name], Sight(SIGHT_OF), NOW)
    return list(model.objects.filter(q).order_by("pk").values_list("pk", flat=True))


def test_a_filter_selects_what_its_meaning_says(rows: list[Datastream]) -> None:
    @given(conditions)
    @FEW
    def agree(text: str) -> None:
        node = parse(text)
        plain = [row.pk for row in rows if evaluate(node, value_in(row), NOW) is True]
        assert _selected(Datastream, "Datastreams", text) == plain, text

    agree()


moments = st.integers(0, 3 * 86_400_000).map(
    lambda ms: datetime(2025, 9, 21, tzinfo=UTC) + timedelta(milliseconds=ms)
)
parts_of_time = st.sampled_from(["year", "month", "day", "hour", "minute", "second"])


def test_times_mean_the_same_everywhere(rows: list[Datastream]) -> None:
    place = Location.objects.get(name="a")
    start = datetime(2025, 9, 21, 15, 59, 59, 500_000, tzinfo=UTC)
    stood = [
        HistoricalLocation(
            thing=rows[0].thing, location=place, time=start + timedelta(hours=n, seconds=n)
        )
        for n in range(0, 60, 7)
    ]
    HistoricalLocation.objects.bulk_create(stood)
    kept = list(HistoricalLocation.objects.order_by("pk"))
    asked = (
        st.tuples(st.just("time"), comparing, moments.map(lambda at: at.isoformat())).map(" ".join)
        | st.tuples(parts_of_time, comparing, st.integers(0, 59)).map(
            lambda part: f"{part[0]}(time) {part[1]} {part[2]}"
        )
        | st.tuples(comparing, st.integers(21, 25)).map(
            lambda part: f"date(time) {part[0]} 2025-09-{part[1]}"
        )
        | st.tuples(comparing, st.integers(0, 23)).map(
            lambda part: f"time(time) {part[0]} {part[1]:02}:00:00"
        )
        | comparing.map(lambda word: f"time {word} now()")
        | st.sampled_from(["time gt mindatetime()", "time ge maxdatetime()", "time eq null"])
    )

    @given(asked)
    @FEW
    def agree(text: str) -> None:
        node = parse(text)
        plain = [row.pk for row in kept if evaluate(node, always(row.time), NOW) is True]
        assert _selected(HistoricalLocation, "HistoricalLocations", text) == plain, text

    agree()


halves = st.integers(0, 8).map(lambda n: n / 2)


def test_shapes_are_compared_rightly(district: None) -> None:
    shapes: list[dict[str, Any]] = [
        {"type": "Point", "coordinates": [x / 2, y / 2]} for x in range(7) for y in range(7)
    ]
    shapes += [
        {"type": "Polygon", "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 2], [x, 2], [x, 0]]]}
        for x in range(4)
    ]
    made = [Location(name="x", lead_unit_id="901", **_ground(each)) for each in shapes]
    Location.objects.bulk_create(made)
    kept = [(row.pk, shape(row.geometry)) for row in Location.objects.order_by("pk")]
    functions = st.sampled_from(["st_within", "st_intersects", "st_disjoint", "geo.intersects"])
    boxes = st.tuples(halves, halves, halves, halves).filter(
        lambda b: b[0] != b[2] and b[1] != b[3]
    )
    asked = st.tuples(functions, boxes).map(
        lambda part: (
            f"{part[0]}(location,geography'POLYGON(("
            + ",".join(
                f"{x} {y}"
                for x, y in (
                    (part[1][0], part[1][1]),
                    (part[1][2], part[1][1]),
                    (part[1][2], part[1][3]),
                    (part[1][0], part[1][3]),
                    (part[1][0], part[1][1]),
                )
            )
            + "))')"
        )
    ) | st.tuples(halves, halves, st.sampled_from(["lt", "le", "gt", "ge"]), halves).map(
        lambda p: f"geo.distance(location,geography'POINT({p[0]} {p[1]})') {p[2]} {p[3]}"
    )

    @given(asked | asked.map(lambda text: f"not {text}"))
    @FEW
    def agree(text: str) -> None:
        node = parse(text)
        plain = [key for key, own in kept if evaluate(node, always(own), NOW) is True]
        assert _selected(Location, "Locations", text) == plain, text

    agree()


@pytest.mark.parametrize(
    ("set_name", "text", "status"),
    [
        ("Datastreams", "properties/x gt 1", 501),
        ("Datastreams", "name eq Thing/name", 501),
        ("Datastreams", "unitOfMeasurement eq 'm'", 501),
        ("Datastreams", "Observations/result gt 1", 501),
        ("Datastreams", "substring(name,properties/skew) eq 'a'", 501),
        ("Datastreams", "name add 1 eq 2", 400),
        ("Datastreams", "length(1) eq 2", 400),
        ("Datastreams", "length() eq 2", 400),
        ("Datastreams", "nofunction(name)", 400),
        ("Datastreams", "Thing eq 1", 400),
        ("Locations", "location eq location", 400),
        ("Locations", "geo.distance(location,geography'POINT(1 1)') eq 1", 501),
        ("Locations", "st_within(location,location)", 501),
    ],
)
def test_what_this_service_leaves_out_is_said(
    district: None, set_name: str, text: str, status: int
) -> None:
    with pytest.raises(Problem) as error:
        filter_q(parse(text), TYPES[set_name], Sight(SIGHT_OF), NOW)
    assert error.value.status == status


def test_a_filter_behind_many_holds_where_one_fits(rows: list[Datastream]) -> None:
    text = "Datastreams/properties/lateness eq 14"
    assert _selected(Thing, "Things", text) == [rows[2].thing_id]
    text = "not Datastreams/properties/lateness eq 14"
    assert rows[2].thing_id not in _selected(Thing, "Things", text)
    inside = (
        "st_within(Locations/location,geography'POLYGON((114 22,115 22,115 23,114 23,114 22))')"
    )
    assert len(_selected(Thing, "Things", inside)) == 2


def test_a_number_beyond_what_databases_hold_is_no_failure(rows: list[Datastream]) -> None:
    assert _selected(Datastream, "Datastreams", "id eq 1e300") == []
    assert len(_selected(Datastream, "Datastreams", "id lt 1e300")) == len(rows)
    assert Datastream.objects.filter(Q(pk__in=[row.pk for row in rows])).count() == len(rows)
