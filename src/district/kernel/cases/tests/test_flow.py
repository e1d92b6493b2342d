"""A case on its way: dispatch, acceptance, return, adjudication, extension, rest, call-back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.forms import MoveForm
from district.kernel.cases.models import CallBack, Case, CaseStep, CoUnit
from district.kernel.cases.selectors import case_detail, public_status
from district.kernel.cases.services import perform, resume_due
from district.kernel.cases.services.clocks import clocks_of
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People, standing
from district.kernel.cases.types import type_of
from district.kernel.history.public import Actor, events_of, verify
from district.kernel.notifications.public import notifications_of
from district.kernel.organisation.public import Member
from district.kernel.tracking.public import TrackedRow

pytestmark = pytest.mark.django_db
State = TrackedRow.State


def state_of(case: Case) -> dict[str, str]:
    return {key: row.state for key, row in clocks_of(case, type_of(case)).items()}


def due_of(case: Case, clock: str) -> str:
    row = clocks_of(case, type_of(case))[clock]
    assert row.due_at is not None
    return row.due_at.astimezone().strftime("%m-%d %H:%M") if row.due_at else ""


def test_a_report_waits_at_the_desk_with_its_clock_running(reported: MakeCase) -> None:
    done = reported()
    case = done.case
    assert (case.stage, case.grade, case.suggested_unit_id) == ("triage", "normal", "901")
    assert case.holder_unit_id == case.centre_unit_id == "9"
    assert state_of(case) == {"dispatch": State.OPEN}
    assert case.clock is not None
    assert case.clock.light == "green"
    assert len(done.code) == 10
    assert case.number.startswith("T250922-")


def test_the_handling_clock_starts_at_dispatch_and_takes_its_term_from_the_matter(
    reported: MakeCase, people: People
) -> None:
    case = reported().case
    with standing("2025-09-23 09:30"):
        case = perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    clocks = clocks_of(case, type_of(case))
    assert clocks["dispatch"].state == State.DONE
    # Three working days from Tuesday: Friday; the days of the national holiday are not near.
    handling = clocks["handling"]
    assert handling.starts_at == clocks["accept"].starts_at
    assert (handling.term_amount, handling.term_unit) == (3, "working_days")
    assert handling.due_at is not None
    assert handling.due_at.date().isoformat() == "2025-09-26"
    assert handling.lead_unit_id == "901"


def test_an_emergency_runs_day_and_night(reported: MakeCase, people: People) -> None:
    with standing("2025-09-27 23:00"):  # a Saturday night
        case = reported(matter="02").case
        assert case.grade == "emergency"
        assert case.suggested_unit_id == "9-D01"
        assert case.clock is not None
        assert case.clock.due_at is not None
        assert case.clock.due_at - case.reported_at == timedelta(minutes=10)
        case = perform(case.pk, "dispatch", actor=people.desk)
        handling = clocks_of(case, type_of(case))["handling"]
        assert handling.due_at is not None
        assert handling.due_at - handling.starts_at == timedelta(hours=2)
    assert case.lead_unit_id == "9-D01"


def test_a_case_is_handled_called_back_and_closed(handling: Case, people: People) -> None:
    assert handling.handler_id is not None
    case = perform(handling.pk, "finish", actor=people.east, data={"result": "已清理"})
    assert (case.stage, case.holder_unit_id) == ("call_back", "9")
    assert state_of(case)["handling"] == State.DONE
    case = perform(case.pk, "note_call", actor=people.desk, data={"satisfaction": "no_answer"})
    case = perform(case.pk, "close", actor=people.desk, data={"satisfaction": "satisfied"})
    assert (case.stage, case.category, case.satisfaction) == ("closed", "done", "satisfied")
    assert [call.outcome for call in CallBack.objects.filter(case=case)] == [
        "no_answer",
        "satisfied",
    ]
    assert set(state_of(case).values()) == {State.DONE}
    kinds = [event.data.get("action") for event in events_of(subject_of(case))]
    assert kinds == ["close", "note_call", "finish", "accept", "dispatch", None]
    assert verify().sound


def test_a_unit_returns_a_case_and_the_desks_word_binds(reported: MakeCase, people: People) -> None:
    case = reported().case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    with pytest.raises(Invalid) as missing:
        perform(case.pk, "give_back", actor=people.east)
    assert missing.value.field == "text"
    case = perform(case.pk, "give_back", actor=people.east, data={"text": "在西街道"})
    assert (case.stage, case.returns, case.holder_unit_id) == ("returned", 1, "9")
    assert state_of(case)["handling"] == State.OPEN
    case = perform(
        case.pk, "adjudicate", actor=people.desk, data={"lead_unit": "902", "text": "属西街道"}
    )
    assert (case.lead_unit_id, case.is_bound) == ("902", True)
    with pytest.raises(Conflict, match="已经裁定"):
        perform(case.pk, "give_back", actor=people.west, data={"text": "不是我们的"})
    perform(case.pk, "accept", actor=people.west)


def test_a_case_is_not_returned_a_third_time(reported: MakeCase, people: People) -> None:
    case = reported().case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    Case.objects.filter(pk=case.pk).update(returns=2)
    with pytest.raises(Conflict, match="退单已达两次"):
        perform(case.pk, "give_back", actor=people.east, data={"text": "再退"})


def test_the_lead_unit_closes_only_after_the_co_units(reported: MakeCase, people: People) -> None:
    case = reported().case
    data = {"lead_unit": "901", "co_units": ["9-D01", "9-D02"]}
    perform(case.pk, "dispatch", actor=people.desk, data=data)
    perform(case.pk, "accept", actor=people.east)
    with pytest.raises(Conflict, match="2个配合单位"):
        perform(case.pk, "finish", actor=people.east, data={"result": "好了"})
    perform(case.pk, "finish_part", actor=people.water, data={"text": "已配合"})
    with pytest.raises(Conflict, match="没有待办的配合事项"):
        perform(case.pk, "finish_part", actor=people.water, data={"text": "再配合"})
    with pytest.raises(Conflict, match="1个配合单位"):
        perform(case.pk, "finish", actor=people.east, data={"result": "好了"})
    perform(case.pk, "finish_part", actor=people.building, data={"text": "已配合"})
    perform(case.pk, "finish", actor=people.east, data={"result": "好了"})
    assert CoUnit.objects.filter(case=case, finished_at=None).count() == 0


def test_a_parent_waits_for_its_children(
    handling: Case, reported: MakeCase, people: People
) -> None:
    child = reported(parent=handling.pk).case
    with pytest.raises(Conflict, match="1个子单"):
        perform(handling.pk, "finish", actor=people.east, data={"result": "好了"})
    Case.objects.filter(pk=child.pk).update(category="done")
    perform(handling.pk, "finish", actor=people.east, data={"result": "好了"})


def test_an_extension_moves_the_deadline_once_it_is_granted(handling: Case, people: People) -> None:
    before = due_of(handling, "handling")
    data = {"days": 4, "text": "等材料"}
    case = perform(handling.pk, "ask_extension", actor=people.east, data=data)
    assert (case.asked_days, due_of(case, "handling")) == (4, before)
    with pytest.raises(NotPermitted):
        perform(case.pk, "grant_extension", actor=people.east)
    case = perform(case.pk, "grant_extension", actor=people.desk)
    row = clocks_of(case, type_of(case))["handling"]
    assert row.due_at is not None
    # Thursday 25 September and four working days: the working days of that week and the next.
    assert (case.extensions, case.asked_days) == (1, None)
    assert row.due_at.date().isoformat() == "2025-10-01"  # no holidays are announced here
    with pytest.raises(Conflict, match="没有待批"):
        perform(case.pk, "grant_extension", actor=people.desk)


def test_a_rest_stops_the_clock_has_a_cap_and_ends_by_itself(
    handling: Case, people: People
) -> None:
    for until, problem in (("2025-09-22", "今天之后"), ("2025-12-01", "最长可挂起30天")):
        with pytest.raises(Invalid, match=problem):
            perform(
                handling.pk,
                "suspend",
                actor=people.east_head,
                data={"until": until, "text": "等设备"},
            )
    case = perform(
        handling.pk,
        "suspend",
        actor=people.east_head,
        data={"until": "2025-09-24", "text": "等设备"},
    )
    assert (case.category, state_of(case)["handling"]) == ("paused", State.PAUSED)
    assert resume_due() == 0
    with standing("2025-09-24 09:00"):
        assert resume_due() == 1
        assert resume_due() == 0
    case.refresh_from_db()
    assert (case.stage, case.resume_on) == ("handling", None)
    row = clocks_of(case, type_of(case))["handling"]
    assert row.state == State.OPEN
    assert row.due_at is not None
    # Due on Thursday 25; the close of the 23rd, a day that would have counted, passed at rest.
    assert row.due_at.date().isoformat() == "2025-09-26"


def test_the_form_offers_the_days_until_which_a_case_may_rest(
    handling: Case, people: People
) -> None:
    detail = case_detail(handling.pk, people.east_head)
    move = next(each for each in detail.moves if each.key == "suspend")
    until = MoveForm(move=move, detail=detail).fields["until"]
    offered = until.widget.attrs["min"], until.widget.attrs["max"]
    assert offered == ("2025-09-23", "2025-10-22")
    assert "2025-10-22" in str(until.help_text)
    for day in offered:
        given = MoveForm({"until": day, "text": "等设备"}, move=move, detail=detail)
        assert given.is_valid(), given.errors
    data = {"until": offered[1], "text": "等设备"}
    assert perform(handling.pk, "suspend", actor=people.east_head, data=data).resume_on


def test_a_case_rests_only_so_often(handling: Case, people: People) -> None:
    Case.objects.filter(pk=handling.pk).update(pauses=2)
    data = {"until": "2025-09-24", "text": "等设备"}
    with pytest.raises(Conflict, match="已挂起2次"):
        perform(handling.pk, "suspend", actor=people.east_head, data=data)


def test_reassigning_resets_what_belonged_to_the_old_unit_and_nothing_else(
    handling: Case, people: People
) -> None:
    perform(handling.pk, "ask_extension", actor=people.east, data={"days": 2, "text": "等"})
    before = due_of(handling, "handling")
    case = perform(
        handling.pk, "reassign", actor=people.desk, data={"lead_unit": "902", "text": "属西"}
    )
    assert (case.stage, case.lead_unit_id, case.handler_id) == ("assigned", "902", None)
    assert (case.accepted_at, case.asked_days) == (None, None)
    assert (case.matter, case.grade, case.reporter_count) == ("01", "normal", 1)
    assert due_of(case, "handling") == before
    assert clocks_of(case, type_of(case))["handling"].lead_unit_id == "902"
    with pytest.raises(NotPermitted):
        perform(case.pk, "accept", actor=people.east)


def test_an_unhappy_reporter_reopens_within_fourteen_days_and_not_later(
    reported: MakeCase, people: People
) -> None:
    done = reported()
    case = done.case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    perform(case.pk, "accept", actor=people.east)
    perform(case.pk, "finish", actor=people.east, data={"result": "已清理"})
    perform(case.pk, "close", actor=people.desk, data={"satisfaction": "satisfied"})
    status = public_status(case.number, done.code.lower())
    assert status is not None
    assert [move.key for move in status.moves] == ["reopen"]
    with standing("2025-10-07 11:00"), pytest.raises(Conflict, match="超过14天"):
        perform(case.pk, "reopen", actor=PUBLIC, data={"text": "没弄好"}, reporter=status.reporter)
    with standing("2025-10-06 09:00"):
        case = perform(
            case.pk, "reopen", actor=PUBLIC, data={"text": "没弄好"}, reporter=status.reporter
        )
        row = clocks_of(case, type_of(case))["handling"]
    assert (case.stage, case.reopens, case.satisfaction) == ("assigned", 1, "")
    assert row.starts_at.date().isoformat() == "2025-10-06"


def test_only_the_person_who_reported_may_act_as_the_reporter(
    reported: MakeCase, people: People
) -> None:
    case, other = reported(), reported(text="西边路灯不亮")
    for done in (case, other):
        Case.objects.filter(pk=done.case.pk).update(stage="closed", category="done")
    stranger = public_status(other.case.number, other.code)
    assert stranger is not None
    assert public_status(case.case.number, other.code) is None
    with pytest.raises(NotPermitted):
        perform(
            case.case.pk,
            "reopen",
            actor=PUBLIC,
            data={"text": "没弄好"},
            reporter=stranger.reporter,
        )
    with pytest.raises(NotPermitted):
        perform(case.case.pk, "reopen", actor=PUBLIC, data={"text": "没弄好"})


def test_the_same_key_acts_once_and_another_action_under_it_is_refused(
    reported: MakeCase, people: People
) -> None:
    case = reported().case
    for _time in range(2):
        perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"}, key="k1")
    assert CaseStep.objects.filter(case=case).count() == 1
    with pytest.raises(Conflict, match="请求编号"):
        perform(case.pk, "merge", actor=people.desk, data={"into": "T"}, key="k1")


def test_the_same_report_key_opens_one_case(reported: MakeCase) -> None:
    first, again = reported(key="r1"), reported(key="r1")
    assert (first.case.pk, first.repeated) == (again.case.pk, False)
    assert (again.repeated, again.code) == (True, "")
    assert Case.objects.count() == 1


def test_whoever_comes_second_is_told_who_came_first(reported: MakeCase, people: People) -> None:
    case = reported().case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    with pytest.raises(Conflict, match="值班员于09-22 10:00“派单”，目前处于“待签收”"):
        perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "902"})


def test_those_whose_turn_it_is_are_told_and_no_text_goes_out(
    reported: MakeCase, people: People
) -> None:
    case = reported().case
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901", "text": "张三的事"})
    told = {
        member.name: [note.title for note in notifications_of(member)]
        for member in Member.objects.all()
    }
    assert told["东经办"] == told["东主任"] == [f"{case.number}：派单，现为“待签收”"]
    assert told["西经办"] == told["值班员"] == []
    perform(case.pk, "accept", actor=people.east)
    perform(case.pk, "finish", actor=people.east, data={"result": "已清理"})
    desk = Member.objects.get(name="值班员")
    assert [note.title for note in notifications_of(desk)] == [f"{case.number}：办结，现为“待回访”"]


def test_history_holds_no_word_of_what_people_wrote(reported: MakeCase, people: People) -> None:
    case = reported(text="住在桥头路8号的李四报告漏水").case
    data = {"lead_unit": "901", "text": "请联系李四"}
    perform(case.pk, "dispatch", actor=people.desk, data=data)
    for event in events_of(subject_of(case)):
        assert "李四" not in str(event.data)
        assert "漏水" not in str(event.data)


def test_a_grade_is_chosen_by_hand_and_what_it_was_is_kept(
    reported: MakeCase, people: People
) -> None:
    case = reported().case
    case = perform(case.pk, "regrade", actor=people.desk, data={"grade": "emergency"})
    assert case.grade == "emergency"
    step = CaseStep.objects.get(case=case)
    assert step.data == {"grade": "emergency", "grade_before": "normal"}
    case = perform(case.pk, "regrade", actor=people.desk, data={"matter": "02"})
    assert (case.matter, case.grade, case.catalogue) == ("02", "emergency", "v1")
    with pytest.raises(Invalid, match="没有这个事项"):
        perform(case.pk, "regrade", actor=people.desk, data={"matter": "99"})


def test_another_deadline_of_the_sending_platform_moves_the_clock_but_for_days_granted(
    handling: Case, people: People
) -> None:
    by = Actor.system("tests")
    data = {"text": "催办", "source_due_at": "2025-09-24T12:00:00+08:00"}
    case = perform(handling.pk, "supplement", actor=by, data=data)
    assert due_of(case, "handling") == "09-24 12:00"
    later = {"source_due_at": "2025-11-01T12:00:00+08:00"}
    case = perform(case.pk, "supplement", actor=by, data=later)
    assert due_of(case, "handling").startswith("09-25")  # our own three working days
    perform(case.pk, "ask_extension", actor=people.east, data={"days": 4, "text": "等材料"})
    case = perform(case.pk, "grant_extension", actor=people.desk)
    granted = due_of(case, "handling")
    later = {"source_due_at": "2025-11-02T12:00:00+08:00"}
    case = perform(case.pk, "supplement", actor=by, data=later)
    assert due_of(case, "handling") == granted
    with pytest.raises(NotPermitted):
        perform(case.pk, "supplement", actor=people.desk, data=data)
    for wrong in ("soon", "2025-09-24T12:00:00"):
        with pytest.raises(Invalid, match="时间"):
            perform(case.pk, "supplement", actor=by, data={"source_due_at": wrong})
