"""Signed, registered, verified by another person, and looked at again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import Case, perform
from district.kernel.measures.public import StatPeriod
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.tests.conftest import code_of
from district.systems.investment_promotion.jobs import watch_landed
from district.systems.investment_promotion.models import Project, Verification
from district.systems.investment_promotion.selectors import counting
from district.systems.investment_promotion.services.landing import (
    note_registration,
    sign_agreement,
    verify_landing,
)
from district.systems.investment_promotion.tests.conftest import (
    MakeProject,
    People,
    entity,
    held,
)
from district.testing.moments import standing

YEAR = StatPeriod(date(2025, 1, 1), date(2025, 12, 31), "year")


def test_a_project_lands_once_every_clause_holds(people: People, landed: MakeProject) -> None:
    project = landed()
    assert project.case.stage == "landed"
    assert (project.landed_on, project.subscribed) == (date(2025, 9, 22), Decimal(20_000))
    assert project.counted == Decimal(50_000)
    look = Verification.objects.get()
    assert look.accepted
    assert {one["outcome"] for one in look.clauses} == {"holds"}
    assert len(look.clauses) == 5


@pytest.mark.parametrize(
    ("given", "broken"),
    [
        ({"status": "cancelled"}, {"fails"}),
        ({"street": None}, {"unknown"}),
        ({"established_on": date(2025, 9, 21)}, {"fails"}),
        ({"established_on": None}, {"unknown"}),
    ],
)
def test_what_does_not_hold_or_is_not_known_does_not_land(
    people: People, registered: MakeProject, given: dict[str, Any], broken: set[str]
) -> None:
    entity(**given)
    project = registered()
    with pytest.raises(Conflict):
        verify_landing(project.pk, accept=True, note="", actor=people.commerce)
    assert not Verification.objects.exists()
    look = verify_landing(project.pk, accept=False, note="待补", actor=people.commerce)
    assert {one["outcome"] for one in look.clauses} - {"holds"} == broken
    assert Case.objects.get(pk=project.pk).stage == "registered"
    assert counting.landed_in("100m")(YEAR)["9"] == 0


def test_an_entity_that_the_register_has_not_does_not_land(
    people: People, registered: MakeProject
) -> None:
    project = registered()
    look = verify_landing(project.pk, accept=False, note="", actor=people.commerce)
    assert look.outcome == "fails"
    assert look.values["registered"] == "False"


def test_small_money_needs_the_other_to_be_enough(people: People, registered: MakeProject) -> None:
    entity(capital=Decimal(9_999))
    project = registered(agreed=Decimal(9_999))
    with pytest.raises(Conflict):
        verify_landing(project.pk, accept=True, note="", actor=people.commerce)
    sign_again = registered(
        code_of(2), agreed=Decimal(10_000), organisation="另一家", signed="2025-09-22"
    )
    entity(code_of(2), capital=None)
    verify_landing(sign_again.pk, accept=True, note="", actor=people.commerce)
    sign_again.refresh_from_db()
    assert (sign_again.counted, sign_again.subscribed) == (Decimal(10_000), None)


def test_a_second_person_of_the_verifying_unit_verifies(
    people: People, registered: MakeProject, told: MakeProject
) -> None:
    entity()
    project = registered()
    for key in ("industry", "industry_head", "centre", "leader"):
        with pytest.raises(NotPermitted):
            verify_landing(project.pk, accept=True, note="", actor=getattr(people, key))
    Project.objects.filter(pk=project.pk).update(registered_by=people.commerce.id)
    with pytest.raises(NotPermitted):
        verify_landing(project.pk, accept=True, note="", actor=people.commerce)


def test_a_confidential_project_is_disclosed_before_it_is_verified(
    people: People, registered: MakeProject
) -> None:
    entity()
    project = registered(confidential=True)
    with pytest.raises(NotFound):
        verify_landing(project.pk, accept=True, note="", actor=people.commerce)
    perform(project.pk, "disclose", actor=people.industry_head, data={"text": "已公开"})
    verify_landing(project.pk, accept=True, note="", actor=people.commerce)
    assert Case.objects.get(pk=project.pk).stage == "landed"


def test_one_entity_lands_one_project(people: People, registered: MakeProject) -> None:
    registered()
    with pytest.raises(Conflict):
        registered(organisation="另一家")


def test_signing_asks_for_what_counts(people: People, told: MakeProject) -> None:
    project = told()
    day = date(2025, 9, 22)
    with pytest.raises(Conflict):
        sign_agreement(project.pk, day, Decimal(1), "A", "", actor=people.industry)
    perform(project.pk, "contact", actor=people.industry, data={"text": "已联系"})
    for given, field in (
        ((date(2025, 9, 23), Decimal(1), "A"), "signed_on"),
        ((day, Decimal(0), "A"), "agreed"),
        ((day, Decimal(1), " "), "agreement"),
    ):
        with pytest.raises(Invalid) as error:
            sign_agreement(project.pk, *given, "", actor=people.industry)
        assert error.value.field == field
    with pytest.raises(NotFound):
        sign_agreement(project.pk, day, Decimal(1), "A", "", actor=people.science)
    with pytest.raises(Conflict):
        note_registration(project.pk, code_of(1), "某公司", "", actor=people.industry)


def test_a_landed_project_whose_entity_goes_waits_to_be_verified_again(
    people: People, landed: MakeProject
) -> None:
    project = landed()
    assert watch_landed() == 0
    assert counting.landed_in("100m")(YEAR)["9-D02"] == 1
    Enterprise.objects.filter(code=project.entity_code).update(status="cancelled")
    with standing("2025-10-09 03:00"):
        assert watch_landed() == 1
        assert watch_landed() == 0
    case = Case.objects.get(pk=project.pk)
    assert (case.stage, case.category) == ("recheck", "open")
    assert case.clock is not None
    assert case.clock.state == "open"
    assert counting.landed_in("100m")(YEAR)["9-D02"] == 0
    look = Verification.objects.order_by("-at").first()
    assert look is not None
    assert (look.kind, look.accepted, look.actor_name) == ("watch", False, "")
    Enterprise.objects.filter(code=project.entity_code).update(status="active")
    with standing("2025-10-10 10:00"):
        verify_landing(project.pk, accept=True, note="恢复", actor=people.commerce)
    project.refresh_from_db()
    # It landed when it first did.
    assert (project.landed_on, project.case.stage) == (date(2025, 9, 22), "landed")
    assert counting.landed_in("100m")(YEAR)["9-D02"] == 1


def test_bands_and_money_are_counted_by_unit_and_in_all(
    people: People, landed: MakeProject
) -> None:
    for number, amount in enumerate((10_000, 99_999, 100_000, 299_999, 300_000), 1):
        landed(code_of(number), agreed=Decimal(amount), organisation=f"投资方{number}号")
    found = {band: counting.landed_in(band)(YEAR)["9"] for band in ("100m", "1b_3b", "3b")}
    assert found == {"100m": 5, "1b_3b": 2, "3b": 1}
    assert counting.contracted(YEAR) == {"9": 5, "9-D02": 5}
    assert counting.agreed(YEAR)["9"] == Decimal("80.9998")
    assert counting.subscribed(YEAR)["9-D02"] == Decimal(10)
    past = StatPeriod(date(2024, 1, 1), date(2024, 12, 31), "year")
    assert counting.landed_in("100m")(past)["9"] == 0
    assert counting.landed_growth(YEAR) == {}
    Project.objects.filter(entity_code__in=[code_of(1), code_of(2)]).update(
        landed_on=date(2024, 6, 1)
    )
    assert counting.landed_growth(YEAR)["9"] == Decimal(50)


def test_visits_count_once_they_are_held(people: People, told: MakeProject) -> None:
    project = told()
    held(people.industry, project)
    assert counting.visits(YEAR) == {"9": 1, "9-D02": 1}
    assert Case.objects.get(pk=project.pk).stage == "contact"
