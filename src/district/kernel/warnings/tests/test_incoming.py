"""Messages of the weather service: once, in order, to the units that they concern, never lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.notifications.public import Notification
from district.kernel.warnings import cap
from district.kernel.warnings.cap import Area, Circle, Pair
from district.kernel.warnings.models import Alert, AlertLine, Message, Source, Unfit
from district.kernel.warnings.services import (
    Entered,
    change_by_hand,
    enter_by_hand,
    lift_by_hand,
    receive,
    save_source,
    settle_unfit,
)
from district.kernel.warnings.services.unfit import unfit_subject
from district.kernel.warnings.tests.conftest import EAST, FIRE, WATER, WEST, People, Send
from district.kernel.warnings.tests.samples import following, moment, rainstorm, square, standing

pytestmark = pytest.mark.django_db


def units_of(alert: Alert) -> set[str]:
    return set(
        AlertLine.objects.filter(alert=alert, is_current=True).values_list("lead_unit", flat=True)
    )


def test_a_signal_becomes_a_warning_and_calls_the_units_concerned(storm: Alert) -> None:
    assert (storm.kind, storm.colour, storm.state) == ("rainstorm", "orange", "in_force")
    assert (storm.severity, storm.urgency) == ("Severe", "Expected")
    assert storm.headline_en.startswith("Rainstorm warning")
    assert units_of(storm) == {EAST, WEST, WATER, FIRE}


@pytest.mark.parametrize(
    ("area", "units"),
    [
        (Area("东街道", polygons=(square(114.2, 22.2, 0.1),)), {EAST}),
        (Area("边界", polygons=(square(114.95, 22.2, 0.1),)), {EAST, WEST}),
        (Area("东街道全境", polygons=(square(114, 22, 1),)), {EAST}),
        (Area("圆", circles=(Circle(Decimal("22.5"), Decimal("115.5"), Decimal(3)),)), {WEST}),
        (Area("点", circles=(Circle(Decimal("22.5"), Decimal("115.5"), Decimal(0)),)), {WEST}),
        (Area("街道", geocodes=(Pair("adcode", WEST),)), {WEST}),
        (Area("全市", geocodes=(Pair("adcode", "440300"),)), {EAST, WEST}),
        (Area("全省", geocodes=(Pair("行政区划代码", "440000"),)), {EAST, WEST}),
        (Area("没有范围"), {EAST, WEST}),
    ],
)
def test_the_area_says_which_streets(send: Send, area: Area, units: set[str]) -> None:
    alert = send(rainstorm(area=area)).alert
    assert alert is not None
    assert units_of(alert) == units | {WATER, FIRE}


@pytest.mark.parametrize(
    "area",
    [
        Area("远处", polygons=(square(100, 30, 1),)),
        Area("另一区", geocodes=(Pair("adcode", "440306"),)),
    ],
)
def test_what_is_elsewhere_is_kept_with_its_reason(send: Send, area: Area) -> None:
    receipt = send(rainstorm(area=area))
    assert receipt.outcome == "kept"
    assert [each["code"] for each in Unfit.objects.get().problems] == ["elsewhere"]
    assert not Alert.objects.exists()


def test_the_same_message_twice_is_one_warning(send: Send) -> None:
    first, second = send(), send()
    assert (first.outcome, second.outcome) == ("taken", "known")
    assert second.alert == first.alert
    assert Message.objects.count() == 1


def test_another_content_under_the_same_name_is_kept_aside(send: Send, storm: Alert) -> None:
    receipt = send(rainstorm(colour="蓝色"))
    assert receipt.problems[0].code == "other_content"
    storm.refresh_from_db()
    assert storm.colour == "orange"


def test_a_worse_colour_calls_everybody_anew(send: Send, storm: Alert) -> None:
    with standing("2025-09-22 10:25"):
        send(following(rainstorm(), "WX-2", "Update", colour="红色"))
    storm.refresh_from_db()
    assert storm.colour == "red"
    lines = AlertLine.objects.filter(alert=storm)
    assert lines.filter(is_current=True, state="waiting", colour="red").count() == 4
    assert lines.filter(is_current=False, state="withdrawn").count() == 4


def test_the_same_colour_calls_only_whom_it_newly_concerns(send: Send) -> None:
    first = rainstorm(area=Area("东", geocodes=(Pair("adcode", EAST),)))
    alert = send(first).alert
    assert alert is not None
    with standing("2025-09-22 10:25"):
        wider = following(first, "WX-2", "Update", colour="橙色")
        send(wider)
    rows = AlertLine.objects.filter(alert=alert)
    assert units_of(alert) == {EAST, WEST, WATER, FIRE}
    assert rows.count() == 4
    assert rows.get(lead_unit=WEST).message.identifier == "WX-2"


def test_a_cancellation_ends_it_and_asks_nobody_any_more(send: Send, storm: Alert) -> None:
    with standing("2025-09-22 10:25"):
        send(following(rainstorm(), "WX-2", "Cancel"))
    storm.refresh_from_db()
    assert storm.state == "cancelled"
    assert not AlertLine.objects.filter(state="waiting").exists()
    assert Notification.objects.filter(title__contains="已解除").exists()


def test_a_cancellation_of_nothing_known_is_kept_and_taken_later(send: Send) -> None:
    cancel = following(rainstorm(), "WX-2", "Cancel")
    with standing("2025-09-22 10:25"):
        assert send(cancel).problems[0].code == "unknown_reference"
        send()
        assert send(cancel).outcome == "taken"
    assert Alert.objects.get().state == "cancelled"
    assert Unfit.objects.get().settled_at is not None


def test_an_update_of_nothing_known_holds_all_the_same(send: Send) -> None:
    with standing("2025-09-22 10:25"):
        receipt = send(following(rainstorm(), "WX-2", "Update"))
    assert receipt.alert is not None
    assert receipt.alert.colour == "red"


def test_what_comes_late_is_kept_and_changes_nothing(send: Send, storm: Alert) -> None:
    late = following(rainstorm(), "WX-2", "Update", minutes=10, colour="红色")
    with standing("2025-09-22 10:45"):
        send(following(rainstorm(), "WX-3", "Cancel", minutes=40))
        send(late)
    storm.refresh_from_db()
    assert (storm.state, storm.colour) == ("cancelled", "orange")
    assert Message.objects.get(identifier="WX-2").applied is False


def test_a_first_message_that_comes_after_its_update_opens_no_second_warning(send: Send) -> None:
    with standing("2025-09-22 10:25"):
        updated = send(following(rainstorm(), "WX-2", "Update")).alert
        assert send(rainstorm("WX-9")).alert != updated
        late = send()
    assert (late.outcome, late.alert) == ("taken", updated)
    assert updated is not None
    assert Alert.objects.get(pk=updated.pk).colour == "red"
    assert Message.objects.get(identifier=rainstorm().identifier).applied is False
    assert Alert.objects.count() == 2


def test_what_was_sent_again_and_taken_waits_for_nobody(people: People, send: Send) -> None:
    cancel = following(rainstorm(), "WX-2", "Cancel")
    with standing("2025-09-22 10:25"):
        send(cancel)
        row = Unfit.objects.get()
        told = Notification.objects.filter(subject=str(unfit_subject(row)))
        assert told.filter(read_at=None).exists()
        send()
        send(cancel)
    assert not told.filter(read_at=None).exists()
    kinds = [event.kind for event in events_of(unfit_subject(row))]
    assert "warnings.unfit.settled" in kinds


def test_history_keeps_the_place_of_a_mistake_and_not_its_words(send: Send) -> None:
    message = replace(rainstorm("WX-3"), sender="wang.13800138000@example.org")
    send(message)
    row = Unfit.objects.get(identifier="WX-3")
    assert row.problems[0]["detail"] == message.sender
    (event,) = events_of(unfit_subject(row))
    assert "not_your_sender" in str(event.data)
    assert "13800138000" not in str(event.data)


def test_another_source_cannot_touch_it(people: People, storm: Alert) -> None:
    other = save_source(None, name="别家", senders=["other@example.org"], actor=people.admin)
    message = replace(following(rainstorm(), "X-1", "Cancel"), sender="other@example.org")
    with standing("2025-09-22 10:25"):
        receipt = receive(other, cap.write(message))
        stolen = receive(other, cap.write(following(rainstorm(), "X-2", "Cancel")))
    storm.refresh_from_db()
    assert storm.state == "in_force"
    assert receipt.problems[0].code == "unknown_reference"
    assert stolen.problems[0].code == "not_your_sender"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "Test"}, "not_actual"),
        ({"status": "Exercise", "note": "演练"}, "not_actual"),
        ({"infos": ()}, "no_info"),
        ({"sent": moment("2025-09-22 12:00")}, "from_the_future"),
    ],
)
def test_what_is_no_warning_is_kept_with_its_reason(
    send: Send, changes: dict[str, object], code: str
) -> None:
    receipt = send(replace(rainstorm(), **changes))  # type: ignore[arg-type]  # each case gives fitting ones
    assert [each.code for each in receipt.problems] == [code]


def test_what_is_over_when_it_comes_calls_nobody(send: Send) -> None:
    assert send(rainstorm(hours=0.1)).problems[0].code == "over_already"


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"<a/>", b"<!DOCTYPE a><a/>", b"x" * 2_000_000])
def test_rubbish_is_kept_as_it_was_sent_and_counted(source: Source, data: bytes) -> None:
    receive(source, data)
    receive(source, data)
    row = Unfit.objects.get()
    assert (row.times, row.size) == (2, len(data))
    assert bytes(row.document) == data[: cap.MOST_BYTES]
    assert row.problems


def test_whoever_settles_says_what_was_done(people: People, source: Source) -> None:
    receive(source, b"rubbish")
    row = Unfit.objects.get()
    with pytest.raises(NotPermitted):
        settle_unfit(row.pk, "看过", actor=people.east)
    with pytest.raises(Invalid):
        settle_unfit(row.pk, " ", actor=people.duty)
    settle_unfit(row.pk, "与本区无关", actor=people.duty)
    with pytest.raises(Conflict):
        settle_unfit(row.pk, "再看", actor=people.duty)


# By hand -----------------------------------------------------------------------------------------


def told(**changes: object) -> Entered:
    said: dict[str, object] = {
        "kind": "heat",
        "colour": "red",
        "sender_name": "市气象台",
        "headline": "市气象台发布高温红色预警",
        "description": "最高气温将达40℃。",
        "sent_at": moment("2025-09-22 09:40"),
        **changes,
    }
    return Entered(**said)  # type: ignore[arg-type]  # each test gives fitting ones


def test_a_duty_officer_enters_what_was_told(people: People) -> None:
    alert = enter_by_hand(told(areas=(EAST,)), actor=people.duty)
    assert alert.expires_at == moment("2025-09-22 15:40")
    assert units_of(alert) == {EAST}
    assert (alert.severity, alert.area_text) == ("Extreme", "东街道")
    message = Message.objects.get()
    assert (message.by, bytes(message.document)) == (people.members["duty"], b"")


def test_the_same_form_sent_twice_enters_one(people: People) -> None:
    first = enter_by_hand(told(key="abc"), actor=people.duty)
    assert enter_by_hand(told(key="abc"), actor=people.duty) == first


@pytest.mark.parametrize("who", ["east", "east_head", "water", "viewer", "auditor", "admin"])
def test_only_the_districts_own_desk_enters(people: People, who: str) -> None:
    with pytest.raises(NotPermitted):
        enter_by_hand(told(), actor=getattr(people, who))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "snow"}, "kind"),
        ({"colour": "blue"}, "colour"),
        ({"headline": ""}, "headline"),
        ({"description": " "}, "description"),
        ({"sender_name": ""}, "sender_name"),
        ({"areas": ("nowhere",)}, "areas"),
        ({"sent_at": moment("2025-09-22 11:00")}, "sent_at"),
        ({"expires_at": moment("2025-09-22 09:00")}, "expires_at"),
    ],
)
def test_what_is_wrong_is_said_by_field(
    people: People, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        enter_by_hand(told(**changes), actor=people.duty)
    assert refused.value.field == field
    assert refused.value.remedy


def test_it_is_changed_and_lifted_by_hand(people: People) -> None:
    alert = enter_by_hand(told(), actor=people.duty)
    changed = told(colour="orange", sent_at=moment("2025-09-22 09:55"))
    change_by_hand(alert.pk, changed, actor=people.duty)
    with pytest.raises(Invalid):
        lift_by_hand(alert.pk, "", actor=people.duty)
    lift_by_hand(alert.pk, "气象台10时解除", actor=people.duty)
    alert.refresh_from_db()
    assert (alert.state, alert.colour, alert.end_note) == ("cancelled", "orange", "气象台10时解除")
    with pytest.raises(Conflict):
        change_by_hand(alert.pk, told(), actor=people.duty)
    kinds = list(Message.objects.order_by("sent_at").values_list("msg_type", flat=True))
    assert kinds == ["Alert", "Update", "Cancel"]


def test_what_came_by_wire_can_be_lifted_by_hand(people: People, storm: Alert) -> None:
    lift_by_hand(storm.pk, "气象台来电解除", actor=people.duty)
    storm.refresh_from_db()
    assert storm.state == "cancelled"
