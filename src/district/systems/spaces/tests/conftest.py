"""A small district: two operators, a service centre, two streets, a few units."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from district.kernel.history.public import Actor
from district.kernel.organisation.public import UnitRow
from district.systems.spaces.models import Demand, SpaceUnit
from district.systems.spaces.services import saving
from district.systems.spaces.services.demands import save_demand
from district.systems.spaces.services.leases import save_lease
from district.testing.people import LOADER as LOADER
from district.testing.people import People as People
from district.testing.people import small_district
from district.testing.remembered import remembered

UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D05", "企业服务中心", "department", "9", sort=3),
    UnitRow("9-D09", "国资局", "department", "9", sort=4),
    UnitRow("9-D02", "工信局", "department", "9", sort=5),
)
TODAY = date(2025, 9, 22)


AT = {
    "service": ("9-D05", "officer"),
    "state": ("9-D09", "officer"),
    "industry": ("9-D02", "officer"),
    "east": ("901", "officer"),
    "leader": ("9", "leader"),
    "viewer": ("9", "viewer"),
}


@pytest.fixture
def people(db: None) -> Iterator[People]:
    """Units, calendars, members; it is ten o'clock on 22 September 2025, a Monday."""
    with small_district(UNITS, AT) as found:
        yield found


def park(code: str = "P1", *, lead: str = "9-D09", street: str = "901", **more: Any) -> Any:
    """A park that the service centre finds tenants for."""
    values = {
        "code": code, "name": f"{code}园", "street": street, "lead_unit": lead,
        "service_unit": "9-D05", "lon": Decimal("114.2"), "lat": Decimal("22.7"), **more,
    }  # fmt: skip
    return saving.save_row(saving.PARK, values, None, LOADER)


def building(code: str = "P1-1", of: str = "P1", **more: Any) -> Any:
    """A building that stands."""
    values = {
        "code": code, "name": f"{code}栋", "park": of, "area": Decimal(20_000), "storeys": 6,
        "completed_on": date(2020, 5, 1), **more,
    }  # fmt: skip
    return saving.save_row(saving.BUILDING, values, None, LOADER)


def space(code: str = "U1", of: str = "P1-1", **more: Any) -> SpaceUnit:
    """A vacant unit of which everything is known."""
    values = {
        "code": code, "name": f"单元{code}", "building": of, "storey": 2, "area": Decimal(1000),
        "load": Decimal(8), "height": Decimal(5), "lifts": 2, "lift_load": Decimal(3),
        "power": Decimal(400), "hazard": "3", "drainage": True, "price": Decimal(30), **more,
    }  # fmt: skip
    found: SpaceUnit = saving.save_row(saving.UNIT, values, None, LOADER)
    return found


def lease(unit: str, first: date, last: date, tenant: str = "旧租户公司") -> Any:
    """A lease of a unit."""
    values = {"unit": unit, "tenant": tenant, "starts_on": first, "ends_on": last}
    return save_lease(values, None, LOADER)


def demand(actor: Actor = LOADER, **more: Any) -> Demand:
    """A demand that asks for an area alone, handled by the service centre."""
    values = {
        "firm": "试验精密有限公司", "use": "精密加工", "lead_unit": "9-D05",
        "area_from": Decimal(800), "area_to": Decimal(1200), **more,
    }  # fmt: skip
    return save_demand(values, None, actor)


@pytest.fixture
def estate(people: People) -> People:
    """Two parks of two operators, each with a building; P1 has U1 and U2, P2 has U3."""
    remembered(_estate)
    return people


def _estate() -> None:
    park("P1")
    park("P2", lead="9-D02", street="902", lon=Decimal("114.1"))
    building("P1-1", "P1")
    building("P2-1", "P2")
    space("U1")
    space("U2", area=Decimal(2000), price=Decimal(40))
    space("U3", "P2-1", load=Decimal(5), hazard="4")
