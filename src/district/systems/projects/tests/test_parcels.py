"""The land of a project is a parcel that spaces knows, and each of them leads to the other."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from district.kernel.base.errors import Invalid
from district.systems.projects.models import Project
from district.systems.projects.services.projects import add_project, change_project
from district.systems.projects.tests.conftest import World, values
from district.systems.spaces.models import LandParcel
from district.systems.spaces.rules.land import nearest


@pytest.fixture
def parcels(world: World) -> dict[str, LandParcel]:
    made = [
        LandParcel.objects.create(
            code=code, name=name, lead_unit_id="9-D03", street_unit_id="901", area=Decimal(3),
            use="m1",
        )
        for code, name in (("G03070", "一号地"), ("G03077", "二号地"), ("H99999", "三号地"))
    ]  # fmt: skip
    return {one.code: one for one in made}


def test_a_parcel_that_there_is_not_is_refused_with_the_nearest(
    world: World, parcels: dict[str, LandParcel]
) -> None:
    writes: tuple[Callable[[], Project], ...] = (
        lambda: add_project(values(name="另一项目", parcel="G03071"), actor=world["lead"]),
        lambda: change_project(world.project.pk, {"parcel": "G03071"}, actor=world["lead"]),
    )
    for write in writes:
        with pytest.raises(Invalid) as refused:
            write()
        assert refused.value.field == "parcel"
        assert "G03070（一号地）、G03077（二号地）" in str(refused.value.remedy)
        assert "H99999" not in str(refused.value.remedy)
    assert not Project.objects.filter(name="另一项目").exists()


def test_a_project_whose_parcel_is_gone_may_still_be_changed(
    world: World, parcels: dict[str, LandParcel]
) -> None:
    change_project(world.project.pk, {"parcel": "H99999"}, actor=world["lead"])
    parcels["H99999"].delete()
    row = change_project(world.project.pk, {"place": "一路"}, actor=world["lead"])
    assert row.parcel == "H99999"


def test_project_and_parcel_open_each_other(
    world: World, parcels: dict[str, LandParcel], django_assert_max_num_queries: Any
) -> None:
    change_project(world.project.pk, {"parcel": "G03070"}, actor=world["lead"])
    address = parcels["G03070"].get_absolute_url()
    client, page = world.client("lead"), reverse("projects_project", args=[world.project.pk])
    client.get(page)
    with django_assert_max_num_queries(10):
        answer = client.get(page)
    assert address in answer.content.decode()
    client.get(address)
    with django_assert_max_num_queries(10):
        land = client.get(address).content.decode()
    assert page in land
    assert (
        world.project.name not in client.get(parcels["G03077"].get_absolute_url()).content.decode()
    )
    # Everybody may see parcels, but not what is to be built there.
    seen = world.client("viewer").get(address)
    assert seen.status_code == 200
    assert page not in seen.content.decode()


def test_nearest_codes_come_in_order_and_none_that_is_far() -> None:
    known = ["G03070", "G03077", "G13071", "X1"]
    assert set(nearest("g03071", known)) == {"G03070", "G03077", "G13071"}
    assert nearest("ZZZZZZ", known) == []
    assert nearest("G03077", known)[0] == "G03077"
    assert len(nearest("G03070", known, 2)) == 2
