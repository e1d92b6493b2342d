"""Warnings of our own: only what the district may issue, by two people, as valid CAP."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import override_settings
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, Subject
from district.kernel.notifications.public import Notification
from district.kernel.warnings import cap
from district.kernel.warnings.models import Alert, AlertLine, Draft, Message
from district.kernel.warnings.services import (
    EventFacts,
    approve_draft,
    draft_cancel,
    draft_from,
    draft_update,
    expire_due,
    lift_by_hand,
    load_catalogue,
    return_draft,
    save_draft,
    submit_draft,
    withdraw_draft,
)
from district.kernel.warnings.tests.conftest import (
    CATALOGUE,
    EAST,
    FIRE,
    ROOT,
    WATER,
    WEST,
    People,
    logged,
)
from district.kernel.warnings.tests.samples import moment, standing
from district.kernel.warnings.tests.test_cap import schema_says

pytestmark = pytest.mark.django_db


def submitted(people: People, **changes: object) -> Draft:
    draft = save_draft(logged(**changes), unit=ROOT, actor=people.duty)
    return submit_draft(draft.pk, actor=people.duty)


def newest(alert: Alert) -> Message:
    found = alert.messages.order_by("-taken_at", "-pk").first()
    assert found is not None
    return found


def test_an_issued_warning_is_cap_in_both_languages(issued: Alert) -> None:
    document = bytes(newest(issued).document)
    assert schema_says(document) == []
    message = cap.read(document)
    assert (message.sender, message.status, message.msg_type, message.scope) == (
        "warnings@test.example.org",
        "Actual",
        "Alert",
        "Public",
    )
    chinese, english = message.infos
    assert (chinese.language, english.language) == ("zh-CN", "en-US")
    assert (chinese.headline, chinese.sender_name) == ("东街道内涝黄色预警", "试验区应急委员会")
    assert english.headline == "Waterlogging in East Street"
    assert english.event == "Yellow Waterlogging warning"
    assert (chinese.severity, chinese.urgency, chinese.certainty) == (
        "Moderate",
        "Expected",
        "Likely",
    )
    (area,) = chinese.areas
    assert area.geocodes == (cap.Pair("adcode", EAST),)
    assert {(Decimal(22), Decimal(114)), (Decimal(23), Decimal(115))} <= set(area.polygons[0])
    assert chinese.expires == moment("2025-09-23 10:00")


def test_it_is_in_force_and_calls_the_units(issued: Alert) -> None:
    assert (issued.origin, issued.state, issued.colour) == ("own", "in_force", "yellow")
    units = AlertLine.objects.filter(alert=issued).values_list("lead_unit", flat=True)
    assert set(units) == {EAST, WATER}


@pytest.mark.parametrize(
    ("kind", "colour"), [("rainstorm", "red"), ("typhoon", "blue"), ("waterlogging", "red")]
)
def test_what_the_district_does_not_issue_is_refused_in_words(
    people: People, kind: str, colour: str
) -> None:
    with pytest.raises(Invalid, match="本区可以发布：内涝（蓝色、黄色）") as refused:
        save_draft(logged(kind=kind, colour=colour), unit=ROOT, actor=people.duty)
    assert refused.value.field == "kind"


def test_what_it_may_issue_is_the_districts_data(people: People) -> None:
    own = CATALOGUE.replace('units = ["440307-D15"]\n', 'units = ["440307-D15"]\nissue = ["red"]\n')
    assert load_catalogue(own, actor=people.admin)
    draft = submitted(people, colour="red")
    load_catalogue(CATALOGUE, actor=people.admin)
    with pytest.raises(Invalid):
        approve_draft(draft.pk, actor=people.leader)
    assert not Alert.objects.exists()


def test_nobody_approves_what_they_wrote_changed_or_submitted(people: People) -> None:
    draft = save_draft(logged(), unit=ROOT, actor=people.duty)
    # Even a right that the drafter would hold is no use to them.
    Draft.objects.filter(pk=draft.pk).update(writers=[str(people.members["leader"].pk)])
    submit_draft(draft.pk, actor=people.duty)
    with pytest.raises(NotPermitted, match="另一位"):
        approve_draft(draft.pk, actor=people.leader)
    assert not Alert.objects.exists()
    assert approve_draft(draft.pk, actor=people.leader2).is_own


def test_who_changed_a_word_is_noted_as_a_writer(people: People) -> None:
    draft = save_draft(logged(), unit=WATER, actor=people.water)
    save_draft(logged(headline="内涝黄色预警二"), draft, actor=people.water_head)
    draft.refresh_from_db()
    assert draft.writers == [str(people.members[each].pk) for each in ("water", "water_head")]


@pytest.mark.parametrize("who", ["duty", "east_head", "water_head", "admin", "auditor", "viewer"])
def test_only_a_leader_approves(people: People, who: str) -> None:
    draft = submitted(people)
    with pytest.raises(NotPermitted):
        approve_draft(draft.pk, actor=getattr(people, who))
    with pytest.raises(NotPermitted):
        return_draft(draft.pk, "改", actor=getattr(people, who))


def test_no_part_of_the_product_approves(people: People) -> None:
    draft = submitted(people)
    with pytest.raises(NotPermitted):
        approve_draft(draft.pk, actor=Actor.system("warnings"))


@pytest.mark.parametrize("who", ["east", "viewer", "auditor", "leader", "admin"])
def test_only_a_units_own_desk_drafts_for_it(people: People, who: str) -> None:
    with pytest.raises(NotPermitted):
        save_draft(logged(), unit=WATER, actor=getattr(people, who))


def test_what_is_not_submitted_is_not_approved(people: People) -> None:
    draft = save_draft(logged(), unit=ROOT, actor=people.duty)
    with pytest.raises(Conflict):
        approve_draft(draft.pk, actor=people.leader)


def test_a_returned_draft_is_mended_and_submitted_again(people: People) -> None:
    draft = submitted(people)
    with pytest.raises(Conflict):
        save_draft(logged(), draft, actor=people.duty)
    with pytest.raises(Invalid):
        return_draft(draft.pk, "", actor=people.leader)
    return_draft(draft.pk, "写明路段", actor=people.leader)
    assert Notification.objects.filter(
        member=people.members["duty"], title__contains="退回"
    ).exists()
    draft.refresh_from_db()
    save_draft(logged(description="平安路积水30厘米。"), draft, actor=people.duty)
    submit_draft(draft.pk, actor=people.duty)
    alert = approve_draft(draft.pk, actor=people.leader)
    assert alert.description == "平安路积水30厘米。"


def test_words_that_changed_after_they_were_read_are_not_issued(people: People) -> None:
    draft = submitted(people)
    read = Draft.objects.get(pk=draft.pk).version
    client = people.client("leader2")
    assert f'name="seen" value="{read}"' in client.get(draft.get_absolute_url()).content.decode()
    return_draft(draft.pk, "写明路段", actor=people.leader)
    again = Draft.objects.get(pk=draft.pk)
    save_draft(logged(description="另一处积水。"), again, actor=people.duty)
    submit_draft(draft.pk, actor=people.duty)
    client.post(reverse("warnings_draft_act", args=[draft.pk, "approve"]), {"seen": str(read)})
    assert not Alert.objects.exists()
    with pytest.raises(Conflict):
        approve_draft(draft.pk, actor=people.leader2, seen=read)
    now = Draft.objects.get(pk=draft.pk).version
    assert approve_draft(draft.pk, actor=people.leader2, seen=now).description == "另一处积水。"


def test_two_who_edit_at_once_do_not_overwrite_each_other(people: People) -> None:
    draft = save_draft(logged(), unit=WATER, actor=people.water)
    stale = Draft.objects.get(pk=draft.pk)
    save_draft(logged(headline="先改的"), draft, actor=people.water)
    with pytest.raises(Conflict):
        save_draft(logged(headline="后改的"), stale, actor=people.water_head)


def test_those_who_approve_are_told_and_the_message_is_settled(people: People) -> None:
    draft = submitted(people)
    told = Notification.objects.filter(title__contains="待审批")
    assert {each.member.name for each in told} == {"leader", "leader2"}
    approve_draft(draft.pk, actor=people.leader)
    assert not told.filter(read_at=None).exists()


def test_a_withdrawn_draft_is_over(people: People) -> None:
    draft = submitted(people)
    withdraw_draft(draft.pk, actor=people.duty)
    with pytest.raises(Conflict):
        approve_draft(draft.pk, actor=people.leader)


def test_an_update_refers_to_what_it_updates(people: People, issued: Alert) -> None:
    first = newest(issued)
    with standing("2025-09-22 10:30"):
        draft = draft_update(issued.pk, actor=people.duty)
        with pytest.raises(Conflict, match="已有一份"):
            draft_update(issued.pk, actor=people.duty)
        with pytest.raises(Invalid):
            submit_draft(draft.pk, actor=people.duty)
        wider = logged(areas=(EAST, WEST), reason="积水扩大", headline="两街道内涝黄色预警")
        save_draft(wider, draft, actor=people.duty)
        submit_draft(draft.pk, actor=people.duty)
        approve_draft(draft.pk, actor=people.leader)
    issued.refresh_from_db()
    assert issued.headline == "两街道内涝黄色预警"
    message = cap.read(bytes(newest(issued).document))
    assert (message.msg_type, message.note) == ("Update", "积水扩大")
    assert [each.identifier for each in message.references] == [first.identifier]
    assert message.references[0].sent == first.sent_at
    units = AlertLine.objects.filter(alert=issued).values_list("lead_unit", flat=True)
    assert sorted(units) == sorted([EAST, WATER, WEST])


def test_a_cancellation_needs_two_people_too_and_is_valid_cap(
    people: People, issued: Alert
) -> None:
    with pytest.raises(Conflict):
        lift_by_hand(issued.pk, "退水", actor=people.duty)
    with pytest.raises(Invalid):
        draft_cancel(issued.pk, " ", actor=people.duty)
    draft = draft_cancel(issued.pk, "积水已退", actor=people.duty)
    submit_draft(draft.pk, actor=people.duty)
    issued.refresh_from_db()
    assert issued.in_force
    approve_draft(draft.pk, actor=people.leader)
    issued.refresh_from_db()
    assert (issued.state, issued.end_note) == ("cancelled", "积水已退")
    document = bytes(newest(issued).document)
    assert schema_says(document) == []
    message = cap.read(document)
    assert message.msg_type == "Cancel"
    assert message.infos[0].responses == ("AllClear",)
    assert message.infos[0].headline.startswith("解除")


def test_what_is_over_is_not_updated(people: People, issued: Alert) -> None:
    draft = draft_update(issued.pk, actor=people.duty)
    save_draft(logged(reason="扩大"), draft, actor=people.duty)
    submit_draft(draft.pk, actor=people.duty)
    with standing("2025-09-24 10:00"):
        expire_due()
        with pytest.raises(Conflict):
            approve_draft(draft.pk, actor=people.leader)
        with pytest.raises(Conflict):
            draft_cancel(issued.pk, "已退", actor=people.duty)


def test_others_warnings_are_not_drafted_about(people: People, storm: Alert) -> None:
    with pytest.raises(Conflict):
        draft_update(storm.pk, actor=people.duty)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"headline": ""}, "headline"),
        ({"description": ""}, "description"),
        ({"areas": ("nowhere",)}, "areas"),
        ({"polygon": "22,114 23,114"}, "polygon"),
        ({"polygon": "22,114 23,115 22,115 23,114"}, "polygon"),
        ({"polygon": "east"}, "polygon"),
        ({"circle": "22,114"}, "circle"),
        ({"circle": "22,114 0"}, "circle"),
        ({"expires_at": moment("2025-09-22 09:00")}, "expires_at"),
    ],
)
def test_what_is_wrong_is_said_by_field(
    people: People, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_draft(logged(**changes), unit=ROOT, actor=people.duty)
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_polygon_that_was_drawn_is_closed_and_says_whom_it_concerns(people: People) -> None:
    draft = submitted(people, areas=(), polygon="22.1,115.1 22.1,115.2 22.2,115.2")
    alert = approve_draft(draft.pk, actor=people.leader)
    (area,) = cap.read(bytes(newest(alert).document)).infos[0].areas
    (ring,) = area.polygons
    assert (len(ring), ring[0]) == (4, ring[-1])
    units = AlertLine.objects.filter(alert=alert).values_list("lead_unit", flat=True)
    assert set(units) == {WEST, WATER}


def test_a_place_outside_of_the_district_is_not_issued(people: People) -> None:
    draft = submitted(people, areas=(), circle="30,100 2")
    with pytest.raises(Invalid):
        approve_draft(draft.pk, actor=people.leader)


def test_control_characters_do_not_reach_the_document(people: People) -> None:
    draft = submitted(people, description="积水\x07三十\x0b厘米，　注意。")
    alert = approve_draft(draft.pk, actor=people.leader)
    assert cap.read(bytes(newest(alert).document)).infos[0].description == "积水三十厘米，　注意。"


@override_settings(DISTRICT_CLOCK_OFFSET=-86400)
def test_a_demos_warning_does_not_call_itself_real(people: People) -> None:
    alert = approve_draft(submitted(people).pk, actor=people.leader)
    assert cap.read(bytes(newest(alert).document)).status == "Exercise"


# From an event -----------------------------------------------------------------------------------

EVENT = EventFacts(
    kind="waterlogging",
    colour="blue",
    unit=WATER,
    headline="平安路口积水",
    text="水位计17厘米并上升。",
    about=Subject("sensing.episode", "1"),
    key="episode:1",
    lon=Decimal("114.5"),
    lat=Decimal("22.5"),
)
SENSING = Actor.system("sensing")


def test_an_event_is_drafted_once_and_somebody_else_decides(people: People) -> None:
    draft = draft_from(EVENT, actor=SENSING)
    assert draft_from(EVENT, actor=SENSING) == draft
    assert (draft.about, draft.facts, draft.writers) == (
        "sensing.episode:1",
        "水位计17厘米并上升。",
        [],
    )
    submit_draft(draft.pk, actor=people.water)
    alert = approve_draft(draft.pk, actor=people.leader)
    (area,) = cap.read(bytes(newest(alert).document)).infos[0].areas
    assert area.circles[0].radius == 1


def test_an_event_of_what_we_do_not_issue_is_refused(people: People) -> None:
    with pytest.raises(Invalid):
        draft_from(replace(EVENT, kind="rainstorm"), actor=SENSING)
    with pytest.raises(NotPermitted):
        draft_from(EVENT, actor=people.east)


def test_a_draft_that_there_is_not(people: People) -> None:
    for act in (approve_draft, submit_draft, withdraw_draft):
        with pytest.raises(NotFound):
            act(UUID(int=1), actor=people.leader)


def test_the_fire_bureau_is_not_called_for_water(issued: Alert) -> None:
    assert not AlertLine.objects.filter(alert=issued, lead_unit=FIRE).exists()
