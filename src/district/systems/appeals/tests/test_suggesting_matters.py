"""A person chooses the matter; the suggestion helps, and being overruled teaches it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from district.kernel.cases.public import perform
from district.systems.appeals.selectors import suggesting
from district.systems.appeals.selectors.matters import forget
from district.systems.appeals.selectors.suggesting import suggested_matters
from district.systems.appeals.services.catalogue import LOADER, publish_catalogue
from district.systems.appeals.services.training import handled_examples, train_from_handled
from district.systems.appeals.suggesting.training import CONFIRMED, OVERRULED
from district.systems.appeals.tests.conftest import MakeCase, People
from district.systems.appeals.tests.test_catalogue import FIELD, HEAD, LITTER

POTHOLE = "M0701,道路破损,Potholes,M01,坑洼,street,,5,working_days,working_days,no,no,已修。,路面\n"


@pytest.fixture
def catalogue(people: People, settings: Any, tmp_path: Path) -> None:
    """Two matters, and an installation that has trained nothing yet."""
    settings.VAR = tmp_path
    suggesting._source.cache_clear()
    publish_catalogue(
        HEAD + FIELD + LITTER.replace("M0101", "M0102") + POTHOLE.replace("M0701", "M0103"),
        actor=LOADER,
    )
    forget()


def test_the_form_lists_the_catalogue_with_the_suggested_first(
    catalogue: None, reported: MakeCase, people: People, client: Client
) -> None:
    case = reported(text="垃圾堆了三天没人清运，苍蝇到处飞")
    assert suggested_matters(case.text)[0].matter.code == "M0102"
    user = people.members["desk"].user
    assert user is not None
    client.force_login(user)
    page = client.get(f"/cases/{case.pk}/?do=dispatch").content.decode()
    assert "按内容推荐" in page
    assert page.index("按内容推荐") < page.index('label="市容环卫"')
    assert "垃圾堆放" in page


def test_what_people_decided_is_learned_and_being_overruled_weighs_more(
    catalogue: None, reported: MakeCase, people: People
) -> None:
    for first, then in (("M0102", ""), ("M0102", "M0103")):
        case = reported(matter=first)
        data = {"lead_unit": "901"} | ({"matter": then} if then else {})
        perform(case.pk, "dispatch", actor=people.desk, data=data)
        perform(case.pk, "accept", actor=people.east)
        perform(case.pk, "finish", actor=people.east, data={"result": "好了"})
        perform(case.pk, "close", actor=people.desk, data={"satisfaction": "satisfied"})
    found = sorted((example.matter, example.weight) for example in handled_examples())
    assert found == [("M0102", CONFIRMED), ("M0103", OVERRULED)]


@pytest.mark.slow
def test_a_trained_model_is_put_into_use(
    catalogue: None, closed: MakeCase, people: People, tmp_path: Path
) -> None:
    closed()
    lines = list(train_from_handled())
    assert lines[-1] == "model written: appeals-model.npz"
    suggesting._source.cache_clear()
    assert suggested_matters("垃圾堆了三天没人清运")[0].matter.code == "M0102"
