"""Every cell of the committed case matrix holds: type x action x role x relation of the unit.

Held are what is decided before a case is acted on, what `perform` asks of it, what `moves_for`
offers, and what lists, pages, the register and the API show.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from scripts.make_case_matrix import (
    ABOVE,
    BELOW,
    CREATE,
    ELSEWHERE,
    HERE,
    OTHERS,
    ROLES,
    SITUATIONS,
    TABLE,
    TYPES,
    VIEW,
    Situation,
    allowed,
    table,
    types,
)

from district.kernel.base.errors import DistrictError, NotPermitted
from district.kernel.cases import types as declared
from district.kernel.cases.models import Case, CoUnit, Reporter
from district.kernel.cases.rules.definition import CaseType, Move
from district.kernel.cases.selectors import moves_for, visible_cases
from district.kernel.cases.services import Contact, Report, perform, report_case
from district.kernel.cases.services.performing import authorise_move
from district.kernel.cases.tests.conftest import signed_in
from district.kernel.cases.types import case_type_of
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    Role,
    UnitRow,
    actor_for,
    create_member,
    load_units,
    posts_of,
)
from district.kernel.organisation.selectors import Standing, standing_kept
from district.kernel.tracking.public import save_calendar

LOADER = Actor.system("tests")
KEYS = sorted(types())
#: Each kind of sight once: plain, complaint, confidential, with a leader. The rest say the same in
#: the same SQL, and are looked at on one database.
SIGHTS = ("appeal", "business_complaint", "mediation", "petition")
SEEN = [key if key in SIGHTS else pytest.param(key, marks=pytest.mark.one_database) for key in KEYS]


class Refused(Exception):
    """Takes back what an allowed action has done."""


@pytest.fixture
def actors(
    today: None, request_pages: None, db: None, remember: Callable[..., dict[str, Actor]]
) -> dict[str, Actor]:
    """One member of each role at HERE, and the others."""
    return remember(_actors)


def _actors() -> dict[str, Actor]:
    load_units(
        [
            UnitRow(ABOVE, "区", "district"),
            UnitRow(HERE, "东街道", "street", ABOVE),
            UnitRow(BELOW, "桥头社区", "community", HERE),
            UnitRow(ELSEWHERE, "西街道", "street", ABOVE),
        ],
        actor=LOADER,
    )
    for kind in ("24x7", "working_days", "working_hours"):
        hours = (("09:00", "18:00"),) if kind == "working_hours" else ()
        save_calendar(kind, kind=kind, name=kind, hours=hours, actor=LOADER)
    found = {role: actor_for(create_member(role, HERE, role, actor=LOADER)) for role in ROLES}
    without = create_member("乙", HERE, "viewer", actor=LOADER)
    without.assignments.all().delete()
    return {
        **found,
        "member without a post": actor_for(without),
        "system": LOADER,
        "public": Actor.anonymous(),
        "reporter": Actor.anonymous(),
    }


def standing_case(key: str, situation: Situation) -> Case:
    """A case in that situation, but for who handles or leads it."""
    report = Report(key, "桥头路口垃圾堆了三天", complained_unit=_about_whom(key))
    made = report_case(report, actor=LOADER, contact=Contact("张三"))
    Case.objects.filter(pk=made.case.pk).update(
        lead_unit=situation.lead,
        centre_unit=situation.centre,
        holder_unit=situation.lead,
        complained_unit=situation.about or None,
    )
    if situation.co_unit:
        CoUnit.objects.create(case=made.case, unit_id=situation.co_unit)
    return Case.objects.select_related("lead_unit", "complained_unit").get(pk=made.case.pk)


def _about_whom(key: str) -> str:
    """A complaint names a unit; another street, so that it keeps nobody at HERE out."""
    return ELSEWHERE if types()[key].get("complaint") else ""


def rows(key: str) -> Iterator[dict[str, str]]:
    with TABLE.open(encoding="utf-8") as file:
        yield from (row for row in csv.DictReader(file) if row["type"] == key)


def test_the_committed_table_is_what_the_files_say() -> None:
    assert set(ROLES) == set(Role.values)
    assert TABLE.read_text(encoding="utf-8") == table(), (
        "rights have changed: run scripts/make_case_matrix.py and read the difference"
    )
    # A type outside these folders would be in no matrix.
    assert {case_type.key for case_type in declared.case_types()} <= set(types()), TYPES


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Within, the posts of a member are known without asking the database, as in a request."""
    if actor.kind != "member":
        yield
        return
    with standing_kept(Standing(actor.id, posts_of(actor))):
        yield


def decided(
    case: Case, move: Move, co_units: list[CoUnit], actor: Actor, reporter: Reporter | None
) -> bool:
    """What `perform` decides on rights before anything else."""
    try:
        authorise_move(case, case_type_of(case.type_key), move, co_units, actor, reporter)
    except NotPermitted:
        return False
    return True


def may(case: Case, action: str, actor: Actor, reporter: Reporter | None) -> bool:
    """Whether `perform` itself gets past the question of rights; nothing of it stays."""
    try:
        with transaction.atomic():
            perform(case.pk, action, actor=actor, reporter=reporter)
            raise Refused
    except NotPermitted:
        return False
    except (DistrictError, Refused):
        return True


def given_to(case: Case, situation: Situation, actor: Actor) -> None:
    """The case is in the hands of the member, or led by them, where the situation says so."""
    member = UUID(actor.id) if actor.kind == "member" else None
    case.handler_id = member if situation.own else None
    case.leader_id = member if situation.leads else None


# Rights are decided in Python; what is seen, in the database, is held on both further down.
@pytest.mark.one_database
@pytest.mark.parametrize("key", KEYS)
def test_every_cell_is_decided_as_the_table_says_and_moves_are_offered_to_the_same(
    key: str, actors: dict[str, Actor]
) -> None:
    data, case_type = types()[key], case_type_of(key)
    cells = 0
    table_rows = {(row["action"], row["situation"]): row for row in rows(key)}
    for name, situation in SITUATIONS.items():
        case = standing_case(key, situation)
        reporter = Reporter.objects.get(case=case)
        co_units = list(CoUnit.objects.filter(case=case))
        for who, actor in actors.items():
            given_to(case, situation, actor)
            code = reporter if who == "reporter" else None
            with acting(actor):
                for action in data["actions"]:
                    said = table_rows[action, name][who] == "yes"
                    found = decided(case, case_type.moves[action], co_units, actor, code)
                    assert found == said, (action, name, who)
                    cells += 1
                _check_offers(case, case_type, co_units, actor, data, situation, who)
    assert cells == len(SITUATIONS) * len(actors) * len(data["actions"])


@pytest.mark.one_database
@pytest.mark.parametrize("key", KEYS)
def test_perform_lets_through_and_refuses_each_action_as_the_table_says(
    key: str, actors: dict[str, Actor]
) -> None:
    """Each action once for somebody who may and once for somebody who may not: that the action
    itself asks what is decided for every cell above."""
    data = types()[key]
    cases = {name: standing_case(key, situation) for name, situation in SITUATIONS.items()}
    for action in data["actions"]:
        tried: set[str] = set()
        for name, who, said in cells_of(key, action):
            if said in tried:
                continue
            tried.add(said)
            case = cases[name]
            given_to(case, SITUATIONS[name], actors[who])
            case.save(update_fields=["handler", "leader"])
            code = Reporter.objects.get(case=case) if who == "reporter" else None
            assert may(case, action, actors[who], code) == (said == "yes"), (action, name, who)
        assert "-" in tried, action


def cells_of(key: str, action: str) -> Iterator[tuple[str, str, str]]:
    """Situation, who, and what the table says, of one action."""
    for row in rows(key):
        if row["action"] == action:
            yield from ((row["situation"], who, row[who]) for who in ROLES + OTHERS)


def _named_guards(data: dict[str, Any], action: str) -> list[str]:
    return [guard for guard in data["actions"][action].get("guards", []) if isinstance(guard, str)]


def _check_offers(
    case: Case,
    case_type: CaseType,
    co_units: list[CoUnit],
    actor: Actor,
    data: dict[str, Any],
    situation: Situation,
    who: str,
) -> None:
    """In every stage the page offers exactly what the stage and the table allow."""
    if actor.kind != "member":
        return
    mine = {post.unit for post in posts_of(actor)}
    for stage in data["stages"]:
        case.stage = stage
        offered = {move.key for move in moves_for(case, case_type, co_units, actor)}
        expected = {
            action
            for action, item in data["actions"].items()
            if stage in item["from"] and allowed(data, action, who, situation)
        }
        helping = any(co.unit_id in mine for co in co_units)
        plainly_refused = set() if helping else {"own_co_unit_open"}
        plainly_refused |= {"extension_asked"} if case.asked_days is None else set()
        hopeless = {
            action
            for action in expected
            if any(guard in plainly_refused for guard in _named_guards(data, action))
        }
        assert offered == expected - hopeless, (stage, situation, who)


@pytest.mark.parametrize("key", SEEN)
def test_list_page_register_and_api_show_exactly_what_the_table_says(
    key: str, actors: dict[str, Actor]
) -> None:
    data = types()[key]
    said = {row["situation"]: row for row in rows(key) if row["action"] == VIEW}
    cases = {name: standing_case(key, situation) for name, situation in SITUATIONS.items()}
    for who, actor in actors.items():
        if actor.kind != "member":
            continue
        for name, situation in SITUATIONS.items():
            if situation.own or situation.leads:
                given_to(cases[name], situation, actor)
                cases[name].save(update_fields=["handler", "leader"])
            assert allowed(data, VIEW, who, situation) == (said[name][who] == "yes")
        expected = {str(cases[name].pk) for name in cases if said[name][who] == "yes"}
        listed = visible_cases(actor).filter(pk__in=[case.pk for case in cases.values()])
        assert {str(case.pk) for case in listed} == expected, who
        client = signed_in(actor)
        api = client.get(f"/api/registers/cases-{key}")
        assert api.status_code == 200 or (api.status_code == 403 and not expected), who
        shown = json.loads(api.content)["rows"] if api.status_code == 200 else []
        assert {row["id"] for row in shown} == expected, who
        for pk in _opened(key, expected, cases):
            answer = 200 if pk in expected else 404
            assert client.get(f"/cases/{pk}/").status_code == answer, (pk, who)
            one = client.get(f"/api/registers/cases-{key}/{pk}").status_code
            assert (one == 200) == (pk in expected), (pk, who, one)


def _opened(key: str, expected: set[str], cases: dict[str, Case]) -> Iterator[str]:
    """The cases whose own page is opened: of each kind of sight all, of the rest one that is
    seen and one that is not."""
    answered: set[bool] = set()
    for case in cases.values():
        seen = str(case.pk) in expected
        if key in SIGHTS or seen not in answered:
            answered.add(seen)
            yield str(case.pk)


@pytest.mark.parametrize("key", KEYS)
def test_only_those_of_the_table_open_cases(key: str, actors: dict[str, Actor]) -> None:
    desks = {"on own desk": HERE, "on the desk of the unit above": ABOVE}
    for row in rows(key):
        if row["action"] != CREATE:
            continue
        for who in ROLES + OTHERS:
            if who == "reporter":
                continue  # nobody has reported yet
            desk = desks[row["situation"]]
            report = Report(key, "桥头路口垃圾堆", centre=desk, complained_unit=_about_whom(key))
            try:
                report_case(report, actor=actors[who])
                opened = True
            except NotPermitted:
                opened = False
            assert opened == (row[who] == "yes"), (row["situation"], who)


def test_another_streets_officer_is_refused_everywhere(actors: dict[str, Actor]) -> None:
    for key in KEYS:
        case = standing_case(key, SITUATIONS["led by another street"])
        officer = actors["officer"]
        for action in types()[key]["actions"]:
            assert not may(case, action, officer, None), action
        client = signed_in(officer)
        for address in (
            f"/cases/{case.pk}/",
            f"/api/registers/cases-{key}/{case.pk}",
            f"/registers/cases-{key}/row/{case.pk}/",
        ):
            assert client.get(address).status_code == 404
        answer = client.post(f"/cases/{case.pk}/", {"do": "accept", "key": "k"})
        assert answer.status_code == 404
        answer = client.post(f"/cases/{case.pk}/contacts/", {"reason": "看看"})
        assert answer.status_code == 403
        for address in (
            f"/registers/cases-{key}/?q={case.number}&format=csv",
            f"/registers/cases-{key}/map.json",
            f"/api/registers/cases-{key}",
        ):
            told = client.get(address)
            body = b"".join(told.streaming_content) if told.streaming else told.content  # type: ignore[attr-defined]  # of a streaming response
            assert case.number.encode() not in body
    assert Member.objects.filter(pk=officer.id).exists()
