"""From a demand to a lease: what may be offered, visits, signing, and what signing settles."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import Case, perform
from district.systems.spaces.models import Demand, Lease, Offer, SpaceUnit
from district.systems.spaces.selectors.demands import division, matched
from district.systems.spaces.services.demands import save_demand, withdraw_demand
from district.systems.spaces.services.offers import make_offers, sign_offer
from district.systems.spaces.services.saving import UNIT, save_row
from district.systems.spaces.tests.conftest import TODAY, People, demand, lease, space


def key(code: str) -> UUID:
    return SpaceUnit.objects.values_list("pk", flat=True).get(code=code)


def _visited(offer: Case, people: People) -> None:
    data = {"visit_on": TODAY.isoformat(), "text": "看过现场"}
    perform(offer.pk, "visit", actor=people.state, data=data)


def test_an_offer_goes_to_the_operator_and_keeps_its_reasons(estate: People) -> None:
    row = demand(load=Decimal(6), budget=Decimal(50))
    case = make_offers(row.pk, [key("U1")], actor=estate.service)[0]
    case.refresh_from_db()
    assert (case.lead_unit_id, case.centre_unit_id, case.stage) == ("9-D09", "9-D05", "offered")
    offer = Offer.objects.get(case=case)
    assert offer.score > 0
    assert {part["key"] for part in offer.parts} == {"use", "fit", "rent", "wish", "spare", "ready"}
    with pytest.raises(Conflict, match="已经推荐过"):
        make_offers(row.pk, [key("U1")], actor=estate.service)


def test_nothing_is_offered_that_breaks_a_constraint(estate: People) -> None:
    row = demand(load=Decimal(6))
    lease("U1", TODAY, TODAY + timedelta(days=30))
    for unit, change, word in (
        ("U3", {}, "楼面荷载"),
        ("U2", {}, "面积上限"),
        ("U1", {"wanted_on": TODAY + timedelta(days=30)}, "最迟入驻"),
    ):
        row = save_demand(change, row, estate.service)
        with pytest.raises(Conflict, match=word):
            make_offers(row.pk, [key(unit)], actor=estate.service)
    # All or none: with one that fits the other is still refused.
    row = save_demand({"wanted_on": None}, row, estate.service)
    with pytest.raises(Conflict):
        make_offers(row.pk, [key("U1"), key("U3")], actor=estate.service)
    assert not Case.objects.filter(type_key="space_offer").exists()


def test_signing_makes_the_lease_and_settles_the_rest(estate: People) -> None:
    row, other = demand(area_to=Decimal(2500)), demand(firm="另一家有限公司")
    mine = make_offers(row.pk, [key("U1"), key("U2")], actor=estate.service)
    theirs = make_offers(other.pk, [key("U1"), key("U3")], actor=estate.service)
    ends = TODAY + timedelta(days=700)
    with pytest.raises(Conflict):
        sign_offer(mine[0].pk, TODAY, ends, None, actor=estate.state)
    assert not Lease.objects.exists()
    _visited(mine[0], estate)
    with pytest.raises(NotPermitted):
        sign_offer(mine[0].pk, TODAY, ends, None, actor=estate.industry)
    made = sign_offer(mine[0].pk, TODAY, ends, Decimal("29.5"), actor=estate.state)
    assert (made.tenant, made.price) == ("试验精密有限公司", Decimal("29.5"))
    row.refresh_from_db()
    assert row.state == Demand.State.SIGNED
    stages = {one.pk: one.stage for one in Case.objects.filter(type_key="space_offer")}
    reasons = dict(Case.objects.values_list("pk", "facts__decline_reason"))
    assert [stages[one.pk] for one in (*mine, *theirs)] == [
        "signed", "declined", "declined", "offered",
    ]  # fmt: skip
    assert (reasons[mine[1].pk], reasons[theirs[0].pk]) == ("settled", "taken")


def test_a_unit_let_meanwhile_is_not_signed_for(estate: People) -> None:
    case = make_offers(demand().pk, [key("U1")], actor=estate.service)[0]
    _visited(case, estate)
    lease("U1", TODAY + timedelta(days=5), TODAY + timedelta(days=9))
    with pytest.raises(Conflict, match="已有租约"):
        sign_offer(case.pk, TODAY, TODAY + timedelta(days=5), None, actor=estate.state)
    case.refresh_from_db()
    assert case.stage == "visited"


def test_who_may_offer_and_what_they_see(estate: People) -> None:
    row = demand()
    for actor in (estate.state, estate.industry, estate.leader):
        with pytest.raises(NotPermitted):
            make_offers(row.pk, [key("U1")], actor=actor)
    # The street handles a demand of its own, but sees the parks in it alone.
    own = demand(lead_unit="901")
    with pytest.raises(NotFound):
        make_offers(own.pk, [key("U3")], actor=estate.east)
    assert make_offers(own.pk, [key("U1")], actor=estate.east)


def test_withdrawn_a_demand_ends_its_offers(estate: People) -> None:
    row = demand()
    case = make_offers(row.pk, [key("U1")], actor=estate.service)[0]
    withdraw_demand(row.pk, "企业暂缓扩产", actor=estate.service)
    case.refresh_from_db()
    assert (case.stage, case.facts["decline_reason"]) == ("declined", "firm")
    with pytest.raises(Conflict):
        make_offers(row.pk, [key("U1")], actor=estate.service)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"area_from": None, "area_to": None}, "area_from"),
        ({"area_from": Decimal(900), "area_to": Decimal(800)}, "area_to"),
        ({"load": Decimal(-1)}, "load"),
        ({"streets": ["9-D05"]}, "streets"),
        ({"firm_code": "123"}, "firm_code"),
        ({"use": ""}, "use"),
        ({"hazard": "9"}, "hazard"),
    ],
)
def test_a_demand_that_cannot_be_taken_names_the_field(
    estate: People, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as told:
        demand(**change)
    assert told.value.field == field
    assert not Demand.objects.exists()


def test_matching_shows_what_fits_what_nearly_fits_and_why_not(estate: People) -> None:
    space("U4", area=Decimal(1100), price=None)
    row = demand(load=Decimal(6), budget=Decimal(35))
    found = matched(row, estate.service)
    assert [one.unit.code for one in found.fitting] == ["U1"]
    assert {one.unit.code: (str(one.label), one.unknown) for one in found.near} == {
        "U3": ("楼面荷载", False)
    }
    opened = [(one.unit.code, [str(what) for what, _said in one.facts]) for one in found.to_confirm]
    assert opened == [("U4", ["租金上限"])]
    counted = {str(one.label): one.units.value for one in found.refusals}
    assert counted == {"面积下限": 0, "面积上限": 1, "楼面荷载": 1, "租金上限": 2}


def test_what_is_not_on_record_is_confirmed_before_it_is_offered(estate: People) -> None:
    unit = space("U4", load=None, description="二楼，承重1吨，精密加工")
    row = demand(load=Decimal(9))
    page = estate.client("service").get(row.get_absolute_url()).content.decode()
    assert "待确认：楼面荷载（说明写“承重1吨”）" in page
    with pytest.raises(Conflict, match="还没有登记“楼面荷载”"):
        make_offers(row.pk, [unit.pk], actor=estate.service)
    save_row(UNIT, {"load": Decimal(10)}, unit, estate.state)
    assert [one.unit.code for one in matched(row, estate.service).fitting] == ["U4"]
    assert make_offers(row.pk, [unit.pk], actor=estate.service)


def test_two_who_want_the_same_are_divided_so_that_both_get_something(estate: People) -> None:
    first = demand(firm="只要大的公司", area_from=Decimal(900), area_to=Decimal(1100))
    second = demand(firm="大小都行公司", area_from=Decimal(900), area_to=Decimal(2100))
    space("U5", area=Decimal(1500), load=None, price=Decimal(39))
    for code in ("U3",):
        lease(code, TODAY, TODAY + timedelta(days=9))
        SpaceUnit.objects.filter(code=code).update(is_active=False)
    found = division(estate.service)
    given = {one.demand.pk: one.unit.code for one in found.given}
    assert given[first.pk] == "U1"
    assert given[second.pk] in ("U2", "U5")
    assert found.answer.gap <= 0.002
    assert found.left == ()
