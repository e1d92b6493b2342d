"""Proposals: asked for, computed, explained, decided."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import Actor, events_of
from district.systems.early_warning.coverage.names import SYSTEM
from district.systems.early_warning.models import CoverageProposal, FrontEnd
from district.systems.early_warning.selectors.coverage import as_geojson, sites_of
from district.systems.early_warning.services.coverage import LONGEST, compute_now, percent
from district.systems.early_warning.services.coverage_data import (
    drop_data,
    put_data,
    save_candidate,
)
from district.systems.early_warning.services.coverage_proposals import (
    NewProposal,
    compute_proposal,
    decide,
    fail_stuck_proposals,
    proposal_subject,
    propose,
    propose_now,
)
from district.systems.early_warning.tests.coverage.conftest import (
    NOW,
    SIDE,
    SOUTH,
    WEST,
    collection,
    given,
    sensor,
)

People = dict[str, Actor]


def asked(**more: Any) -> NewProposal:
    """Two more cameras on high points."""
    values: dict[str, Any] = {
        "kind": "sensor",
        "sites": 2,
        "source": "terrain",
        "lead_unit": "9-D22",
        "spacing_m": 400,
        "height": Decimal(25),
        "reach": Decimal(1500),
    }
    return NewProposal(**{**values, **more})


def candidate(code: str, lon: float, lat: float, people: People, **more: Any) -> None:
    values = {"code": code, "name": f"点{code}", "lead_unit": "9-D22", "lon": lon, "lat": lat}
    save_candidate({**values, **more}, None, people["officer"])


def test_a_proposal_says_what_each_site_adds_and_how_good_it_could_be(ground: People) -> None:
    """The share after all sites is what is covered when they are built."""
    before = compute_now()
    row = propose_now(asked(), actor=ground["officer"])
    assert (row.state, row.problem) == ("open", "")
    sites = sites_of(row)
    assert len(sites) == 2
    assert row.before_share == before.seen_share
    assert sites[-1].after_share == row.after_share
    assert sum(site.adds for site in sites) == row.value
    assert [site.adds for site in sites] == sorted((site.adds for site in sites), reverse=True)
    assert row.greedy <= row.value <= row.bound
    assert 0 <= row.gap < 20
    assert {site.street_unit_id for site in sites} <= {"901", "902"}
    for site in sites:
        sensor(site.code, site.lon, site.lat, reach=1500, height=25)
    built = compute_now()
    assert built.seen_share == row.after_share
    assert built.seen_cells - before.seen_cells == sum(site.first_cells for site in sites)


def test_nests_are_proposed_by_flight_time(ground: People) -> None:
    """From the register of candidates; one that fits cameras alone is left out."""
    candidate("A", WEST + 0.02, SOUTH + 0.02, ground)
    candidate("B", WEST + 0.9, SOUTH + 0.9, ground)
    candidate("C", WEST + 0.021, SOUTH + 0.02, ground, fits="sensor")
    new = asked(
        kind="nest", source="register", sites=3, speed=Decimal(10), takeoff=Decimal(60),
        reach=Decimal(5000), height=None,
    )  # fmt: skip
    row = propose_now(new, actor=ground["planner"])
    assert row.candidates == 2
    assert [site.code for site in sites_of(row)] == ["A"]
    assert row.gap == 0
    compute_now()
    assert row.after_share > row.before_share


def test_a_second_cover_can_be_worth_something(ground: People) -> None:
    """Where everything is seen once, only the worth of a second view makes a site."""
    FrontEnd.objects.all().delete()
    drop_data("terrain", actor=SYSTEM)
    sensor("ALL", WEST + SIDE / 2, SOUTH + SIDE / 2, reach=9000)
    candidate("A", WEST + 0.01, SOUTH + 0.01, ground)
    none = propose_now(asked(source="register"), actor=ground["officer"])
    assert (none.state, sites_of(none), none.value, none.gap) == ("open", [], 0, 0)
    backed = propose_now(asked(source="register", second=Decimal("0.5")), actor=ground["officer"])
    site = sites_of(backed)[0]
    assert site.first_cells == 0
    assert backed.value == Decimal(site.covers_cells) / 2
    assert backed.before_share == backed.after_share == 100


def test_high_points_keep_near_roads_where_roads_are_known(ground: People) -> None:
    """A road along the western edge; all sites lie there."""
    line = {
        "type": "Feature",
        "properties": {},
        "geometry": {
            "type": "LineString",
            "coordinates": [[WEST, SOUTH - 0.01], [WEST, SOUTH + SIDE + 0.01]],
        },
    }
    put_data(given("roads", collection(line), "r.geojson"), actor=SYSTEM)
    row = propose_now(asked(road_m=300, sites=4), actor=ground["officer"])
    assert all(float(site.lon) < WEST + 0.0035 for site in sites_of(row))
    # Roads change no figure of coverage.
    assert compute_now().digest == row.digest


def test_it_is_decided_once_with_a_reason_by_whoever_may(ground: People) -> None:
    """The unit's head or a leader of the district."""
    row = propose_now(asked(), actor=ground["officer"])
    for who in ("officer", "other", "planner", "viewer", "admin"):
        with pytest.raises(NotPermitted):
            decide(row.pk, accept=True, reason="好", actor=ground[who])
    with pytest.raises(Invalid) as refusal:
        decide(row.pk, accept=True, reason=" ", actor=ground["head"])
    assert refusal.value.field == "reason"
    decide(row.pk, accept=False, reason="地权未定", actor=ground["leader"])
    with pytest.raises(Conflict):
        decide(row.pk, accept=True, reason="好", actor=ground["head"])
    row.refresh_from_db()
    assert (row.state, row.reason, row.decided_by) == ("refused", "地权未定", "区领导")
    kinds = [event.kind.rsplit(".", 1)[1] for event in events_of(proposal_subject(row))]
    assert sorted(kinds) == ["proposed", "refused", "sites_computed"]


def test_only_the_unit_or_a_planner_asks(ground: People) -> None:
    """Nobody asks for another unit."""
    for who in ("other", "leader", "viewer"):
        with pytest.raises(NotPermitted):
            propose(asked(), actor=ground[who])
    assert propose(asked(), actor=ground["head"]).state == "waiting"
    assert propose(asked(lead_unit="9-D04"), actor=ground["planner"]).state == "waiting"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "tower"}, "kind"),
        ({"source": "map"}, "source"),
        ({"sites": 0}, "sites"),
        ({"sites": 51}, "sites"),
        ({"second": Decimal(2)}, "second"),
        ({"height": None}, "height"),
        ({"reach": Decimal(5)}, "reach"),
        ({"kind": "nest", "takeoff": Decimal(1)}, "speed"),
        ({"lead_unit": "nowhere"}, "lead_unit"),
    ],
)
def test_what_cannot_be_asked_names_its_field(
    ground: People, more: dict[str, Any], field: str
) -> None:
    """And makes no proposal."""
    with pytest.raises(Invalid) as refusal:
        propose(asked(**more), actor=ground["officer"])
    assert refusal.value.field == field
    assert not CoverageProposal.objects.exists()


def test_without_terrain_or_candidates_the_reason_is_told(ground: People) -> None:
    """When asked, or when computed."""
    row = propose_now(asked(source="register"), actor=ground["officer"])
    assert row.state == "failed"
    assert "备选点位" in row.problem
    waiting = propose(asked(), actor=ground["officer"])
    drop_data("terrain", actor=SYSTEM)
    with pytest.raises(Invalid):
        propose(asked(), actor=ground["officer"])
    compute_proposal(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "failed"
    drop_data("woodland", actor=SYSTEM)
    with pytest.raises(Conflict):
        propose(asked(source="register"), actor=ground["officer"])


def test_a_proposal_whose_worker_died_is_ended(ground: People) -> None:
    """It cannot be decided."""
    row = propose(asked(), actor=ground["officer"])
    with pytest.raises(Conflict):
        decide(row.pk, accept=True, reason="好", actor=ground["head"])
    later = NOW + LONGEST + timedelta(minutes=1)
    with mock.patch("district.kernel.base.clock.now", return_value=later):
        assert fail_stuck_proposals() == 1
    row.refresh_from_db()
    assert row.state == "failed"
    assert compute_proposal(row.pk) is None


def test_the_export_holds_every_site_in_its_order(ground: People) -> None:
    """As GeoJSON that other programs read."""
    row = propose_now(asked(), actor=ground["officer"])
    sites = sites_of(row)
    data = json.loads(json.dumps(as_geojson(row, sites)))
    assert [one["properties"]["order"] for one in data["features"]] == [1, 2]
    assert data["features"][0]["geometry"]["coordinates"] == [
        float(sites[0].lon),
        float(sites[0].lat),
    ]


def test_a_share_is_all_or_none_only_when_it_is() -> None:
    """99.999 percent is not all of it."""
    assert percent(0.99999) == Decimal("99.99")
    assert percent(1.0) == 100
    assert percent(0.00001) == Decimal("0.01")
    assert percent(0.0) == 0
