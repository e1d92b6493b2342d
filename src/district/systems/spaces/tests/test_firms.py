"""Tenants and firms that look for space are those of the register of enterprises, where it knows
them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.credit_code import with_check
from district.kernel.base.errors import Invalid
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.services.telling import add_enterprise
from district.systems.spaces.models import Lease
from district.systems.spaces.services.leases import save_lease
from district.systems.spaces.tests.conftest import LOADER, TODAY, People, demand, lease

pytestmark = pytest.mark.django_db
CODE, TWIN, OVER, STRANGE = (
    with_check(f"91440300MA5DEM{number}") for number in ("101", "102", "103", "104")
)


@pytest.fixture
def firms(estate: People) -> People:
    """One firm of its own name, two of the same, one that is cancelled; all of the east street."""
    for code, name, status in (
        (CODE, "岭东精密模具有限公司", "active"),
        (TWIN, "同名贸易商行", "active"),
        (with_check("91440300MA5DEM105"), "同名贸易商行", "active"),
        (OVER, "停办五金厂", "cancelled"),
    ):
        values = {"name": name, "kind": "company", "status": status, "street": "901"}
        add_enterprise(code, values, actor=LOADER, source="market_registry")
    return estate


def leased(tenant: str, code: str = "") -> tuple[str, str]:
    """What a lease says of a tenant written down so."""
    values = {
        "unit": "U1", "tenant": tenant, "tenant_code": code, "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=9),
    }  # fmt: skip
    row = save_lease(values, None, LOADER)
    found = (row.tenant, row.tenant_code)
    Lease.objects.all().delete()
    return found


def test_the_register_gives_the_name_to_a_code_and_the_code_to_a_name(firms: People) -> None:
    assert leased("", CODE) == ("岭东精密模具有限公司", CODE)
    assert leased("岭东模具（简称）", CODE) == ("岭东精密模具有限公司", CODE)
    assert leased("岭东精密模具有限公司") == ("岭东精密模具有限公司", CODE)
    row = demand(firm="岭东精密模具有限公司")
    assert row.firm_code == CODE


def test_what_the_register_does_not_know_stays_as_it_was_written(firms: People) -> None:
    assert leased("外地设备公司", STRANGE) == ("外地设备公司", STRANGE)
    assert leased("外地设备公司") == ("外地设备公司", "")
    # Two bear the name, and one is no longer there: nobody guesses which is meant.
    assert leased("同名贸易商行") == ("同名贸易商行", "")
    assert leased("停办五金厂") == ("停办五金厂", "")
    with pytest.raises(Invalid) as refused:
        leased("", STRANGE)
    assert refused.value.field == "tenant"
    with pytest.raises(Invalid) as refused:
        leased("岭东精密模具有限公司", f"{CODE[:-1]}{'0' if CODE[-1] != '0' else '1'}")
    assert refused.value.field == "tenant_code"


def test_names_are_offered_of_firms_that_the_member_may_see(firms: People) -> None:
    url = reverse("spaces_firm_names")
    assert firms.client("viewer").get(url).status_code == 403
    east = firms.client("east")
    with CaptureQueriesContext(connection) as queries:
        page = east.get(url, {"firm": "精密"}).content.decode()
    assert len(queries) <= 10
    assert "岭东精密模具有限公司" in page
    assert CODE in page
    assert "停办" not in east.get(url, {"tenant": "停办"}).content.decode()
    assert "option" not in east.get(url).content.decode()
    Enterprise.objects.update(street_unit="902", lead_unit="902")
    assert "岭东" not in east.get(url, {"firm": "精密"}).content.decode()


def test_pages_lead_to_the_enterprise_where_the_member_may_see_it(firms: People) -> None:
    lease("U1", TODAY, TODAY + timedelta(days=9), tenant="岭东精密模具有限公司")
    row = demand(firm="岭东精密模具有限公司", lead_unit="901")
    address = Enterprise.objects.get(code=CODE).get_absolute_url()
    leader = firms.client("leader")
    unit = Lease.objects.get().unit.get_absolute_url()
    assert address in leader.get(unit).content.decode()
    east = firms.client("east")
    with CaptureQueriesContext(connection) as queries:
        page = east.get(row.get_absolute_url()).content.decode()
    assert len(queries) <= 10
    assert address in page
    Enterprise.objects.update(street_unit="902", lead_unit="902")
    assert address not in east.get(row.get_absolute_url()).content.decode()


def test_the_forms_offer_names_while_one_types(firms: People) -> None:
    page = firms.client("service").get(reverse("spaces_demand_new")).content.decode()
    assert 'list="firm-names"' in page
    assert '<datalist id="firm-names">' in page
    assert reverse("spaces_firm_names") in page
