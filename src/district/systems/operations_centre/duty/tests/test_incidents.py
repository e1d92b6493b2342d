"""Incidents: first, follow-up and final reports, their terms, their versions."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from docx import Document

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import Case, CaseStep, perform
from district.kernel.measures.public import StatPeriod
from district.kernel.tracking.public import TrackedRow, sweep
from district.systems.operations_centre.duty.selectors.counting import (
    reports_in_time,
    reports_made,
)
from district.systems.operations_centre.duty.selectors.incidents import (
    open_incidents,
    report_for,
    reports_of,
)
from district.systems.operations_centre.duty.services import NewIncident, report_incident
from district.systems.operations_centre.duty.tests.conftest import People, moment, standing

pytestmark = pytest.mark.django_db
MakeIncident = Callable[..., Case]


def clock_of(case: Case, key: str) -> TrackedRow:
    return TrackedRow.objects.get(subject_type="cases.clock", subject_id=f"{case.pk}.{key}")


def test_the_street_has_it_in_hand_at_once_and_two_clocks_run(
    incident: MakeIncident, people: People
) -> None:
    case = incident()
    assert (case.lead_unit_id, case.centre_unit_id, case.stage) == ("901", "9", "reported")
    assert clock_of(case, "phone").due_at == moment("2025-09-22 10:30")
    assert clock_of(case, "written").due_at == moment("2025-09-22 11:00")
    assert clock_of(case, "phone").calendar_id == "24x7"


def test_a_night_is_no_pause_and_a_missed_first_report_turns_red(
    incident: MakeIncident, people: People
) -> None:
    with standing("2025-09-27 23:50"):
        case = incident()
    with standing("2025-09-28 00:21"):
        sweep()
        assert clock_of(case, "phone").light == "red"
        assert clock_of(case, "written").light != "red"


def test_reports_run_from_the_telephone_to_the_close(
    incident: MakeIncident, people: People
) -> None:
    case = incident()
    with standing("2025-09-22 10:20"):
        perform(case.pk, "phone_report", actor=people.east, data={"text": "已出警"})
    with standing("2025-09-22 10:50"):
        perform(case.pk, "first_report", actor=people.east, data={"text": "一人受伤", "injured": 1})
    assert clock_of(case, "follow_up").due_at == moment("2025-09-22 18:50")
    with standing("2025-09-22 19:30"):
        perform(case.pk, "follow_up", actor=people.east, data={"text": "火已灭", "injured": 2})
    assert clock_of(case, "follow_up").due_at == moment("2025-09-23 03:30")
    with standing("2025-09-22 20:00"):
        perform(case.pk, "acknowledge", actor=people.duty)
        perform(case.pk, "stabilise", actor=people.east, data={"text": "已控制"})
    assert clock_of(case, "final").due_at == moment("2025-09-27 23:59:59")
    with standing("2025-09-24 09:00"):
        data = {"result": "线路老化所致", "loss": "123456.78"}
        perform(case.pk, "final_report", actor=people.east, data=data)
        case = perform(case.pk, "close", actor=people.duty)
    assert case.category == "done"
    found = reports_of(case)
    assert [row.kind for row in found] == [
        "phone_report", "first_report", "follow_up", "final_report",
    ]  # fmt: skip
    assert [row.number for row in found] == [1, 2, 3, 4]
    assert [row.late for row in found] == [False, False, True, False]
    assert [bool(row.acknowledged_at) for row in found] == [True, True, True, False]
    assert found[2].due_at == moment("2025-09-22 18:50")
    stated = {figure.key: figure for figure in found[3].stated}
    assert (stated["injured"].value, stated["loss"].value) == ("2", "123456.78")
    assert Decimal(case.facts["loss"]) == Decimal("123456.78")


def test_amended_figures_keep_both(incident: MakeIncident, people: People) -> None:
    case = incident(injured=3)
    perform(case.pk, "first_report", actor=people.east, data={"text": "三人伤", "injured": 3})
    perform(case.pk, "amend", actor=people.east, data={"text": "核实为五人", "injured": 5})
    first, second = reports_of(case)
    assert [figure.value for figure in first.stated] == ["3"]
    amended = second.stated[0]
    assert (amended.value, amended.before, amended.changed) == ("5", "3", True)


@pytest.mark.parametrize(
    ("facts", "grade"),
    [
        ({}, "general"),
        ({"injured": 10}, "major"),
        ({"deaths": 10}, "serious"),
        ({"loss": "100000000"}, "extreme"),
    ],
)
def test_figures_grade_it(incident: MakeIncident, facts: dict[str, object], grade: str) -> None:
    assert incident(**facts).grade == grade


def test_a_graver_incident_is_reported_more_often(incident: MakeIncident, people: People) -> None:
    case = incident()
    perform(case.pk, "first_report", actor=people.east, data={"text": "火势大"})
    with standing("2025-09-22 10:30"):
        data = {"grade": "extreme", "text": "多人被困"}
        perform(case.pk, "regrade", actor=people.duty, data=data)
    assert clock_of(case, "follow_up").due_at == moment("2025-09-22 11:30")


def test_figures_below_nothing_are_refused_by_name(incident: MakeIncident, people: People) -> None:
    case = incident()
    with pytest.raises(Invalid) as caught:
        perform(case.pk, "first_report", actor=people.east, data={"text": "报", "deaths": -1})
    assert caught.value.field == "deaths"
    with pytest.raises(Invalid):
        incident(injured=-2)
    assert CaseStep.objects.filter(case=case, action="first_report").count() == 0


def test_another_streets_people_can_neither_report_nor_see(
    incident: MakeIncident, people: People
) -> None:
    case = incident()
    for key in ("west", "west_head", "bridge"):
        with pytest.raises((NotPermitted, NotFound)):
            perform(case.pk, "first_report", actor=getattr(people, key), data={"text": "报"})
    perform(case.pk, "first_report", actor=people.east, data={"text": "报"})
    step = CaseStep.objects.get(case=case, action="first_report")
    with pytest.raises(NotFound):
        report_for(step.pk, people.west)
    assert open_incidents(people.west) == []
    assert [each.case.pk for each in open_incidents(people.duty)] == [case.pk]
    with pytest.raises(NotPermitted):
        perform(case.pk, "acknowledge", actor=people.east)
    page = people.client("west").get(reverse("duty_report", args=[step.pk]))
    assert page.status_code == 404


def test_a_street_opens_incidents_of_its_own_alone(people: People) -> None:
    new = NewIncident("河堤渗水", "natural", "902")
    with pytest.raises(Invalid) as caught:
        report_incident(new, actor=people.east)
    assert caught.value.field == "street"
    made = report_incident(new, actor=people.west, key="once")
    assert report_incident(new, actor=people.west, key="once").case.pk == made.case.pk
    own = NewIncident("信号塔倒塌", "accident")
    assert report_incident(own, actor=people.duty).case.lead_unit_id == "9"


def test_the_lead_reports_finally_only_after_its_helpers(
    incident: MakeIncident, people: People
) -> None:
    case = incident()
    data = {"lead_unit": "901", "co_units": ["9-D01"], "text": "请应急局配合"}
    perform(case.pk, "dispatch", actor=people.duty, data=data)
    perform(case.pk, "first_report", actor=people.east, data={"text": "报"})
    perform(case.pk, "stabilise", actor=people.east, data={"text": "控制"})
    with pytest.raises(Conflict):
        perform(case.pk, "final_report", actor=people.east, data={"result": "结"})
    perform(case.pk, "finish_part", actor=people.bureau, data={"text": "已鉴定"})
    perform(case.pk, "final_report", actor=people.east, data={"result": "结"})


def test_the_report_is_a_document_with_its_versions(incident: MakeIncident, people: People) -> None:
    case = incident()
    perform(case.pk, "first_report", actor=people.east, data={"text": "三人伤", "injured": 3})
    perform(case.pk, "amend", actor=people.east, data={"text": "核实", "injured": 5})
    client = people.client("duty")
    found = reports_of(case)[1]
    address = reverse("duty_report", args=[found.id])
    assert "更正数据（第2号）" in client.get(address).content.decode()
    answer = client.get(address, {"format": "docx"})
    document = Document(io.BytesIO(answer.content))
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert cells[3:] == ["受伤人数（人）", "5", "3"]
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "第2号 更正数据" in page


def test_numbers_of_people_are_for_those_who_may_read_the_contacts(
    incident: MakeIncident, people: People
) -> None:
    case = incident()
    data = {"text": "伤者家属电话13800138000"}
    perform(case.pk, "first_report", actor=people.east2, data=data)
    address = reverse("duty_report", args=[reports_of(case)[0].id])
    for key, seen in (("duty", True), ("east2", True), ("leader", False), ("auditor", False)):
        client = people.client(key)
        file = client.get(address, {"format": "docx"})
        words = "".join(each.text for each in Document(io.BytesIO(file.content)).paragraphs)
        for text in (client.get(address).content.decode(), words):
            assert ("13800138000" in text) is seen
            assert ("〔电话〕" in text) is not seen


def test_a_call_about_an_incident_begins_without_numbers_of_people(people: People) -> None:
    new = NewIncident("商铺起火，报警人13800138000", "accident", "901")
    case = report_incident(new, actor=people.duty).case
    page = people.client("duty").get(reverse("duty_call_new"), {"case": str(case.pk)})
    text = page.context["form"]["text"].value()
    assert text == "商铺起火，报警人〔电话〕"


def test_reports_in_time_are_counted_without_amendments(
    incident: MakeIncident, people: People
) -> None:
    case, late = incident(), incident(street="902")
    perform(case.pk, "first_report", actor=people.east, data={"text": "报"})
    perform(case.pk, "amend", actor=people.east, data={"text": "改", "injured": 1})
    with standing("2025-09-22 11:01"):
        perform(late.pk, "first_report", actor=people.west, data={"text": "报"})
    period = StatPeriod(date(2025, 9, 1), date(2025, 9, 30), "month")
    assert reports_made(period) == {"901": 1, "902": 1, "9": 2}
    assert reports_in_time(period) == {"901": 100, "902": 0, "9": 50}
