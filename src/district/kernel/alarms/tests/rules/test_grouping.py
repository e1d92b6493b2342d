"""Datastreams become groups whose ids name places."""

from __future__ import annotations

import random
from typing import Any

import pytest

from district.kernel.alarms.rules.binding import Watched, bind, neighbours, place_of
from district.kernel.alarms.rules.content import GroupSpec
from district.kernel.base.errors import Invalid
from district.kernel.places.public import metres_between
from district.kernel.sensing.public import Binding, Rule, VectorisedEvaluator, parse_rule

TEST = {"above": 3, "valid_for": "10 min"}


def rule(when: dict[str, Any]) -> Rule:
    data = {"key": "r", "label": "r", "level": "red", "streams": 'property = "水位"', "when": when}
    return parse_rule(data)


BOTH = rule({"all": [{**TEST, "of": "level"}, {**TEST, "of": "rain"}]})
ROLES = {"level": "水位", "rain": "雨量"}


def stream(number: int, thing: int = 1, prop: str = "水位", **more: Any) -> Watched:
    return Watched(number, prop, 60, thing, **more)


def test_by_datastream_each_is_a_group_of_its_own() -> None:
    found = bind(rule(TEST), GroupSpec(), [stream(9), stream(4)])
    assert found.groups.single
    assert [group.id for group in found.groups] == ["4", "9"]
    assert found.groups[0].members[0].lateness == 60_000_000


def test_by_thing_the_streams_stand_in_roles() -> None:
    rows = [stream(1, 7), stream(2, 7, "雨量"), stream(3, 7, "风速"), stream(4, 8)]
    found = bind(BOTH, GroupSpec("thing", 0, ROLES), rows)
    assert [(g.id, [(m.stream, m.role) for m in g.members]) for g in found.groups] == [
        ("thing-7", [(1, "level"), (2, "rain")]),
        ("thing-8", [(4, "level")]),
    ]
    assert len(found.warnings) == 1
    assert "雨量" in found.warnings[0]
    assert found.streams == 3


def test_of_several_streams_in_a_single_role_the_first_is_read_and_the_others_are_told() -> None:
    rows = [stream(5, 7), stream(3, 7), stream(2, 7, "雨量")]
    found = bind(BOTH, GroupSpec("thing", 0, ROLES), rows)
    assert [member.stream for member in found.groups[0].members] == [2, 3]
    assert any("不止一条" in text for text in found.warnings)
    VectorisedEvaluator([Binding(BOTH, found.groups)])  # it can be run


def test_members_are_counted_over_all_streams_of_a_street() -> None:
    counted = rule({"members": 2, "within": "5 min", "clause": {"above": 3}})
    rows = [stream(n, n, street="901" if n < 4 else "") for n in range(1, 6)]
    found = bind(counted, GroupSpec("street"), rows)
    assert [(g.id, len(g.members)) for g in found.groups] == [("street-901", 3)]
    assert "2" in found.warnings[0]


def test_near_groups_hold_each_neighbourhood_once() -> None:
    counted = rule({"members": 2, "within": "5 min", "clause": {"above": 3}})
    # About 100 m apart on a line, the last one alone, one nowhere.
    rows = [stream(n, n, lon=114 + n * 0.001, lat=22.7) for n in range(1, 5)]
    rows += [stream(8, 8, lon=114.5, lat=22.7), stream(9, 9)]
    found = bind(counted, GroupSpec("near", 150), rows)
    assert [(g.id, [m.stream for m in g.members]) for g in found.groups] == [
        ("near-2", [1, 2, 3]), ("near-3", [2, 3, 4]), ("near-8", [8]),
    ]  # fmt: skip
    assert len(found.warnings) == 2


@pytest.mark.parametrize("lat", [0.0, 22.7, 60.0, -85.0])
def test_neighbours_are_those_within_the_metres_wherever_it_is(lat: float) -> None:
    chance = random.Random(7)  # noqa: S311  # made-up points
    points = {
        n: (114 + chance.uniform(-0.02, 0.02), lat + chance.uniform(-0.01, 0.01))
        for n in range(120)
    }
    found = neighbours(points, 400)
    for one, here in points.items():
        plain = {other for other, at in points.items() if metres_between(*here, *at) <= 400}
        assert found[one] == plain


def test_too_many_in_one_place_are_refused_with_the_remedy() -> None:
    rows = [stream(n, n, lon=114.0, lat=22.7) for n in range(600)]
    with pytest.raises(Invalid, match="缩短距离"):
        bind(rule(TEST), GroupSpec("near", 50), rows)


def test_an_id_tells_what_it_names() -> None:
    assert place_of("17") == ("datastream", "17")
    assert place_of("near-17") == ("near", "17")
    assert place_of("street-440307-A") == ("street", "440307-A")
