"""Requests on their way: routing, terms by grade, return and adjudication, coordination, close."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.public import Case, perform, read_contacts, visible_cases
from district.kernel.notifications.public import notifications_of
from district.kernel.tracking.public import TrackedRow
from district.systems.enterprise_requests.names import REQUEST
from district.systems.enterprise_requests.services.requests import NewRequest, register_request
from district.systems.enterprise_requests.tests.conftest import MakeCase, People

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Clock:
    amount: int | None
    unit: str
    due: str


def clock_of(case: Case, key: str) -> Clock:
    row = TrackedRow.objects.get(subject_id=f"{case.pk}.{key}")
    assert row.due_at is not None
    return Clock(row.term_amount, row.term_unit, row.due_at.date().isoformat())


@pytest.mark.parametrize(
    ("given", "unit"),
    [
        ({"industry": "manufacturing"}, "9-D01"),
        ({"industry": "trade", "street": "901"}, "9-D02"),
        ({"industry": "finance", "street": "902"}, "902"),
        ({"industry": "finance"}, None),
        ({"kind": "surroundings", "street": "901"}, "901"),
        ({"kind": "surroundings"}, "9-D01"),
        ({"kind": "relocation", "street": "901"}, "9-D05"),
    ],
)
def test_a_request_is_proposed_to_the_industrys_post_or_the_street(
    requested: MakeCase, given: dict[str, object], unit: str | None
) -> None:
    case = requested(**given)
    assert (case.stage, case.holder_unit_id) == ("triage", "9-D05")
    assert case.suggested_unit_id == unit


@pytest.mark.parametrize(
    ("given", "grade", "days", "due"),
    [
        ({}, "normal", 5, "2025-09-29"),
        ({"stopped": True, "amount": 9000}, "urgent", 2, "2025-09-24"),
        ({"amount": 5000}, "major", 10, "2025-10-06"),
        ({"kind": "relocation"}, "major", 10, "2025-10-06"),
    ],
)
def test_the_grade_gives_the_term_in_working_days(
    requested: MakeCase, people: People, given: dict[str, object], grade: str, days: int, due: str
) -> None:
    case = requested(**given)
    assert case.grade == grade
    case = perform(case.pk, "dispatch", actor=people.command)
    assert clock_of(case, "handling") == Clock(days, "working_days", due)


def test_the_enterprise_and_its_facts_are_kept(requested: MakeCase) -> None:
    case = requested(amount=800)
    assert case.title.startswith("东江精密制造有限公司：厂房租约")
    assert case.facts["enterprise"] == "东江精密制造有限公司"
    assert (case.facts["amount"], case.facts["stopped"]) == (800, False)
    assert case.reporter_count == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"enterprise": " "}, "enterprise"),
        ({"industry": "magic"}, "industry"),
        ({"kind": "magic"}, "kind"),
        ({"amount": -1}, "amount"),
        ({"text": ""}, "text"),
    ],
)
def test_bad_input_names_its_field(
    requested: MakeCase, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        requested(**given)
    assert refused.value.field == field


def test_a_post_returns_a_request_and_the_word_of_the_command_post_binds(
    requested: MakeCase, people: People
) -> None:
    case = requested()
    perform(case.pk, "dispatch", actor=people.command)
    with pytest.raises(NotPermitted):
        perform(case.pk, "give_back", actor=people.commerce, data={"text": "不属本行业"})
    case = perform(case.pk, "give_back", actor=people.industry, data={"text": "不属本行业"})
    assert (case.stage, case.holder_unit_id, case.returns) == ("returned", "9-D05", 1)
    data = {"lead_unit": "9-D02", "text": "属商贸"}
    with pytest.raises(NotPermitted):
        perform(case.pk, "adjudicate", actor=people.industry, data=data)
    perform(case.pk, "adjudicate", actor=people.command, data=data)
    with pytest.raises(Conflict, match="已经裁定"):
        perform(case.pk, "give_back", actor=people.commerce, data={"text": "不是我们的"})
    perform(case.pk, "accept", actor=people.commerce)


def test_co_units_finish_before_the_lead_and_the_call_back_decides_closing(
    requested: MakeCase, people: People
) -> None:
    case = requested()
    data = {"lead_unit": "9-D01", "co_units": ["901"]}
    perform(case.pk, "dispatch", actor=people.command, data=data)
    perform(case.pk, "accept", actor=people.industry)
    with pytest.raises(Conflict, match="1个配合单位"):
        perform(case.pk, "finish", actor=people.industry, data={"result": "好了"})
    perform(case.pk, "finish_part", actor=people.east, data={"text": "已提供空置厂房清单"})
    case = perform(case.pk, "finish", actor=people.industry, data={"result": "已对接"})
    assert (case.stage, case.holder_unit_id) == ("call_back", "9-D05")
    with pytest.raises(NotPermitted):
        perform(case.pk, "close", actor=people.industry, data={"satisfaction": "satisfied"})
    case = perform(case.pk, "redo", actor=people.command, data={"text": "企业不认可"})
    assert (case.stage, case.reopens, case.finished_at) == ("assigned", 1, None)


def test_what_a_post_cannot_settle_alone_is_coordinated_by_the_command_post(
    requested: MakeCase, people: People
) -> None:
    case = requested()
    perform(case.pk, "dispatch", actor=people.command)
    perform(case.pk, "accept", actor=people.industry)
    case = perform(case.pk, "ask_coordination", actor=people.industry, data={"text": "涉及两个局"})
    assert (case.stage, case.holder_unit_id) == ("coordination", "9-D05")
    assert clock_of(case, "coordination").amount == 3
    assert clock_of(case, "handling").due == "2025-09-29"
    told = [note.title for note in notifications_of(people.members["command"])]
    assert f"{case.number}：提请协调，现为“待协调”" in told
    case = perform(case.pk, "coordinate", actor=people.command, data={"text": "由商务局配合"})
    assert (case.stage, case.holder_unit_id) == ("handling", "9-D01")


def test_another_unit_neither_sees_nor_handles_nor_reads_who_asked(
    requested: MakeCase, people: People
) -> None:
    case = requested()
    perform(case.pk, "dispatch", actor=people.command, data={"lead_unit": "901"})
    for stranger in (people.west, people.west_head, people.commerce, people.community):
        assert not visible_cases(stranger, REQUEST).exists()
        with pytest.raises(NotPermitted):
            perform(case.pk, "accept", actor=stranger)
        with pytest.raises(NotPermitted):
            read_contacts(case.pk, actor=stranger, reason="想看看")
    assert visible_cases(people.east, REQUEST).count() == 1
    assert read_contacts(case.pk, actor=people.east, reason="联系企业")[0].name == "张三"


def test_who_may_not_register_is_refused_and_the_same_key_opens_one(people: People) -> None:
    new = NewRequest("东江精密", "software", "policy", "补贴申报后没有消息")
    with pytest.raises(NotPermitted):
        register_request(new, actor=people.viewer)
    first = register_request(new, actor=people.east, key="k1")
    assert register_request(new, actor=people.east, key="k1").repeated
    assert Case.objects.get().pk == first.case.pk
