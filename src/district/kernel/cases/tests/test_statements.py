"""How many statements each way costs; counted warm, without the marks of transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.kernel.cases.models import Case
from district.kernel.cases.selectors import near_cases
from district.kernel.cases.services import Contact, join_case, perform
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People, signed_in
from district.kernel.history.public import Actor

pytestmark = pytest.mark.django_db
_MARKS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def at_most(most: int, what: str) -> Iterator[None]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        yield
    found = [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(_MARKS)]
    said = "\n".join(sql[:160] for sql in found)
    print(f"{what}: {len(found)} statements (at most {most})")
    assert len(found) <= most, f"{what}: {len(found)} statements, at most {most}\n{said}"


def test_a_report_costs_at_most_ten(reported: MakeCase, people: People) -> None:
    reported(lon="114.25", lat="22.72", street="")
    with at_most(10, "report by the public"):
        reported(lon="114.251", lat="22.721", street="")
    with at_most(10, "report with a key"):
        reported(key="once")
    city: dict[str, Any] = {"source": "city", "source_name": "民意速办"}
    with at_most(10, "report from a platform"):
        reported(key="twice", source_number="GD1", **city)
    with at_most(3, "the same report again"):
        reported(key="twice", source_number="GD1", **city)
    case = reported().case
    with at_most(10, "joining"):
        join_case(case.pk, text="我也是", contact=Contact("李四", "13900139000"), actor=PUBLIC)


#: The way of a case through all its stages.
WAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("dispatch", "desk", {"lead_unit": "901", "co_units": ["9-D01"]}),
    ("give_back", "east", {"text": "不属本街道"}),
    ("adjudicate", "desk", {"lead_unit": "901", "text": "属"}),
    ("accept", "east", {}),
    ("finish_part", "water", {"text": "好"}),
    ("ask_extension", "east", {"days": 2, "text": "等"}),
    ("grant_extension", "desk", {}),
    ("suspend", "east_head", {"until": "2025-09-25", "text": "等"}),
    ("resume", "east", {}),
    ("reassign", "desk", {"lead_unit": "901", "text": "再办"}),
    ("accept", "east", {}),
    ("finish", "east", {"result": "好"}),
    ("close", "desk", {"satisfaction": "unhappy"}),
    ("reopen", "desk", {"text": "重办"}),
)
#: The dispatch starts two clocks, ends a third and names co-units.
MOST = 25
MORE = {"dispatch": 28}


def test_an_action_costs_at_most_so_many(reported: MakeCase, people: People) -> None:
    for round_ in range(2):
        case = reported().case
        for action, who, data in WAY:
            actor: Actor = getattr(people, who)
            if round_ == 0:
                perform(case.pk, action, actor=actor, data=data)
                continue
            with at_most(MORE.get(action, MOST), action):
                perform(case.pk, action, actor=actor, data=data)


def test_a_search_for_duplicates_costs_one(reported: MakeCase) -> None:
    for number in range(5):
        reported(lon=f"114.25{number}", lat="22.72")
    with at_most(1, "near_cases"):
        assert near_cases("request", "桥头路口垃圾堆了三天", lon=114.25, lat=22.72, matter="01")


def page_cost(actor: Actor, address: str, most: int) -> None:
    client = signed_in(actor)
    assert client.get(address).status_code == 200
    with at_most(most, address):
        client.get(address)


@pytest.mark.parametrize("who", ["desk", "east", "water", "leader"])
def test_the_page_of_a_case_costs_at_most_ten(
    who: str, request_pages: None, reported: MakeCase, people: People
) -> None:
    main = reported(lon="114.25", lat="22.72").case
    inside = reported(lon="114.25", lat="22.72").case
    perform(inside.pk, "merge", actor=people.desk, data={"into": main.number})
    data = {"lead_unit": "901", "co_units": ["9-D01"], "text": "请办"}
    perform(main.pk, "dispatch", actor=people.desk, data=data)
    Case.objects.filter(pk=reported().case.pk).update(parent=main)
    perform(main.pk, "accept", actor=people.east)
    page_cost(getattr(people, who), f"/cases/{main.pk}/", 10)


def test_the_page_with_near_ones_and_with_a_form_costs_at_most_ten(
    request_pages: None, reported: MakeCase, people: People
) -> None:
    for number in range(3):
        case = reported(lon=f"114.250{number}", lat="22.72").case
    page_cost(people.desk, f"/cases/{case.pk}/", 10)
    page_cost(people.desk, f"/cases/{case.pk}/?do=dispatch", 10)


@pytest.mark.parametrize("desk", ["dispatch", "unit", "parts", "mine"])
def test_a_desk_costs_at_most_ten(
    desk: str, request_pages: None, reported: MakeCase, people: People
) -> None:
    for number in range(60):
        case = reported().case
        if number % 2:
            data = {"lead_unit": "901", "co_units": ["902"]}
            perform(case.pk, "dispatch", actor=people.desk, data=data)
    page_cost(people.east, f"/desks/{desk}/", 10)
    page_cost(people.desk, f"/desks/{desk}/?sort=due_at", 10)
