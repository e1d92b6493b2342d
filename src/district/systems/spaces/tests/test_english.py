"""With English chosen the pages speak English: what is left of Chinese is data."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.urls import reverse

from district.systems.spaces.models import Park, SpaceUnit
from district.systems.spaces.services.offers import make_offers
from district.systems.spaces.tests.conftest import TODAY, People, demand, lease, space
from district.testing.reading import Reading
from district.testing.wording import Data, untranslated


def test_the_pages_leave_no_chinese_untranslated(estate: People) -> None:
    row = demand(
        load=Decimal(6), budget=Decimal(50), power=Decimal(300), hazard="3", streets=["901", "902"],
        wanted_on=TODAY + timedelta(days=90), drainage=True,
    )  # fmt: skip
    unit = SpaceUnit.objects.get(code="U1")
    space("U7", power=None, price=None, description="")
    case = make_offers(row.pk, [unit.pk], actor=estate.service)[0]
    lease("U3", TODAY, TODAY + timedelta(days=40))
    park = Park.objects.get(code="P1")
    client = estate.client("service")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    data = Data()
    left = {}
    for address in (
        reverse("spaces"), reverse("spaces_units"), reverse("spaces_demands"),
        reverse("spaces_division"), reverse("spaces_demand_new"), row.get_absolute_url(),
        reverse("spaces_compare", args=[row.pk]), park.get_absolute_url(),
        unit.floor.building.get_absolute_url(), unit.floor.get_absolute_url(),
        unit.get_absolute_url(), f"/cases/{case.pk}/",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 200, address
        found = untranslated(Reading(answer.content), data)
        if found:
            left[address] = found
    assert left == {}
