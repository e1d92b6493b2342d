"""The people of a case: who may read their names, and that they are forgotten in time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.cases.models import CallBack, Case, CaseStep, CoUnit, Reporter
from district.kernel.cases.services import (
    Contact,
    anonymise_due,
    carry_on,
    join_case,
    perform,
    read_contacts,
)
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People, signed_in, standing
from district.kernel.history.models import Event, PersonKey
from district.kernel.history.public import events_of, verify

pytestmark = pytest.mark.django_db
REASON = "联系反映人核实位置"


def mask(text: str) -> str:
    """Names and numbers of the examples below."""
    return re.sub("张三|李四|1[0-9]{10}", "***", text)


@pytest.fixture
def shared(reported: MakeCase, people: People) -> Case:
    """The east street handles it, water helps."""
    case = reported().case
    data = {"lead_unit": "901", "co_units": ["9-D01"]}
    return perform(case.pk, "dispatch", actor=people.desk, data=data)


def viewings(case: Case) -> int:
    return sum(event.kind == "history.personal.viewed" for event in events_of(subject_of(case)))


def test_only_units_that_handle_a_case_read_who_reported_it(shared: Case, people: People) -> None:
    for actor in (people.desk, people.east, people.east_head, people.water):
        found = read_contacts(shared.pk, actor=actor, reason=REASON)
        assert [(person.name, person.phone) for person in found] == [("张三", "13800138000")]
    for actor in (people.west, people.west_head, people.building, people.leader, people.viewer):
        with pytest.raises(NotPermitted):
            read_contacts(shared.pk, actor=actor, reason=REASON)
    with pytest.raises(NotPermitted):
        read_contacts(shared.pk, actor=PUBLIC, reason=REASON)


def test_each_viewing_is_in_history_with_its_reason_and_without_the_name(
    shared: Case, people: People
) -> None:
    assert viewings(shared) == 0
    read_contacts(shared.pk, actor=people.east, reason=f" {REASON} ")
    seen = [e for e in events_of(subject_of(shared)) if e.kind == "history.personal.viewed"]
    assert len(seen) == 2  # the name, and the number
    for event in seen:
        assert (event.actor.id, event.data["reason"]) == (people.east.id, REASON)
        assert "张三" not in str(event.data)


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_without_a_reason_nothing_is_shown(reason: str, shared: Case, people: People) -> None:
    with pytest.raises(Invalid) as refused:
        read_contacts(shared.pk, actor=people.east, reason=reason)
    assert refused.value.field == "reason"
    assert viewings(shared) == 0


def test_a_confidential_report_is_for_the_desk_alone(reported: MakeCase, people: People) -> None:
    case = reported(is_confidential=True).case
    data = {"lead_unit": "901", "co_units": ["9-D01"]}
    perform(case.pk, "dispatch", actor=people.desk, data=data)
    for actor in (people.east, people.east_head, people.water):
        with pytest.raises(NotPermitted):
            read_contacts(case.pk, actor=actor, reason=REASON)
    assert len(read_contacts(case.pk, actor=people.desk, reason=REASON)) == 1


def test_a_confidential_report_keeps_its_secret_inside_another_case(
    shared: Case, reported: MakeCase, people: People
) -> None:
    secret = reported(is_confidential=True, contact=Contact("李四", "13900139000")).case
    about = reported(complained_unit="901", contact=Contact("王五", "13700137000")).case
    plain = reported(contact=Contact("赵六", "13600136000")).case
    for case in (secret, about, plain):
        perform(case.pk, "merge", actor=people.desk, data={"into": shared.number})
    found = read_contacts(shared.pk, actor=people.east, reason=REASON)
    assert [person.name for person in found] == ["张三", "赵六"]
    found = read_contacts(shared.pk, actor=people.desk, reason=REASON)
    assert [person.name for person in found] == ["张三", "李四", "王五", "赵六"]


def test_names_and_numbers_stand_nowhere_in_plain_text(reported: MakeCase, people: People) -> None:
    case = reported().case
    row = Reporter.objects.get(case=case)
    assert "张三" not in row.name
    assert "13800138000" not in row.phone + row.phone_index
    for event in Event.objects.all():
        assert "13800138000" not in event.data_text + event.personal_text


def test_the_page_shows_names_only_for_a_reason_and_never_to_others(
    request_pages: None, shared: Case, people: People
) -> None:
    east, west = signed_in(people.east), signed_in(people.west)
    page = f"/cases/{shared.pk}/"
    assert "张三" not in east.get(page).content.decode()
    refused = east.post(f"{page}contacts/", {"reason": " "}, follow=True)
    assert "张三" not in refused.content.decode()
    assert "还没有填写查看原因" in refused.content.decode()
    shown = east.post(f"{page}contacts/", {"reason": REASON})
    assert "张三" in shown.content.decode()
    assert "13800138000" in shown.content.decode()
    assert west.post(f"{page}contacts/", {"reason": REASON}).status_code == 403
    assert east.get(f"{page}contacts/").status_code == 405


@pytest.fixture
def over(shared: Case, people: People) -> Case:
    """A closed case in which people were named everywhere."""
    Case.objects.filter(pk=shared.pk).update(place="李四家门口", title="李四家漏水")
    case = perform(shared.pk, "accept", actor=people.east)
    told = "已联系李四13900139000"
    perform(case.pk, "finish_part", actor=people.water, data={"text": told})
    perform(case.pk, "finish", actor=people.east, data={"result": told})
    data = {"satisfaction": "satisfied", "text": told}
    join_case(case.pk, text="李四家漏水", contact=Contact("李四", "13900139000"), actor=PUBLIC)
    case = perform(case.pk, "close", actor=people.desk, data=data)
    Case.objects.filter(pk=case.pk).update(text="我是张三，李四家漏水", facts={"remark": "找李四"})
    return Case.objects.get(pk=case.pk)


def test_a_year_after_closing_nobody_knows_who_reported(over: Case, people: People) -> None:
    names = [row.name for row in Reporter.objects.filter(case=over)]
    assert anonymise_due(mask) == 0
    with standing("2026-09-22 09:59"):
        assert anonymise_due(mask) == 0
    with standing("2026-09-22 10:01"):
        assert anonymise_due(mask) == 1
        assert anonymise_due(mask) == 0
    case = Case.objects.get(pk=over.pk)
    everything = [
        *(case.text, case.title, case.place, case.result, str(case.facts)),
        *(row.text + row.name + row.phone for row in Reporter.objects.filter(case=case)),
        *(step.text + str(step.data) for step in CaseStep.objects.filter(case=case)),
        *(co.text for co in CoUnit.objects.filter(case=case)),
        *(call.text for call in CallBack.objects.filter(case=case)),
    ]
    assert not re.search("张三|李四|139", "".join(everything))
    assert "漏水" in case.text
    # The keys are destroyed, so that old copies of the rows tell nothing any more.
    people_of = {name.split(":")[1] for name in names}
    keys = PersonKey.objects.filter(pk__in=people_of)
    assert len(keys) == 2
    assert all(key.wrapped == "" and key.erased_at is not None for key in keys)
    assert [person.name for person in read_contacts(case.pk, actor=people.desk, reason="核对")] == [
        "",
        "",
    ]
    assert events_of(subject_of(case))[0].kind == "cases.case.anonymised"
    assert verify().sound


def test_a_case_that_is_handled_again_is_not_forgotten(over: Case, people: People) -> None:
    with standing("2025-10-01 10:00"):
        perform(over.pk, "reopen", actor=people.desk, data={"text": "没弄好"})
    with standing("2027-01-01 10:00"):
        assert anonymise_due(mask) == 0
    assert Reporter.objects.filter(case=over).exclude(name="").count() == 2


def test_a_person_whom_a_linked_case_still_needs_is_forgotten_with_the_last_one(
    over: Case, people: People
) -> None:
    # The product itself carries it on here; its type is the same, which no rule forbids.
    after = carry_on(over.pk, "request", kind="转办", actor=people.desk).case
    with standing("2026-10-01 10:00"):
        assert anonymise_due(mask) == 1
        found = read_contacts(after.pk, actor=people.desk, reason=REASON)
        assert {person.name for person in found} == {"张三", "李四"}
        perform(after.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
        perform(after.pk, "accept", actor=people.east)
        perform(after.pk, "finish", actor=people.east, data={"result": "好"})
        perform(after.pk, "close", actor=people.desk, data={"satisfaction": "satisfied"})
    with standing("2027-10-02 10:00"):
        assert anonymise_due(mask) == 1
        found = read_contacts(after.pk, actor=people.desk, reason=REASON)
    assert [person.name for person in found] == ["", ""]
    assert not PersonKey.objects.filter(erased_at=None).exists()


def test_one_fault_of_the_mask_does_not_stop_the_others(reported: MakeCase, people: People) -> None:
    for text in ("坏掉的文字", "好的文字"):
        case = reported(text=text).case
        Case.objects.filter(pk=case.pk).update(
            category="done", closed_at=case.reported_at - timedelta(days=400)
        )

    def fragile(text: str) -> str:
        if "坏" in text:
            raise ValueError("cannot be read")
        return text

    assert anonymise_due(fragile) == 1
    assert Case.objects.get(text="好的文字").anonymised_at is not None
    assert Case.objects.get(text="坏掉的文字").anonymised_at is None
    assert Reporter.objects.exclude(name="").count() == 1  # the other's transaction went back whole
