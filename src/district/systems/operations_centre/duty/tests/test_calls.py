"""Calls that must be answered: whom they ring, how they rise, who answered when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from unittest import mock

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import case_url, subject_of
from district.kernel.history.public import Actor, events_of
from district.kernel.measures.public import StatPeriod
from district.kernel.notifications.public import Notification
from district.kernel.organisation.public import Member
from district.systems.operations_centre.duty.selectors.calls import (
    call_for,
    call_subject,
    line_subject,
)
from district.systems.operations_centre.duty.selectors.counting import calls_in_time, calls_made
from district.systems.operations_centre.duty.services import (
    Wanted,
    answer_call,
    calling,
    record_answer,
    rise_due,
    rising,
    withdraw_call,
)
from district.systems.operations_centre.duty.tests.conftest import People, moment, standing
from district.systems.operations_centre.duty.tests.test_incidents import MakeIncident
from district.systems.operations_centre.models import Call, CallLine, CallRing
from district.systems.operations_centre.public import make_call

pytestmark = pytest.mark.django_db
MakeCall = Callable[..., Call]
WARNINGS = Actor.system("early_warning")


@pytest.fixture
def called(manned: People) -> MakeCall:
    """`called(Wanted(...), ...)`: the centre calls; ten minutes to answer."""

    def make(*wanted: Wanted, actor: Actor | None = None, unit: str = "9", **more: object) -> Call:
        return make_call(
            unit,
            "暴雨红色预警",
            "请立即到岗",
            list(wanted),
            actor=actor or manned.duty,
            **more,  # type: ignore[arg-type]  # a test's own keywords
        )

    return make


def rung(line: CallLine) -> list[tuple[int, str, str]]:
    rows = CallRing.objects.filter(line=line).order_by("step", "member__name")
    return list(rows.values_list("step", "to", "member__name"))


def only(call: Call) -> CallLine:
    return CallLine.objects.get(call=call)


def test_it_rings_whoever_is_on_duty_and_one_answer_is_enough(
    called: MakeCall, people: People
) -> None:
    line = only(called(Wanted(unit="901")))
    assert rung(line) == [(0, "named", "east"), (0, "named", "east_head")]
    assert line.first_due_at == moment("2025-09-22 10:10")
    with standing("2025-09-22 10:04"):
        answer_call(line.pk, actor=people.east)
    line.refresh_from_db()
    assert (line.state, line.answered_by, line.is_in_time) == (
        "answered",
        people.members["east"],
        True,
    )
    assert line.clock is not None
    assert line.clock.state == "done"
    assert line.call.ended_at is not None
    with pytest.raises(Conflict, match="east已于 09-22 10:04 应答"):
        answer_call(line.pk, actor=people.east_head)
    assert answer_call(line.pk, actor=people.east).answered_at == line.answered_at


def test_a_role_rings_that_role_alone(called: MakeCall) -> None:
    assert rung(only(called(Wanted(unit="901", role="lead")))) == [(0, "named", "east_head")]


def test_who_has_left_is_not_rung_though_the_roster_names_them(
    called: MakeCall, people: People
) -> None:
    Member.objects.filter(pk=people.members["east"].pk).update(is_active=False)
    assert rung(only(called(Wanted(unit="901")))) == [(0, "named", "east_head")]
    assert rung(only(called(Wanted(unit="901", role="officer")))) == [(1, "deputy", "east_head")]


def test_messages_and_history_of_a_call_hold_no_numbers_of_people(
    people: People, manned: People
) -> None:
    text = "伤者家属电话13800138000"
    call = make_call("9", "联系家属13800138000", text, [Wanted(unit="901")], actor=manned.duty)
    told = Notification.objects.filter(subject=str(line_subject(only(call))))
    assert {(each.title, each.body) for each in told} == {
        ("叫应：联系家属〔电话〕，请确认", "伤者家属电话〔电话〕")
    }
    page = people.client("east").get(call.get_absolute_url()).content.decode()
    assert "13800138000" in page
    withdraw_call(call.pk, "家属13800138000已联系上", actor=manned.duty)
    kept = [*events_of(call_subject(call)), *events_of(line_subject(only(call)))]
    assert "已联系上" in str([event.data for event in kept])
    assert "13800138000" not in str([event.data for event in kept])


def test_it_rises_step_by_step_to_the_top_and_is_told_at_each(
    called: MakeCall, people: People
) -> None:
    line = only(called(Wanted(member=people.members["east"].pk)))
    seen = []
    for at in ("10:09", "10:10", "10:16", "10:20", "10:30", "10:40", "11:40"):
        with standing(f"2025-09-22 {at}"):
            rise_due()
            rise_due()
            seen.append(len(rung(line)))
    # The lead is the deputy; the head is the same person, so the centre is rung next.
    assert rung(line) == [
        (0, "named", "east"),
        (1, "deputy", "east_head"),
        (3, "above", "duty"),
        (3, "above", "leader"),
    ]
    assert seen == [1, 2, 4, 4, 4, 4, 4]
    line.refresh_from_db()
    assert (line.state, line.due_at) == ("waiting", None)
    assert line.clock is not None
    assert line.clock.light == "red"
    kinds = [event.kind for event in events_of(call_subject(line.call))]
    assert kinds.count("operations_centre.call.rung") == 3
    assert kinds.count("operations_centre.call.topped") == 1
    assert Notification.objects.filter(member=people.members["leader"]).exists()
    with standing("2025-09-22 12:00"):
        answer_call(line.pk, actor=people.leader)
    line.refresh_from_db()
    assert not line.is_in_time


def test_where_nobody_is_on_duty_it_rises_at_once(called: MakeCall, people: People) -> None:
    line = only(called(Wanted(unit="901001")))
    assert [to for _step, to, _name in rung(line)] == ["above", "above"]
    assert {name for _step, _to, name in rung(line)} == {"east", "east_head"}


def test_an_answer_by_telephone_is_noted_with_name_and_time(
    called: MakeCall, people: People
) -> None:
    line = only(called(Wanted(unit="901", role="officer")))
    east = people.members["east"].pk
    with standing("2025-09-22 10:20"):
        for key in ("west", "bridge", "viewer", "auditor"):
            with pytest.raises(NotPermitted):
                record_answer(line.pk, east, actor=getattr(people, key))
        with pytest.raises(Invalid):
            record_answer(line.pk, people.members["west"].pk, actor=people.duty)
        with pytest.raises(Invalid):
            record_answer(line.pk, east, moment("2025-09-22 09:00"), actor=people.duty)
        with pytest.raises(Invalid):
            record_answer(line.pk, east, moment("2025-09-22 10:21"), actor=people.duty)
        record_answer(line.pk, east, moment("2025-09-22 10:08"), actor=people.duty)
    line.refresh_from_db()
    assert (line.how, line.recorded_by, line.is_in_time) == ("phone", people.members["duty"], True)


def test_whoever_was_not_rung_cannot_answer_and_another_street_sees_nothing(
    called: MakeCall, people: People
) -> None:
    call = called(Wanted(unit="901"))
    for key in ("west", "west_head", "duty", "bridge", "viewer"):
        with pytest.raises(NotPermitted):
            answer_call(only(call).pk, actor=getattr(people, key))
    for key in ("west", "bridge", "viewer"):
        with pytest.raises(NotFound):
            call_for(call.pk, getattr(people, key))
        assert people.client(key).get(call.get_absolute_url()).status_code == 404
    assert len(call_for(call.pk, people.east).lines) == 1
    assert len(call_for(call.pk, people.auditor).lines) == 1


def test_a_unit_calls_below_and_straight_above_alone(called: MakeCall, people: People) -> None:
    called(Wanted(unit="901001"), Wanted(unit="9"), unit="901", actor=people.east)
    for wanted in (Wanted(unit="902"), Wanted(member=people.members["west"].pk)):
        with pytest.raises(Invalid) as caught:
            called(wanted, unit="901", actor=people.east)
        assert caught.value.field == "wanted"
    with pytest.raises(NotPermitted):
        called(Wanted(unit="901"), unit="902", actor=people.east)
    with pytest.raises(NotPermitted):
        called(Wanted(unit="901"), actor=people.viewer)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 99999}, "minutes"),
        ({"key": "x" * 81}, "key"),
    ],
)
def test_what_is_wrong_with_a_call_names_its_field(
    called: MakeCall, more: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        called(Wanted(unit="901"), **more)
    assert caught.value.field == field
    with pytest.raises(Invalid):
        called()
    with pytest.raises(Invalid):
        called(Wanted(unit="901"), Wanted(unit="901"))


def test_another_system_calls_once_for_a_key(called: MakeCall) -> None:
    first = called(Wanted(unit="901"), Wanted(unit="902"), actor=WARNINGS, key="warning:7")
    again = called(Wanted(unit="901"), actor=WARNINGS, key="warning:7")
    assert first.pk == again.pk
    assert CallLine.objects.count() == 2
    with pytest.raises(Conflict):
        called(Wanted(unit="901"), actor=WARNINGS, unit="901", key="warning:7")


def test_a_call_about_a_case_leads_there(
    called: MakeCall, people: People, incident: MakeIncident
) -> None:
    case = incident()
    call = called(Wanted(unit="901"), subject=subject_of(case), url=case_url(case.pk))
    page = people.client("east").get(call.get_absolute_url()).content.decode()
    assert case_url(case.pk) in page


def test_what_the_database_refuses_is_never_answered_with_another_call(called: MakeCall) -> None:
    called(Wanted(unit="901"))
    path = "district.systems.operations_centre.duty.services.calling.ring"
    for key in ("", "new"):
        with mock.patch(path, side_effect=IntegrityError), pytest.raises(IntegrityError):
            called(Wanted(unit="902"), key=key)
    assert Call.objects.count() == 1


def test_a_withdrawn_call_rings_nobody_any_more(called: MakeCall, people: People) -> None:
    call = called(Wanted(unit="901"), Wanted(unit="902"))
    first = CallLine.objects.filter(call=call).order_by("pk")[0]
    answer_call(first.pk, actor=people.east)
    with pytest.raises(NotPermitted):
        withdraw_call(call.pk, "误发", actor=people.east)
    withdraw_call(call.pk, "误发", actor=people.duty)
    with pytest.raises(Conflict):
        withdraw_call(call.pk, "误发", actor=people.duty)
    states = CallLine.objects.filter(call=call).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["answered", "withdrawn"]
    with standing("2025-09-22 12:00"):
        assert rise_due() == 0
    period = StatPeriod(date(2025, 9, 1), date(2025, 9, 30), "month")
    assert calls_made(period) == {"901": 1, "9": 1}
    assert calls_in_time(period) == {"901": 100, "9": 100}


@pytest.mark.parametrize("point", ["ring", "rows", "notify", "record"])
def test_a_job_that_was_killed_in_between_takes_the_step_once(
    called: MakeCall, people: People, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    line = only(called(Wanted(member=people.members["east"].pk)))

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    names = {
        "ring": (calling, "ring"),
        "rows": (rising, "save_versioned"),
        "notify": (calling, "notify"),
        "record": (calling, "record"),
    }
    with standing("2025-09-22 10:11"):
        for _again in range(3):
            with monkeypatch.context() as patched:
                patched.setattr(*names[point], killed)
                with pytest.raises(KeyboardInterrupt):
                    rise_due()
            assert len(rung(line)) == 1
        assert rise_due() == 1
        assert rise_due() == 0
    assert len(rung(line)) == 2
    told = Notification.objects.filter(member=people.members["east_head"])
    assert told.count() == 1


def test_a_call_is_made_and_answered_on_its_pages(called: MakeCall, people: People) -> None:
    duty, east = people.client("duty"), people.client("east")
    data = {
        "title": "暴雨叫应",
        "text": "请到岗",
        "units": ["901"],
        "role": "officer",
        "people": [str(people.members["west_head"].pk)],
        "minutes": "5",
        "key": "k1",
    }
    address = reverse("duty_call_new")
    assert duty.get(address).status_code == 200
    assert duty.post(address, {**data, "units": [], "people": []}).status_code == 422
    assert duty.post(address, data).status_code == 302
    assert duty.post(address, data).status_code == 302
    assert people.client("viewer").get(address).status_code == 403
    line = CallLine.objects.get(lead_unit="901")
    assert "收到，我来处理" in east.get(reverse("duty_home")).content.decode()
    answer = reverse("duty_call_answer", args=[line.pk])
    assert people.client("west").post(answer).status_code == 403
    assert east.post(answer, {"back": "home"}).status_code == 302
    line.refresh_from_db()
    assert line.state == "answered"
    other = CallLine.objects.get(lead_unit="902")
    record = reverse("duty_call_record", args=[other.pk])
    head = str(people.members["west_head"].pk)
    duty.post(record, {"member": head, "at": "2025-09-22T10:00"})
    other.refresh_from_db()
    assert other.how == "phone"
    for path in (reverse("duty_calls"), other.call.get_absolute_url(), address):
        duty.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert duty.get(path).status_code == 200
        assert len(queries) <= 10, [query["sql"][:120] for query in queries]
