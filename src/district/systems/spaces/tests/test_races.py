"""Two who let the same unit at the same moment: one of them does, and the other is told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from district.kernel.base.errors import Conflict
from district.kernel.base.tests.hands import at_once
from district.kernel.cases.public import Case, perform
from district.systems.spaces.models import Demand, Lease, SpaceUnit
from district.systems.spaces.services.leases import save_lease
from district.systems.spaces.services.offers import make_offers, sign_offer
from district.systems.spaces.tests.conftest import LOADER, TODAY, People, demand

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_of_two_firms_that_sign_for_a_unit_at_once_one_gets_it(estate: People) -> None:
    unit = SpaceUnit.objects.get(code="U1")
    cases = []
    for firm in ("先来有限公司", "同到有限公司"):
        case = make_offers(demand(firm=firm).pk, [unit.pk], actor=estate.service)[0]
        data = {"visit_on": TODAY.isoformat(), "text": "看过现场"}
        perform(case.pk, "visit", actor=estate.state, data=data)
        cases.append(case.pk)
    ends = TODAY + timedelta(days=700)
    values = {"unit": "U1", "tenant": "手工登记公司", "starts_on": TODAY, "ends_on": ends}
    found = at_once(
        *(partial(sign_offer, one, TODAY, ends, None, actor=estate.state) for one in cases),
        partial(save_lease, values, None, LOADER),
    )
    assert sum(isinstance(one, Lease) for one in found) == 1, found
    assert sum(isinstance(one, Conflict) for one in found) == 2, found
    lease = Lease.objects.get(unit=unit)
    signed = Case.objects.filter(type_key="space_offer", stage="signed").count()
    assert signed == (0 if lease.tenant == "手工登记公司" else 1)
    assert Demand.objects.filter(state=Demand.State.SIGNED).count() == signed
