"""The pages: who sees which, that numbers open their rows, forms, few statements."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.public import perform
from district.kernel.registers.public import Figure
from district.systems.spaces.models import Demand, Floor, Lease, Park, SpaceUnit
from district.systems.spaces.selectors.demands import matched
from district.systems.spaces.selectors.overview import overview
from district.systems.spaces.services import saving
from district.systems.spaces.services.offers import make_offers
from district.systems.spaces.tests.conftest import (
    LOADER,
    TODAY,
    People,
    demand,
    lease,
    park,
    space,
)


def opened(client: Client, figure: Figure) -> Decimal:
    """What the rows behind a figure come to."""
    answer = client.get(f"{figure.url}&format=json&figure=1")
    assert answer.status_code == 200, figure
    return Decimal(str(answer.json()["figure"] or 0))


def test_every_number_of_overview_and_matching_opens_its_rows(estate: People) -> None:
    space("U4", area=Decimal(1100), price=None, load=None, hazard="", drainage=None)
    lease("U1", TODAY, TODAY + timedelta(days=40))
    row = demand(
        load=Decimal(6), height=Decimal(5), lift_load=Decimal(2), power=Decimal(300),
        budget=Decimal(35), hazard="3", drainage=True, streets=["901"],
        wanted_on=TODAY + timedelta(days=20),
    )  # fmt: skip
    client = estate.client("service")
    page = overview(estate.service)
    lines = [*page.streets, *page.parks]
    figures = [*page.stats]
    for line in lines:
        figures += [line.units, line.area, line.vacant, line.vacant_area, line.soon_area]
    found = matched(row, estate.service)
    ahead = page.ahead["series"][0] if page.ahead else {}
    for address, value in zip(ahead["urls"], ahead["values"], strict=True):
        told = client.get(f"{address}&format=json").json()["figure"]
        assert float(told or 0) == value
    # U1 is let until the first of November itself.
    assert ahead["values"][:3] == [4100.0, 4100.0, 5100.0]
    figures += [found.fits, found.units, *(one.units for one in found.refusals)]
    assert len(found.refusals) == 11
    assert [opened(client, one) for one in figures] == [Decimal(one.value) for one in figures]
    assert sum(line.vacant_area.value for line in page.streets) == page.stats[0].value


def test_an_operator_sees_its_own_parks_and_the_service_centre_all(estate: People) -> None:
    one, two = Park.objects.get(code="P1"), Park.objects.get(code="P2")
    for who, seen in (
        ("state", (200, 404)),
        ("industry", (404, 200)),
        ("east", (200, 404)),
        ("service", (200, 200)),
        ("leader", (200, 200)),
    ):
        client = estate.client(who)
        assert tuple(client.get(row.get_absolute_url()).status_code for row in (one, two)) == seen
    assert estate.client("viewer").get(reverse("spaces")).status_code == 403
    rows = estate.client("state").get("/registers/spaces-units/?format=json").json()
    assert {row["id"] for row in rows["rows"]} == {
        str(key)
        for key in SpaceUnit.objects.filter(code__in=["U1", "U2"]).values_list("pk", flat=True)
    }


def test_leases_are_for_the_operator_and_the_overseers(estate: People) -> None:
    lease("U1", TODAY, TODAY + timedelta(days=40), tenant="保密租户公司")
    address = SpaceUnit.objects.get(code="U1").get_absolute_url()
    for who, shown in (("state", True), ("leader", True), ("service", False), ("east", False)):
        assert ("保密租户公司" in estate.client(who).get(address).content.decode()) is shown


def test_an_operator_changes_its_own_parks_alone(estate: People) -> None:
    unit = SpaceUnit.objects.get(code="U1")
    saving.save_row(saving.UNIT, {"price": Decimal(31)}, unit, estate.state)
    for actor in (estate.industry, estate.service, estate.east, estate.leader):
        with pytest.raises(NotPermitted):
            saving.save_row(saving.UNIT, {"price": Decimal(1)}, unit, actor)
    # Nor does it move a building into somebody else's park, or take one over.
    with pytest.raises(NotPermitted):
        saving.save_row(saving.UNIT, {"building": "P2-1", "storey": 1}, unit, estate.state)
    two = Park.objects.get(code="P2")
    with pytest.raises(NotPermitted):
        saving.save_row(saving.PARK, {"lead_unit": "9-D09"}, two, estate.state)
    unit.refresh_from_db()
    assert (unit.price, unit.floor.building.code) == (Decimal(31), "P1-1")
    assert not Floor.objects.filter(building__code="P2-1", number=1).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"area": Decimal(0)}, "area"),
        ({"storey": 0}, "number"),
        ({"building": "none"}, "building"),
        ({"hazard": "丙"}, "hazard"),
        ({"load": Decimal("NaN")}, "load"),
        ({"outline": "[[0,0],[1,1]]"}, "outline"),
        ({"lifts": 0, "lift_load": Decimal(2)}, "lift_load"),
        ({"name": ""}, "name"),
        ({"description": "首层，看房打13800001234"}, "description"),
    ],
)
def test_a_unit_that_cannot_be_taken_names_the_field(
    estate: People, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as told:
        space("U9", **change)
    assert told.value.field == field
    assert not SpaceUnit.objects.filter(code="U9").exists()


UNITS = """编号,名称,楼栋,楼层,面积,楼面荷载,火灾危险性类别,工业排水,租金（元/㎡·月）,轮廓
U8,八号,P1-1,3,900,7.5,丙类,是,28,"[[0,0],[30,0],[30,30],[0,30]]"
U9,九号,P1-1,3,600,,,,,
"""
LEASES = """承租企业,空间单元,起租日,止租日,租金（元/㎡·月）
某某公司,U8,2025-09-01,2026-08-31,28
"""


def test_units_and_leases_come_by_file(estate: People) -> None:
    client = estate.client("state")

    def brought_in(key: str, text: str) -> None:
        file = SimpleUploadedFile("f.csv", text.encode())
        answer = client.post(reverse("register_import", args=[key]), {"file": file})
        assert answer.status_code == 302, answer.content.decode()
        assert client.post(f"{answer['Location']}commit/").status_code == 302

    brought_in("spaces-units", UNITS)
    brought_in("spaces-leases", LEASES)
    rows = {one.code: one for one in SpaceUnit.objects.filter(floor__number=3)}
    assert (rows["U8"].hazard, rows["U8"].drainage, rows["U8"].load) == ("3", True, Decimal("7.5"))
    assert rows["U8"].outline == [[0, 0], [30, 0], [30, 30], [0, 30]]
    assert (rows["U9"].hazard, rows["U9"].drainage, rows["U9"].price) == ("", None, None)
    assert Floor.objects.filter(building__code="P1-1", number=3).count() == 1
    assert Lease.objects.get(unit__code="U8").ends_on.isoformat() == "2026-08-31"


def test_a_code_is_given_once(estate: People) -> None:
    with pytest.raises(Conflict):
        space("U1")
    with pytest.raises(Conflict):
        park("P1")


def test_no_page_takes_more_than_ten_statements(estate: People) -> None:
    row = demand(streets=["901", "902"])
    case = make_offers(row.pk, [SpaceUnit.objects.get(code="U1").pk], actor=estate.service)[0]
    unit = SpaceUnit.objects.get(code="U1")
    lease("U1", TODAY, TODAY + timedelta(days=40))
    addresses = [
        reverse("spaces"),
        Park.objects.get(code="P1").get_absolute_url(),
        unit.floor.building.get_absolute_url(),
        unit.floor.get_absolute_url(),
        unit.get_absolute_url(),
        row.get_absolute_url(),
        reverse("spaces_compare", args=[row.pk]),
        reverse("spaces_demand_change", args=[row.pk]),
        reverse("spaces_division"),
        reverse("spaces_units"),
        reverse("spaces_demands"),
        reverse("spaces_parcels"),
        reverse("spaces_desk", args=["visiting"]),
        f"/cases/{case.pk}/",
    ]
    for who in ("service", "leader"):
        client = estate.client(who)
        for address in addresses:
            if who == "leader" and address.endswith("/change/"):
                continue
            with CaptureQueriesContext(connection) as told:
                answer = client.get(address)
            assert answer.status_code == 200, address
            assert len(told) <= 10, (address, [one["sql"][:150] for one in told])


def test_a_demand_is_written_matched_compared_and_offered_on_pages(estate: People) -> None:
    client = estate.client("service")
    given = {"firm": "网页公司", "use": "装配", "area_from": "900", "lead_unit": "9-D05",
             "first": "901", "streets": ["902"]}  # fmt: skip
    wrong = client.post(reverse("spaces_demand_new"), {**given, "area_to": "100"})
    assert wrong.status_code == 422
    assert "最大面积小于最小面积" in wrong.content.decode()
    assert client.post(reverse("spaces_demand_new"), given).status_code == 302
    row = Demand.objects.get(firm="网页公司")
    assert row.streets == ["901", "902"]
    page = client.get(row.get_absolute_url()).content.decode()
    assert "单元U1" in page
    assert "面积贴合" in page
    unit = SpaceUnit.objects.get(code="U1")
    compared = client.get(reverse("spaces_compare", args=[row.pk]), {"unit": str(unit.pk)})
    assert "单元U1" in compared.content.decode()
    assert "单元U2" not in compared.content.decode()
    assert (
        client.post(reverse("spaces_offer", args=[row.pk]), {"unit": [unit.pk]}).status_code == 302
    )
    offer = row.offers.get()
    operator = estate.client("state")
    sign = reverse("spaces_sign", args=[offer.pk])
    assert operator.get(sign).status_code == 409
    data = {"visit_on": TODAY.isoformat(), "text": "看过"}
    perform(offer.pk, "visit", actor=estate.state, data=data)
    assert sign in operator.get(f"/cases/{offer.pk}/").content.decode()
    assert sign not in client.get(f"/cases/{offer.pk}/").content.decode()
    days = {"starts_on": "2025-10-01", "ends_on": "2025-09-01"}
    assert operator.post(sign, days).status_code == 422
    days["ends_on"] = "2027-09-30"
    assert operator.post(sign, days).status_code == 302
    assert Lease.objects.get(case=offer.pk).tenant == "网页公司"


def test_a_floor_is_drawn_with_its_outlines_and_in_a_grid_without(estate: People) -> None:
    unit = SpaceUnit.objects.get(code="U1")
    client = estate.client("state")
    assert "按面积示意" in client.get(unit.floor.get_absolute_url()).content.decode()
    drawn = "[[0,0],[40,0],[40,25],[0,25]]"
    for code, outline in (("U1", drawn), ("U2", "[[40,0],[80,0],[80,25],[40,25]]")):
        row = SpaceUnit.objects.get(code=code)
        saving.save_row(saving.UNIT, {"outline": outline}, row, estate.state)
    page = client.get(unit.floor.get_absolute_url()).content.decode()
    assert "按登记的轮廓绘制" in page
    assert 'points="0.00,25.00 40.00,25.00 40.00,0.00 0.00,0.00"' in page


@pytest.mark.parametrize("key", ["parks", "buildings", "floors", "units", "leases", "parcels"])
def test_every_register_lists_its_rows_and_opens_them(estate: People, key: str) -> None:
    lease("U1", TODAY, TODAY + timedelta(days=40))
    values = {
        "code": "G1", "name": "一号地", "street": "901", "lead_unit": "9-D02", "use": "m1",
        "area": Decimal("2.5"), "state": "transferred", "transferred_on": TODAY,
    }  # fmt: skip
    saving.save_row(saving.PARCEL, values, None, LOADER)
    client = estate.client("leader")
    rows = client.get(f"/registers/spaces-{key}/?format=json").json()["rows"]
    assert rows
    address = f"/registers/spaces-{key}/row/{rows[0]['id']}/"
    assert client.get(address).status_code in (200, 302)
    assert client.get(f"/registers/spaces-{key}/").status_code == 200
