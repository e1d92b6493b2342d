"""A unit that a report is about neither sees it, nor handles it, nor hears of it."""

from __future__ import annotations

import json

import pytest

from district.kernel.base.errors import Invalid, NotFound, NotPermitted
from district.kernel.cases.desks import counts_of
from district.kernel.cases.models import Case
from district.kernel.cases.selectors import case_detail, moves_for, near_cases, visible_cases
from district.kernel.cases.services import carry_on, perform, read_contacts
from district.kernel.cases.tests.conftest import LOADER, MakeCase, People, signed_in
from district.kernel.cases.types import type_of
from district.kernel.history.public import Actor
from district.kernel.notifications.public import notifications_of
from district.kernel.organisation.public import Member, actor_for, create_member

pytestmark = pytest.mark.django_db
REGISTER = "/registers/cases-request/"
API = "/api/registers/cases-request"


@pytest.fixture
def about_east(reported: MakeCase, people: People) -> Case:
    """A report about the east street, handled by the water bureau."""
    case = reported(text="东街道的窗口态度恶劣", complained_unit="901", matter="").case
    return perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "9-D01"})


@pytest.fixture
def concerned(people: People) -> dict[str, Actor]:
    """People of the unit, of the one below it, and one who also sits elsewhere."""
    auditor = create_member("东审计", "901", "auditor", actor=LOADER)
    leader = create_member("东领导", "901", "leader", actor=LOADER)
    return {
        "officer": people.east,
        "head": people.east_head,
        "below": people.community,
        "auditor who may see everything": actor_for(auditor),
        "leader": actor_for(leader),
    }


def test_lists_pages_and_actions_do_not_know_it(
    about_east: Case, concerned: dict[str, Actor], people: People
) -> None:
    for who, actor in concerned.items():
        assert not visible_cases(actor).filter(pk=about_east.pk).exists(), who
        with pytest.raises(NotFound):
            case_detail(about_east.pk, actor)
        with pytest.raises(NotPermitted):
            read_contacts(about_east.pk, actor=actor, reason="看看")
        with pytest.raises(NotPermitted):
            carry_on(about_east.pk, "request", kind="转办", actor=actor)
        case = Case.objects.select_related("lead_unit", "complained_unit").get(pk=about_east.pk)
        assert moves_for(case, type_of(case), [], actor) == ()
        for action in type_of(case).moves:
            with pytest.raises(NotPermitted):
                perform(case.pk, action, actor=actor)
    for actor in (people.water, people.desk, people.leader):
        assert case_detail(about_east.pk, actor).case == about_east


def test_register_api_export_map_figures_and_desks_do_not_know_it(
    request_pages: None, about_east: Case, concerned: dict[str, Actor], people: People
) -> None:
    Case.objects.filter(pk=about_east.pk).update(lon="114.25", lat="22.72", handler=None)
    addresses = (
        f"/cases/{about_east.pk}/",
        REGISTER,
        f"{REGISTER}?q={about_east.number}",
        f"{REGISTER}?format=csv",
        f"{REGISTER}map.json",
        API,
        f"{API}/{about_east.pk}",
        f"{REGISTER}row/{about_east.pk}/",
        "/desks/unit/",
    )
    seen = {
        who: {address for address in addresses if _tells(actor, address, about_east)}
        for who, actor in {**concerned, "water": people.water}.items()
    }
    # Who handles it finds it everywhere; the page of a register's row leads on to the case's own.
    assert seen.pop("water") >= set(addresses) - {f"{REGISTER}row/{about_east.pk}/"}
    assert seen == {who: set() for who in concerned}


def _tells(actor: Actor, address: str, case: Case) -> bool:
    answer = signed_in(actor).get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # of a streaming response
    text = body.decode()
    if answer.headers["Content-Type"].startswith(("application/json", "application/geo+json")):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    # An address that was asked for stands in the page that denies it.
    told = case.title in text or (case.number in text and "?q=" not in address)
    assert answer.status_code in ({200, 302} if told else {200, 302, 403, 404}), address
    return told


def test_counts_leave_it_out(
    request_pages: None, about_east: Case, reported: MakeCase, people: People
) -> None:
    other = reported().case
    perform(other.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    assert counts_of("request", people.east_head)["unit"] == 1
    auditor = signed_in(actor_for(create_member("东审计", "901", "auditor", actor=LOADER)))
    assert json.loads(auditor.get(API).content)["count"] == 1
    figure = auditor.get(f"{REGISTER}?figure=2&aggregate=count").content.decode()
    assert other.number in figure
    assert about_east.number not in figure
    district = signed_in(actor_for(create_member("区审计", "9", "auditor", actor=LOADER)))
    assert json.loads(district.get(API).content)["count"] == 2


def test_no_notice_reaches_it(about_east: Case, people: People) -> None:
    perform(about_east.pk, "accept", actor=people.water)
    perform(about_east.pk, "ask_extension", actor=people.water, data={"days": 2, "text": "查"})
    perform(about_east.pk, "finish", actor=people.water, data={"result": "已处理"})
    for member in Member.objects.filter(assignments__unit__path__startswith="/9/901/"):
        assert list(notifications_of(member)) == []
    assert list(notifications_of(Member.objects.get(name="水务经办"))) != []


def test_it_is_given_neither_to_the_unit_nor_to_one_below_nor_as_a_co_unit(
    reported: MakeCase, people: People
) -> None:
    case = reported(complained_unit="901", street="901", matter="01").case
    assert case.suggested_unit_id is None  # the rules would have proposed the street
    for data, field in (
        ({"lead_unit": "901"}, "lead_unit"),
        ({"lead_unit": "901001"}, "lead_unit"),
        ({"lead_unit": "902", "co_units": ["901"]}, "co_units"),
        ({"lead_unit": "902", "co_units": ["901001"]}, "co_units"),
        ({}, "lead_unit"),
    ):
        with pytest.raises(Invalid) as refused:
            perform(case.pk, "dispatch", actor=people.desk, data=data)
        assert refused.value.field == field
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "902"})


def test_a_desk_does_not_take_a_report_about_itself_or_above(
    reported: MakeCase, people: People
) -> None:
    for given in ({"complained_unit": "9"}, {"complained_unit": "901", "centre": "901001"}):
        with pytest.raises(Invalid) as refused:
            reported(**given)
        assert refused.value.field == "complained_unit"
    with pytest.raises(Invalid) as refused:
        reported(complained_unit="nowhere")
    assert refused.value.field == "complained_unit"


def test_it_is_offered_to_nobody_as_a_duplicate(about_east: Case) -> None:
    Case.objects.filter(pk=about_east.pk).update(community_unit="901001")
    assert near_cases("request", about_east.text, community="901001") == []
    Case.objects.filter(pk=about_east.pk).update(complained_unit=None)
    assert len(near_cases("request", about_east.text, community="901001")) == 1
