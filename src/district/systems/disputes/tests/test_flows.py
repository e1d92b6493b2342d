"""The ways of disputes, each through `perform`, and their terms by law."""

from __future__ import annotations

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.public import CLOCK, Case, case_for, perform, type_of
from district.kernel.history.public import Subject, events_of
from district.kernel.notifications.public import notifications_of
from district.kernel.tracking.public import TrackedRow, refresh_lights, urge
from district.systems.disputes.names import ARBITRATION, COURT, LEGAL_AID, MEDIATION, PETITION
from district.systems.disputes.services import carry
from district.systems.disputes.tests.conftest import Opened, People, standing

pytestmark = pytest.mark.django_db


def due(case: Case, clock: str) -> str:
    """When a clock of a case is due, in local time: `10-07`."""
    row = TrackedRow.objects.get(subject_type=CLOCK, subject_id=f"{case.pk}.{clock}")
    assert row.due_at is not None
    return f"{row.due_at.astimezone():%m-%d}"


def mediating(opened: Opened, people: People, **given: object) -> Case:
    case = opened(**given)
    return perform(case.pk, "accept", actor=people.east)


def test_a_mediation_goes_to_the_street_at_once_and_ends_when_it_is_performed(
    opened: Opened, people: People
) -> None:
    case = opened()
    assert (case.stage, case.lead_unit_id, case.centre_unit_id) == ("assigned", "901", "9-D01")
    case = perform(case.pk, "accept", actor=people.east, data={"venue": "estate"})
    assert case.facts["venue"] == "estate"
    agreed = {"result": "被申请人三日内支付12000.50元。", "perform_by": "2025-09-25"}
    case = perform(case.pk, "agree", actor=people.east, data=agreed)
    assert (case.stage, case.category) == ("agreed", "open")
    case = perform(case.pk, "fulfil", actor=people.east, data={"text": "已转账。"})
    assert (case.stage, case.category) == ("fulfilled", "done")
    assert case.closed_at is not None


def test_the_chosen_centre_decides_who_mediates(opened: Opened, people: People) -> None:
    assert opened(facts={"centre": "TY01"}).lead_unit_id == "902"
    with pytest.raises(Invalid, match="没有这个调援裁诉中心"):
        opened(facts={"centre": "TY99"})


def test_mediation_has_a_month_and_of_a_labour_dispute_fifteen_days(
    opened: Opened, people: People
) -> None:
    labour, civil = opened(), opened(facts={"dispute_kind": "neighbour"})
    assert (labour.grade, civil.grade) == ("labour", "civil")
    assert due(labour, "mediation") == "10-07"
    assert due(civil, "mediation") == "10-22"


def test_legal_aid_is_decided_within_seven_days_papers_not_counted(
    opened: Opened, people: People
) -> None:
    case = opened(LEGAL_AID)
    assert (case.stage, case.lead_unit_id) == ("review", "9-D01")
    assert due(case, "review") == "09-29"
    with standing("2025-09-24 10:00"):
        wait = {"until": "2025-10-10", "text": "缺身份证明"}
        perform(case.pk, "ask_papers", actor=people.justice, data=wait)
    with standing("2025-09-28 10:00"):
        perform(case.pk, "papers_in", actor=people.justice)
        assert due(case, "review") > "09-29"
        granted = {"aid_form": "representation", "means": "exempt"}
        case = perform(case.pk, "grant", actor=people.justice, data=granted)
        assert case.finished_at is not None
        case = perform(
            case.pk, "assign_lawyer", actor=people.justice, data={"law_firm": "东方律师事务所"}
        )
        done = {"result": "胜诉并执行到位。", "recovered": "12000"}
        case = perform(case.pk, "finish_aid", actor=people.justice, data=done)
    assert case.stage == "closed"


def test_a_refused_application_may_be_objected_to_and_the_head_decides(
    opened: Opened, people: People
) -> None:
    case = opened(LEGAL_AID)
    perform(case.pk, "refuse", actor=people.justice, data={"text": "不属援助范围。"})
    perform(case.pk, "object", actor=people.justice, data={"text": "申请人有异议。"})
    assert due(case, "objection") == "09-29"  # the fifth day is a Saturday
    with pytest.raises(NotPermitted):
        perform(case.pk, "overturn", actor=people.justice, data={"text": "符合条件。"})
    case = perform(case.pk, "overturn", actor=people.justice_head, data={"text": "符合条件。"})
    assert case.stage == "granted"


def arbitrated(opened: Opened, people: People) -> Case:
    """An arbitration that was accepted on 22 September 2025."""
    case = opened(ARBITRATION, facts={"hired_on": "2025-06-01"})
    return perform(case.pk, "accept", actor=people.arbitration)


def test_arbitration_accepts_in_five_working_days_and_decides_in_forty_five(
    opened: Opened, people: People
) -> None:
    case = opened(ARBITRATION, facts={"hired_on": "2025-06-01"})
    assert (case.stage, case.lead_unit_id) == ("applied", "9-D02")
    assert due(case, "acceptance") == "09-29"
    assert case.due_at is None
    case = perform(case.pk, "accept", actor=people.arbitration)
    assert due(case, "decision") == "11-06"
    case = perform(case.pk, "serve", actor=people.arbitration, data={"tribunal": "sole"})
    case = perform(
        case.pk,
        "award",
        actor=people.arbitration,
        data={"result": "支持请求。", "awarded": "12000"},
    )
    assert (case.stage, case.category) == ("awarded", "done")


def test_the_award_is_put_off_once_by_fifteen_days_at_most_and_by_the_head(
    opened: Opened, people: People
) -> None:
    case = arbitrated(opened, people)
    ask = {"days": 16, "text": "案情复杂"}
    with pytest.raises(Invalid, match="最多可延长15天"):
        perform(case.pk, "ask_extension", actor=people.arbitration, data=ask)
    perform(case.pk, "ask_extension", actor=people.arbitration, data={**ask, "days": 15})
    with pytest.raises(NotPermitted):
        perform(case.pk, "grant_extension", actor=people.arbitration)
    perform(case.pk, "grant_extension", actor=people.arbitration_head)
    assert due(case, "decision") == "11-21"
    with pytest.raises(Conflict, match="已延期一次"):
        perform(case.pk, "ask_extension", actor=people.arbitration, data={**ask, "days": 1})


def test_a_suspended_hearing_stops_the_term(opened: Opened, people: People) -> None:
    case = arbitrated(opened, people)
    perform(case.pk, "serve", actor=people.arbitration, data={"tribunal": "panel"})
    wait = {"until": "2025-10-20", "text": "等待鉴定"}
    perform(case.pk, "suspend", actor=people.arbitration, data=wait)
    with standing("2025-10-12 10:00"):
        perform(case.pk, "resume", actor=people.arbitration)
    assert due(case, "decision") > "11-20"


def test_a_petition_has_sixty_days_and_thirty_more_at_most(opened: Opened, people: People) -> None:
    case = opened(PETITION, by=people.petitions, facts={"channel": "visit"})
    assert (case.stage, case.centre_unit_id) == ("received", "9-D03")
    assert due(case, "transfer") == "10-07"
    perform(case.pk, "dispatch", actor=people.petitions, data={"lead_unit": "9-D04"})
    case = perform(case.pk, "accept", actor=people.building)
    assert due(case, "handling") == "11-21"
    with pytest.raises(Invalid, match="最多可延长30天"):
        perform(case.pk, "ask_extension", actor=people.building, data={"days": 31, "text": "复杂"})
    case = perform(case.pk, "reply", actor=people.building, data={"result": "已查明并答复。"})
    case = perform(case.pk, "close", actor=people.petitions, data={"settled": "settled"})
    assert case.category == "done"


@pytest.fixture
def led(opened: Opened, people: People) -> Case:
    """A petition that the building bureau handles and a leader is in charge of."""
    case = opened(PETITION, by=people.petitions, facts={"channel": "visit"})
    perform(case.pk, "dispatch", actor=people.petitions, data={"lead_unit": "9-D04"})
    perform(case.pk, "accept", actor=people.building)
    data = {"leader": people.leader.id, "text": "重大疑难"}
    return perform(case.pk, "name_leader", actor=people.petitions, data=data)


def test_progress_that_is_not_filed_urges_the_leader_in_charge_and_no_other(
    led: Case, people: People
) -> None:
    assert due(led, "progress") == "10-06"  # ten working days
    with standing("2025-10-30 10:00"):
        refresh_lights()
        assert urge() >= 2
    titles = [note.title for note in notifications_of(people.members["leader"])]
    assert any("滞后提醒" in title and "进展报送时限" in title for title in titles)
    assert not notifications_of(people.members["leader2"])


def test_filed_progress_is_told_to_the_leader_and_starts_its_clock_anew(
    led: Case, people: People
) -> None:
    before = due(led, "progress")
    with standing("2025-09-26 10:00"):
        perform(led.pk, "file_progress", actor=people.building, data={"text": "已约谈开发商。"})
    assert due(led, "progress") > before
    assert "报送进展" in notifications_of(people.members["leader"])[0].title
    perform(led.pk, "instruct", actor=people.leader, data={"text": "本周内拿出方案。"})
    assert "领导批示" in notifications_of(people.members["building"])[0].title


def test_a_case_goes_from_mediation_to_arbitration_to_court(opened: Opened, people: People) -> None:
    case = mediating(opened, people)
    with pytest.raises(Conflict, match="不能这样转办"):
        carry(case.pk, ARBITRATION, actor=people.east, facts={"hired_on": "2025-06-01"})
    failed = {"why_failed": "apart", "text": "差距过大"}
    perform(case.pk, "fail", actor=people.east, data=failed)
    with pytest.raises(Invalid, match="还没有填写这一项"):
        carry(case.pk, ARBITRATION, actor=people.east)
    after = carry(case.pk, ARBITRATION, actor=people.east, facts={"hired_on": "2025-06-01"})
    assert (after.stage, after.lead_unit_id) == ("applied", "9-D02")
    with pytest.raises(Conflict, match="已经转为"):
        carry(case.pk, ARBITRATION, actor=people.east, facts={"hired_on": "2025-06-01"})
    perform(after.pk, "decline", actor=people.arbitration, data={"text": "超过时效"})
    court = carry(after.pk, COURT, actor=people.arbitration, facts={"purpose": "filing"})
    assert (court.stage, court.lead_unit_id) == ("drafting", "9-D02")
    perform(court.pk, "hand_over", actor=people.arbitration, data={"purpose": "filing"})
    number = {"court_number": "（2025）粤0307民初1号"}
    with pytest.raises(Conflict, match="用“登记立案”"):
        perform(court.pk, "confirm", actor=people.arbitration, data=number)
    court = perform(court.pk, "file", actor=people.arbitration, data=number)
    assert (court.stage, court.category) == ("filed", "done")


def test_only_a_labour_dispute_goes_to_arbitration(opened: Opened, people: People) -> None:
    case = mediating(opened, people, facts={"dispute_kind": "neighbour"})
    perform(case.pk, "fail", actor=people.east, data={"why_failed": "apart", "text": "差距大"})
    with pytest.raises(Conflict, match="不能这样转办"):
        carry(case.pk, ARBITRATION, actor=people.east, facts={"hired_on": "2025-06-01"})
    assert carry(case.pk, COURT, actor=people.east, facts={"purpose": "filing"}).pk


def test_an_agreement_goes_to_court_for_confirmation(opened: Opened, people: People) -> None:
    case = mediating(opened, people)
    perform(case.pk, "agree", actor=people.east, data={"result": "三日内支付。"})
    court = carry(case.pk, COURT, actor=people.east, facts={"purpose": "confirmation"})
    perform(court.pk, "hand_over", actor=people.east, data={"purpose": "confirmation"})
    number = {"court_number": "（2025）粤0307民特1号"}
    assert perform(court.pk, "confirm", actor=people.east, data=number).stage == "confirmed"


def test_the_same_key_opens_and_carries_on_once(opened: Opened, people: People) -> None:
    case = mediating(opened, people)
    one = carry(case.pk, LEGAL_AID, actor=people.east, key="k1")
    assert carry(case.pk, LEGAL_AID, actor=people.east, key="k1") == one
    assert Case.objects.filter(type_key=LEGAL_AID).count() == 1


def test_history_holds_no_word_of_what_was_written(opened: Opened, people: People) -> None:
    case = opened()
    told = str([event.data for event in events_of(Subject("cases.case", str(case.pk)))])
    for word in ("张三丰", "13800138000", "好运电子厂", "桥头路"):
        assert word not in told
    assert type_of(case).key == MEDIATION
    assert case_for(case.pk, people.east).text.startswith("申请人8月起在被申请人做工")
