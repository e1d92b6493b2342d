"""Personal data: encrypted, shown to who handles the case and says why, erased in time."""

from __future__ import annotations

import pytest
from django.db import connection

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import Case, Contact, Report, Reporter, perform, report_case
from district.kernel.history.public import Subject, events_of
from district.systems.disputes.models import CaseParty, Document, Party
from district.systems.disputes.names import LEGAL_AID, MEDIATION, PETITION
from district.systems.disputes.services import (
    PartyGiven,
    add_party,
    carry,
    forget_due,
    make_document,
    read_document,
    read_parties,
)
from district.systems.disputes.services.documents import storage
from district.systems.disputes.services.intake import hand_on
from district.systems.disputes.tests.conftest import Opened, People, standing

pytestmark = pytest.mark.django_db


def ended(opened: Opened, people: People) -> Case:
    """A mediation that ended with a performed agreement on 22 September 2025."""
    case = opened()
    perform(case.pk, "accept", actor=people.east)
    perform(case.pk, "agree", actor=people.east, data={"result": "好运电子厂三日内付清。"})
    make_document(case.pk, "agreement", actor=people.east)
    return perform(case.pk, "fulfil", actor=people.east, data={"text": "张三丰说已收到。"})


def test_no_table_holds_a_name_a_telephone_or_an_address(opened: Opened, people: People) -> None:
    case = opened()
    make = {"result": "三日内付清。"}
    perform(case.pk, "accept", actor=people.east)
    perform(case.pk, "agree", actor=people.east, data=make)
    make_document(case.pk, "agreement", actor=people.east)
    tables = connection.introspection.table_names()
    assert "sys_disputes_party" in tables
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # a test's own tables
            told = str(cursor.fetchall())
            for word in ("张三丰", "13800138000", "好运电子厂", "桥头路1号"):
                assert word not in told, table
    for name in storage().listdir("")[1]:
        content = (storage().open(name)).read()
        assert content.startswith(b"p1:")


def test_who_handles_it_reads_the_parties_and_the_reason_is_kept(
    opened: Opened, people: People
) -> None:
    case = opened()
    for actor in (people.east, people.justice):
        shown = read_parties(case.pk, actor=actor, reason="通知到场调解")
        assert [(one.word, one.name) for one in shown] == [
            ("申请人", "张三丰"),
            ("被申请人", "好运电子厂"),
        ]
    viewed = [
        event
        for event in events_of(Subject("cases.case", str(case.pk)))
        if event.kind == "history.personal.viewed"
    ]
    assert len(viewed) == 12  # three fields of two parties, twice
    assert {event.data["reason"] for event in viewed} == {"通知到场调解"}
    with pytest.raises(Invalid, match="查看原因"):
        read_parties(case.pk, actor=people.east, reason=" ")


def test_nobody_else_finds_the_case_or_its_parties(opened: Opened, people: People) -> None:
    case = opened()
    others = (
        people.west,
        people.arbitration,
        people.petitions,
        people.building_head,
        people.leader,
        people.planner,
        people.viewer,
    )
    for actor in others:
        with pytest.raises(NotFound):
            read_parties(case.pk, actor=actor, reason="看看")
        with pytest.raises(NotFound):
            make_document(case.pk, "agreement", actor=actor)
        with pytest.raises(NotFound):
            add_party(case.pk, PartyGiven("third", name="李四"), actor=actor)
        with pytest.raises(NotFound):
            carry(case.pk, LEGAL_AID, actor=actor)
        with pytest.raises(NotPermitted):
            perform(case.pk, "accept", actor=actor)


def test_the_leader_in_charge_sees_the_petition_and_no_names(
    opened: Opened, people: People
) -> None:
    case = opened(PETITION, by=people.petitions, facts={"channel": "visit"})
    perform(case.pk, "dispatch", actor=people.petitions, data={"lead_unit": "9-D04"})
    perform(case.pk, "name_leader", actor=people.petitions, data={"leader": people.leader.id})
    with pytest.raises(NotPermitted):
        read_parties(case.pk, actor=people.leader, reason="看看")
    with pytest.raises(NotFound):
        read_parties(case.pk, actor=people.leader2, reason="看看")
    assert read_parties(case.pk, actor=people.building, reason="答复")[0].name == "张三丰"


def test_the_unit_complained_about_never_sees_the_petition(opened: Opened, people: People) -> None:
    facts = {"channel": "visit"}
    case = opened(PETITION, by=people.petitions, facts=facts, complained_unit="9-D04")
    with pytest.raises(Invalid, match="被投诉的单位"):
        perform(case.pk, "dispatch", actor=people.petitions, data={"lead_unit": "9-D04"})
    with pytest.raises(NotFound):
        read_parties(case.pk, actor=people.building_head, reason="看看")


def test_a_party_is_added_while_the_case_is_open(opened: Opened, people: People) -> None:
    case = opened()
    row = add_party(case.pk, PartyGiven("respondent", "person", "李四"), actor=people.east)
    assert (row.role, row.position) == ("respondent", 2)
    words = [one.word for one in read_parties(case.pk, actor=people.east, reason="通知")]
    assert words == ["申请人", "被申请人一", "被申请人二"]
    for wrong, field in (
        (PartyGiven("third"), "name"),
        (PartyGiven("third", name="李四", phone="abc"), "phone"),
        (PartyGiven("nobody", name="李四"), "role"),
    ):
        with pytest.raises(Invalid) as refused:
            add_party(case.pk, wrong, actor=people.east)
        assert refused.value.field == field
    perform(case.pk, "withdraw", actor=people.east, data={"text": "已和解"})
    with pytest.raises(Conflict, match="已经结束"):
        add_party(case.pk, PartyGiven("third", name="王五"), actor=people.east)


def test_people_and_papers_are_erased_when_their_time_is_over_and_not_before(
    opened: Opened, people: People
) -> None:
    case = ended(opened, people)
    paper = Document.objects.get(case=case)
    stored = paper.stored
    with standing("2029-09-22 10:00"):
        assert forget_due() == 0
    with standing("2030-10-01 10:00"):
        assert forget_due() == 1
        assert forget_due() == 0
        shown = read_parties(case.pk, actor=people.east, reason="核对")
        assert [(one.name, one.phone) for one in shown] == [("", ""), ("", "")]
        with pytest.raises(NotFound, match="保存期限"):
            read_document(paper.pk, actor=people.east)
    assert not Party.objects.exclude(name="").exists()
    case.refresh_from_db()
    assert case.result == "被申请人三日内付清。"
    assert case.steps.get(action="fulfil").text == "申请人说已收到。"
    paper.refresh_from_db()
    assert len(paper.sha256) == 64
    assert stored


def test_the_reporter_of_a_case_without_parties_is_forgotten_too(people: People) -> None:
    report = Report(MEDIATION, "工资没发，找13800138001", street="901", place="工业路2号")
    contact = Contact("张三丰", "13800138001")
    case = report_case(report, actor=people.east, contact=contact).case
    hand_on(case, lead_unit="901")
    perform(case.pk, "withdraw", actor=people.east, data={"text": "已和解"})
    with standing("2029-09-22 10:00"):
        assert forget_due() == 0
    with standing("2031-01-01 10:00"):
        assert (forget_due(), forget_due()) == (1, 0)
    case.refresh_from_db()
    assert "13800138001" not in case.text
    assert not Reporter.objects.exclude(name="", phone="").exists()


def test_a_party_that_a_later_case_still_needs_stays(opened: Opened, people: People) -> None:
    case = opened()
    perform(case.pk, "accept", actor=people.east)
    aid = carry(case.pk, LEGAL_AID, actor=people.east)
    perform(case.pk, "fail", actor=people.east, data={"why_failed": "apart", "text": "差距大"})
    with standing("2031-01-01 10:00"):
        assert forget_due() == 0
        assert CaseParty.objects.filter(case=aid, party__erased_at=None).count() == 2
        assert read_parties(aid.pk, actor=people.justice, reason="核对")[0].name == "张三丰"
