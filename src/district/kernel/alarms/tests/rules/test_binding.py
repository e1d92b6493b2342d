"""The condition of a rule selects datastreams, and they become groups."""

from __future__ import annotations

from typing import Any

import pytest

from district.kernel.alarms.models import RuleVersion
from district.kernel.alarms.rules.watched import parse_streams
from district.kernel.alarms.selectors.watching import watched_by
from district.kernel.alarms.services.binding import binding_of, bound_of
from district.kernel.alarms.services.rules import save_rule
from district.kernel.alarms.services.switching import switch_on
from district.kernel.alarms.tests.rules.conftest import Actors, MakeGauge, content
from district.kernel.organisation.public import Unit, UnitRow, load_units
from district.kernel.sensing import services as sensing
from district.kernel.sensing.tests.conftest import LOADER, UNITS

pytestmark = pytest.mark.django_db


def chosen(text: str, unit: str = "9") -> set[str]:
    rows = watched_by(parse_streams(text), Unit.objects.get(pk=unit))
    return {row.thing.code for row in rows.select_related("thing")}


@pytest.fixture
def gauges(gauge: MakeGauge, district: None) -> dict[str, Any]:
    sensing.register_source(code="gw-1", name="网关", kind="gateway", lead_unit="901", actor=LOADER)
    return {
        "A": gauge("A", "901", (114.25, 22.7), source="gw-1"),
        "B": gauge("B", "901001", (114.2504, 22.7)),
        "C": gauge("C", "902", (114.1, 22.7)),
        "D": gauge("D", "902", None),
        "E": gauge("E", "902", (114.1, 22.7), prop="雨量"),
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('property = "水位"', "ABCD"),
        ('property in ("雨量", "水位") and street = "902"', "CE"),
        ('code = "A-level"', "A"),
        ('name contains "雨"', "E"),
        ('thing = "B"', "B"),
        ('thing_name = "站 B"', "B"),
        ('unit = "901"', "A"),
        ('unit under "901"', "AB"),
        ('community = "901001" and source = "gw-1"', "A"),
        ('source = "gw-1"', "A"),
        ("lon < 114.2", "CE"),
        ('near = "114.25 22.7 30"', "A"),
        ('near = "114.25 22.7 60"', "AB"),
        ('not near = "114.25 22.7 60"', "CE"),  # of D it is unknown where it stands
        ('near = "113 22.7 60"', ""),
        ('not near = "113 22.7 60" and property = "水位"', "ABC"),
    ],
)
def test_a_condition_selects_the_datastreams_that_it_says(
    gauges: dict[str, Any], text: str, found: str
) -> None:
    assert chosen(text) == set(found)


def test_a_street_watches_its_own_and_what_is_below_and_a_department_everything(
    gauges: dict[str, Any],
) -> None:
    load_units((*UNITS, UnitRow("9-D1", "水务局", "department", "9", sort=9)), actor=LOADER)
    assert chosen('property = "水位"', "901") == {"A", "B"}
    assert chosen('property = "水位"', "9-D1") == set("ABCD")


def test_what_is_retired_is_not_watched(gauges: dict[str, Any]) -> None:
    sensing.retire_datastream(gauges["A"].pk, actor=LOADER)
    sensing.retire_thing(gauges["B"].thing_id, actor=LOADER)
    assert chosen('property = "水位"') == {"C", "D"}


def live(actor: Actors, groups: dict[str, Any], **rule: Any) -> RuleVersion:
    planner = actor("planner", "9")
    row = save_rule({**content(**rule), "groups": groups}, unit="9", actor=planner)
    return switch_on(row.pk, actor=planner)


def test_a_version_is_bound_to_the_datastreams_of_now(
    gauges: dict[str, Any], gauge: MakeGauge, actor: Actors
) -> None:
    version = live(actor, {"by": "datastream"})
    bound = binding_of(version)
    assert bound.rule.version == version.rule_hash == version.parsed().version
    assert set(bound.groups.streams.tolist()) == {gauges[code].pk for code in "ABCD"}
    assert set(bound.groups.lateness.tolist()) == {3600 * 1_000_000}
    later = gauge("F", "901", lateness=5)
    again = binding_of(version).groups
    assert again.lateness[again.streams.tolist().index(later.pk)] == 5_000_000


def test_by_thing_with_roles_and_what_is_lacking(
    gauges: dict[str, Any], gauge: MakeGauge, actor: Actors
) -> None:
    rain = gauge("A", prop="雨量")
    test = {"above": 3, "valid_for": "10 min"}
    version = live(
        actor,
        {"by": "thing", "roles": {"level": "水位", "rain": "雨量"}},
        streams='property in ("水位", "雨量")',
        when={"all": [{**test, "of": "level"}, {**test, "of": "rain"}]},
    )
    found = bound_of(version)
    members = {g.id: [(m.stream, m.role) for m in g.members] for g in found.groups}
    thing = gauges["A"].thing_id
    assert members[f"thing-{thing}"] == [(gauges["A"].pk, "level"), (rain.pk, "rain")]
    assert len(members) == 5
    assert any("3 组没有“雨量”" in text for text in found.warnings), found.warnings


def test_neighbours_are_found_by_where_they_stand(gauges: dict[str, Any], actor: Actors) -> None:
    when = {"members": 2, "within": "5 min", "clause": {"above": 3}}
    found = bound_of(live(actor, {"by": "near", "metres": 100}, when=when))
    sets = [{member.stream for member in group.members} for group in found.groups]
    assert {gauges["A"].pk, gauges["B"].pk} in sets
    assert any("没有位置" in text for text in found.warnings)


def test_many_datastreams_take_few_queries(
    gauges: dict[str, Any], actor: Actors, django_assert_max_num_queries: Any
) -> None:
    version = live(actor, {"by": "street"}, streams='near = "114.25 22.7 9000"')
    version = RuleVersion.objects.select_related("rule__lead_unit").get(pk=version.pk)
    with django_assert_max_num_queries(2):
        binding_of(version)
