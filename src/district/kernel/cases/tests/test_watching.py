"""Rights decided in memory are those of the database, for every member and every case."""

from __future__ import annotations

from random import Random

import pytest
from django.db import connection
from django.template import Context
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from district.kernel.base import clock
from district.kernel.cases.models import Case, CoUnit
from district.kernel.cases.selectors import (
    UNDER_WAY,
    sight_of,
    visible_cases,
    whose_are,
    whose_are_open,
)
from district.kernel.cases.templatetags.cases import sees_case
from district.kernel.cases.tests.conftest import LOADER, People
from district.kernel.cases.types import case_types
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Member,
    Unit,
    actor_for,
    create_member,
)

pytestmark = pytest.mark.django_db
_CASES = 120


@pytest.fixture
def members(people: People) -> list[Member]:
    """Somebody of every role in every unit."""
    return [
        create_member(f"{role}{unit.pk}", unit.pk, role, actor=LOADER)
        for unit in Unit.objects.all()
        for role in EVERY_ROLE
    ]


@pytest.fixture
def cases(members: list[Member]) -> list[Case]:
    """Cases of all types that belong to whomever the dice say."""
    dice, units = Random(7), list(Unit.objects.all())  # noqa: S311  # made-up cases
    made = []
    for number in range(_CASES):
        case_type = dice.choice(case_types())
        lead, centre = dice.choice(units), dice.choice(units)
        made.append(
            Case(
                number=f"X{number}",
                type_key=case_type.key,
                type_version=case_type.version,
                title="事",
                text="事",
                stage=case_type.start,
                category=dice.choice(("open", "paused", "done")),
                source="web",
                lead_unit=lead,
                centre_unit=centre,
                holder_unit=centre,
                handler=dice.choice([None, dice.choice(members)]),
                leader=dice.choice([None, dice.choice(members)]),
                complained_unit=dice.choice([None, dice.choice(units)]),
                street_unit=dice.choice([None, dice.choice(units)]),
                reported_at=clock.now(),
            )
        )
    Case.objects.bulk_create(made)
    helping = [CoUnit(case=case, unit=unit) for case in made[::3] for unit in dice.sample(units, 2)]
    CoUnit.objects.bulk_create(helping)
    return made


def test_a_link_is_shown_to_none_who_may_not_follow_it_and_costs_no_query_a_row(
    cases: list[Case], members: list[Member], rf: RequestFactory
) -> None:
    """Of cases without co-units it is shown to all who may."""
    rows = list(Case.objects.select_related("lead_unit"))
    helped = set(CoUnit.objects.values_list("case_id", flat=True))
    for member in members:
        request = rf.get("/")
        request.actor = actor_for(member)  # type: ignore[attr-defined]  # as the middleware sets it
        shown = {row.pk for row in rows if sees_case(Context({"request": request}), row)}
        seen = set(visible_cases(actor_for(member)).values_list("pk", flat=True))
        assert shown <= seen
        assert seen - helped <= shown
    with CaptureQueriesContext(connection) as statements:
        for row in rows:
            sees_case(Context({"request": request}), row)
    assert not statements.captured_queries


def test_memory_and_database_agree_for_every_member_and_case(
    cases: list[Case], members: list[Member]
) -> None:
    whose = whose_are([case.pk for case in cases])
    seen_somewhere = 0
    for member in members:
        actor = actor_for(member)
        sight = sight_of(actor)
        mine = {pk for pk, one in whose.items() if sight.sees(one)}
        assert mine == set(visible_cases(actor).values_list("pk", flat=True)), member.name
        seen_somewhere += 0 < len(mine) < len(cases)
    assert seen_somewhere > len(members) // 4, "the members differ in what they see"


def test_open_cases_come_in_two_queries_and_no_others(cases: list[Case]) -> None:
    with CaptureQueriesContext(connection) as captured:
        found = whose_are_open()
    assert len(captured) == 2
    assert set(found) == {case.pk for case in cases if case.category in UNDER_WAY}
    helped = CoUnit.objects.filter(case__in=list(found)).values_list("case_id", "unit_id")
    assert {(pk, unit) for pk, one in found.items() for unit in one.co_units} == set(helped)


def test_a_case_is_counted_under_its_unit_all_above_and_its_place(cases: list[Case]) -> None:
    for case in cases:
        one = whose_are([case.pk])[case.pk]
        above = {code for code in case.lead_unit.path.split("/") if code}
        assert one.units == above | ({case.street_unit_id} if case.street_unit_id else set())
